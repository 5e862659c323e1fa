//! A mailbox that is open.

use std::time::Duration;

use async_imap::Session as Imap;
use async_imap::extensions::idle::IdleResponse;
use async_imap::types::UnsolicitedResponse;
use chrono::NaiveDate;
use futures_util::TryStreamExt;

use super::Failure;
use super::connect::{Trust, Wire, connect, in_time};
use crate::config::Mailbox;

/// How long an answer may take, and how long a message.
const PATIENCE: Duration = Duration::from_secs(60);
const PATIENCE_FOR_MESSAGE: Duration = Duration::from_secs(600);

/// What the server said when the mailbox was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// As long as it is the same, a UID means the same message (RFC 3501, 2.3.1.1).
    pub uid_validity: u32,
}

/// A message as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    pub content: Vec<u8>,
    /// Its size in bytes if `content` is only the beginning.
    pub whole_size: Option<u64>,
}

/// A mailbox that is open.
#[derive(Debug)]
pub struct Session {
    imap: Imap<Box<dyn Wire>>,
    /// Whether the server tells of new messages by itself (RFC 2177).
    tells: bool,
}

impl Session {
    /// Connects, signs in and opens the mailbox without changing anything in it.
    pub async fn open(mailbox: &Mailbox, trust: &Trust) -> Result<(Self, Opened), Failure> {
        let client = connect(mailbox, trust).await?;
        let mut imap = in_time(PATIENCE, client.login(&mailbox.user, mailbox.password.reveal()))
            .await?
            .map_err(|(error, _)| Failure(format!("cannot sign in: {error}")))?;
        let tells = in_time(PATIENCE, imap.capabilities()).await??.has_str("IDLE");
        let opened = in_time(PATIENCE, imap.examine(&mailbox.folder))
            .await?
            .map_err(|error| Failure(format!("cannot open {}: {error}", mailbox.folder)))?;
        let uid_validity = opened.uid_validity.ok_or_else(|| Failure("the server gives no UIDVALIDITY".to_owned()))?;
        Ok((Self { imap, tells }, Opened { uid_validity }))
    }

    /// The UIDs of the messages that came on this day or later.
    pub async fn since(&mut self, day: NaiveDate) -> Result<Vec<u32>, Failure> {
        // What was told so far is part of the answer; what is told from now on is new.
        while self.imap.unsolicited_responses.try_recv().is_ok() {}
        let query = format!("SINCE {}", day.format("%-d-%b-%Y"));
        Ok(in_time(PATIENCE, self.imap.uid_search(query)).await??.into_iter().collect())
    }

    /// The UIDs of the messages that came after this one.
    pub async fn after(&mut self, uid: u32) -> Result<Vec<u32>, Failure> {
        while self.imap.unsolicited_responses.try_recv().is_ok() {}
        let query = format!("UID {}:*", uid.saturating_add(1));
        let found = in_time(PATIENCE, self.imap.uid_search(query)).await??;
        // The last message is part of every range that ends with a star (RFC 3501, 6.4.8).
        Ok(found.into_iter().filter(|found| *found > uid).collect())
    }

    /// A message, or the beginning of one that is larger than `most` bytes; nothing if it is gone.
    pub async fn fetch(&mut self, uid: u32, most: u32) -> Result<Option<Raw>, Failure> {
        let sized = self.get(uid, "(UID RFC822.SIZE)", PATIENCE).await?;
        let Some((size, _)) = sized else { return Ok(None) };
        let whole_size = size.filter(|size| *size > most).map(u64::from);
        let wanted = match whole_size {
            // Enough for what is written; files are not taken from a part.
            Some(_) => format!("(UID BODY.PEEK[]<0.{}>)", BEGINNING.min(most)),
            None => "(UID BODY.PEEK[])".to_owned(),
        };
        let found = self.get(uid, &wanted, PATIENCE_FOR_MESSAGE).await?;
        Ok(found.map(|(_, content)| Raw { content, whole_size }))
    }

    async fn get(
        &mut self,
        uid: u32,
        what: &str,
        patience: Duration,
    ) -> Result<Option<(Option<u32>, Vec<u8>)>, Failure> {
        let getting = async {
            let mut found = None;
            let mut stream = self.imap.uid_fetch(uid.to_string(), what).await?;
            // To its end, whatever comes: the server may tell of other messages meanwhile.
            while let Some(fetch) = stream.try_next().await? {
                if fetch.uid == Some(uid) && (fetch.size.is_some() || fetch.body().is_some()) {
                    found = Some((fetch.size, fetch.body().unwrap_or_default().to_vec()));
                }
            }
            Ok::<_, Failure>(found)
        };
        in_time(patience, getting).await?
    }

    /// Waits until the server tells that something is new, or for so long; gives whether it did.
    pub async fn wait(mut self, time: Duration) -> Result<(Self, bool), Failure> {
        if !self.tells {
            tokio::time::sleep(time).await;
            return Ok((self, false));
        }
        let told = self.imap.unsolicited_responses.clone();
        let mut idle = self.imap.idle();
        in_time(PATIENCE, idle.init()).await??;
        // It may have been told before the waiting began.
        let mut news =
            std::iter::from_fn(|| told.try_recv().ok()).any(|news| matches!(news, UnsolicitedResponse::Exists(_)));
        if !news {
            let (waiting, _interrupt) = idle.wait_with_timeout(time);
            // Some servers say that they are still there, which begins the time anew.
            match tokio::time::timeout(time, waiting).await {
                Err(_) => {}
                Ok(response) => match response? {
                    IdleResponse::ManualInterrupt => {
                        return Err(Failure("the server closed the connection".to_owned()));
                    }
                    IdleResponse::NewData(_) => news = true,
                    IdleResponse::Timeout => {}
                },
            }
        }
        self.imap = in_time(PATIENCE, idle.done()).await??;
        Ok((self, news))
    }

    /// Says goodbye; a server that does not hear it notices anyhow.
    pub async fn close(mut self) {
        let _gone = in_time(Duration::from_secs(5), self.imap.logout()).await;
    }
}

/// How many bytes of a message that is too large are read.
const BEGINNING: u32 = 512 * 1024;
