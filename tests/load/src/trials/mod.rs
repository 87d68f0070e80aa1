//! What happens when something fails or hangs under load? Each trial arms a fault for a while, counts how often it happened, takes it
//! away, waits until messages are acknowledged again, kills the studio, lets the power go with it, compares the ledgers, and looks at
//! all that the store holds. A fault that did not happen proves nothing, and fails its trial.

mod clock;
mod descriptors;
mod disk;
mod guest;
mod hangs;
mod library;
mod messages;
mod outcome;
mod slow;
mod table;

use std::{
    process::ExitStatus,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use rand::{SeedableRng as _, rngs::StdRng};
use reqwest::Client;
use serde_json::Value;
use tokio::time::{sleep, timeout};

pub use self::{outcome::Outcome, table::Table};
use crate::{
    audit::{GivenUp, audit_at},
    compare::{Calls, Visitors},
    faults::{Fault, Faults},
    home::{Home, free_address},
    ledger::Ledger,
    process::{Program, Studio},
    receiver,
};

const VISITORS: usize = 8;
const SEED: u64 = 1;
/// Load before the fault, and the fault itself.
const BEFORE: Duration = Duration::from_secs(2);
const DURING: Duration = Duration::from_secs(3);
/// Lines that are to be logged while the log's disk is full: more than the studio has threads.
const LINES: usize = 40;
/// Until messages are acknowledged again.
const RECOVERED_WITHIN: Duration = Duration::from_mins(1);
/// Until who hangs or crawls was dealt with.
const DEALT_WITHIN: Duration = Duration::from_mins(1);
/// Conversations whose turn comes to no end: tried once each, they take more threads than may be lost.
const STUCK: usize = 9;
/// Seconds that the clock is ahead while a timer is set: enough to be told of, and not refused.
const AHEAD: u32 = 40;

/// One fault.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    pub name: &'static str,
    pub trouble: Trouble,
    /// Settings by the environment, so that what takes a minute by default takes a second here.
    pub settings: &'static [(&'static str, &'static str)],
    /// What the operator reads in the log from then on.
    pub says: &'static str,
    /// The status with which the studio ends by itself, where it does.
    pub ends: Option<i32>,
    /// What is expected of calls behind it.
    pub calls: Calls,
    /// Events that are parked behind it, for their turn came to no end.
    pub parked: usize,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// Of the files below this folder of the home.
    Disk(Fault, &'static str),
    /// The disk of the store fails while the studio finishes what it has begun.
    Stopping(Fault),
    /// No table can be written when the store is closed.
    Closing,
    /// The store is being closed for longer than a stop may last.
    Unclosed,
    /// The disk of the log is full while there is something to be logged.
    Log,
    /// The disk of the search index is full while a bot is published.
    Index,
    /// The disk of the index of messages is full while messages come.
    Messages,
    /// The thread that runs the embedding model makes no headway.
    Model,
    /// The clock is off by so many seconds at first, and by so many during the fault; afterwards it is right.
    Clock { first: i64, during: i64 },
    /// The clock is ahead at first, and right once a timer was set.
    Ahead,
    /// No file can be opened and no connection taken: the system gives no more descriptors.
    Descriptors,
    /// The same while the store's log is to become a table.
    Table,
    /// More thoughts without end than threads may be lost; of a development build only.
    Stuck,
    /// Somebody who hangs or crawls, and is to be dealt with while the others go on.
    Offender(Offender),
}

/// Who makes no headway.
#[derive(Clone, Copy, Debug)]
pub enum Offender {
    /// A remote service that takes the call and never answers.
    Service,
    /// A flow that never comes to an end; of a development build only.
    Thought,
    /// The same of a search in the documents.
    Search,
    /// A client that sends the head of its request a byte a second.
    Head,
    /// The same with the body.
    Body,
    /// Clients that together send more than is read at once.
    Bodies,
    /// A client that reads its answer a byte a second.
    Reader,
    /// A widget that reads its messages a byte a second.
    Socket,
}

const REFUSED: &str = "store.disk_refused";
/// The log has this of each try of an event that comes to no end.
const HUNG: &str = "pipeline.turn.hung";
const PATIENCE: &[(&str, &str)] = &[("STUDIO_SERVER_PATIENCE", "2s")];

pub const TRIALS: [Trial; 26] = [
    disk("sync-fails", Fault::Sync, "data/store"),
    disk("store-full", Fault::Full, "data/store"),
    disk("read-only", Fault::ReadOnly, "data"),
    stopping("sync-fails-while-stopping", Fault::Sync),
    stopping("full-while-stopping", Fault::Full),
    stopping("read-only-while-stopping", Fault::ReadOnly),
    Trial { ends: Some(1), ..goes_on("full-while-closing", Trouble::Closing, &[], "store.table_refused") },
    Trial {
        ends: Some(0),
        ..goes_on("closing-hangs", Trouble::Unclosed, &[("STUDIO_SERVER_DRAIN", "4s")], "store.not_closed")
    },
    goes_on("index-full", Trouble::Index, &[], "knowledge.in_memory"),
    goes_on("messages-full", Trouble::Messages, &[], "message_index.in_memory"),
    goes_on("log-full", Trouble::Log, &[], "log.lost"),
    goes_on("clock-back", Trouble::Clock { first: 0, during: -3_600 }, &[], "clock.jumped"),
    goes_on("clock-forward", Trouble::Clock { first: -3_600, during: 0 }, &[], "clock.jumped"),
    goes_on("clock-ahead", Trouble::Ahead, &[], "clock.jumped"),
    Trial {
        calls: Calls::Nowhere,
        ..goes_on("descriptors", Trouble::Descriptors, &[], "server.accept.failed")
    },
    Trial {
        calls: Calls::Nowhere,
        ends: Some(1),
        ..goes_on("descriptors-table", Trouble::Table, &[("STUDIO_STORE_LOG_BYTES", "67108864")], REFUSED)
    },
    goes_on(
        "call-hangs",
        Trouble::Offender(Offender::Service),
        &[("STUDIO_EGRESS_TIMEOUT", "2s")],
        "delivery.call.failed",
    ),
    Trial {
        parked: 1,
        ..goes_on(
            "thought-hangs",
            Trouble::Offender(Offender::Thought),
            &[("STUDIO_LIMITS_TURN", "1s"), ("STUDIO_HANG", "flow:tarpit")],
            HUNG,
        )
    },
    Trial {
        ends: Some(1),
        parked: STUCK,
        ..goes_on(
            "threads-lost",
            Trouble::Stuck,
            &[("STUDIO_LIMITS_TURN", "1s"), ("STUDIO_HANG", "flow:tarpit")],
            "too many events were thought about without end",
        )
    },
    Trial {
        parked: 1,
        ..goes_on(
            "search-hangs",
            Trouble::Offender(Offender::Search),
            &[("STUDIO_LIMITS_TURN", "1s"), ("STUDIO_HANG", "search:tarpit")],
            HUNG,
        )
    },
    goes_on("model-hangs", Trouble::Model, &[], "model.unheard"),
    goes_on("slow-head", Trouble::Offender(Offender::Head), PATIENCE, "server.head.too_slow"),
    goes_on("slow-body", Trouble::Offender(Offender::Body), PATIENCE, "server.body.too_slow"),
    goes_on("many-bodies", Trouble::Offender(Offender::Bodies), &[], "server.bodies.too_much"),
    goes_on("slow-reader", Trouble::Offender(Offender::Reader), PATIENCE, "server.reader.too_slow"),
    goes_on("slow-socket", Trouble::Offender(Offender::Socket), &[], "channel.reader_too_slow"),
];

const fn disk(name: &'static str, fault: Fault, place: &'static str) -> Trial {
    Trial { ends: Some(1), ..goes_on(name, Trouble::Disk(fault, place), &[], REFUSED) }
}

const fn stopping(name: &'static str, fault: Fault) -> Trial {
    let settings: &[(&str, &str)] = &[("STUDIO_EGRESS_TIMEOUT", "3s")];
    let trial = goes_on(name, Trouble::Stopping(fault), settings, "studio: the disk refused a write");
    Trial { ends: Some(1), ..trial }
}

const fn goes_on(
    name: &'static str,
    trouble: Trouble,
    settings: &'static [(&'static str, &'static str)],
    says: &'static str,
) -> Trial {
    Trial { name, trouble, settings, says, ends: None, calls: Calls::MayFail, parked: 0 }
}

/// Runs one trial in a home of its own, which is kept where something is wrong.
pub async fn run(trial: &Trial, program: &Program) -> anyhow::Result<Outcome> {
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let has_library = trial.trouble.needs_library();
    let connections = if has_library { library::connection() } else { String::new() };
    let home = Home::at(free_address()?, receiver, "", &connections)?;
    let tried = tried(trial, program, &home, &ledger).await;
    if tried.as_ref().is_ok_and(|outcome| outcome.skipped.is_some() || outcome.is_clean()) {
        return tried;
    }
    let folder = home.keep();
    let outcome =
        tried.with_context(|| format!("{}; data and log are in {}", trial.name, folder.display()))?;
    Ok(Outcome { folder: Some(folder), ..outcome })
}

async fn tried(trial: &Trial, program: &Program, home: &Home, ledger: &Ledger) -> anyhow::Result<Outcome> {
    if trial.trouble.needs_library() {
        library::put(home)?;
    }
    let faults = Faults::new(home)?;
    let mut program = program.clone();
    program.environment.extend(faults.environment());
    let settings = trial.settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    program.environment.extend(settings);
    if let Some(first) = trial.trouble.clock_at_first() {
        faults.set_clock(first)?;
    }

    let mut studio = Studio::start(&program, home)?;
    studio.ready(home).await?;
    if matches!(trial.trouble, Trouble::Model) && !library::has_model(home).await? {
        studio.kill(home).await?;
        let skipped = Some("there is no embedding model (`make setup-models` fetches it)");
        return Ok(Outcome { name: trial.name, skipped, ..Outcome::default() });
    }
    let mut random = StdRng::seed_from_u64(SEED);
    let visitors = Visitors::start(home, ledger, trial.name, VISITORS, &mut random)?;
    sleep(BEFORE).await;
    let log_before = std::fs::read(home.log())?.len();
    let scene = Scene { program: &program, home, faults: &faults, ledger, log_before };
    let happened = scene.suffer(trial.trouble, &mut studio).await?;
    // Whatever could not leave meanwhile comes behind this.
    ledger.went_wrong();

    let over = Instant::now();
    let before = ledger.count();
    let mut ended = None;
    while ledger.count() == before {
        if let Some(status) = studio.ended()? {
            ensure!(ended.is_none(), "it ended again: {status}");
            ended = Some(status);
            ledger.went_wrong();
            studio = Studio::start(&program, home)?;
            studio.ready(home).await?;
        }
        ensure!(over.elapsed() < RECOVERED_WITHIN, "nothing was acknowledged again");
        sleep(Duration::from_millis(5)).await;
    }
    let recovered = over.elapsed();

    studio.kill(home).await?;
    ledger.killed();
    let lost = faults.lose_power(&home.data())?;
    let mut studio = Studio::start(&program, home)?;
    studio.ready(home).await?;
    let compared = visitors.compare(home, SEED, trial.calls).await?;
    let wrong = audit_at(&home.socket(), ledger, GivenUp::Calls { parked: trial.parked }).await?;
    if matches!(trial.trouble, Trouble::Index) {
        library::published_last(home).await?;
    }
    if matches!(trial.trouble, Trouble::Messages) {
        messages::found_again(home).await?;
    }
    let said = scene.said()?.lines().any(|line| line.contains(trial.says) && is_for_the_operator(line));
    studio.kill(home).await?;
    let (name, ends) = (trial.name, trial.ends);
    Ok(Outcome { name, ended, ends, recovered, said, happened, compared, wrong, lost, ..Outcome::default() })
}

impl Trouble {
    fn needs_library(self) -> bool {
        match self {
            Self::Index | Self::Model | Self::Offender(Offender::Search) => true,
            Self::Disk(..)
            | Self::Stopping(_)
            | Self::Closing
            | Self::Unclosed
            | Self::Log
            | Self::Messages
            | Self::Clock { .. }
            | Self::Ahead
            | Self::Descriptors
            | Self::Table
            | Self::Stuck
            | Self::Offender(_) => false,
        }
    }

    /// By so many seconds the clock is off when the studio starts.
    fn clock_at_first(self) -> Option<i64> {
        match self {
            Self::Clock { first, .. } => Some(first),
            Self::Ahead => Some(AHEAD.into()),
            Self::Disk(..)
            | Self::Stopping(_)
            | Self::Closing
            | Self::Unclosed
            | Self::Log
            | Self::Index
            | Self::Messages
            | Self::Model
            | Self::Descriptors
            | Self::Table
            | Self::Stuck
            | Self::Offender(_) => None,
        }
    }
}

/// Where something goes wrong.
struct Scene<'a> {
    program: &'a Program,
    home: &'a Home,
    faults: &'a Faults,
    ledger: &'a Ledger,
    /// Bytes of the log before the trouble.
    log_before: usize,
}

