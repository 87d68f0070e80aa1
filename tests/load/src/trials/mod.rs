//! What happens when something fails or hangs under load? Each trial arms a fault for a while, counts how often it happened, takes it
//! away, waits until messages are acknowledged again, kills the studio, lets the power go with it, compares the ledgers, and looks at
//! all that the store holds. A fault that did not happen proves nothing, and fails its trial.

mod clock;
mod descriptors;
mod disk;
mod guest;
mod hangs;
mod library;
mod list;
mod messages;
mod outcome;
mod slow;
mod table;

use std::{
    path::PathBuf,
    process::ExitStatus,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use rand::{SeedableRng as _, rngs::StdRng};
use reqwest::Client;
use serde_json::Value;
use tokio::time::{sleep, timeout};

use self::list::{HUNG, REFUSED};
pub use self::{
    list::{Offender, Place, TRIALS, Trial, Trouble},
    outcome::Outcome,
    table::Table,
};
use crate::{
    audit::{GivenUp, audit_at},
    compare::Visitors,
    database::Engine,
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

/// Runs one trial on this embedded database in a home of its own, which is kept where something is wrong.
pub async fn run(trial: &Trial, program: &Program, engine: &Engine) -> anyhow::Result<Outcome> {
    if let Some(why) = trial.unfit(program.is_development_build().await?, engine) {
        return Ok(Outcome { name: trial.name, skipped: Some(why), ..Outcome::default() });
    }
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let has_library = trial.trouble.needs_library();
    let connections = if has_library { library::connection() } else { String::new() };
    let home = Home::at(free_address()?, receiver, &engine.settings(None), &connections)?;
    let tried = tried(trial, program, engine, &home, &ledger).await;
    if tried.as_ref().is_ok_and(|outcome| outcome.skipped.is_some() || outcome.is_clean()) {
        return tried;
    }
    let folder = home.keep();
    let outcome =
        tried.with_context(|| format!("{}; data and log are in {}", trial.name, folder.display()))?;
    Ok(Outcome { folder: Some(folder), ..outcome })
}

async fn tried(
    trial: &Trial,
    program: &Program,
    engine: &Engine,
    home: &Home,
    ledger: &Ledger,
) -> anyhow::Result<Outcome> {
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
    let scene = Scene { program: &program, engine, home, faults: &faults, ledger, log_before };
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

/// Where something goes wrong.
struct Scene<'a> {
    program: &'a Program,
    engine: &'a Engine,
    home: &'a Home,
    faults: &'a Faults,
    ledger: &'a Ledger,
    /// Bytes of the log before the trouble.
    log_before: usize,
}

impl Scene<'_> {
    /// The folder of this place.
    fn folder(&self, place: Place) -> PathBuf {
        match place {
            Place::Store => self.home.path().join(self.engine.folder()),
            Place::Data => self.home.data(),
        }
    }

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
