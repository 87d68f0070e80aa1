//! Is anything lost when the studio is killed again and again?
//!
//! Twenty visitors talk to it, half by the widget's protocol, half by signed posts, and agents take some of them over, while
//! it is killed with SIGKILL at random moments and started again. After every few kills all of them fall silent, and what
//! they sent and did, what the store holds and what they heard are compared, conversation by conversation
//! ([`studio_core::invariants`]).

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::time::sleep;

use crate::{
    audit::{GivenUp, audit},
    compare::{Calls, Compared, Visitors},
    database::{Engine, Server},
    faults::{Faults, Lost},
    home::{Home, free_address},
    ledger::Ledger,
    people::{self, People},
    phase::Phase,
    platforms::Way,
    process::{Program, Studio},
    receiver,
};

const VISITORS: usize = 20;
/// Beside people on the platforms, so many for each way in which their events come.
const BESIDE: usize = 6;
const PEOPLE: usize = 2;
/// Of so many comparisons one is followed by a look at all that the store holds; the last always is.
const AUDITED: usize = 10;
/// Of so many kills two come while the studio is still starting, and one while it stops and closes its store.
const EVERY: u32 = 8;
/// Milliseconds between ready and the kill. Of two kills one is as likely early as late on a logarithmic scale, for
/// much happens at first; the other gives the studio time to work.
const SOONEST: f64 = 5.0;
const LATEST: f64 = 2_000.0;
/// How long a phase of a start is taken to last before one was seen, and a stop.
const STARTING: Duration = Duration::from_millis(20);
const STOPPING: Duration = Duration::from_millis(600);
/// A stop that was not seen to end may last so many times longer than was thought.
const LONGER: f64 = 1.2;
/// From a database that is there again to the next acknowledged message.
const RECOVERED_WITHIN: Duration = Duration::from_secs(30);

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Options {
    pub program: Program,
    pub kills: usize,
    /// Decides when it is killed and what is said; how threads and disks run is not ours to repeat.
    pub seed: u64,
    /// Kills between two comparisons.
    pub round: usize,
    /// With each kill the power goes too: what was written and never synced is lost.
    pub power_loss: bool,
    /// People on the messaging platforms too, whose events come twice and in another order.
    pub channels: bool,
    /// What keeps the rows. A server is killed in turn with the studio.
    pub engine: Engine,
}

/// What was done and seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub seed: u64,
    pub kills: usize,
    /// How far the studio had come at each, by its own log.
    pub fell: BTreeMap<Phase, usize>,
    /// Of those that fell while it was ready, after it had acknowledged something.
    pub at_work: usize,
    /// Stops that ended before the kill came. They are no kills.
    pub stopped_before: usize,
    /// Besides, of the database's server.
    pub of_database: usize,
    pub compared: Compared,
    /// Of these, on the messaging platforms.
    pub on_platforms: Compared,
    /// Times from start to ready, ascending once the campaign is over.
    pub ready: Vec<Duration>,
    pub took: Duration,
    /// What was never synced, and lost with the power.
    pub lost: Lost,
    /// What came unmarked after its conversation had been compared.
    pub strays: Vec<String>,
    /// How often all that the store holds was looked at, and what was wrong with it.
    pub audits: usize,
    pub wrong: Vec<String>,
    /// Data and log, kept where something was found.
    pub folder: Option<PathBuf>,
}

impl Tally {
    pub fn is_clean(&self) -> bool {
        self.compared.findings.is_empty() && self.strays.is_empty() && self.wrong.is_empty()
    }

    /// Kills in these phases.
    pub fn fell_in(&self, phases: &[Phase]) -> usize {
        phases.iter().filter_map(|phase| self.fell.get(phase)).sum()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.compared.findings {
            writeln!(f, "{finding}")?;
        }
        for stray in &self.strays {
            writeln!(f, "heard again without a mark after its conversation was compared: {stray}")?;
        }
        for wrong in &self.wrong {
            writeln!(f, "in the store: {wrong}")?;
        }
        if let Some(folder) = &self.folder {
            writeln!(f, "data and log are kept in {}", folder.display())?;
        }
        let half = self.ready.get(self.ready.len() / 2).copied().unwrap_or_default();
        let most = self.ready.last().copied().unwrap_or_default();
        let Compared { conversations, acknowledged, heard, uncertain, acts, findings, .. } = &self.compared;
        writeln!(
            f,
            "seed {}: {} kills in {} s, {} findings",
            self.seed,
            self.kills,
            self.took.as_secs(),
            findings.len() + self.strays.len() + self.wrong.len(),
        )?;
        for (phase, count) in &self.fell {
            writeln!(f, "  {count} fell {phase}")?;
        }
        writeln!(
            f,
            "  {} of these under load; {} stops ended before their kill; the whole store was looked at {} times",
            self.at_work, self.stopped_before, self.audits
        )?;
        writeln!(
            f,
            "{conversations} conversations, {acknowledged} messages acknowledged, {heard} heard, {uncertain} of these \
             marked uncertain; {acts} acts of agents acknowledged"
        )?;
        if self.on_platforms.conversations > 0 {
            let Compared { conversations, acknowledged, heard, uncertain, pressed, forms, files, .. } =
                &self.on_platforms;
            writeln!(
                f,
                "of these on the platforms: {conversations} conversations, {acknowledged} messages acknowledged \
                 ({pressed} presses, {forms} forms, {files} files), {heard} heard, {uncertain} of these marked uncertain"
            )?;
        }
        if self.of_database > 0 {
            writeln!(f, "the database's server was killed {} times", self.of_database)?;
        }
        if self.lost != Lost::default() {
            let Lost { bytes, names } = self.lost;
            writeln!(
                f,
                "{bytes} bytes and {names} changes of names were never synced and lost with the power"
            )?;
        }
        write!(f, "start to ready: half within {} ms, all within {} ms", half.as_millis(), most.as_millis())
    }
}

