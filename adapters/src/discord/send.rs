//! How does a message leave, part after part, each once?
//!
//! The nonce of a part is the same at every try, and Discord answers a repeat with the message that it has, for some
//! minutes; what may have left before that is looked for in the channel first (`find.rs`). The first part of a reply to
//! a slash command takes the place of "thinking", which a repeat does again. Where the bot may not write by itself, the
//! token of an interaction lets it for 15 minutes; what left so cannot be looked for.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use studio_core::{content::Loss, id::ConversationId};

use super::{
    fetch::{File, is_id},
    interaction::ReplyTo,
    life::Account,
    outbound::{Part, Rendered, Shown, is_picture, render},
    rest::{Answer, Payload, Refusal, Route},
    verdict::judge,
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Leaving, Outcome, Scope},
};

/// Largest file, `reference.mdx`, 2026-08-06.
const LARGEST_FILE: usize = 10 << 20;
/// Of a nonce.
const LONGEST_NONCE: usize = 25;
/// Discord knows a nonce again for “the past few minutes” (`message.mdx`).
pub(super) const NONCE_IS_KNOWN: SignedDuration = SignedDuration::from_secs(100);
/// How long the place of a reply may take to be there.
const TRIES_TO_REPLACE: u32 = 8;
const PAUSE_TO_REPLACE: Duration = Duration::from_millis(250);
/// The bot sees no such channel, or may not write there.
const NO_VOICE: [u64; 3] = [50_001, 50_013, 10_003];

