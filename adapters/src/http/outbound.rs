//! What does a reply look like on its way out, and what does an answer to it mean?

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use studio_core::{api::Message, id::ConversationId};
use url::Url;

use super::{config::Connection, sign::sign};

/// A message as this channel tells it.
pub use crate::shown::Shown as Reply;

/// A message that was committed and is to be delivered.
#[derive(Clone, Debug, PartialEq)]
pub struct OutboundMessage {
    pub conversation: ConversationId,
    /// The other side's name of the conversation.
    pub thread: String,
    pub message: Message,
    /// It may have been delivered before: it was tried, or the process that was sending it ended.
    pub uncertain: bool,
}

/// A request for the server's egress client, which follows no redirect with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboundRequest {
    pub url: Url,
    /// Lower-case names.
    pub headers: BTreeMap<&'static str, String>,
    pub body: String,
}

/// What happens next with a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    Done,
    /// Again, not before `after` where the other side named a time.
    Retry {
        after: Option<SignedDuration>,
    },
    /// Never again by itself; a sentence for the list of dead letters.
    Dead {
        reason: String,
    },
}

/// The POST of a reply; `None` where the connection has no `reply_url`, or for a note.
///
/// A repeat has the same `webhook-id` and the same body, with a newer `webhook-timestamp` and `studio-uncertain`.
pub fn request(
    connection: &Connection,
    message: &OutboundMessage,
    now: Timestamp,
) -> Option<OutboundRequest> {
    let url = connection.reply_url.clone()?;
    let reply = Reply::of(&message.message)?;
    let id = format!("msg_{}_{}", message.conversation, reply.sequence);
    let posting = Posting {
        kind: "message",
        timestamp: reply.at,
        data: Data { conversation: &message.thread, conversation_id: message.conversation, message: reply },
    };
    let body = serde_json::to_string(&posting).ok()?;
    let signature = sign(&connection.secrets, &id, now.as_second(), body.as_bytes());
    let mut headers = BTreeMap::from([
        ("content-type", "application/json".to_owned()),
        ("user-agent", concat!("studio/", env!("CARGO_PKG_VERSION")).to_owned()),
        ("webhook-id", id),
        ("webhook-timestamp", now.as_second().to_string()),
        ("webhook-signature", signature),
    ]);
    if message.uncertain {
        headers.insert("studio-uncertain", "true".to_owned());
    }
    Some(OutboundRequest { url, headers, body })
}

/// The body of the POST, as Standard Webhooks recommends it.
#[derive(Serialize)]
struct Posting<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: Timestamp,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    conversation: &'a str,
    conversation_id: ConversationId,
    message: Reply,
}

/// What an answer means; no status is an address that could not be reached in time.
pub fn judge(status: Option<u16>, retry_after: Option<SignedDuration>) -> Delivery {
    let retry = Delivery::Retry { after: retry_after };
    match status {
        None => Delivery::Retry { after: None },
        Some(200..=299) => Delivery::Done,
        Some(300..=399) => {
            Delivery::Dead { reason: "the reply_url redirects; set the address it leads to".into() }
        }
        Some(410) => Delivery::Dead { reason: "the reply_url is gone for good (410)".into() },
        Some(408 | 425 | 429) => retry,
        Some(status @ 400..=499) => {
            Delivery::Dead { reason: format!("the receiver refused the message with status {status}") }
        }
        Some(_) => retry,
    }
}