/// Kills the studio `kills` times, or until something is found.
pub async fn run(options: &Options, mut progress: impl FnMut(&Tally)) -> anyhow::Result<Tally> {
    let begun = Instant::now();
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let mut server = options.engine.server()?;
    let address = free_address()?;
    let people = if options.channels { Some(People::start(address).await?) } else { None };
    let connections = people.as_ref().map(People::settings).unwrap_or_default();
    let home = Home::at(address, receiver, &options.engine.settings(server.as_ref()), &connections)?;
    if let Some(server) = &mut server {
        server.start(home.path()).await?;
    }
    let faults = options.power_loss.then(|| Faults::new(&home)).transpose()?;
    let mut program = options.program.clone();
    program.environment.extend(faults.iter().flat_map(Faults::environment));
    let store = home.path().join("data").join(options.engine.folder());
    let mut campaign = Campaign {
        home,
        program,
        store,
        server,
        faults,
        people,
        random: StdRng::seed_from_u64(options.seed),
        tally: Tally { seed: options.seed, ..Tally::default() },
        ledger,
        lasts: BTreeMap::new(),
        stop_lasts: STOPPING,
    };
    campaign.introduce().await?;
    let mut rounds = 0;
    while campaign.tally.kills < options.kills && campaign.tally.is_clean() {
        let kills = options.round.clamp(1, options.kills - campaign.tally.kills);
        rounds += 1;
        let is_last = campaign.tally.kills + kills == options.kills;
        let round = campaign.round(kills, is_last || rounds % AUDITED == 0).await;
        round.with_context(|| format!("seed {}, after kill {}", options.seed, campaign.tally.kills))?;
        progress(&campaign.tally);
    }
    let Campaign { home, mut tally, .. } = campaign;
    tally.ready.sort_unstable();
    tally.took = begun.elapsed();
    tally.folder = (!tally.is_clean()).then(|| home.keep());
    Ok(tally)
}

struct Campaign {
    home: Home,
    program: Program,
    /// Folder of an embedded database.
    store: PathBuf,
    server: Option<Server>,
    faults: Option<Faults>,
    people: Option<People>,
    random: StdRng,
    ledger: Ledger,
    tally: Tally,
    /// How long each phase of the last start took, and a stop may take.
    lasts: BTreeMap<Phase, Duration>,
    stop_lasts: Duration,
}

impl Campaign {
    /// The platforms come to know the studio. What somebody says before, they tell nobody of.
    async fn introduce(&mut self) -> anyhow::Result<()> {
        if self.people.is_none() {
            return Ok(());
        }
        let studio = self.start().await?;
        people::introduced(&self.home, &Way::ALL.map(Way::name)).await?;
        studio.kill(&self.home).await
    }

    /// New visitors, some kills, and the comparison; then a look at all that the store holds, if this one is `audited`.
    async fn round(&mut self, kills: usize, audited: bool) -> anyhow::Result<()> {
        let name = format!("{}-{}", self.tally.seed, self.tally.kills);
        let count = if self.people.is_some() { BESIDE } else { VISITORS };
        let visitors = Visitors::start(&self.home, &self.ledger, &name, count, &mut self.random)?;
        if let Some(people) = &mut self.people {
            people.come(PEOPLE, &mut self.random).await?;
        }
        for _ in 0..kills {
            self.kill().await?;
        }
        let studio = self.start().await?;
        if let Some(people) = &self.people {
            people.until_all_was_tried().await;
        }
        self.tally.compared.add(visitors.compare(&self.home, self.tally.seed, Calls::Succeed).await?);
        if let Some(people) = &mut self.people {
            let compared = people.compare(&self.home, self.tally.seed, self.tally.kills).await?;
            self.tally.on_platforms.add(compared.clone());
            self.tally.compared.add(compared);
        }
        if audited && self.tally.is_clean() {
            let given_up = if self.people.is_some() { GivenUp::Some } else { GivenUp::Nothing };
            let called = self.ledger.calls().clone();
            self.tally.wrong = audit(&self.home, &called, given_up).await?;
            self.tally.audits += 1;
        }
        studio.kill(&self.home).await?;
        self.tally.strays = self.ledger.take_strays();
        Ok(())
    }

