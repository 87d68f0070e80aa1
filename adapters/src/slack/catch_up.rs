//! What was said while nobody listened? Slack tries an event four times within six minutes; what was said in a longer
//! standstill is read from the histories of the bot's conversations, again and again until they could be read. Messages
//! have the same id here as in their event, so nothing is run twice.

use std::time::Duration;

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    api::Cursor,
    inbound::Event,
    life::{Account, delay, moment, time_stamp},
    message,
    payload::{Message, value},
    place::Place,
    receive::Unfit,
    store::HEARD_UP_TO,
    trouble::Trouble,
};
use crate::host::Host;

/// After an interruption, until Slack's own tries are through.
const SETTLE: Duration = Duration::from_secs(5);
/// Between two rounds: a network that comes and goes must not use up Slack's patience.
const REST: Duration = Duration::from_mins(10);
/// How far back what began a thread may lie that went on meanwhile.
const THREADS: SignedDuration = SignedDuration::from_hours(24);
/// What was said longer ago is old: people have asked again, or elsewhere.
const FARTHEST: SignedDuration = SignedDuration::from_hours(72);
/// Our own bounds of one round; what lies beyond them is said to be lost.
const MOST_CONVERSATIONS: usize = 2_000;
const MOST_PAGES: usize = 100;
/// Of one call, before the whole round is tried again.
const TRIES: u32 = 6;
/// Longest wait for a studio that is busy.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

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

/// A message that a conversation holds.
struct Found {
    /// As if Slack had told it: so it can be read anew where it is kept.
    raw: Bytes,
    /// The error is why it cannot be read.
    said: Result<Vec<Event>, String>,
}

impl Account {
    /// Reads, at the start and after every interruption, what was missed.
    pub(super) async fn catch_up<H: Host>(&self, host: &H) {
        self.recall_mark(host).await;
        loop {
            tokio::time::sleep(SETTLE).await;
            let (mut tries, mut read_any) = (0, false);
            loop {
                let begun = {
                    let mut notes = self.notes();
                    notes.reading.look(host.now());
                    notes.reading.begin()
                };
                let Some(mark) = begun else { break };
                read_any = true;
                let read = self.read_since(host, mark).await;
                self.notes().reading.end(read.is_ok());
                let Err(trouble) = read else { break };
                self.note(host, &trouble);
                tries += 1;
                tokio::time::sleep(if trouble.needs_somebody() { REST } else { delay(host, tries) }).await;
            }
            if read_any {
                tokio::time::sleep(REST).await;
            }
            self.until_missing(host).await;
        }
    }

    /// Returns once the histories are to be read.
    pub(super) async fn until_missing<H: Host>(&self, host: &H) {
        loop {
            let now = host.now();
            let next_look = {
                let mut notes = self.notes();
                notes.reading.look(now);
                if notes.reading.is_missing() {
                    return;
                }
                notes.reading.next_look()
            };
            let until_then = async {
                let Some(at) = next_look else { return std::future::pending().await };
                let pause = Duration::try_from(at.duration_since(now)).unwrap_or_default();
                tokio::time::sleep(pause).await;
            };
            tokio::select! {
                () = self.gap.notified() => {}
                () = until_then => {}
            }
        }
    }

    /// Until it is known nothing is written over it.
    async fn recall_mark<H: Host>(&self, host: &H) {
        let mut tries = 0;
        let mark = loop {
            match host.recall(self.name(), HEARD_UP_TO).await {
                Ok(mark) => break mark,
                Err(error) => {
                    self.warn(host, format!("the place up to which was heard is not known: {error}"));
                    tries += 1;
                    tokio::time::sleep(delay(host, tries)).await;
                }
            }
        };
        self.notes().reading.recalled(mark.and_then(|mark| mark.parse().ok()));
    }

