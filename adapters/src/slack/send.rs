//! How does a message leave, in order and once?
//!
//! Slack does not recognise a repeat. So every message carries its key in its metadata, which people do not see; where a
//! try had no clear end, what the conversation holds is read before anything is sent again.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slack_morphism::prelude::SlackBlock;
use studio_core::content::Loss;

use super::{
    find::Sent,
    life::Account,
    outbound::{Part, Post, render},
    place::Place,
    trouble::{Counted, Trouble},
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Leaving, Outcome},
};

/// The name of our metadata.
pub(super) const STUDIO: &str = "studio_message";

/// `chat.postMessage`, `chat.postEphemeral` and `chat.update`, as far as they are used.
#[derive(Serialize)]
pub(super) struct PostMessage<'a> {
    pub channel: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_ts: Option<&'a str>,
    /// Of `chat.postEphemeral`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a str>,
    /// Of `chat.update`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ts: Option<&'a str>,
    pub text: &'a str,
    pub blocks: &'a [SlackBlock],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Posted {
    pub ts: String,
}

/// What is sent, and how it is known again.
pub(super) struct Step<'a> {
    pub place: &'a Place,
    pub leaving: &'a Leaving,
    /// Number of the part.
    pub index: usize,
}

/// How a part is known again.
pub(super) fn metadata(key: &str, index: usize) -> Value {
    let payload = json!({ "key": key, "part": index.to_string() });
    json!({ "event_type": STUDIO, "event_payload": payload })
}

impl Account {
    /// Sends what is left of a message, part after part.
    pub async fn send<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        let dead = |reason: String| Attempt {
            parts: Vec::new(),
            losses: Vec::new(),
            outcome: Outcome::Dead { reason },
        };
        let Some(place) = Place::parse(&leaving.thread) else {
            return dead(format!("“{}” names no conversation on Slack", leaving.thread));
        };
        let rendered = render(&host.token_key(), &leaving.message.content);
        let mut attempt = Attempt { parts: Vec::new(), losses: rendered.losses, outcome: Outcome::Done };
        let first = leaving.parts.len();
        let mut sent = Sent::default();
        if first < rendered.parts.len() && self.is_doubtful(&leaving.key, leaving.uncertain) {
            sent = match self.find(host, &place, &leaving.key, leaving.message.at).await {
                Ok(sent) => sent,
                Err(trouble) => {
                    attempt.outcome = trouble.outcome();
                    return attempt;
                }
            };
        }
        let mut leaves = Parts::begin();
        for (index, part) in rendered.parts.iter().enumerate().skip(first) {
            if let Some(id) = sent.parts.get(&index) {
                attempt.parts.push(id.clone());
                continue;
            }
            if let Err(outcome) = leaves.next(host, self.name(), leaving.conversation, &leaving.thread).await
            {
                attempt.outcome = outcome;
                return attempt;
            }
            let step = Step { place: &place, leaving, index };
            match self.step(host, &step, part, &mut attempt.losses).await {
                Ok(id) => attempt.parts.push(id),
                Err(trouble) => {
                    if trouble.is_doubtful() {
                        self.doubt(&leaving.key, None);
                    }
                    self.note(host, &trouble);
                    attempt.outcome = self.limited(host, &place, trouble).outcome();
                    return attempt;
                }
            }
        }
        self.doubt_no_more(&leaving.key);
        attempt
    }

    /// Where many channels have to wait, it is the whole workspace that said too much.
    fn limited<H: Host>(&self, host: &H, place: &Place, trouble: Trouble) -> Trouble {
        let Trouble::TooMany { after: Some(after), counted: Counted::Channel } = trouble else {
            return trouble;
        };
        let now = host.now();
        let until = now.saturating_add(after).unwrap_or(now);
        let is_workspace = self.notes().floods.add(&place.channel, until, now);
        let counted = if is_workspace { Counted::Workspace } else { Counted::Channel };
        Trouble::TooMany { after: Some(after), counted }
    }

    /// Sends one part; says how it is called.
    async fn step<H: Host>(
        &self,
        host: &H,
        step: &Step<'_>,
        part: &Part,
        losses: &mut Vec<Loss>,
    ) -> Result<String, Trouble> {
        match part {
            Part::Post(post) => match self.say(host, step, post).await {
                Err(trouble) if trouble.is(&["invalid_blocks", "invalid_blocks_format"]) => {
                    // Most likely a picture that Slack could not fetch.
                    let Some((blocks, lost)) = &post.without_images else { return Err(trouble) };
                    let plain =
                        Post { blocks: blocks.clone(), without_images: None, text: post.text.clone() };
                    let id = self.say(host, step, &plain).await?;
                    losses.extend(lost.iter().cloned());
                    Ok(id)
                }
                said => said,
            },
            Part::Upload { media, name, alt, comment } => {
                let file = super::files::Upload {
                    media: *media,
                    name: name.as_deref(),
                    alt: alt.as_deref(),
                    comment: comment.as_deref(),
                };
                match self.upload(host, step, &file).await {
                    Err(trouble) if trouble.is_about_file() => {
                        let Some((words, lost)) = part.as_words() else { return Err(trouble) };
                        self.note(host, &trouble);
                        let id = self.say(host, step, &words).await?;
                        losses.push(lost);
                        Ok(id)
                    }
                    uploaded => uploaded,
                }
            }
        }
    }

    async fn say<H: Host>(&self, host: &H, step: &Step<'_>, post: &Post) -> Result<String, Trouble> {
        match &step.place.only {
            Some(person) => self.whisper(host, step, person, post).await,
            None => self.say_in(host, &step.place.channel, step.place.thread.as_deref(), step, post).await,
        }
    }

    pub(super) async fn say_in<H: Host>(
        &self,
        host: &H,
        channel: &str,
        thread: Option<&str>,
        step: &Step<'_>,
        post: &Post,
    ) -> Result<String, Trouble> {
        let request = PostMessage {
            channel,
            thread_ts: thread,
            user: None,
            ts: None,
            text: &post.text,
            blocks: &post.blocks,
            metadata: Some(metadata(&step.leaving.key, step.index)),
        };
        let posted: Posted = self.post(host, "chat.postMessage", &request).await?;
        Ok(posted.ts)
    }

    /// Whether something of this key may have left in a try whose end nobody saw.
    pub(super) fn is_doubtful(&self, key: &str, uncertain: bool) -> bool {
        uncertain || self.notes().doubtful.iter().any(|doubt| doubt.key == key)
    }

    /// All of it has left.
    pub(super) fn doubt_no_more(&self, key: &str) {
        self.notes().doubtful.retain(|doubt| doubt.key != key);
    }
}