    async fn start(&mut self) -> anyhow::Result<Studio> {
        let mut studio = Studio::start(&self.program, &self.home)?;
        self.tally.ready.push(studio.ready(&self.home).await?);
        let said = studio.said(&self.home)?;
        for phase in Phase::OF_START {
            self.lasts.extend(phase.duration(&said).map(|duration| (phase, duration)));
        }
        Ok(studio)
    }

    /// Starts the studio and kills it at a random moment.
    async fn kill(&mut self) -> anyhow::Result<()> {
        if self.server.is_some() && self.random.random() {
            self.kill_database().await?;
        }
        let fell = match self.random.random_range(0..EVERY) {
            0 | 1 => self.kill_while_starting().await?,
            2 => self.kill_while_stopping().await?,
            _ => self.kill_at_work().await?,
        };
        *self.tally.fell.entry(fell).or_default() += 1;
        if let Some(faults) = &self.faults {
            self.tally.lost += faults.lose_power(&self.store)?;
        }
        self.ledger.killed();
        self.tally.kills += 1;
        Ok(())
    }

    async fn kill_at_work(&mut self) -> anyhow::Result<Phase> {
        let before = self.ledger.count();
        let studio = self.at_work().await?;
        let fell = studio.kill_there(&self.home).await?;
        self.tally.at_work += usize::from(fell == Phase::Ready && self.ledger.count() > before);
        Ok(fell)
    }

    /// Between the moment at which the store begins to be opened and the one at which the studio is ready: most of a
    /// start is the system's, which loads libraries, and each phase is aimed at as often as the others, however short.
    async fn kill_while_starting(&mut self) -> anyhow::Result<Phase> {
        let phase = Phase::OF_START[self.random.random_range(0..Phase::OF_START.len())];
        let lasts = self.lasts.get(&phase).copied().unwrap_or(STARTING);
        let into = lasts.mul_f64(self.random.random());
        let mut studio = Studio::start(&self.program, &self.home)?;
        studio.until(phase, &self.home).await?;
        // The timer's finest step; what is shorter than that is not waited for.
        if into >= Duration::from_millis(1) {
            sleep(into).await;
        }
        studio.kill_there(&self.home).await
    }

    async fn kill_while_stopping(&mut self) -> anyhow::Result<Phase> {
        loop {
            let studio = self.at_work().await?;
            studio.stop()?;
            let begun = Instant::now();
            let moment = self.stop_lasts.mul_f64(self.random.random());
            if let Some(fell) = studio.kill_stopped(moment, &self.home).await? {
                self.stop_lasts = self.stop_lasts.mul_f64(LONGER);
                return Ok(fell);
            }
            self.stop_lasts = begun.elapsed();
            self.tally.stopped_before += 1;
        }
    }

    /// Kills the database's server below a studio that works, which is to go on by itself once it is there again;
    /// every second time the studio dies with it.
    async fn kill_database(&mut self) -> anyhow::Result<()> {
        self.tally.of_database += 1;
        let mut studio = self.at_work().await?;
        let together = self.random.random();
        if let Some(server) = &mut self.server {
            server.kill().await?;
            if together {
                studio.kill(&self.home).await?;
                return server.start(self.home.path()).await;
            }
            sleep(STOPPING.mul_f64(self.random.random())).await;
            server.start(self.home.path()).await?;
        }
        let (again, before) = (Instant::now(), self.ledger.count());
        while self.ledger.count() == before {
            if studio.ended()?.is_some() || again.elapsed() > RECOVERED_WITHIN {
                bail!(
                    "nothing was acknowledged after the database was there again; see {}",
                    self.home.log().display()
                );
            }
            sleep(Duration::from_millis(5)).await;
        }
        studio.kill(&self.home).await
    }

    /// A studio whose moment has come.
    async fn at_work(&mut self) -> anyhow::Result<Studio> {
        let studio = self.start().await?;
        let milliseconds = if self.random.random() {
            SOONEST * (LATEST / SOONEST).powf(self.random.random())
        } else {
            self.random.random_range(SOONEST..LATEST)
        };
        sleep(Duration::from_secs_f64(milliseconds / 1_000.0)).await;
        Ok(studio)
    }
}