    pub(super) async fn read_since<H: Host>(&self, host: &H, mark: Timestamp) -> Result<(), Trouble> {
        if self.notes().bot_user.is_none() {
            // Without it nobody could tell whether the bot was called.
            self.introduce(host).await?;
        }
        let farthest = host.now().saturating_sub(FARTHEST).unwrap_or(mark);
        // The mark is written now and then; a little before it nothing was missed, and repeats do no harm.
        let since = mark.saturating_sub(SignedDuration::from_mins(1)).unwrap_or(mark).max(farthest);
        let mut read = 0_usize;
        for conversation in self.conversations(host).await? {
            let found = match self.missed_in(host, &conversation, since).await {
                Ok(found) => found,
                // Of this conversation alone: closed to us since, or without the scope for its kind.
                Err(trouble) if trouble.is_of_one_conversation() => {
                    self.warn(
                        host,
                        format!("a conversation is not read for what was missed: {}", trouble.sentence()),
                    );
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            read += found.len();
            for found in found {
                self.offer(host, &found).await;
            }
        }
        tracing::info!(connection = self.name(), messages = read, "slack.caught_up");
        Ok(())
    }

    /// Offers what was found until the studio takes it.
    async fn offer<H: Host>(&self, host: &H, found: &Found) {
        while let Err(after) = self.take_found(host, found).await {
            let after = Duration::try_from(after).unwrap_or_default();
            tokio::time::sleep(after.clamp(Duration::from_millis(100), LONGEST_WAIT)).await;
        }
    }

    /// The error says when to come again.
    async fn take_found<H: Host>(&self, host: &H, found: &Found) -> Result<(), SignedDuration> {
        let unfit = match &found.said {
            Ok(events) => {
                self.store(host, "message", events.clone(), Some(found.raw.len())).await?.map(Unfit::Refused)
            }
            Err(why) => Some(Unfit::Unread(why.clone())),
        };
        match unfit {
            Some(unfit) => self.keep(host, &found.raw, &unfit).await,
            None => Ok(()),
        }
    }

    /// The ids of all conversations that the bot is in.
    async fn conversations<H: Host>(&self, host: &H) -> Result<Vec<String>, Trouble> {
        let (mut ids, mut cursor, mut tries) = (Vec::new(), None, 0);
        loop {
            let parameters = [
                ("types", Some("im,mpim,public_channel,private_channel".to_owned())),
                ("exclude_archived", Some("true".to_owned())),
                ("limit", Some("200".to_owned())),
                ("cursor", cursor.clone()),
            ];
            let page: Conversations = match self.get(host, "users.conversations", &parameters).await {
                Ok(page) => page,
                Err(trouble) => {
                    self.be_patient(host, &mut tries, trouble).await?;
                    continue;
                }
            };
            ids.extend(page.channels.into_iter().map(|conversation| conversation.id));
            cursor = page.response_metadata.as_ref().and_then(Cursor::next);
            if cursor.is_none() {
                return Ok(ids);
            }
            if ids.len() >= MOST_CONVERSATIONS {
                ids.truncate(MOST_CONVERSATIONS);
                self.warn(host, format!(
                    "the bot is in more than {MOST_CONVERSATIONS} conversations; what was said in the others meanwhile is lost"
                ));
                return Ok(ids);
            }
        }
    }

    /// What was said in a conversation and its threads, in the order of its time.
    async fn missed_in<H: Host>(
        &self,
        host: &H,
        channel: &str,
        since: Timestamp,
    ) -> Result<Vec<Found>, Trouble> {
        let place = Place::channel(channel);
        let threads = since.saturating_sub(THREADS).unwrap_or(since);
        let mut messages = self.pages(host, &place, threads).await?;
        let text = |message: &Value, field: &str| message[field].as_str().map(str::to_owned);
        let went_on = |message: &&Value| {
            text(message, "latest_reply").and_then(|at| moment(&at)).is_some_and(|latest| latest > since)
        };
        let begun = messages.iter().filter(went_on);
        let begun = begun.filter_map(|message| text(message, "ts")).collect::<Vec<_>>();
        for thread in begun {
            match self.pages(host, &Place::thread(channel, &thread), since).await {
                Ok(answers) => messages.extend(answers),
                // What began it was taken back meanwhile.
                Err(trouble) if trouble.is(&["thread_not_found", "message_not_found"]) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        let mut messages = messages
            .into_iter()
            .filter_map(|message| Some((text(&message, "ts")?, message)))
            .filter(|(ts, _)| moment(ts).is_some_and(|at| at > since))
            .collect::<Vec<_>>();
        messages.sort_by(|(one, _), (other, _)| one.cmp(other));
        messages.dedup_by(|(one, _), (other, _)| one == other);
        let me = self.notes().bot_user.clone();
        let found = messages.into_iter().map(|(ts, message)| {
            let id = event_id(channel, &ts);
            let told = as_told(channel, &id, message);
            let said = value::<Message>(&told["event"])
                .and_then(|message| message::said(&self.manner, me.as_deref(), &id, false, message));
            Found { raw: Bytes::from(told.to_string()), said }
        });
        Ok(found.filter(|found| !found.said.as_ref().is_ok_and(Vec::is_empty)).collect())
    }

    async fn pages<H: Host>(
        &self,
        host: &H,
        place: &Place,
        oldest: Timestamp,
    ) -> Result<Vec<Value>, Trouble> {
        let (mut messages, mut cursor, mut tries, mut pages) = (Vec::new(), None, 0, 0);
        while pages < MOST_PAGES {
            match self.history(host, place, &time_stamp(oldest), cursor.clone()).await {
                Ok(page) => {
                    pages += 1;
                    cursor = page.next();
                    messages.extend(page.messages);
                }
                Err(trouble) => {
                    self.be_patient(host, &mut tries, trouble).await?;
                    continue;
                }
            }
            if cursor.is_none() {
                return Ok(messages);
            }
        }
        let count = messages.len();
        self.warn(
            host,
            format!("more than {count} messages were said in a conversation; the oldest of them are lost"),
        );
        Ok(messages)
    }

    /// Waits where Slack wants that, or may answer after a while; the error is the trouble that will not pass by itself.
    async fn be_patient<H: Host>(&self, host: &H, tries: &mut u32, trouble: Trouble) -> Result<(), Trouble> {
        match trouble {
            Trouble::TooMany { after, .. } => {
                let after = after.and_then(|after| Duration::try_from(after).ok()).unwrap_or(REST);
                tokio::time::sleep(after).await;
                Ok(())
            }
            Trouble::NotYet { after } => {
                tokio::time::sleep(Duration::try_from(after).unwrap_or(REST)).await;
                Ok(())
            }
            trouble if trouble.is_doubtful() && *tries < TRIES => {
                *tries += 1;
                tokio::time::sleep(delay(host, *tries)).await;
                Ok(())
            }
            trouble => Err(trouble),
        }
    }
}

/// A message of a history in the envelope in which Slack would have told it.
fn as_told(channel: &str, id: &str, mut message: Value) -> Value {
    message["type"] = "message".into();
    message["channel"] = channel.into();
    json!({ "type": "event_callback", "event_id": id, "event": message })
}

/// Histories have no ids of events: one that is the same each time.
fn event_id(channel: &str, ts: &str) -> String {
    let digits = ts.chars().filter(char::is_ascii_digit);
    format!("Found{channel}").chars().chain(digits).collect()
}
