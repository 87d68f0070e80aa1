//! What happens when something fails or hangs under load? Each trial arms a fault for a while, counts how often it happened, takes it
//! away, waits until messages are acknowledged again, kills the studio, lets the power go with it, and compares the ledgers. A
//! fault that did not happen proves nothing, and fails its trial.

mod hangs;
mod library;
mod slow;

use std::{
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rand::{SeedableRng as _, rngs::StdRng};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    compare::{Calls, Compared, Visitors},
    faults::{Fault, Faults, Lost},
    home::{Home, free_address},
    ledger::Ledger,
    process::{Program, Studio},
    receiver,
    usage::Usage,
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
/// New connections while there are no descriptors for them.
const CALLERS: usize = 4;

/// One fault.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    pub name: &'static str,
    pub trouble: Trouble,
    /// Settings by the environment, so that what takes a minute by default takes a second here.
    pub settings: &'static [(&'static str, &'static str)],
    /// What the operator reads in the log; empty where nothing need be said.
    pub says: &'static str,
}

#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// Of the files below this folder of the home.
    Disk(Fault, &'static str),
    /// The disk of the log is full while there is something to be logged.
    Log,
    /// The disk of the search index is full while a bot is published.
    Index,
    /// The thread that runs the embedding model makes no headway.
    Model,
    /// The clock is off by so many seconds at first, and by so many during the fault; afterwards it is right.
    Clock { first: i64, during: i64 },
    /// No file can be opened and no connection taken: the system gives no more descriptors.
    Descriptors,
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
    /// A client that reads its answer a byte a second.
    Reader,
    /// A widget that reads its messages a byte a second.
    Socket,
}

const REFUSED: &str = "store.disk_refused";
const PATIENCE: &[(&str, &str)] = &[("STUDIO_SERVER_PATIENCE", "2s")];

pub const TRIALS: [Trial; 16] = [
    disk("sync-fails", Fault::Sync, "data/store", REFUSED),
    disk("store-full", Fault::Full, "data/store", REFUSED),
    disk("read-only", Fault::ReadOnly, "data", REFUSED),
    Trial { name: "index-full", trouble: Trouble::Index, settings: &[], says: "knowledge.in_memory" },
    Trial { name: "log-full", trouble: Trouble::Log, settings: &[], says: "" },
    Trial {
        name: "clock-back",
        trouble: Trouble::Clock { first: 0, during: -3_600 },
        settings: &[],
        says: "clock.jumped",
    },
    Trial {
        name: "clock-forward",
        trouble: Trouble::Clock { first: -3_600, during: 0 },
        settings: &[],
        says: "clock.jumped",
    },
    Trial { name: "descriptors", trouble: Trouble::Descriptors, settings: &[], says: "server.accept.failed" },
    Trial {
        name: "call-hangs",
        trouble: Trouble::Offender(Offender::Service),
        settings: &[("STUDIO_EGRESS_TIMEOUT", "2s")],
        says: "delivery.call.failed",
    },
    Trial {
        name: "thought-hangs",
        trouble: Trouble::Offender(Offender::Thought),
        settings: &[("STUDIO_LIMITS_TURN", "1s"), ("STUDIO_HANG", "flow:tarpit")],
        says: "pipeline.turn.hung",
    },
    Trial {
        name: "search-hangs",
        trouble: Trouble::Offender(Offender::Search),
        settings: &[("STUDIO_LIMITS_TURN", "1s"), ("STUDIO_HANG", "search:tarpit")],
        says: "pipeline.turn.hung",
    },
    Trial { name: "model-hangs", trouble: Trouble::Model, settings: &[], says: "model.unheard" },
    slow("slow-head", Offender::Head, "server.head.too_slow"),
    slow("slow-body", Offender::Body, "server.body.too_slow"),
    slow("slow-reader", Offender::Reader, "server.reader.too_slow"),
    Trial {
        name: "slow-socket",
        trouble: Trouble::Offender(Offender::Socket),
        settings: &[],
        says: "channel.reader_too_slow",
    },
];

const fn disk(name: &'static str, fault: Fault, place: &'static str, says: &'static str) -> Trial {
    Trial { name, trouble: Trouble::Disk(fault, place), settings: &[], says }
}

const fn slow(name: &'static str, offender: Offender, says: &'static str) -> Trial {
    Trial { name, trouble: Trouble::Offender(offender), settings: PATIENCE, says }
}

/// What became of it.
#[derive(Debug, Default)]
pub struct Outcome {
    pub name: &'static str,
    /// It ended by itself, and was started again as a supervisor would.
    pub ended: bool,
    /// From the end of the fault to the next acknowledged message.
    pub recovered: Duration,
    /// Whether the log has the line that it should.
    pub said: bool,
    /// How often the fault happened.
    pub happened: u64,
    pub compared: Compared,
    pub lost: Lost,
    /// Why it was not tried at all.
    pub skipped: Option<&'static str>,
    /// Data and log, kept where something is wrong.
    pub folder: Option<PathBuf>,
}

impl Outcome {
    pub fn is_clean(&self) -> bool {
        self.skipped.is_some() || (self.said && self.happened > 0 && self.compared.findings.is_empty())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(why) = self.skipped {
            return write!(f, "{}: SKIPPED, {why}", self.name);
        }
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        let how = if self.ended { "ended by itself and was started again" } else { "went on" };
        let said = if self.said { "" } else { " and THE LOG DOES NOT SAY WHY" };
        write!(
            f,
            "{}: happened {} times, {how}{said}, acknowledged again after {} ms; {} messages, {} findings, {} bytes and {} \
             changes of names lost with the power",
            self.name,
            self.happened,
            self.recovered.as_millis(),
            self.compared.acknowledged,
            self.compared.findings.len(),
            self.lost.bytes,
            self.lost.names
        )?;
        if let Some(folder) = &self.folder {
            write!(f, "; data and log are in {}", folder.display())?;
        }
        Ok(())
    }
}

