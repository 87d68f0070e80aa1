//! How is a message changed that has left, how is it taken back, and how is it shown that someone is typing?

use serde_json::{Value, json};
use studio_core::content::Loss;

use super::{
    ephemeral::EPHEMERAL,
    find::Sent,
    life::Account,
    outbound::{Part, Post, render},
    place::{Place, is_id, is_time_stamp},
    send::{PostMessage, Posted, metadata},
    trouble::Trouble,
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Edit, Outcome},
};

/// A part of a message, by the name that it got when it left.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Named<'a> {
    Message {
        channel: &'a str,
        ts: &'a str,
    },
    File(&'a str),
    /// Only one person saw it, and Slack has no name for it.
    Ephemeral,
    Unknown,
}

/// What becomes of a part.
#[derive(Clone, Copy, Debug)]
enum Change<'a> {
    /// It is as it was.
    Stays,
    /// It takes the place of this message.
    Update {
        post: &'a Post,
        channel: &'a str,
        ts: &'a str,
    },
    Add(&'a Post),
}

const EPHEMERAL_STAYS: &str =
    "only one person saw it, and Slack lets nobody change it; it vanishes by itself";

const FILE_STAYS: &str = "what is to be changed holds a file, and Slack lets nobody change one: take the message back and send a new one";
const NO_FILE: &str =
    "a change cannot put a file into a message on Slack: take the message back and send a new one";
const UNKNOWN_STAYS: &str =
    "what is to be changed has no name that Slack knows: take the message back and send a new one";

impl Account {
    /// Changes a message. `parts` of what is returned are the parts as they are called from now on.
    pub async fn edit<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        let mut attempt = Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Done };
        let dead = |reason: String| Outcome::Dead { reason };
        let Some(place) = Place::parse(&edit.thread) else {
            attempt.outcome = dead(format!("“{}” names no conversation on Slack", edit.thread));
            return attempt;
        };
        let rendered = render(&host.token_key(), &edit.content);
        attempt.losses = rendered.losses;
        let before = edit.before.as_ref().map(|before| render(&host.token_key(), &before.content).parts);
        let before = before.unwrap_or_default();
        let changes = match changes(&place, &rendered.parts, &before, &edit.parts) {
            Ok(changes) => changes,
            Err(stays) => {
                attempt.outcome = dead(stays.to_owned());
                return attempt;
            }
        };
        // What only one person saw may have left by direct messages: what is added goes there too.
        let home = changes.iter().rev().find_map(|change| match change {
            Change::Update { channel, .. } => Some(*channel),
            Change::Stays | Change::Add(_) => None,
        });
        let home = home.unwrap_or(&place.channel);
        let conversation = host.conversation(self.name(), &edit.thread);
        let mut leaves = Parts::begin();
        let mut sent = Sent::default();
        if changes.len() > edit.parts.len() && self.is_doubtful(&edit.key, edit.uncertain) {
            sent = match self.find(host, &place, &edit.key, edit.at).await {
                Ok(sent) => sent,
                Err(trouble) => {
                    attempt.outcome = trouble.outcome();
                    return attempt;
                }
            };
        }
        for (index, change) in changes.into_iter().enumerate() {
            let done = match (change, sent.parts.get(&index)) {
                (Change::Stays, _) => Ok((edit.parts[index].clone(), Vec::new())),
                (Change::Update { post, channel, ts }, _) => {
                    let updated = self.update(host, channel, ts, post).await;
                    updated.map(|lost| (edit.parts[index].clone(), lost))
                }
                (Change::Add(_), Some(id)) => Ok((id.clone(), Vec::new())),
                (Change::Add(post), None) => {
                    if let Err(outcome) = leaves.next(host, self.name(), conversation, &edit.thread).await {
                        attempt.outcome = outcome;
                        return attempt;
                    }
                    self.add(host, &place, home, &edit.key, index, post).await
                }
            };
            match done {
                Ok((id, lost)) => {
                    attempt.parts.push(id);
                    attempt.losses.extend(lost);
                }
                Err(trouble) => {
                    if trouble.is_doubtful() {
                        self.doubt(&edit.key, None);
                    }
                    self.note(host, &trouble);
                    attempt.outcome = trouble.outcome();
                    return attempt;
                }
            }
        }
        self.doubt_no_more(&edit.key);
        let left_over = edit.parts.get(rendered.parts.len()..).unwrap_or_default();
        attempt.outcome = self.retract(host, &edit.thread, left_over).await.outcome;
        attempt
    }

    /// Takes a message back.
    pub async fn retract<H: Host>(&self, host: &H, thread: &str, parts: &[String]) -> Attempt {
        let mut attempt = Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Done };
        let Some(place) = Place::parse(thread) else {
            attempt.outcome =
                Outcome::Dead { reason: format!("“{thread}” names no conversation on Slack") };
            return attempt;
        };
        for part in parts {
            let gone = match named(&place, part) {
                Named::Message { channel, ts } => {
                    let request = json!({ "channel": channel, "ts": ts });
                    self.post::<_, _, Value>(host, "chat.delete", &request).await
                }
                Named::File(id) => self.post(host, "files.delete", &json!({ "file": id })).await,
                Named::Ephemeral => {
                    attempt.outcome = Outcome::Dead { reason: EPHEMERAL_STAYS.to_owned() };
                    return attempt;
                }
                Named::Unknown => {
                    attempt.outcome =
                        Outcome::Dead { reason: format!("“{part}” names no message on Slack") };
                    return attempt;
                }
            };
            match gone {
                Ok(_) => attempt.parts.push(part.clone()),
                Err(trouble) if trouble.is(&["message_not_found", "file_not_found", "file_deleted"]) => {
                    attempt.parts.push(part.clone());
                }
                Err(trouble) => {
                    attempt.outcome = trouble.outcome();
                    return attempt;
                }
            }
        }
        attempt
    }

    /// Shows in a thread that an answer is on its way, until it comes: Slack has no way outside of threads.
    pub async fn typing<H: Host>(&self, host: &H, thread: &str) {
        let Some(Place { channel, thread: Some(thread), only: None }) = Place::parse(thread) else { return };
        if self.notes().denied.typing {
            return;
        }
        let request = json!({ "channel_id": channel, "thread_ts": thread, "status": "is typing…" });
        let shown: Result<Value, Trouble> = self.post(host, "assistant.threads.setStatus", &request).await;
        if let Err(trouble) = shown
            && trouble.is(&["missing_scope", "no_permission", "unknown_method", "not_allowed_token_type"])
        {
            self.notes().denied.typing = true;
        }
    }

    /// Puts words in the place of others; says what is given up.
    async fn update<H: Host>(
        &self,
        host: &H,
        channel: &str,
        ts: &str,
        post: &Post,
    ) -> Result<Vec<Loss>, Trouble> {
        let request = PostMessage {
            channel,
            thread_ts: None,
            user: None,
            ts: Some(ts),
            text: &post.text,
            blocks: &post.blocks,
            metadata: None,
        };
        self.put(host, "chat.update", request, post).await.map(|(_, lost)| lost)
    }

    /// Says behind a message what a change adds, where the message is; how that is called, and what is given up.
    async fn add<H: Host>(
        &self,
        host: &H,
        place: &Place,
        home: &str,
        key: &str,
        index: usize,
        post: &Post,
    ) -> Result<(String, Vec<Loss>), Trouble> {
        let request = PostMessage {
            channel: home,
            thread_ts: place.thread.as_deref(),
            user: None,
            ts: None,
            text: &post.text,
            blocks: &post.blocks,
            metadata: Some(metadata(key, index)),
        };
        let (ts, lost) = self.put(host, "chat.postMessage", request, post).await?;
        Ok((if home == place.channel { ts } else { format!("{home}:{ts}") }, lost))
    }

    /// Without its pictures, where Slack cannot fetch one.
    async fn put<'a, H: Host>(
        &self,
        host: &H,
        method: &'static str,
        mut request: PostMessage<'a>,
        post: &'a Post,
    ) -> Result<(String, Vec<Loss>), Trouble> {
        let posted: Result<Posted, Trouble> = self.post(host, method, &request).await;
        match (posted, &post.without_images) {
            (Err(trouble), Some((blocks, lost)))
                if trouble.is(&["invalid_blocks", "invalid_blocks_format"]) =>
            {
                request.blocks = blocks;
                let posted: Posted = self.post(host, method, &request).await?;
                Ok((posted.ts, lost.clone()))
            }
            (posted, _) => posted.map(|posted| (posted.ts, Vec::new())),
        }
    }
}

