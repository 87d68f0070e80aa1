//! How is what came in stored, before Slack is told that it arrived?

use std::time::Duration;

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Body};
use tokio::time::Instant;
use url::Url;

use super::{
    form,
    inbound::{Event, Heard, hear},
    life::{Account, Response},
    payload::Payload,
    place::Place,
    token,
    trouble::Trouble,
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming},
    misread::KEPT,
    platform::ReplayError,
};

/// How long an answer can be POSTed, less a margin, and how often (docs.slack.dev, "Handling user interaction").
const RESPONSE_TIME: SignedDuration = SignedDuration::from_mins(29);
const RESPONSE_USES: u8 = 5;
/// How long a form may take to open: Slack gives its trigger three seconds, and waits as long for the acknowledgement.
const TRIGGER_TIME: Duration = Duration::from_millis(2_500);
/// More conversations than are answered in that time are not kept in mind.
const MOST_ADDRESSES: usize = 10_000;
/// When to come again where the store failed.
const STORE_FAILED: SignedDuration = SignedDuration::from_secs(5);
/// Under which the place up to which was heard is remembered.
pub(super) const HEARD: &str = "slack.heard";

/// What Slack is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    /// All of it is durable, or nobody will ever want it.
    Stored,
    /// The same, and a form is to be opened: its trigger is good for three seconds, and so is the acknowledgement.
    Open(Opening),
    Challenge(String),
    /// Nothing is acknowledged: Slack is to send it again.
    Busy(SignedDuration),
}

/// A form that was offered in a place, by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    place: Place,
    form: String,
    trigger: String,
}

impl Account {
    /// `raw` is what is kept where it cannot be read.
    pub(super) async fn receive<H: Host>(
        &self,
        host: &H,
        payload: Result<Payload, String>,
        raw: &Bytes,
    ) -> Receipt {
        if let Some(why) = payload.as_ref().ok().and_then(|payload| self.foreign(payload)) {
            self.count(|counts| counts.refused += 1);
            self.warn(host, why);
            return Receipt::Stored;
        }
        let me = self.notes().bot_user.clone();
        if let Ok(Payload::Event(envelope)) = &payload
            && let Some(me) = envelope.bot_user()
        {
            self.notes().bot_user.get_or_insert_with(|| me.to_owned());
        }
        let is_in_history = matches!(&payload, Ok(Payload::Event(_)));
        let kind = payload.as_ref().map_or("", Payload::kind);
        let heard = payload.and_then(|payload| hear(&self.manner, me.as_deref(), payload));
        match heard {
            Ok(Heard::Nothing) => {
                self.count(|counts| counts.ignore(kind));
                Receipt::Stored
            }
            Ok(Heard::Challenge(challenge)) => Receipt::Challenge(challenge),
            Ok(Heard::Limited(minute)) => {
                let said = Timestamp::from_second(minute).unwrap_or_else(|_| host.now());
                self.warn(host, format!(
                    "Slack holds events back since {said}: more than 30,000 came within an hour; what was said is fetched later"
                ));
                self.missed(host);
                Receipt::Stored
            }
            Ok(Heard::Revoked(how)) => {
                self.revoked(host, how);
                Receipt::Stored
            }
            Ok(Heard::Renamed { channel, name, event }) => {
                self.count(|counts| counts.ignore(kind));
                match self.renamed(host, &channel, &name, event).await {
                    Ok(()) => Receipt::Stored,
                    Err(error) => Receipt::Busy(self.store_failed(host, &error)),
                }
            }
            Ok(Heard::Form { place, form, trigger }) => Receipt::Open(Opening { place, form, trigger }),
            Ok(Heard::Events(events)) => match self.store(host, kind, events, raw).await {
                Ok(()) => Receipt::Stored,
                Err(after) => {
                    if is_in_history {
                        // Slack's other tries may be refused as well.
                        self.missed(host);
                    }
                    Receipt::Busy(after)
                }
            },
            Err(why) => match self.keep_unread(host, raw, &why).await {
                Ok(()) => Receipt::Stored,
                Err(after) => Receipt::Busy(after),
            },
        }
    }

