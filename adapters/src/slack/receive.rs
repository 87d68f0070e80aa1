//! What becomes of what came in, before Slack is told that it arrived?

use std::time::Duration;

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use studio_core::content::Form;
use tokio::time::Instant;

use super::{
    form,
    inbound::{Event, Heard, hear},
    life::Account,
    payload::Payload,
    place::Place,
    token,
    trouble::Trouble,
};
use crate::{
    host::{Host, HostError},
    misread::KEPT,
    platform::ReplayError,
    webhooks::LATER,
};

/// How long a form may take to open: Slack gives its trigger three seconds, and waits as long for the acknowledgement.
const TRIGGER_TIME: Duration = Duration::from_millis(2_500);
/// When to come again where the store failed.
const STORE_FAILED: SignedDuration = SignedDuration::from_secs(5);
/// Why something is lost that came while the connection did not run.
const NO_ROOM: &str = "something came while the connection did not run, or the studio was too busy, and is not kept, for as much is kept as \
                       there is room for: let it run, and have what is kept read anew (`studio unread replay --all`); what was said is read from the histories then";
/// Why an event is kept that could be stored at none of Slack's tries.
const AT_LAST: &str = "Slack sent it for the last time while the studio could not store it";

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

/// Why something is kept as it came; a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Unread(String),
    /// The studio will never take it.
    Refused(String),
}

/// A form that was offered in a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    place: Place,
    form: Form,
    trigger: String,
}

impl Account {
    /// `raw` is what is kept where it cannot be read, or is never to be stored.
    pub(super) async fn receive<H: Host>(
        &self,
        host: &H,
        payload: Result<Payload, String>,
        raw: &Bytes,
    ) -> Receipt {
        let unfit = match self.take(host, payload, raw.len()).await {
            Ok(receipt) => return receipt,
            Err(unfit) => unfit,
        };
        match self.keep(host, raw, &unfit).await {
            Ok(()) => Receipt::Stored,
            Err(after) => Receipt::Busy(after),
        }
    }

    /// `bytes` is how many have told it.
    async fn take<H: Host>(
        &self,
        host: &H,
        payload: Result<Payload, String>,
        bytes: usize,
    ) -> Result<Receipt, Unfit> {
        if let Some(why) = payload.as_ref().ok().and_then(|payload| self.foreign(payload)) {
            self.count(|counts| counts.refused += 1);
            self.warn(host, why);
            return Ok(Receipt::Stored);
        }
        let me = self.notes().bot_user.clone();
        if let Ok(Payload::Event(envelope)) = &payload
            && let Some(me) = envelope.bot_user()
        {
            self.notes().bot_user.get_or_insert_with(|| me.to_owned());
        }
        let is_in_history = payload.as_ref().is_ok_and(Payload::is_in_history);
        // Whoever pressed something or typed a command sees that it failed, and does it again.
        let again = matches!(&payload, Ok(Payload::Event(_))).then_some(bytes);
        let kind = payload.as_ref().map_or("", Payload::kind);
        let heard = payload.and_then(|payload| hear(&self.manner, me.as_deref(), payload));
        Ok(match heard.map_err(Unfit::Unread)? {
            Heard::Nothing => {
                self.count(|counts| counts.ignore(kind));
                Receipt::Stored
            }
            Heard::Challenge(challenge) => Receipt::Challenge(challenge),
            Heard::Limited(minute) => {
                let said = Timestamp::from_second(minute).unwrap_or_else(|_| host.now());
                self.warn(host, format!(
                    "Slack holds events back since {said}: more than 30,000 came within an hour; what was said is fetched later"
                ));
                self.told_limited(host, said);
                Receipt::Stored
            }
            Heard::Revoked(how) => {
                self.revoked(host, how);
                Receipt::Stored
            }
            Heard::Renamed { channel, name, event } => {
                self.count(|counts| counts.ignore(kind));
                match self.renamed(host, &channel, &name, event).await {
                    Ok(()) => Receipt::Stored,
                    Err(error) => Receipt::Busy(self.store_failed(host, &error)),
                }
            }
            Heard::Form { place, form, trigger, words } => {
                let conversation = host.conversation(self.name(), &place.to_string());
                match token::form(host, conversation, &form).await {
                    Ok(found) => match found.and_then(|form| form.on("slack")) {
                        Some(form) => Receipt::Open(Opening { place, form, trigger }),
                        None => self.stored(host, kind, vec![*words], false, None).await?,
                    },
                    Err(error) => Receipt::Busy(self.store_failed(host, &error)),
                }
            }
            Heard::Events(events) => self.stored(host, kind, events, is_in_history, again).await?,
        })
    }

