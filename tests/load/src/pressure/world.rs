//! What is offered, what was acknowledged of it, and do the ledgers agree in the end?

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures::{StreamExt as _, stream};
use studio_core::invariants::{Kept, answered, heard, numbered};
use tokio::{sync::watch, time::sleep};

use super::{
    Size,
    book::{Book, Senders, check},
    memory::Memory,
    mixed,
    outcome::{CEILING, Outcome},
    post::{Answer, Line},
    probe, rate,
    sockets::Listeners,
};
use crate::{
    home::{HTTP, Home, WEB, free_address},
    ledger::Ledger,
    people::People,
    process::{Program, Studio},
    receiver, stored,
    visitor::replies,
    widget::Session,
};

/// Conversations that are looked at together.
const LOOKS: usize = 8;
/// From the end of the load until all is answered, and until a new visitor is served as before.
const ANSWERED_WITHIN: Duration = Duration::from_mins(20);
/// A debug build works off some 200 turns a second, so that what waited takes its time.
const QUICK_WITHIN: Duration = Duration::from_secs(if cfg!(debug_assertions) { 120 } else { 15 });
/// After a connection that broke.
const AGAIN: Duration = Duration::from_millis(20);
/// Until as many turns a second are done as before.
const FULL_SPEED_WITHIN: Duration = Duration::from_secs(if cfg!(debug_assertions) { 240 } else { 30 });
/// Findings that are told.
const MOST_FINDINGS: usize = 20;

/// What a sender does when it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// Sends the next message.
    GiveUp,
    /// Waits as long as it was told to, and sends the same again.
    Again,
}

/// A studio, who talks to it, and what is known of both.
pub(super) struct World {
    pub home: Home,
    pub ledger: Ledger,
    pub book: Book,
    pub studio: Mutex<Option<Studio>>,
    memory: Memory,
    /// The slowest answer to a new visitor before the load, and turns a second.
    usual: Duration,
    usual_rate: f64,
    refused: AtomicUsize,
    threads: AtomicUsize,
    /// Conversations whose visitors do not hear what they are told.
    deaf: Mutex<BTreeSet<String>>,
    /// Of visitors by socket, who come back once the load is over.
    sessions: Mutex<Vec<Session>>,
    /// Messages that had no answer.
    broken: Mutex<Vec<String>>,
    findings: Mutex<Vec<String>>,
}

impl World {
    /// Starts a studio and looks how quick it is.
    pub async fn start(program: &Program, size: Size) -> anyhow::Result<Arc<Self>> {
        Self::at(program, size, free_address()?, "").await
    }

    /// The same at this address, with further connections.
    pub async fn at(
        program: &Program,
        size: Size,
        address: SocketAddr,
        connections: &str,
    ) -> anyhow::Result<Arc<Self>> {
        Self::begin(program, size, (address, connections), watch::channel(true).1).await
    }

    /// The same, where no reply is taken while the gate is closed.
    pub async fn behind(
        program: &Program,
        size: Size,
        gate: watch::Receiver<bool>,
    ) -> anyhow::Result<Arc<Self>> {
        Self::begin(program, size, (free_address()?, ""), gate).await
    }

    async fn begin(
        program: &Program,
        size: Size,
        (address, connections): (SocketAddr, &str),
        gate: watch::Receiver<bool>,
    ) -> anyhow::Result<Arc<Self>> {
        let ledger = Ledger::default();
        let receiver = receiver::behind(ledger.clone(), gate).await?;
        let settings = format!("[log]\nlevel = \"warn\"\n[limits]\ninbox = {}\n", size.inbox);
        let home = Home::at(address, receiver, &settings, connections)?;
        let mut studio = Studio::start(program, &home)?;
        studio.ready(&home).await?;
        let memory = Memory::watch(studio.pid().context("the studio has ended")?)?;
        let mut world = Arc::new(Self {
            home,
            ledger,
            book: Book::default(),
            studio: Mutex::new(Some(studio)),
            memory,
            usual: Duration::ZERO,
            usual_rate: 0.0,
            refused: AtomicUsize::new(0),
            threads: AtomicUsize::new(0),
            deaf: Mutex::default(),
            sessions: Mutex::default(),
            broken: Mutex::default(),
            findings: Mutex::default(),
        });
        let (usual, usual_rate) = (probe::usual(&world).await?, rate::usual(&world).await);
        let alone = Arc::get_mut(&mut world).context("somebody still sends")?;
        (alone.usual, alone.usual_rate) = (usual, usual_rate);
        Ok(world)
    }