/// All of it can be changed, or nothing is; the error says why. Files stay where they were `before`.
fn changes<'a>(
    place: &'a Place,
    new: &'a [Part],
    before: &[Part],
    old: &'a [String],
) -> Result<Vec<Change<'a>>, &'static str> {
    let change = |(index, part): (usize, &'a Part)| match (part, old.get(index).map(|old| named(place, old)))
    {
        // As a file, or as the words that left in its place.
        (Part::Upload { .. }, Some(Named::File(_) | Named::Message { .. }))
            if before.get(index) == Some(part) =>
        {
            Ok(Change::Stays)
        }
        (Part::Post(post), Some(Named::Message { channel, ts })) => Ok(Change::Update { post, channel, ts }),
        (Part::Post(post), None) => Ok(Change::Add(post)),
        (_, Some(Named::Ephemeral)) => Err(EPHEMERAL_STAYS),
        (_, Some(Named::File(_))) => Err(FILE_STAYS),
        (Part::Upload { .. }, Some(Named::Message { .. }) | None) => Err(NO_FILE),
        (_, Some(Named::Unknown)) => Err(UNKNOWN_STAYS),
    };
    new.iter().enumerate().map(change).collect()
}

fn named<'a>(place: &'a Place, part: &'a str) -> Named<'a> {
    if part == EPHEMERAL {
        return Named::Ephemeral;
    }
    if let Some(file) = part.strip_prefix("file:") {
        return if is_id(file) { Named::File(file) } else { Named::Unknown };
    }
    let (channel, ts) = part.split_once(':').unwrap_or((&place.channel, part));
    if is_id(channel) && is_time_stamp(ts) { Named::Message { channel, ts } } else { Named::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_known_by_their_names() {
        let place = Place::thread("C1", "1.2");
        let check = |part: &str, expected: Named<'_>| assert_eq!(named(&place, part), expected, "{part:?}");
        check("1700000000.000100", Named::Message { channel: "C1", ts: "1700000000.000100" });
        check("D1:1700000000.000100", Named::Message { channel: "D1", ts: "1700000000.000100" });
        check("file:F1", Named::File("F1"));
        check("ephemeral", Named::Ephemeral);
        check("file:../x", Named::Unknown);
        check("now", Named::Unknown);
    }
}
