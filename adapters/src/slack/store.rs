//! How does what somebody did get into the inbox: behind what, and with what is known of it?

use jiff::{SignedDuration, Timestamp};
use studio_core::{content::Content, dialogue::Body};
use tokio::time::Instant;
use url::Url;

use super::{
    config::{Channels, Threads},
    inbound::{Event, Manner},
    life::{Account, Response, moment},
    place::Place,
    token,
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming},
    late::{Refused, keeps_place},
};

/// How long an answer can be POSTed, less a margin, and how often (docs.slack.dev, "Handling user interaction").
const RESPONSE_TIME: SignedDuration = SignedDuration::from_mins(29);
const RESPONSE_USES: u8 = 5;
/// More conversations than are answered in that time are not kept in mind.
const MOST_ADDRESSES: usize = 10_000;
/// Under which the place up to which was heard is remembered.
pub(super) const HEARD_UP_TO: &str = "slack.heard";

/// What became of an event.
enum Stored {
    Yes,
    /// It is for others.
    Nothing,
    /// It never will be, and why.
    Refused(String),
}

impl Account {
    /// Stores the events of something of this kind in their order; why one of them is never to be stored, where one is. The
    /// error says when to come again. `again` is how many bytes have told them, where Slack sends them again.
    pub(super) async fn store<H: Host>(
        &self,
        host: &H,
        kind: &'static str,
        events: Vec<Event>,
        again: Option<usize>,
    ) -> Result<Option<String>, SignedDuration> {
        let (mut stored, mut means_nothing, mut refused) = (false, true, None);
        let mut events = events.into_iter();
        while let Some(event) = events.next() {
            match self.store_in_order(host, event.clone()).await {
                Ok(Stored::Yes) => (stored, means_nothing) = (true, false),
                Ok(Stored::Nothing) => {}
                Ok(Stored::Refused(why)) => (refused, means_nothing) = (Some(why), false),
                Err(after) => {
                    if let Some(bytes) = again {
                        for event in std::iter::once(event).chain(events) {
                            self.comes_again(host, event, bytes);
                        }
                    }
                    return Err(after);
                }
            }
        }
        if means_nothing {
            self.count(|counts| counts.ignore(kind));
        }
        if stored {
            self.heard(host).await;
        }
        Ok(refused)
    }

    /// Stores an event, and before it what was refused of its conversation and has not come again yet.
    async fn store_in_order<H: Host>(&self, host: &H, event: Event) -> Result<Stored, SignedDuration> {
        let (own, thread, said_at) = (event.native.clone(), event.place.to_string(), said_at(&event));
        loop {
            let before = self.notes().late.before(&own, &thread, said_at, Instant::now());
            let Some((native, late)) = before else { break };
            // Where it is never stored, it is kept as it came when it comes again.
            self.store_one(host, late).await?;
            self.notes().late.settled(&native);
        }
        let stored = self.store_one(host, event).await?;
        self.notes().late.settled(&own);
        Ok(stored)
    }

    /// Slack sends this again. What comes to a connection that is paused is kept as it came instead.
    fn comes_again<H: Host>(&self, host: &H, event: Event, bytes: usize) {
        if !keeps_place(&event.body) || host.is_paused(self.name()) {
            return;
        }
        let (native, thread, said_at) = (event.native.clone(), event.place.to_string(), said_at(&event));
        let refused = Refused { native, thread, said_at, event, bytes, since: Instant::now() };
        self.notes().late.refused(refused);
    }

    async fn store_one<H: Host>(&self, host: &H, mut event: Event) -> Result<Stored, SignedDuration> {
        let conversation = host.conversation(self.name(), &event.place.to_string());
        if event.overheard {
            let begun = if let Body::Edited { id, .. } | Body::Deleted { id } = &event.body
                && self.is_among_others(&event.place)
            {
                host.has_come(self.name(), id).await
            } else {
                // What begins the conversation may still wait for its turn.
                host.has_begun(conversation).await
            };
            if !begun.map_err(|error| self.store_failed(host, &error))? {
                return Ok(Stored::Nothing);
            }
        }
        if let Body::Press { value, title } = &event.body {
            let meant = token::meant(host, conversation, value).await;
            event.body = match meant.map_err(|error| self.store_failed(host, &error))? {
                Some((value, full)) => Body::Press { value, title: full.unwrap_or_else(|| title.clone()) },
                // What was offered is forgotten; what the person chose are words.
                None => Body::said(Content::text(title), None),
            };
        }
        self.keep_addresses(host, &mut event);
        let (place, person) = (event.place.clone(), event.person.clone());
        let author = self.author(&place, &person);
        match host.accept(Incoming { author, ..event.incoming(self.name()) }).await {
            Ok(_) => {
                self.count(|counts| counts.received += 1);
                self.met(&place, &person);
                Ok(Stored::Yes)
            }
            Err(AcceptError::Busy { retry_after }) => Err(retry_after),
            Err(AcceptError::Store(why)) => Err(self.store_failed(host, &HostError(why))),
            Err(error @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                Ok(Stored::Refused(format!("an event was not stored: {error}")))
            }
        }
    }

    /// Whether people say something there that is not for the bot, and that it is not told.
    fn is_among_others(&self, place: &Place) -> bool {
        let Manner { threads, channels, .. } = &self.manner;
        *threads == Threads::Shared && *channels != Channels::All && !place.is_direct()
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
            && let Err(error) = host.remember(self.name(), HEARD_UP_TO, mark.to_string()).await
        {
            self.warn(host, format!("the place up to which was heard is not kept: {error}"));
        }
    }
}

/// When a message was written: its id says so.
fn said_at(event: &Event) -> Option<Timestamp> {
    let of_channel = event.native.strip_prefix(event.place.channel.as_str())?.strip_prefix(':')?;
    moment(of_channel.split(':').next()?)
}
