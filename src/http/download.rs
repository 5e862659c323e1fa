//! Files on their way out: as downloads only, never shown in place.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::store::attachments::AttachmentRow;

/// A file with its content.
pub fn download(row: AttachmentRow, content: Vec<u8>) -> HttpResponse {
    let disposition = header::ContentDisposition {
        disposition: header::DispositionType::Attachment,
        parameters: vec![header::DispositionParam::FilenameExt(header::ExtendedValue {
            charset: header::Charset::Ext("UTF-8".to_owned()),
            language_tag: None,
            value: row.name.into_bytes(),
        })],
    };
    HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header(disposition)
        .insert_header((header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        .insert_header((header::ETAG, format!("\"{}\"", row.sha256)))
        .body(content)
}
