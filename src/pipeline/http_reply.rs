//! How does a reply reach the other end of an HTTP connection? Signed, through the egress client.

use std::sync::Arc;

use studio_adapters::http::{self, Connection, OutboundMessage, judge, request};

use super::deliver::{Delivery, Leaving};
use crate::{egress::EgressRequest, studio::Studio};

/// Posts the message, if the connection wants its replies posted; otherwise they are fetched.
pub(super) async fn send(studio: &Arc<Studio>, connection: &Connection, leaving: &Leaving) -> Delivery {
    let row = &leaving.row;
    let message = match leaving.message(studio).await {
        Ok(message) => message,
        Err(error) => return Delivery::store_failed(&error),
    };
    // Erased since: there is nothing to say any more.
    let Some(message) = message else { return Delivery::nothing() };
    let uncertain = row.is_uncertain();
    let at = message.at;
    let (conversation, thread) = (row.conversation, row.thread.clone());
    let message = OutboundMessage { conversation, thread, message, uncertain };
    let Some(outbound) = request(connection, &message, studio.clock.now()) else {
        return Delivery::nothing();
    };
    match studio.egress.send(EgressRequest::from(outbound)).await {
        Ok(answer) => {
            let retry_after =
                answer.headers.get("retry-after").and_then(|text| text.to_str().ok()?.parse().ok());
            let retry_after = retry_after.map(jiff::SignedDuration::from_secs);
            match judge(Some(answer.status), retry_after) {
                // What was taken at the first try is known by that: it waits no more, and of it alone nothing else is noted.
                http::Delivery::Done => {
                    leaving.handed_over();
                    if !uncertain {
                        studio.marks.pushed(&row.connection, at);
                    }
                    Delivery::Done { parts: Vec::new(), losses: Vec::new(), noted: uncertain }
                }
                http::Delivery::Retry { after } => Delivery::Retry {
                    after,
                    error: format!("status {}", answer.status),
                    parts: Vec::new(),
                    whole_connection: false,
                },
                http::Delivery::Dead { reason } => Delivery::dead(&reason),
            }
        }
        Err(error) if error.retryable() => Delivery::retry(&error),
        Err(error) => Delivery::dead(&error),
    }
}
