//! How does a reply reach the other end of an HTTP connection? Signed, through the egress client.

use std::sync::Arc;

use studio_adapters::http::{Connection, Delivery, OutboundMessage, judge, request};
use studio_core::api::Message;
use studio_store::{OutboxRow, StoreError};

use super::deliver::Leaving;
use crate::{egress::EgressRequest, studio::Studio};

/// Posts the message, if the connection wants its replies posted; otherwise they are fetched.
pub(super) async fn send(
    studio: &Arc<Studio>,
    connection: &Connection,
    leaving: &Leaving,
) -> (Delivery, String) {
    let row = &leaving.row;
    let message = match &leaving.message {
        Some(message) => Some(message.clone()),
        None => match read(studio, row).await {
            Ok(message) => message,
            Err(error) => return (Delivery::Retry { after: None }, error.to_string()),
        },
    };
    // Erased since: there is nothing to say any more.
    let Some(message) = message else { return (Delivery::Done, String::new()) };
    let uncertain = row.uncertain || row.attempts > 0;
    let (conversation, thread) = (row.conversation, row.thread.clone());
    let message = OutboundMessage { conversation, thread, message, uncertain };
    let Some(outbound) = request(connection, &message, studio.clock.now()) else {
        return (Delivery::Done, String::new());
    };
    match studio.egress.send(EgressRequest::from(outbound)).await {
        Ok(answer) => {
            let retry_after =
                answer.headers.get("retry-after").and_then(|text| text.to_str().ok()?.parse().ok());
            let retry_after = retry_after.map(jiff::SignedDuration::from_secs);
            (judge(Some(answer.status), retry_after), format!("status {}", answer.status))
        }
        Err(error) if error.retryable() => (Delivery::Retry { after: None }, error.to_string()),
        Err(error) => (Delivery::Dead { reason: error.to_string() }, error.to_string()),
    }
}

/// The message as the journal has it.
async fn read(studio: &Arc<Studio>, row: &OutboxRow) -> Result<Option<Message>, StoreError> {
    let before = row.sequence.saturating_sub(1);
    let entries = studio.store.journal(row.key.inbox.organisation, row.conversation, before, 1).await?;
    Ok(entries.iter().find(|entry| entry.sequence == row.sequence).and_then(Message::visible))
}