impl Scene<'_> {
    /// What the log has since the trouble began.
    fn said(&self) -> anyhow::Result<String> {
        let log = std::fs::read(self.home.log())?;
        Ok(String::from_utf8_lossy(log.get(self.log_before..).unwrap_or_default()).into_owned())
    }

    async fn until_said(&self, words: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !self.said()?.contains(words) {
            ensure!(begun.elapsed() < DEALT_WITHIN, "the log does not say {words}");
            sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Waits until the studio's health has something to say of this.
    async fn until_health_tells(&self, count: &str) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let answer =
                Client::new().get(format!("http://{}/health/ready", self.home.address)).send().await?;
            let health: Value = serde_json::from_str(&answer.text().await?)?;
            if health[count].as_u64().is_some_and(|count| count > 0) {
                return Ok(());
            }
            ensure!(begun.elapsed() < DEALT_WITHIN, "its health does not tell of {count}: {health}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Begins the trouble, and ends it after a while; how often it happened.
    async fn suffer(&self, trouble: Trouble, studio: &mut Studio) -> anyhow::Result<u64> {
        let Self { home, faults, .. } = *self;
        match trouble {
            Trouble::Disk(fault, place) => self.disk_fails(studio, fault, place).await,
            Trouble::Stopping(fault) => self.fails_while_stopping(studio, fault).await,
            Trouble::Closing => self.full_while_closing(studio).await,
            Trouble::Unclosed => self.closing_hangs(studio).await,
            Trouble::Log => {
                faults.arm(Fault::Full, &home.log())?;
                // Each says a line.
                library::publish_bots(home, LINES).await?;
                self.until_health_tells("log_lines_lost").await?;
                sleep(DURING).await;
                faults.disarm(Fault::Full)?;
                self.until_said("log.lost").await?;
                faults.happened()
            }
            Trouble::Index => {
                library::index(home, faults).await?;
                faults.happened()
            }
            Trouble::Messages => messages::full(self).await,
            Trouble::Model => {
                library::model(home, faults).await?;
                faults.happened()
            }
            Trouble::Clock { first, during } => self.jumps(first, during).await,
            Trouble::Ahead => self.comes_later().await,
            Trouble::Descriptors => descriptors::none_left(self, studio).await,
            Trouble::Table => descriptors::none_for_a_table(self, studio).await,
            Trouble::Stuck => {
                for number in 0..STUCK {
                    hangs::say(home, &format!("stuck-{number}"), "1", hangs::WORD).await?;
                }
                ended(studio).await?;
                Ok(self.said()?.matches(HUNG).count().try_into()?)
            }
            Trouble::Offender(offender) => self.offended(offender).await,
        }
    }

    /// Waits until somebody was dealt with who hangs or crawls, while the others go on; how often that happened.
    async fn offended(&self, offender: Offender) -> anyhow::Result<u64> {
        let Self { home, ledger, .. } = *self;
        let before = ledger.count();
        let dealt = async {
            match offender {
                Offender::Service => hangs::service(home, ledger).await,
                Offender::Thought => self.tried_once(hangs::thought(home).await).await,
                Offender::Search => self.tried_once(library::search(home).await).await,
                Offender::Head => slow::head(home).await,
                Offender::Body => slow::body(home).await,
                Offender::Bodies => slow::bodies(home).await,
                Offender::Reader => slow::reader(home).await,
                Offender::Socket => slow::socket(home).await,
            }
        };
        let happened = timeout(DEALT_WITHIN, dealt).await.context("it was not dealt with")??;
        if ledger.count() == before {
            bail!("nothing of others was acknowledged meanwhile");
        }
        Ok(happened)
    }

    /// What hangs was dealt with, and the log has each try of it: there was one.
    async fn tried_once(&self, dealt: anyhow::Result<()>) -> anyhow::Result<u64> {
        dealt?;
        self.until_said(HUNG).await?;
        let tries = self.said()?.matches(HUNG).count();
        ensure!(tries == 1, "what hangs was tried {tries} times");
        Ok(tries.try_into()?)
    }
}

/// Nobody reads what is merely told.
fn is_for_the_operator(line: &str) -> bool {
    line.starts_with("studio: ") || [" WARN ", " ERROR "].iter().any(|level| line.contains(level))
}

/// Waits until a studio has ended by itself.
async fn ended(studio: &mut Studio) -> anyhow::Result<ExitStatus> {
    let begun = Instant::now();
    loop {
        if let Some(status) = studio.ended()? {
            return Ok(status);
        }
        ensure!(begun.elapsed() < DEALT_WITHIN, "the studio went on");
        sleep(Duration::from_millis(20)).await;
    }
}