    /// What was kept because it could not be read; it was signed, or came by our own socket.
    pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
        let me = self.notes().bot_user.clone();
        read(&body)
            .and_then(|payload| hear(&self.manner, me.as_deref(), payload))
            .map_err(ReplayError::Unread)?;
        match self.receive(host, read(&body), &body).await {
            // A trigger of that time opens nothing any more.
            Receipt::Stored | Receipt::Open(_) | Receipt::Challenge(_) => Ok(()),
            Receipt::Busy(after) => Err(ReplayError::Later(format!("too busy, try again in {after:#}"))),
        }
    }

    /// Opens a form that was offered here. Where that fails, or was forgotten, the person presses again.
    ///
    /// `arrived` is when the press came.
    pub(super) async fn open_form<H: Host>(&self, host: &H, opening: Opening, arrived: Instant) {
        let Opening { place, form, trigger } = opening;
        let conversation = host.conversation(self.name(), &place.to_string());
        let opening = async {
            let found = token::form(host, conversation, &form).await.map_err(|HostError(why)| why)?;
            let Some(form) = found.and_then(|form| form.on("slack")) else { return Ok(false) };
            let request = json!({ "trigger_id": trigger, "view": form::view(&form, &place) });
            let opened: Result<Value, Trouble> = self.post("views.open", &request).await;
            opened.map(|_| true).map_err(|trouble| trouble.sentence())
        };
        match tokio::time::timeout_at(arrived + TRIGGER_TIME, opening).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => self.count(|counts| counts.ignore("block_actions")),
            Ok(Err(why)) => self.warn(host, format!("a form was not opened: {why}")),
            Err(_) => self.warn(host, "a form was not opened: it took more than 2.5 seconds".to_owned()),
        }
    }

    /// Keeps what cannot be read as it came; the error says when to come again.
    pub(super) async fn keep_unread<H: Host>(
        &self,
        host: &H,
        raw: &Bytes,
        why: &str,
    ) -> Result<(), SignedDuration> {
        let kept = host.keep_unread(self.name(), raw.clone(), why).await;
        kept.map_err(|error| self.store_failed(host, &error))?;
        self.count(|counts| counts.unread += 1);
        self.warn(host, format!("something of Slack's cannot be read: {why}; {KEPT}"));
        Ok(())
    }

    /// Keeps what comes while the connection does not run as it came: Slack tries a few times within minutes, and turns off an
    /// app that is never answered. What was said is read from the histories as well, once the connection goes on.
    pub(super) async fn put_aside<H: Host>(&self, host: &H, raw: &Bytes, why: &str) -> Receipt {
        match host.keep_unread(self.name(), raw.clone(), why).await {
            Ok(()) => {
                self.count(|counts| counts.unread += 1);
                Receipt::Stored
            }
            Err(error) => Receipt::Busy(self.store_failed(host, &error)),
        }
    }

    /// Stores the events of something of this kind in their order; the error says when to come again. `raw` is kept of what is
    /// never to be stored.
    pub(super) async fn store<H: Host>(
        &self,
        host: &H,
        kind: &'static str,
        events: Vec<Event>,
        raw: &Bytes,
    ) -> Result<(), SignedDuration> {
        let (mut stored, mut means_nothing) = (false, true);
        for mut event in events {
            let conversation = host.conversation(self.name(), &event.place.to_string());
            if event.overheard {
                // What begins the conversation may still wait for its turn.
                let begun = host.has_begun(conversation).await;
                if !begun.map_err(|error| self.store_failed(host, &error))? {
                    continue;
                }
            }
            means_nothing = false;
            if let Body::Press { value, title } = &event.body {
                let meant = token::meant(host, conversation, value).await;
                event.body = match meant.map_err(|error| self.store_failed(host, &error))? {
                    Some((value, full)) => {
                        Body::Press { value, title: full.unwrap_or_else(|| title.clone()) }
                    }
                    // What was offered is forgotten; what the person chose are words.
                    None => words(title),
                };
            }
            self.keep_addresses(host, &mut event);
            let (place, person) = (event.place.clone(), event.person.clone());
            let author = self.author(&place, &person);
            match host.accept(Incoming { author, ..event.incoming(self.name()) }).await {
                Ok(_) => {
                    stored = true;
                    self.count(|counts| counts.received += 1);
                    self.met(&place, &person);
                }
                Err(AcceptError::Busy { retry_after }) => return Err(retry_after),
                Err(AcceptError::Store(why)) => return Err(self.store_failed(host, &HostError(why))),
                Err(refused @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                    let why = format!("an event was not stored: {refused}");
                    let kept = host.keep_unread(self.name(), raw.clone(), &why).await;
                    kept.map_err(|error| self.store_failed(host, &error))?;
                    self.count(|counts| counts.refused += 1);
                    self.warn(host, why);
                }
            }
        }
        if means_nothing {
            self.count(|counts| counts.ignore(kind));
        }
        if stored {
            self.heard(host).await;
        }
        Ok(())
    }

    /// Where the person can be answered.
    fn keep_addresses<H: Host>(&self, host: &H, event: &mut Event) {
        let now = host.now();
        let until = |time| now.saturating_add(time).unwrap_or(Timestamp::MAX);
        let mut notes = self.notes();
        let url = event.response_url.take().and_then(|url| Url::parse(&url).ok());
        if let Some(url) = url.filter(|url| self.is_slacks(url)) {
            if notes.responses.len() >= MOST_ADDRESSES {
                notes.responses.retain(|_, response| response.until > now);
            }
            if notes.responses.len() < MOST_ADDRESSES {
                let response = Response { url, uses: RESPONSE_USES, until: until(RESPONSE_TIME) };
                notes.responses.insert(event.place.to_string(), response);
            }
        }
    }

    /// Writes down, now and then, up to when all was heard: from there it is caught up after a standstill.
    async fn heard<H: Host>(&self, host: &H) {
        let now = host.now();
        let mark = {
            let mut notes = self.notes();
            notes.last_event = Some(now);
            notes.reading.stored(now)
        };
        if let Some(mark) = mark
            && let Err(error) = host.remember(self.name(), HEARD, mark.to_string()).await
        {
            self.warn(host, format!("the place up to which was heard is not kept: {error}"));
        }
    }

    fn store_failed<H: Host>(&self, host: &H, error: &HostError) -> SignedDuration {
        self.warn(host, format!("the store failed: {error}; Slack sends the event again"));
        STORE_FAILED
    }
}

/// What came by the socket stands in a frame, what was POSTed does not.
fn read(body: &[u8]) -> Result<Payload, String> {
    let frame = serde_json::from_slice::<Value>(body).ok().filter(|frame| frame["envelope_id"].is_string());
    let in_frame = frame.and_then(|frame| {
        Payload::of_socket(frame["type"].as_str().unwrap_or_default(), frame["payload"].clone())
    });
    in_frame.unwrap_or_else(|| Payload::read(body))
}

fn words(text: &str) -> Body {
    Body::said(Content::text(text), None)
}