    /// Opens a new conversation on the HTTP connection.
    pub fn open(&self, kind: &str) -> String {
        let thread = format!("{kind}-{}", self.threads.fetch_add(1, Ordering::Relaxed));
        self.ledger.open(HTTP, &thread);
        thread
    }

    /// Opens a conversation of the widget whose visitor will not hear what it is told.
    pub fn open_deaf(&self, session: &str) {
        self.ledger.open(WEB, session);
        lock(&self.deaf).insert(session.to_owned());
    }

    /// Opens a conversation of the widget whose visitor comes back for what was not heard by then.
    pub fn open_session(&self, session: Session) {
        self.ledger.open(WEB, &session.thread);
        lock(&self.sessions).push(session);
    }

    /// Whether one of those visitors has heard anything.
    pub fn is_heard_by_socket(&self) -> bool {
        let has_heard = |session: &Session| {
            let conversation = self.ledger.conversation(&session.thread);
            conversation.is_some_and(|it| !it.heard.is_empty())
        };
        lock(&self.sessions).iter().any(has_heard)
    }

    pub fn take_sessions(&self) -> Vec<Session> {
        std::mem::take(&mut lock(&self.sessions))
    }

    /// A message was answered 503, as it should be.
    pub fn refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub fn pid(&self) -> anyhow::Result<u32> {
        lock(&self.studio).as_ref().and_then(Studio::pid).context("the studio has ended")
    }

    /// A connection broke.
    pub fn broke(&self, how: String) {
        lock(&self.broken).push(how);
    }

    /// Connections that broke so far were to be expected.
    pub fn forgive(&self) {
        lock(&self.broken).clear();
    }

    /// Something that must not be.
    pub fn finding(&self, finding: String) {
        lock(&self.findings).push(finding);
    }

    pub fn take_studio(&self) -> anyhow::Result<Studio> {
        lock(&self.studio).take().context("the studio was taken")
    }

    /// Sends a message, once or until it is acknowledged; whether it was.
    pub async fn say(
        &self,
        line: &mut Line,
        (thread, sender): (&str, usize),
        (id, text): (&str, &str),
        refused: Refused,
    ) -> bool {
        self.book.sent(thread, sender, (id, text));
        loop {
            match line.say(thread, id, text).await {
                Ok(Answer::Acknowledged) => {
                    self.book.acknowledged(thread, sender);
                    return true;
                }
                Ok(Answer::Refused { retry_after }) => {
                    self.refused();
                    match refused {
                        Refused::GiveUp => return false,
                        Refused::Again => sleep(Duration::from_secs(retry_after)).await,
                    }
                }
                Ok(Answer::Wrong(why)) => {
                    self.finding(format!("{thread}:{id} was answered with {why}"));
                    return false;
                }
                Err(error) => {
                    self.broke(format!("{thread}:{id} had no answer: {error:#}"));
                    sleep(AGAIN).await;
                    return false;
                }
            }
        }
    }

    /// Once the load is over: waits until all is as before, compares, and ends the studio.
    pub async fn finish(self: Arc<Self>, name: &'static str, note: String) -> anyhow::Result<Outcome> {
        self.finish_with(name, note, None).await
    }