impl Account {
    /// Sends a message, going on behind the parts that left.
    pub async fn send<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        let label = self.answer_label(&leaving.language);
        let Rendered { parts, mut losses } =
            render(leaving.message.content.clone(), &host.token_key(), label.as_deref());
        let mut sent = Vec::new();
        if !is_id(&leaving.thread) {
            let reason = format!("“{}” is no channel of Discord", leaving.thread);
            return Attempt { parts: sent, losses, outcome: Outcome::Dead { reason } };
        }
        if let Err(error) = self.deferred.recall(host, self.name()).await {
            let error = format!("what waits for a reply is not known: {error}");
            let outcome = Outcome::Retry { after: None, scope: Scope::Chat, error };
            return Attempt { parts: sent, losses, outcome };
        }
        let known = leaving.parts.len();
        let mut doubtful =
            leaving.uncertain && host.now().duration_since(leaving.message.at) > NONCE_IS_KNOWN;
        let mut leaves = Parts::begin();
        for index in known..parts.len() {
            // It was found among those that have left.
            if index < known + sent.len() {
                continue;
            }
            if let Err(outcome) = leaves.next(host, self.name(), leaving.conversation, &leaving.thread).await
            {
                return Attempt { parts: sent, losses, outcome };
            }
            let found = self.with_file(host, leaving.conversation, parts[index].clone(), &mut losses).await;
            let (part, file) = match found {
                Ok(found) => found,
                Err(outcome) => return Attempt { parts: sent, losses, outcome },
            };
            let mut try_ = Try { leaving, index, sent: &sent, doubtful, rest: &parts[index..] };
            let left = self.send_part(host, &mut try_, &part, file).await;
            doubtful = try_.doubtful;
            match left {
                Ok(ids) => {
                    self.update(|standing| standing.token_valid = Some(true));
                    sent.extend(ids);
                }
                Err(refusal) => {
                    let error = refusal.advised();
                    let outcome = self.judged(refusal);
                    self.failed(host, error);
                    return Attempt { parts: sent, losses, outcome };
                }
            }
        }
        Attempt { parts: sent, losses, outcome: Outcome::Done }
    }

    /// Shows that someone is typing, for 10 seconds or until the message.
    pub async fn typing(&self, thread: &str) {
        if is_id(thread) {
            let route = Route::new(Method::POST, "typing", thread, format!("channels/{thread}/typing"));
            if let Err(error) = self.rest.call(&route, Payload::None).await {
                tracing::debug!(connection = self.name(), %error, "discord.typing_failed");
            }
        }
    }

    /// What becomes of what was refused. A token that was reset in mid-run is known to be refused from then on.
    pub(super) fn judged(&self, refusal: Refusal) -> Outcome {
        if refusal.is_of_the_token() {
            self.update(|standing| standing.token_valid = Some(false));
        }
        judge(refusal)
    }

    /// The id of the part that left, and those of the parts behind it that have left before.
    async fn send_part<H: Host>(
        &self,
        host: &H,
        try_: &mut Try<'_>,
        part: &Part,
        file: Option<File>,
    ) -> Result<Vec<String>, Refusal> {
        let Try { leaving, index, .. } = *try_;
        let body = part.body(file.as_ref().map(|file| file.name.as_str()));
        let payload = |json: Value| payload(json, file.as_ref());
        let thread = leaving.thread.as_str();
        if index == 0
            && let Some(reply) = self.claim(host, leaving).await?
        {
            let replaced = self.replace(&reply, || payload(body.clone())).await;
            match replaced {
                Ok(answer) => {
                    self.deferred.replaced(thread, &reply.interaction);
                    return id(&answer).map(|id| vec![id]);
                }
                // The place is gone, or its token no longer good: an ordinary message then.
                Err(refusal) if is_no_place(&refusal) => {
                    self.deferred.replaced(thread, &reply.interaction);
                }
                Err(refusal) => return Err(refusal),
            }
        }
        if std::mem::take(&mut try_.doubtful) {
            let left = self.find(host, try_).await?;
            if !left.is_empty() {
                return Ok(left);
            }
        }
        let mut said = body.clone();
        said["nonce"] = Value::from(nonce(&leaving.key, index));
        said["enforce_nonce"] = Value::from(true);
        let posted = match self.rest.call(&Route::messages(Method::POST, thread, ""), payload(said)).await {
            Ok(answer) => id(&answer),
            Err(refusal) => match (&refusal, self.deferred.any(thread, host.now())) {
                (Refusal::Refused { code, .. }, Some(reply)) if NO_VOICE.contains(code) => {
                    let route = Route::follow_up(&reply.application, &reply.token);
                    match self.rest.call(&route, payload(body)).await {
                        Ok(answer) => id(&answer),
                        // Not the bot's token is refused, but this one.
                        Err(other) => Err(if is_no_place(&other) { refusal } else { other }),
                    }
                }
                _ => Err(refusal),
            },
        };
        posted.map(|id| vec![id])
    }

    /// The "thinking" that a message takes the place of: that of the command which it answers. What answers no event, as what
    /// a member says, takes the oldest.
    async fn claim<H: Host>(&self, host: &H, leaving: &Leaving) -> Result<Option<ReplyTo>, Refusal> {
        let (thread, sequence) = (leaving.thread.as_str(), leaving.message.sequence);
        if !self.deferred.is_shown(thread) {
            return Ok(None);
        }
        let turns = host.turns(self.name(), leaving.conversation, sequence.saturating_sub(1)).await;
        let turns =
            turns.map_err(|error| Refusal::Failed(format!("what a reply answers is not known: {error}")))?;
        // The first that ends with this message or behind it; it is of this turn unless that begins behind it.
        let answered =
            turns.first().filter(|(_, first)| *first <= sequence).map(|(native, _)| native.as_str());
        let claimed = self.deferred.claim(thread, &leaving.key, answered, host.now());
        if claimed.as_ref().is_some_and(|(_, is_first)| *is_first) {
            let kept = self.deferred.keep(host, self.name(), thread).await;
            // No other message may take the place after a restart.
            kept.map_err(|error| Refusal::Failed(format!("the place of a reply is not kept: {error}")))?;
        }
        Ok(claimed.map(|(reply, _)| reply))
    }

    /// Puts a part in the place of "thinking", which may not be there yet.
    async fn replace(&self, reply: &ReplyTo, payload: impl Fn() -> Payload) -> Result<Answer, Refusal> {
        let route = Route::original(Method::PATCH, &reply.application, &reply.token);
        let mut tries = 0;
        loop {
            tries += 1;
            match self.rest.call(&route, payload()).await {
                Err(Refusal::Refused { status: 404, code: 1.., .. }) if tries < TRIES_TO_REPLACE => {
                    tokio::time::sleep(PAUSE_TO_REPLACE).await;
                }
                other => return other,
            }
        }
    }

    /// The part with the bytes of its file; without where the file is gone or too large. A picture of a type that Discord does
    /// not show is a file.
    pub(super) async fn with_file<H: Host>(
        &self,
        host: &H,
        conversation: ConversationId,
        part: Part,
        losses: &mut Vec<Loss>,
    ) -> Result<(Part, Option<File>), Outcome> {
        let Some(upload) = part.upload.clone() else { return Ok((part, None)) };
        let found = host.load_media(conversation, upload.media).await.map_err(|error| Outcome::Retry {
            after: Some(SignedDuration::from_secs(5)),
            scope: Scope::Chat,
            error: format!("a kept file cannot be read: {error}"),
        })?;
        if let Some((facts, bytes)) = found
            && bytes.len() <= LARGEST_FILE
        {
            let is_odd = upload.shown != Shown::File && !is_picture(&facts.name, &facts.media_type);
            let (part, name) = if is_odd {
                losses.push(Loss::ImageAsFile { alt: upload.name });
                (part.with_picture_as_file(), facts.name)
            } else if upload.shown == Shown::Embedded {
                (part, embedded_name(&facts.name))
            } else {
                (part, facts.name)
            };
            return Ok((part, Some(File { name, media_type: facts.media_type, bytes })));
        }
        losses.push(match upload.shown {
            Shown::Picture | Shown::Embedded => Loss::ImageLost { alt: upload.name },
            Shown::File => Loss::FileLost { name: upload.name },
        });
        Ok((part.without_upload(), None))
    }
}

