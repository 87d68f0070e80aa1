//! Which parts of a message have left already, though nobody heard so?

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::{
    api::Cursor,
    life::{Account, time_stamp},
    payload::Message,
    place::Place,
    send::STUDIO,
    trouble::Trouble,
};
use crate::host::Host;

/// Two clocks may differ by so much.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// Of a page of a history, and how many of them are read.
const PAGE: &str = "100";
const PAGES: usize = 10;

/// Slack's ids of parts, by their number.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub parts: BTreeMap<usize, String>,
}

#[derive(Deserialize)]
pub(super) struct History {
    /// Each to be read for itself: one that cannot be read must not hide the others.
    #[serde(default)]
    pub messages: Vec<Value>,
    #[serde(default)]
    response_metadata: Option<Cursor>,
}

impl History {
    pub fn next(&self) -> Option<String> {
        self.response_metadata.as_ref().and_then(Cursor::next)
    }
}

impl Account {
    /// What carries this key of all that was said since `at`.
    pub(super) async fn find<H: Host>(
        &self,
        host: &H,
        place: &Place,
        key: &str,
        at: Timestamp,
    ) -> Result<Sent, Trouble> {
        let mut sent = Sent::default();
        // What only one person saw stands in no history.
        if place.only.is_some() {
            return Ok(sent);
        }
        let since = at.saturating_sub(MARGIN).unwrap_or(at);
        let mut cursor = None;
        for _ in 0..PAGES {
            let page = match self.history(host, place, &time_stamp(since), cursor).await {
                Ok(page) => page,
                // Without the right to read, at least once is what can be had.
                Err(trouble) if trouble.is(&["missing_scope", "no_permission", "not_allowed_token_type"]) => {
                    self.note(host, &trouble);
                    return Ok(sent);
                }
                Err(trouble) => return Err(trouble),
            };
            let next = page.next();
            for message in page.messages.into_iter().filter_map(|message| Message::deserialize(message).ok())
            {
                if let Some((part, ts)) = ours(&message, key) {
                    sent.parts.insert(part, ts);
                }
            }
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        Ok(sent)
    }

    /// A page of a thread or a channel, from a time stamp on.
    pub(super) async fn history<H: Host>(
        &self,
        host: &H,
        place: &Place,
        oldest: &str,
        cursor: Option<String>,
    ) -> Result<History, Trouble> {
        let method = if place.thread.is_some() { "conversations.replies" } else { "conversations.history" };
        let parameters = [
            ("channel", Some(place.channel.clone())),
            ("ts", place.thread.clone()),
            ("oldest", Some(oldest.to_owned())),
            ("include_all_metadata", Some("true".to_owned())),
            ("limit", Some(PAGE.to_owned())),
            ("cursor", cursor),
        ];
        self.get(host, method, &parameters).await
    }
}

/// The number of the part that a message is, where it belongs to the message of this key.
fn ours(message: &Message, key: &str) -> Option<(usize, String)> {
    let metadata = message.metadata.as_ref().filter(|metadata| metadata.event_type == STUDIO)?;
    let said = |name: &str| metadata.event_payload.get(name).and_then(Value::as_str);
    if said("key") != Some(key) {
        return None;
    }
    Some((said("part")?.parse().ok()?, message.ts.clone()?))
}
