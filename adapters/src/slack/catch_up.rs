//! What was said while nobody listened? Slack tries an event four times within six minutes; what was said in a longer
//! standstill is read from the histories of the bot's conversations. Messages have the same id here as in their
//! event, so nothing is run twice.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::{
    inbound::Event,
    life::{Account, moment, time_stamp},
    message,
    payload::Message,
    place::Place,
    receive::HEARD,
    trouble::Trouble,
};
use crate::host::Host;

/// After an interruption, until Slack's own tries are through.
const SETTLE: Duration = Duration::from_secs(5);
/// Between two rounds: a network that comes and goes must not use up Slack's patience.
const REST: Duration = Duration::from_mins(10);
/// Slack allows about 50 calls a minute of each of these methods (tier 3).
const PACE: Duration = Duration::from_millis(1_300);
/// How far back what began a thread may lie that went on meanwhile.
const THREADS: SignedDuration = SignedDuration::from_hours(24);
/// What was said longer ago is old: people have asked again, or elsewhere.
const FARTHEST: SignedDuration = SignedDuration::from_hours(72);
/// Our own bounds of one round.
const MOST_CONVERSATIONS: usize = 500;
const MOST_PAGES: usize = 5;

#[derive(Deserialize)]
struct Conversations {
    #[serde(default)]
    channels: Vec<Conversation>,
    #[serde(default)]
    response_metadata: Option<Cursor>,
}

#[derive(Deserialize)]
struct Conversation {
    id: String,
}

#[derive(Deserialize)]
struct Cursor {
    #[serde(default)]
    next_cursor: String,
}

impl Account {
    /// Reads, at the start and after every interruption, what was missed.
    pub(super) async fn catch_up<H: Host>(&self, host: &H) {
        loop {
            let mark = host.recall(self.name(), HEARD).await;
            let mark = mark.ok().flatten().and_then(|mark| mark.parse::<Timestamp>().ok());
            tokio::time::sleep(SETTLE).await;
            if let Some(mark) = mark
                && let Err(trouble) = self.read_since(host, mark).await
            {
                self.note(host, &trouble);
            }
            tokio::time::sleep(REST).await;
            self.gap.notified().await;
        }
    }

    pub(super) async fn read_since<H: Host>(&self, host: &H, mark: Timestamp) -> Result<(), Trouble> {
        let farthest = host.now().saturating_sub(FARTHEST).unwrap_or(mark);
        // The mark is written now and then; a little before it nothing was missed, and repeats do no harm.
        let since = mark.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(mark).max(farthest);
        let mut found = 0_usize;
        for conversation in self.conversations().await? {
            for event in self.missed(&conversation, since).await? {
                found += 1;
                // Refused for now: the next round reads it again.
                if self.store(host, vec![event]).await.is_err() {
                    return Ok(());
                }
            }
        }
        tracing::info!(connection = self.name(), messages = found, "slack.caught_up");
        Ok(())
    }

    /// The ids of all conversations that the bot is in.
    async fn conversations(&self) -> Result<Vec<String>, Trouble> {
        let mut ids = Vec::new();
        let mut cursor = None;
        while ids.len() < MOST_CONVERSATIONS {
            let parameters = [
                ("types", Some("im,mpim,public_channel,private_channel".to_owned())),
                ("exclude_archived", Some("true".to_owned())),
                ("limit", Some("200".to_owned())),
                ("cursor", cursor),
            ];
            let page: Conversations = self.get("users.conversations", &parameters).await?;
            ids.extend(page.channels.into_iter().map(|conversation| conversation.id));
            cursor =
                page.response_metadata.map(|metadata| metadata.next_cursor).filter(|next| !next.is_empty());
            if cursor.is_none() {
                break;
            }
            tokio::time::sleep(PACE).await;
        }
        ids.truncate(MOST_CONVERSATIONS);
        Ok(ids)
    }

    /// What was said in a conversation and its threads, in the order of its time.
    async fn missed(&self, channel: &str, since: Timestamp) -> Result<Vec<Event>, Trouble> {
        let place = Place::channel(channel);
        let threads = since.saturating_sub(THREADS).unwrap_or(since);
        let mut messages = self.pages(&place, threads).await?;
        let went_on = |message: &Message| {
            message.latest_reply.as_deref().and_then(moment).is_some_and(|latest| latest > since)
        };
        let begun = messages.iter().filter(|message| went_on(message));
        let begun = begun.filter_map(|message| message.ts.clone()).collect::<Vec<_>>();
        for thread in begun {
            messages.extend(self.pages(&Place::thread(channel, &thread), since).await?);
        }
        messages.retain(|message| message.ts.as_deref().and_then(moment).is_some_and(|at| at > since));
        messages.sort_by(|one, other| one.ts.cmp(&other.ts));
        messages.dedup_by(|one, other| one.ts == other.ts);
        let me = self.notes().bot_user.clone();
        let events = messages.into_iter().filter_map(|message| {
            let message = Message { channel: Some(channel.to_owned()), ..message };
            // What is no message to us here is none there.
            message::said(&self.manner, me.as_deref(), "", false, message).ok()
        });
        Ok(events.flatten().collect())
    }

    async fn pages(&self, place: &Place, oldest: Timestamp) -> Result<Vec<Message>, Trouble> {
        let mut messages = Vec::new();
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            tokio::time::sleep(PACE).await;
            let page = match self.history(place, &time_stamp(oldest), cursor).await {
                Ok(page) => page,
                Err(Trouble::TooMany { after }) => {
                    let after = after.and_then(|after| Duration::try_from(after).ok()).unwrap_or(REST);
                    tokio::time::sleep(after).await;
                    return self.history(place, &time_stamp(oldest), None).await.map(|page| page.messages);
                }
                Err(trouble) => return Err(trouble),
            };
            cursor = page.next();
            messages.extend(page.messages);
            if cursor.is_none() {
                break;
            }
        }
        Ok(messages)
    }
}