/// One part that is to leave.
pub(super) struct Try<'a> {
    pub leaving: &'a Leaving,
    /// Number of the part.
    pub index: usize,
    /// Ids of the parts before it that left in this try of the message.
    pub sent: &'a [String],
    /// It and those behind it may have left, longer ago than Discord knows their nonces; and it was not looked for yet.
    pub doubtful: bool,
    /// It and those behind it, with all their files.
    pub rest: &'a [Part],
}

/// Whether Discord knows of no place there, or the token of none.
fn is_no_place(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Refused { status: 401 | 403 | 404, .. }) && !refusal.is_foreign()
}

pub(super) fn payload(json: Value, file: Option<&File>) -> Payload {
    match file {
        None => Payload::Json(json),
        Some(File { name, media_type, bytes }) => {
            Payload::File { json, name: name.clone(), media_type: media_type.clone(), bytes: bytes.clone() }
        }
    }
}

/// A name that an embed can point to.
fn embedded_name(name: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { format!("picture.{}", ending.to_ascii_lowercase()) } else { "picture.png".to_owned() }
}

/// Of the first part the key of the message, of the others made from it.
pub(super) fn nonce(key: &str, index: usize) -> String {
    if index == 0 && key.len() <= LONGEST_NONCE {
        return key.to_owned();
    }
    let mut hash = Sha256::new();
    hash.update(key.as_bytes());
    hash.update((index as u64).to_be_bytes());
    let mut nonce = URL_SAFE_NO_PAD.encode(hash.finalize());
    nonce.truncate(LONGEST_NONCE);
    nonce
}

/// The id of the message that an answer holds.
pub(super) fn id(answer: &Answer) -> Result<String, Refusal> {
    let id = answer.body["id"].as_str().map(str::to_owned);
    id.ok_or_else(|| Refusal::Failed("Discord's answer names no message".into()))
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn each_part_has_a_nonce_of_its_own() {
        assert_eq!(nonce("01J9Z3K7T2N8Q4R6V0W1X5Y9A", 0), "01J9Z3K7T2N8Q4R6V0W1X5Y9A");
        let others = (0..4).map(|index| nonce("key", index)).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(others.len(), 4);
        assert!(others.iter().all(|nonce| nonce.len() <= LONGEST_NONCE));
        assert_eq!(nonce("key", 2), nonce("key", 2));
    }

    #[test]
    fn a_picture_of_a_card_has_a_name_that_can_be_pointed_to() {
        for (name, expected) in [
            ("Zelt grün.PNG", "picture.png"),
            ("tent", "picture.png"),
            ("a.web p", "picture.png"),
            ("a.jpg", "picture.jpg"),
        ] {
            assert_eq!(embedded_name(name), expected, "{name}");
        }
    }
}