/// Runs one trial in a home of its own.
pub async fn run(trial: &Trial, program: &Program) -> anyhow::Result<Outcome> {
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let has_library = trial.trouble.needs_library();
    let connections = if has_library { library::connection() } else { String::new() };
    let home = Home::at(free_address()?, receiver, "", &connections)?;
    if has_library {
        library::put(&home)?;
    }
    let faults = Faults::new(&home)?;
    let mut program = program.clone();
    program.environment.extend(faults.environment());
    let settings = trial.settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    program.environment.extend(settings);
    if let Trouble::Clock { first, .. } = trial.trouble {
        faults.set_clock(first)?;
    }

    let mut studio = Studio::start(&program, &home)?;
    studio.ready(&home).await?;
    if matches!(trial.trouble, Trouble::Model) && !library::has_model(&home).await? {
        studio.kill(&home).await?;
        let skipped = Some("there is no embedding model (`make setup-models` fetches it)");
        return Ok(Outcome { name: trial.name, skipped, ..Outcome::default() });
    }
    let mut random = StdRng::seed_from_u64(SEED);
    let visitors = Visitors::start(&home, &ledger, trial.name, VISITORS, &mut random)?;
    sleep(BEFORE).await;
    let happened =
        suffer(trial.trouble, &faults, &home, &studio, &ledger).await.with_context(|| trial.name)?;

    let over = Instant::now();
    let before = ledger.count();
    let mut ended = false;
    while ledger.count() == before {
        if studio.ended()?.is_some() {
            ended = true;
            studio = Studio::start(&program, &home)?;
            studio.ready(&home).await?;
        }
        if over.elapsed() > RECOVERED_WITHIN {
            let folder = home.keep();
            bail!("{}: nothing was acknowledged again; data and log are in {}", trial.name, folder.display());
        }
        sleep(Duration::from_millis(5)).await;
    }
    let recovered = over.elapsed();

    studio.kill(&home).await?;
    let lost = faults.lose_power(&home.store())?;
    let mut studio = Studio::start(&program, &home)?;
    studio.ready(&home).await?;
    let compared = visitors.compare(&home, SEED, Calls::MayFail).await?;
    if matches!(trial.trouble, Trouble::Index) {
        library::published_last(&home).await.with_context(|| trial.name)?;
    }
    let said = std::fs::read_to_string(home.log())?.contains(trial.says);
    studio.kill(&home).await?;
    let mut outcome =
        Outcome { name: trial.name, ended, recovered, said, happened, compared, lost, ..Outcome::default() };
    outcome.folder = (!outcome.is_clean()).then(|| home.keep());
    Ok(outcome)
}

impl Trouble {
    fn needs_library(self) -> bool {
        match self {
            Self::Index | Self::Model | Self::Offender(Offender::Search) => true,
            Self::Disk(..) | Self::Log | Self::Clock { .. } | Self::Descriptors | Self::Offender(_) => false,
        }
    }
}

/// Begins the trouble, and ends it after a while; how often it happened.
async fn suffer(
    trouble: Trouble,
    faults: &Faults,
    home: &Home,
    studio: &Studio,
    ledger: &Ledger,
) -> anyhow::Result<u64> {
    match trouble {
        Trouble::Disk(fault, place) => {
            faults.arm(fault, &home.path().join(place))?;
            sleep(DURING).await;
            faults.disarm(fault)?;
            faults.happened()
        }
        Trouble::Log => {
            faults.arm(Fault::Full, &home.log())?;
            // Each says a line.
            library::publish_bots(home, LINES).await?;
            sleep(DURING).await;
            faults.disarm(Fault::Full)?;
            faults.happened()
        }
        Trouble::Index => {
            library::index(home, faults).await?;
            faults.happened()
        }
        Trouble::Model => {
            library::model(home, faults).await?;
            faults.happened()
        }
        Trouble::Clock { during, .. } => {
            let before = faults.happened()?;
            faults.set_clock(during)?;
            sleep(DURING).await;
            faults.set_clock(0)?;
            Ok(faults.happened()? - before)
        }
        Trouble::Descriptors => {
            let pid = studio.pid().context("the studio has ended")?;
            let open = u64::try_from(Usage::of(pid)?.descriptors)?;
            let process = Pid::from_raw(i32::try_from(pid)?);
            // The studio has the limits of this process, and asked for all that it may have.
            let maximum = getrlimit(Resource::Nofile).maximum;
            let before = prlimit(process, Resource::Nofile, Rlimit { current: Some(open), maximum })?;
            let mut callers = Vec::new();
            for _ in 0..CALLERS {
                callers.push(TcpStream::connect(home.address).await?);
            }
            sleep(DURING).await;
            prlimit(process, Resource::Nofile, before)?;
            let log = std::fs::read_to_string(home.log())?;
            Ok(log.matches("Too many open files").count().try_into()?)
        }
        Trouble::Offender(offender) => {
            let before = ledger.count();
            let dealt = async {
                match offender {
                    Offender::Service => hangs::service(home, ledger).await,
                    Offender::Thought => hangs::thought(home).await,
                    Offender::Search => library::search(home).await,
                    Offender::Head => slow::head(home).await,
                    Offender::Body => slow::body(home).await,
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
    }
}
