//! Is it Meta who calls, and what becomes of what it tells? Verify over the raw bytes, store, then answer.
//!
//! Meta repeats for seven days whatever is not answered with 200, and stops calling an address that fails for long. So
//! only what may succeed another time is answered otherwise.

use std::collections::BTreeSet;

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use studio_core::{api::Message, content::Content, dialogue::Body, id::ConversationId};
use url::form_urlencoded;

use super::{
    inbound::{Event, Heard, LARGEST, Reader},
    life::Account,
    outbound,
    people::{Person, digits, is_by_phone},
    send::phone_key,
    sign::is_signed,
    value::{list_of, value_of},
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming},
    misread::KEPT,
    platform::{ReachError, Reached, ReplayError, Report},
    problem::Problem,
    webhooks::{TWIN, other_method},
};

/// How far back the meaning of a token is looked for.
const LOOK_BACK: u64 = 500;
const LONGEST_CHALLENGE: usize = 512;

const UNSIGNED: &str = "calls of the webhook are not signed with app_secret: copy the App secret of the app that calls it \
                        (App settings, Basic) and set it";

const UNVERIFIED: &str =
    "someone checked the webhook with another verify token: set the same word at Meta and here";

/// What became of an event.
enum Taken {
    Stored,
    /// It never will be, and why.
    Refused(String),
}