    /// The same, where people talk on the platforms as well, and visitors by socket.
    pub async fn finish_with(
        self: Arc<Self>,
        name: &'static str,
        mut note: String,
        people: Option<&mut People>,
    ) -> anyhow::Result<Outcome> {
        if let Some(people) = &people {
            people.hush();
        }
        let (over, is_mixed) = (Instant::now(), people.is_some());
        let listeners = Listeners::come_back(&self);
        let quick = probe::quick_again(&self, self.usual, QUICK_WITHIN).await?;
        if quick.is_none() {
            self.finding(format!("new visitors still wait longer than the usual {:?}", self.usual));
        }
        let back = rate::back(&self, self.usual_rate, over + FULL_SPEED_WITHIN).await;
        if let Err(rate) = back {
            self.finding(format!(
                "{rate:.0} turns a second are still fewer than the usual {:.0}",
                self.usual_rate
            ));
        }
        if let Some(people) = people {
            let taken = mixed::compare(&self, people).await?;
            note = format!("{note}; {taken} messages by the platforms");
        }
        self.compare(over + ANSWERED_WITHIN).await?;
        let answered = over.elapsed();
        match listeners.leave(&self.ledger).await {
            Some(heard) => note = format!("{note}; {heard}"),
            None if is_mixed => self.finding("nobody heard anything by a socket".to_owned()),
            None => {}
        }
        let (offered, acknowledged) = self.book.counts();
        let (before, peak) = (self.memory.before, self.memory.peak());
        if peak > CEILING {
            self.finding(format!("{} MiB were resident, {} are allowed", peak >> 20, CEILING >> 20));
        }
        let studio = self.take_studio();
        if let Ok(studio) = studio {
            studio.kill(&self.home).await?;
        }
        let this = Arc::into_inner(self).context("somebody still sends")?;
        let mut findings = std::mem::take(&mut *lock(&this.findings));
        findings.append(&mut lock(&this.broken));
        let more = findings.len().saturating_sub(MOST_FINDINGS);
        findings.truncate(MOST_FINDINGS);
        findings.extend((more > 0).then(|| format!("and {more} more")));
        let folder = (!findings.is_empty()).then(|| this.home.keep());
        let (again, full_speed) = back
            .map_or_else(|rate| (rate, FULL_SPEED_WITHIN), |back| (back.rate, back.at.duration_since(over)));
        Ok(Outcome {
            name,
            offered,
            acknowledged,
            refused: this.refused.into_inner(),
            before,
            peak,
            usual: this.usual_rate,
            again,
            full_speed,
            quick_again: quick.unwrap_or(QUICK_WITHIN),
            answered,
            note,
            findings,
            folder,
        })
    }

    /// Looks at every conversation until its ledgers agree; what does not by `until` is a finding.
    async fn compare(&self, until: Instant) -> anyhow::Result<()> {
        let client = stored::client(&self.home)?;
        let mut threads = self.book.threads();
        while !threads.is_empty() {
            let last = Instant::now() > until;
            let looks = stream::iter(threads).map(|(thread, senders)| {
                let client = &client;
                async move {
                    let violations = self.look(client, &thread, &senders).await?;
                    anyhow::Ok((thread, senders, violations))
                }
            });
            let mut unsettled = Vec::new();
            let mut looks = looks.buffer_unordered(LOOKS);
            while let Some(looked) = looks.next().await {
                match looked? {
                    (_, _, violations) if violations.is_empty() => {}
                    (thread, _, violations) if last => {
                        self.finding(format!("{thread}: {}", violations.join("; ")));
                    }
                    (thread, senders, _) => unsettled.push((thread, senders)),
                }
            }
            threads = unsettled;
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    async fn look(
        &self,
        client: &reqwest::Client,
        thread: &str,
        senders: &Senders,
    ) -> anyhow::Result<Vec<String>> {
        let conversation = self.ledger.conversation(thread).context("it was opened")?;
        let entries = stored::journal(client, conversation.id).await?;
        let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).collect();
        let told = kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
        let mut violations = check(senders, &kept);
        violations.extend(answered(&replies(told), &kept));
        if !lock(&self.deaf).contains(thread) {
            violations.extend(heard(&kept, &conversation.heard));
        }
        violations.extend(numbered(0, &entries));
        Ok(violations.iter().take(3).map(ToString::to_string).collect())
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