    async fn stored<H: Host>(
        &self,
        host: &H,
        kind: &'static str,
        events: Vec<Event>,
        is_in_history: bool,
        again: Option<usize>,
    ) -> Result<Receipt, Unfit> {
        match self.store(host, kind, events, again).await {
            Ok(None) => Ok(Receipt::Stored),
            Ok(Some(why)) => Err(Unfit::Refused(why)),
            Err(after) => {
                if is_in_history {
                    // Slack's other tries may be refused as well.
                    self.missed(host);
                }
                Ok(Receipt::Busy(after))
            }
        }
    }

    /// What was kept because it could not be read; it was signed, or came by our own socket.
    pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
        match self.take(host, read(&body), body.len()).await {
            // A trigger of that time opens nothing any more.
            Ok(Receipt::Stored | Receipt::Open(_) | Receipt::Challenge(_)) => Ok(()),
            Ok(Receipt::Busy(after)) => Err(ReplayError::Later(format!("too busy, try again in {after:#}"))),
            Err(Unfit::Unread(why) | Unfit::Refused(why)) => Err(ReplayError::Unread(why)),
        }
    }

    /// Opens a form that was offered here. Where that fails, the person presses again.
    ///
    /// `arrived` is when the press came.
    pub(super) async fn open_form<H: Host>(&self, host: &H, opening: Opening, arrived: Instant) {
        let Opening { place, form, trigger } = opening;
        let request = json!({ "trigger_id": trigger, "view": form::view(&form, &place) });
        let opening = self.post(host, "views.open", &request);
        let opened: Result<Result<Value, Trouble>, _> =
            tokio::time::timeout_at(arrived + TRIGGER_TIME, opening).await;
        match opened {
            Ok(Ok(_)) => {}
            Ok(Err(trouble)) => self.warn(host, format!("a form was not opened: {}", trouble.sentence())),
            Err(_) => self.warn(host, "a form was not opened: it took more than 2.5 seconds".to_owned()),
        }
    }

    /// Keeps something as it came; the error says when to come again.
    pub(super) async fn keep<H: Host>(
        &self,
        host: &H,
        raw: &Bytes,
        unfit: &Unfit,
    ) -> Result<(), SignedDuration> {
        let (Unfit::Unread(why) | Unfit::Refused(why)) = unfit;
        if !self.keep_raw(host, raw, why).await? {
            return Ok(());
        }
        match unfit {
            Unfit::Unread(why) => {
                self.count(|counts| counts.unread += 1);
                self.warn(host, format!("something of Slack's cannot be read: {why}; {KEPT}"));
            }
            Unfit::Refused(why) => {
                self.count(|counts| counts.refused += 1);
                self.warn(host, why.clone());
            }
        }
        Ok(())
    }

    /// Whether it was not kept already: what has an id of its own is told several times, and found in a history.
    async fn keep_raw<H: Host>(&self, host: &H, raw: &Bytes, why: &str) -> Result<bool, SignedDuration> {
        let kept = match native(raw) {
            Some(native) => host.keep_unread_once(self.name(), &native, raw.clone(), why).await,
            None => host.keep_unread(self.name(), raw.clone(), why).await.map(|()| true),
        };
        kept.map_err(|error| self.store_failed(host, &error))
    }

    /// Keeps what comes while the connection does not run as it came: Slack tries a few times within minutes, and turns off an
    /// app that is never answered. What was said is read from the histories as well, once the connection goes on. Of what there
    /// is no room for, that alone is therefore acknowledged; the rest is not, and whoever pressed something sees that it failed.
    pub(super) async fn put_aside<H: Host>(
        &self,
        host: &H,
        raw: &Bytes,
        why: &str,
        is_in_history: bool,
    ) -> Receipt {
        match host.put_aside(self.name(), native(raw).as_deref(), raw.clone(), why).await {
            Ok(true) => {
                self.count(|counts| counts.unread += 1);
                Receipt::Stored
            }
            Ok(false) => {
                self.count(|counts| counts.dropped += 1);
                self.warn(host, NO_ROOM.to_owned());
                if !is_in_history {
                    return Receipt::Busy(LATER);
                }
                self.missed(host);
                Receipt::Stored
            }
            Err(error) => Receipt::Busy(self.store_failed(host, &error)),
        }
    }

    /// What is to be said to Slack's last try of an event that cannot be stored now. Where too many tries come to nothing Slack
    /// turns the app off: what somebody said is acknowledged, for it is read from the histories; anything else is kept as it came.
    pub(super) async fn at_last<H: Host>(&self, host: &H, raw: &Bytes, is_in_history: bool) -> Receipt {
        if is_in_history {
            self.missed(host);
            return Receipt::Stored;
        }
        let receipt = self.put_aside(host, raw, AT_LAST, false).await;
        if receipt == Receipt::Stored {
            self.warn(host, format!("{AT_LAST}; {KEPT}"));
        }
        receipt
    }

    pub(super) fn store_failed<H: Host>(&self, host: &H, error: &HostError) -> SignedDuration {
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

/// What is kept once by this name, where it has one.
fn native(raw: &[u8]) -> Option<String> {
    read(raw).ok()?.native()
}