impl Account {
    /// What was sent to `/webhooks/<name>`.
    pub async fn webhook<H: Host>(
        &self,
        host: &H,
        method: &Method,
        query: Option<&str>,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Response {
        if method == Method::GET {
            return self.challenge(query.unwrap_or_default());
        }
        if method != Method::POST {
            return other_method("GET, POST");
        }
        match self.receive(host, headers, body).await {
            Ok(()) => StatusCode::OK.into_response(),
            Err(problem) => problem.into_response(),
        }
    }

    /// Meta checks that the address is ours before it sends anything there.
    fn challenge(&self, query: &str) -> Response {
        let (mut mode, mut token, mut challenge) = (String::new(), String::new(), None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "hub.mode" => mode = value.into_owned(),
                "hub.verify_token" => token = value.into_owned(),
                "hub.challenge" => challenge = Some(value.into_owned()),
                _ => {}
            }
        }
        let knows = self.verify_token.is(&token);
        match challenge {
            Some(challenge) if knows && mode == "subscribe" && challenge.len() <= LONGEST_CHALLENGE => {
                let headers = [
                    (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                ];
                (headers, challenge).into_response()
            }
            Some(_) | None => {
                self.count(|counts| counts.refused += 1);
                self.note_stranger(UNVERIFIED);
                Problem::new(StatusCode::FORBIDDEN, "the verify token is another one").into_response()
            }
        }
    }

    async fn receive<H: Host>(&self, host: &H, headers: &HeaderMap, body: Bytes) -> Result<(), Problem> {
        if body.len() > LARGEST {
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a webhook has at most 3 MiB"));
        }
        if !is_signed(&self.app_secret, headers, &body) {
            self.count(|counts| counts.refused += 1);
            self.known().standing.disbelieve(UNSIGNED);
            self.note_stranger(UNSIGNED);
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "the signature does not fit the body"));
        }
        {
            let standing = &mut self.known().standing;
            standing.believe(host.now());
            standing.last_event = Some(host.now());
            standing.listening = Some(true);
        }
        if host.is_broken(self.name()) {
            return self.keep(host, body, &BTreeSet::from([TWIN.to_owned()])).await;
        }
        let key = host.token_key();
        let reader =
            Reader { connection: self.name(), phone_number_id: &self.config.phone_number_id, key: &key };
        match reader.read(&body) {
            Ok(heard) => self.take(host, &reader, heard, body).await,
            Err(why) => self.keep(host, body, &BTreeSet::from([why])).await,
        }
    }

    /// What was kept because it could not be read; it was signed when it came.
    pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
        let key = host.token_key();
        let reader =
            Reader { connection: self.name(), phone_number_id: &self.config.phone_number_id, key: &key };
        let heard = reader.read(&body).map_err(ReplayError::Unread)?;
        if !heard.unread.is_empty() {
            return Err(ReplayError::Unread(joined(&heard.unread.into_iter().collect())));
        }
        self.take(host, &reader, heard, body).await.map_err(|problem| ReplayError::Later(problem.detail))
    }

    async fn take<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        heard: Heard,
        body: Bytes,
    ) -> Result<(), Problem> {
        // One conversation that is busy keeps no other waiting; what comes behind in it waits with it.
        let (mut waits, mut first) = (BTreeSet::new(), None);
        for person in &heard.people {
            // Who is told of says something by the same webhook: the bot may greet.
            let said = heard.events.iter().filter_map(|event| match event {
                Event::Said(incoming) | Event::Token { incoming, .. } | Event::More { incoming, .. } => {
                    incoming.said_at.filter(|_| incoming.thread == person.thread)
                }
                Event::Moved { .. } | Event::Left { .. } => None,
            });
            let said_at = said.max();
            if let Err(problem) = self.meet(host, reader, person, said_at).await {
                waits.insert(person.thread.clone());
                first = first.or(Some(problem));
            }
        }
        let received = heard.events.len() + heard.reports.len();
        let mut unread = heard.unread.into_iter().collect::<BTreeSet<_>>();
        for event in heard.events {
            let thread = event.thread().to_owned();
            if waits.contains(&thread) {
                continue;
            }
            match self.take_event(host, event).await {
                Ok(Taken::Stored) => {}
                Ok(Taken::Refused(why)) => {
                    unread.insert(why);
                }
                Err(problem) => {
                    waits.insert(thread);
                    first = first.or(Some(problem));
                }
            }
        }
        if !heard.reports.is_empty()
            && let Err(error) = self.report(host, heard.reports).await
        {
            first = first.or(Some(error.into()));
        }
        if heard.templates {
            self.templates_changed.notify_one();
        }
        if let Some(problem) = first {
            // All of it comes again; what was taken is recognised.
            return Err(problem);
        }
        self.count(|counts| {
            counts.received += u64::try_from(received).unwrap_or(u64::MAX);
            for kind in heard.ignored {
                counts.ignore(kind);
            }
        });
        for notice in heard.notices {
            self.note_error(host.now(), notice);
        }
        if !unread.is_empty() {
            self.keep(host, body, &unread).await?;
        }
        Ok(())
    }

    async fn take_event<H: Host>(&self, host: &H, event: Event) -> Result<Taken, Problem> {
        match event {
            Event::Said(incoming) => self.accept(host, incoming).await,
            Event::Token { incoming, token } => {
                let incoming = self.translated(host, incoming, token).await?;
                self.accept(host, incoming).await
            }
            Event::More { incoming, list, page } => match self.more(host, incoming, list, page).await? {
                Some(incoming) => self.accept(host, incoming).await,
                None => Ok(Taken::Stored),
            },
            Event::Moved { from, to } => {
                let from = self.known_as(host, from).await?;
                host.moved(self.name(), &from, &to).await?;
                Ok(Taken::Stored)
            }
            Event::Left { thread, by_phone } => {
                host.remember(self.name(), &phone_key(&by_phone), String::new()).await?;
                let mut known = self.known();
                known.phone_threads.remove(&by_phone);
                known.phones.remove(&thread);
                Ok(Taken::Stored)
            }
        }
    }

    /// Signed, but not to be read: kept as it came, and not asked for again.
    async fn keep<H: Host>(&self, host: &H, body: Bytes, reasons: &BTreeSet<String>) -> Result<(), Problem> {
        for why in reasons {
            self.note_unread(host.now(), format!("{why}; {KEPT}"));
        }
        host.keep_unread(self.name(), body, &joined(reasons)).await?;
        self.count(|counts| counts.unread += 1);
        Ok(())
    }

    /// Notes who a person is before what the person said.
    async fn meet<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        person: &Person,
        said_at: Option<Timestamp>,
    ) -> Result<(), Problem> {
        let thread = &person.thread;
        let mut shown = person.clone();
        if let (Some(phone), Some(by_phone)) = (&person.phone, person.by_phone()) {
            self.known().phones.insert(thread.clone(), phone.clone());
            let known = self.known().phone_threads.get(by_phone).cloned();
            if known.as_ref() != Some(thread) {
                if let Some(other) = self.had_number(host, by_phone, person).await? {
                    self.accept(host, reader.lost_number(&other, thread)).await?;
                    // Told by what the person says next: the other one has lost it by then.
                    shown.phone = None;
                }
                self.join(host, by_phone, thread, phone).await?;
                self.known().phone_threads.insert(by_phone.to_owned(), thread.clone());
            }
        }
        let attributes = shown.attributes();
        let looks = serde_json::Value::Object(attributes).to_string();
        if looks != "{}" && self.known().people.get(thread) != Some(&looks) {
            // Nobody said that: what is not taken is told by their next webhook.
            if let Taken::Refused(_) = self.accept(host, Incoming { said_at, ..reader.known(&shown) }).await?
            {
                return Ok(());
            }
            self.known().people.insert(thread.clone(), looks);
        }
        Ok(())
    }

    /// Somebody else who had the number of this person, by an id: numbers are given to others, ids are not.
    async fn had_number<H: Host>(
        &self,
        host: &H,
        by_phone: &str,
        person: &Person,
    ) -> Result<Option<Person>, HostError> {
        if is_by_phone(&person.thread) {
            return Ok(None);
        }
        let kept = host.recall(self.name(), &phone_key(by_phone)).await?;
        let other = kept.and_then(|id| Person::of(&host.token_key(), Some(&id), None, None));
        let conversation = |person: &Person| host.conversation(self.name(), &person.thread);
        Ok(other.filter(|other| conversation(other) != conversation(person)))
    }

    /// Notes whose phone number it is; where the same person was known by another name, both are one conversation.
    async fn join<H: Host>(
        &self,
        host: &H,
        by_phone: &str,
        thread: &str,
        phone: &str,
    ) -> Result<(), HostError> {
        let key = phone_key(by_phone);
        let kept = host.recall(self.name(), &key).await?.filter(|kept| !kept.is_empty());
        // By the phone number alone: the number is kept. By the id: the id is.
        let keep = if is_by_phone(thread) { phone } else { thread };
        match kept.as_deref() {
            Some(kept) if kept == keep => return Ok(()),
            Some(id) if is_by_phone(thread) => return host.moved(self.name(), thread, id).await,
            Some(kept) if !kept.contains('.') => host.moved(self.name(), by_phone, thread).await?,
            Some(_) | None => {}
        }
        host.remember(self.name(), &key, keep.to_owned()).await
    }

    /// The conversation with somebody who may never have written, by phone number (with the code of the country) or by
    /// business-scoped id; of a number that is noted here.
    pub async fn reach<H: Host>(
        &self,
        host: &H,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<Reached, ReachError> {
        let unfit = |why: &str| ReachError::Unfit(why.to_owned());
        if phone.is_some() && user_id.is_some() {
            // Only Meta says which number is whose.
            return Err(unfit("write phone or user_id: one of them says who it is"));
        }
        let digits = phone.map(digits);
        if digits.as_ref().is_some_and(|digits| digits.starts_with('0')) {
            return Err(unfit(
                "this is how a number is dialled within its country: write it with the code of its country, such as \
                 +4915112345678",
            ));
        }
        let Some(person) = Person::of(&host.token_key(), user_id, digits.as_deref(), None) else {
            return Err(unfit(
                "write a phone number with the code of its country, such as +4915112345678, or a business-scoped id \
                 such as DE.1349",
            ));
        };
        if phone.is_some() && person.phone.is_none() || user_id.is_some_and(|id| id != person.thread) {
            return Err(unfit("one of phone and user_id is not how WhatsApp writes it"));
        }
        if let Some(phone) = &person.phone {
            let by_phone = person.phone_thread.as_ref().unwrap_or(&person.thread);
            let joined = self.join(host, by_phone, &person.thread, phone).await;
            joined.map_err(|HostError(why)| ReachError::Failed(why))?;
        }
        let thread = self.known_as(host, person.thread.clone()).await;
        let thread = thread.map_err(|HostError(why)| ReachError::Failed(why))?;
        Ok(Reached { thread, attributes: person.attributes() })
    }

    /// Under which name someone is known of whom an event told the phone number alone.
    async fn known_as<H: Host>(&self, host: &H, thread: String) -> Result<String, HostError> {
        if !is_by_phone(&thread) {
            return Ok(thread);
        }
        let kept = host.recall(self.name(), &phone_key(&thread)).await?;
        Ok(kept.filter(|kept| kept.contains('.')).unwrap_or(thread))
    }

    async fn accept<H: Host>(&self, host: &H, incoming: Incoming) -> Result<Taken, Problem> {
        let (thread, native) = (incoming.thread.clone(), incoming.native.clone());
        match host.accept(incoming).await {
            Ok(_) => {
                if native.starts_with("wamid.") && !native.contains(':') {
                    self.known().last_message.insert(thread, native);
                }
                Ok(Taken::Stored)
            }
            Err(error @ (AcceptError::Busy { .. } | AcceptError::Store(_))) => Err(error.into()),
            // It would fail the same way for seven days.
            Err(error @ (AcceptError::Conflict | AcceptError::Refused(_))) => {
                self.count(|counts| counts.refused += 1);
                Ok(Taken::Refused(format!("an event was not stored: {error}")))
            }
        }
    }

    /// A press whose value is a token: with the value, or as the words on the button where it cannot be found.
    async fn translated<H: Host>(
        &self,
        host: &H,
        mut incoming: Incoming,
        token: u64,
    ) -> Result<Incoming, HostError> {
        let conversation = host.conversation(self.name(), &incoming.thread);
        let messages = self.said(host, conversation).await?;
        let found = value_of(&host.token_key(), token, &messages);
        incoming.body = match (incoming.body, found) {
            (Body::Press { title, .. }, Some(value)) => Body::Press { value, title },
            (Body::Press { title, .. }, None) => Body::said(Content::text(title), None),
            (other, _) => other,
        };
        Ok(incoming)
    }

    /// A press on the last row of a list's page: with what is left of the list, if it is still known.
    async fn more<H: Host>(
        &self,
        host: &H,
        mut incoming: Incoming,
        list: u64,
        page: usize,
    ) -> Result<Option<Incoming>, HostError> {
        let conversation = host.conversation(self.name(), &incoming.thread);
        let messages = self.said(host, conversation).await?;
        let key = host.token_key();
        let found = list_of(&key, list, &messages).and_then(|message| {
            let content = outbound::rest(&message.content, &self.config.words, &key, page)?;
            Some(Body::More { of: message.sequence, content })
        });
        let Some(body) = found else {
            self.note_once("a page of a list was asked for that is not there any more");
            return Ok(None);
        };
        incoming.body = body;
        Ok(Some(incoming))
    }

    /// What was said in a conversation of late.
    async fn said<H: Host>(&self, host: &H, conversation: ConversationId) -> Result<Vec<Message>, HostError> {
        let from = host.standing(conversation).await?.sequence.saturating_sub(LOOK_BACK);
        host.messages(conversation, from, usize::try_from(LOOK_BACK).unwrap_or(usize::MAX)).await
    }

    async fn report<H: Host>(&self, host: &H, mut reports: Vec<Report>) -> Result<(), HostError> {
        for report in &mut reports {
            let sent_to = self.known().threads.get(&report.part).cloned();
            report.thread = match sent_to {
                Some(thread) => thread,
                None => self.known_as(host, std::mem::take(&mut report.thread)).await?,
            };
        }
        host.reports(self.name(), reports).await
    }
}

/// Several reasons as one sentence, each once.
fn joined(reasons: &BTreeSet<String>) -> String {
    reasons.iter().map(String::as_str).collect::<Vec<_>>().join("; ")
}
