//! Files on their way out: as downloads only, never shown in place.

use std::io::{BufWriter, Write};

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use crate::services::{Error, Result};
use crate::store::attachments::AttachmentRow;

/// A file on a ticket with its content.
pub fn download(row: AttachmentRow, content: Vec<u8>) -> HttpResponse {
    give(row.name, &row.sha256, content)
}

/// A file that somebody uploaded, by its name and the hash of its content.
pub fn give(name: String, sha256: &str, content: Vec<u8>) -> HttpResponse {
    let disposition = header::ContentDisposition {
        disposition: header::DispositionType::Attachment,
        parameters: vec![header::DispositionParam::FilenameExt(header::ExtendedValue {
            charset: header::Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: name.into_bytes(),
        })],
    };
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(disposition)
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::ETAG, format!("\"{sha256}\"")))
        .body(content)
}

/// How many pieces of a file wait for whoever downloads it.
const WAITING: usize = 4;

/// The size of a piece, in bytes.
const PIECE: usize = 64 * 1024;

/// A file that is sent while it is written, on a thread that may block. If writing fails, the connection breaks off,
/// so that nobody takes half of it for the whole.
pub fn streamed(
    name: &str,
    media_type: &str,
    write: impl FnOnce(&mut dyn Write) -> Result<()> + Send + 'static,
) -> HttpResponse {
    let (sender, receiver) = mpsc::channel(WAITING);
    actix_web::rt::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE, Pieces(sender.clone()));
        let written = write(&mut out).and_then(|()| out.flush().map_err(|error| Error::Internal(error.to_string())));
        // What is left of a file that failed is no part of it.
        let (_, _) = out.into_parts();
        if let Err(error) = written {
            tracing::error!(%error, "a file could not be written to its end");
            let _ = sender.blocking_send(Err(std::io::Error::other("broken off")));
        }
    });
    let pieces = stream::unfold(receiver, |mut receiver| async {
        let piece: Option<std::io::Result<Bytes>> = receiver.recv().await;
        piece.map(|piece| (piece, receiver))
    });
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(pieces)
}

/// Sends what is written to it.
struct Pieces(mpsc::Sender<std::io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let gone = |_| std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        self.0.blocking_send(Ok(Bytes::copy_from_slice(piece))).map_err(gone)?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
