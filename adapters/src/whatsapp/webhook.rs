//! Is it Meta who calls, and what becomes of what it tells? Verify over the raw bytes, store, then answer.
//!
//! Meta repeats for seven days whatever is not answered with 200, and stops calling an address that fails for long. So
//! only what may succeed another time is answered otherwise.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use studio_core::{content::Content, dialogue::Body};
use url::form_urlencoded;

use super::{
    heard::{Event, Heard},
    inbound::{LARGEST, Reader},
    kinds::OF_STATUSES,
    life::Account,
    outbound,
    people::Person,
    sign::is_signed,
    value::{list_hash, value_of},
};
use crate::{
    host::{AcceptError, Host, HostError, Incoming},
    misread::KEPT,
    offered,
    platform::{ReplayError, Report},
    problem::Problem,
    webhooks::{crammed, other_method, put_aside},
};

const LONGEST_CHALLENGE: usize = 512;

const UNSIGNED: &str = "calls of the webhook are not signed with app_secret: copy the App secret of the app that calls it \
                        (App settings, Basic) and set it";

const UNVERIFIED: &str =
    "someone checked the webhook with another verify token: set the same word at Meta and here";

/// What became of an event.
pub(super) enum Taken {
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
                self.tell_of_stranger(UNVERIFIED);
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
            self.tell_of_stranger(UNSIGNED);
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "the signature does not fit the body"));
        }
        {
            let standing = &mut self.known().standing;
            standing.believe(host.now());
            standing.last_event = Some(host.now());
            standing.listening = Some(true);
        }
        let key = host.token_key();
        let reader =
            Reader { connection: self.name(), phone_number_id: &self.config.phone_number_id, key: &key };
        let heard = reader.read(&body);
        if host.is_broken(self.name()) {
            if let Ok(heard) = &heard
                && heard.says_nothing()
            {
                self.pass_over(heard);
                return Ok(());
            }
            return self.put_aside(host, body).await;
        }
        match heard {
            Ok(heard) => self.take(host, &reader, heard, body).await,
            Err(why) => self.keep(host, body, &BTreeSet::from([why]), &BTreeSet::new()).await,
        }
    }

    /// What came to a connection that does not run and is not worth keeping until it does: how far messages have come that are
    /// not its own.
    fn pass_over(&self, heard: &Heard) {
        self.count(|counts| {
            let statuses = heard.reports.len() + heard.unknown.len();
            for kind in heard.ignored.iter().copied().chain(std::iter::repeat_n(OF_STATUSES, statuses)) {
                counts.ignore(kind);
            }
        });
    }

    /// Keeps what came to a connection that does not run. What there is no room for Meta sends again, for seven days.
    async fn put_aside<H: Host>(&self, host: &H, body: Bytes) -> Result<(), Problem> {
        let (is_kept, why) = put_aside(host, self.name(), body).await?;
        self.count(|counts| counts.put_aside(is_kept));
        self.note_unread(host.now(), why);
        if is_kept { Ok(()) } else { Err(crammed()) }
    }

    /// What was kept because it could not be read; it was signed when it came.
    pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
        let key = host.token_key();
        let reader =
            Reader { connection: self.name(), phone_number_id: &self.config.phone_number_id, key: &key };
        let heard = reader.read(&body).map_err(ReplayError::Unread)?;
        if !heard.unread.is_empty() || !heard.unknown.is_empty() {
            let why = heard.unread.into_iter().chain(heard.unknown).collect();
            return Err(ReplayError::Unread(joined(&why)));
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
        let said_at = heard.last_said();
        let received = heard.events.len() + heard.reports.len();
        let share = body.len() / heard.events.len().max(1);
        let mut unread = heard.unread.into_iter().collect::<BTreeSet<_>>();
        let unknown = heard.unknown.into_iter().collect::<BTreeSet<_>>();
        let mut people: BTreeMap<String, Vec<Person>> = BTreeMap::new();
        for person in heard.people {
            people.entry(person.thread.clone()).or_default().push(person);
        }
        for event in heard.events {
            let names = event.threads().map(str::to_owned);
            for name in &names {
                // Not before what came earlier: a number may have been another's until then.
                let who = people.remove(name).unwrap_or_default();
                if let Err(problem) = self.meet(host, reader, &who, said_at.get(name).copied()).await {
                    waits.insert(name.clone());
                    first = first.or(Some(problem));
                }
            }
            if names.iter().any(|name| waits.contains(name)) {
                waits.extend(names);
                self.comes_again(event, share);
                continue;
            }
            match self.take_in_order(host, reader, event.clone()).await {
                Ok(Taken::Stored) => {}
                Ok(Taken::Refused(why)) => {
                    unread.insert(why);
                }
                Err(problem) => {
                    waits.extend(names);
                    self.comes_again(event, share);
                    first = first.or(Some(problem));
                }
            }
        }
        for (name, who) in people {
            if let Err(problem) = self.meet(host, reader, &who, said_at.get(&name).copied()).await {
                first = first.or(Some(problem));
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
        if !unread.is_empty() || !unknown.is_empty() {
            self.keep(host, body, &unread, &unknown).await?;
        }
        Ok(())
    }

    pub(super) async fn take_event<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        event: Event,
    ) -> Result<Taken, Problem> {
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
            Event::Moved { from, to, native } => {
                self.rename(host, from, &to, &native).await?;
                Ok(Taken::Stored)
            }
            Event::Has(person) => {
                self.take_number(host, reader, &person).await?;
                Ok(Taken::Stored)
            }
            Event::Left { thread, phone, by_phone } => {
                self.leave_number(host, &thread, &phone, &by_phone).await?;
                Ok(Taken::Stored)
            }
        }
    }

    /// Signed, but not to be read: kept as it came, and not asked for again. What is of an unknown kind and says nothing covers
    /// no error.
    async fn keep<H: Host>(
        &self,
        host: &H,
        body: Bytes,
        unread: &BTreeSet<String>,
        unknown: &BTreeSet<String>,
    ) -> Result<(), Problem> {
        for why in unread {
            self.note_unread(host.now(), format!("{why}; {KEPT}"));
        }
        for why in unknown {
            self.note_once(&format!("{why}; {KEPT}"));
        }
        host.keep_unread(self.name(), body, &joined(&(unread | unknown))).await?;
        self.count(|counts| counts.unread += 1);
        Ok(())
    }

    pub(super) async fn accept<H: Host>(&self, host: &H, incoming: Incoming) -> Result<Taken, Problem> {
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
        let key = host.token_key();
        let found =
            offered::find(host, conversation, |message| value_of(&key, token, &message.content)).await?;
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
        let key = host.token_key();
        let found = offered::find(host, conversation, |message| {
            if list_hash(&key, &message.content) != list {
                return None;
            }
            let content = outbound::rest(&message.content, &key, page)?;
            Some(Body::More { of: message.sequence, content })
        });
        let Some(body) = found.await? else {
            self.note_once("a page of a list was asked for that is not there any more");
            return Ok(None);
        };
        incoming.body = body;
        Ok(Some(incoming))
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
