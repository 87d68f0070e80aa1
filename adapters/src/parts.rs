//! When may the next part of a message leave, or the next call of a change be made? The server has counted the message, or the
//! change, as one; what follows in the same try counts as well.

use std::time::Duration;

use jiff::SignedDuration;
use studio_core::id::ConversationId;
use tokio::time::Instant;

use crate::{
    host::Host,
    platform::{Outcome, Scope},
};

/// Longest time that one try waits between parts, so that it ends long before it is given up.
const LONGEST: Duration = Duration::from_mins(1);

/// One try of a message of several parts.
#[derive(Debug)]
pub(crate) struct Parts {
    began: Instant,
    /// What the server has counted.
    counted: bool,
}

impl Parts {
    pub fn begin() -> Self {
        Self { began: Instant::now(), counted: true }
    }

    /// Waits until one more may leave; what becomes of the try where that takes long.
    pub async fn next<H: Host>(
        &mut self,
        host: &H,
        connection: &str,
        conversation: ConversationId,
        thread: &str,
    ) -> Result<(), Outcome> {
        if std::mem::take(&mut self.counted) {
            return Ok(());
        }
        while let Err(after) = host.take_turn(connection, conversation, thread) {
            let wait = Duration::try_from(after).unwrap_or(Duration::ZERO);
            if self.began.elapsed() + wait > LONGEST {
                let error =
                    "the next part of the message leaves as soon as the platform's limit lets it".to_owned();
                let after = after.max(SignedDuration::from_secs(1));
                return Err(Outcome::Retry { after: Some(after), scope: Scope::Chat, error });
            }
            host.pause(wait).await;
        }
        Ok(())
    }
}
