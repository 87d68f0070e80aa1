//! Is anything lost when the studio is killed again and again?
//!
//! Twenty visitors talk to it, half by the widget's protocol, half by signed posts, while it is killed with SIGKILL at
//! random moments and started again. After every few kills the visitors fall silent, and what they sent, what the
//! store holds and what they heard are compared, conversation by conversation ([`studio_core::invariants`]).

use std::{
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::time::sleep;

use crate::{
    compare::{Calls, Compared, Visitors},
    database::{Engine, Server},
    faults::Faults,
    home::{Home, free_address},
    ledger::Ledger,
    people::{self, People},
    platforms::Way,
    process::{Program, Studio},
    receiver,
};

const VISITORS: usize = 20;
/// Beside people on the platforms, so many for each way in which their events come.
const BESIDE: usize = 6;
const PEOPLE: usize = 2;
/// Of so many kills one comes while the studio is still starting, and one while it stops and closes its store.
const EVERY: u32 = 8;
/// Milliseconds between ready and the kill. Of two kills one is as likely early as late on a logarithmic scale, for
/// much happens at first; the other gives the studio time to work.
const SOONEST: f64 = 5.0;
const LATEST: f64 = 2_000.0;
/// In milliseconds: how far into its start a studio is killed, and into its stop.
const STARTING: u64 = 300;
const STOPPING: u64 = 600;
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
    /// Of these, before the studio was ready.
    pub while_starting: usize,
    /// Of these, after a SIGTERM.
    pub while_stopping: usize,
    /// Besides, of the database's server.
    pub of_database: usize,
    pub compared: Compared,
    /// Of these, on the messaging platforms.
    pub on_platforms: Compared,
    /// Times from start to ready, ascending once the campaign is over.
    pub ready: Vec<Duration>,
    pub took: Duration,
    /// Bytes that were written, never synced, and lost with the power.
    pub lost_bytes: u64,
    /// What came unmarked after its conversation had been compared.
    pub strays: Vec<String>,
    /// Data and log, kept where something was found.
    pub folder: Option<PathBuf>,
}

impl Tally {
    pub fn is_clean(&self) -> bool {
        self.compared.findings.is_empty() && self.strays.is_empty()
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
        if let Some(folder) = &self.folder {
            writeln!(f, "data and log are kept in {}", folder.display())?;
        }
        let half = self.ready.get(self.ready.len() / 2).copied().unwrap_or_default();
        let most = self.ready.last().copied().unwrap_or_default();
        let Compared { conversations, acknowledged, heard, uncertain, findings, .. } = &self.compared;
        writeln!(
            f,
            "seed {}: {} kills ({} while starting, {} while stopping) in {} s, {} findings",
            self.seed,
            self.kills,
            self.while_starting,
            self.while_stopping,
            self.took.as_secs(),
            findings.len() + self.strays.len(),
        )?;
        writeln!(
            f,
            "{conversations} conversations, {acknowledged} messages acknowledged, {heard} heard, {uncertain} of these \
             marked uncertain"
        )?;
        if self.on_platforms.conversations > 0 {
            let Compared { conversations, acknowledged, heard, uncertain, pressed, files, .. } =
                &self.on_platforms;
            writeln!(
                f,
                "of these on the platforms: {conversations} conversations, {acknowledged} messages acknowledged \
                 ({pressed} presses, {files} files), {heard} heard, {uncertain} of these marked uncertain"
            )?;
        }
        if self.of_database > 0 {
            writeln!(f, "the database's server was killed {} times", self.of_database)?;
        }
        if self.lost_bytes > 0 {
            writeln!(f, "{} bytes were never synced and lost with the power", self.lost_bytes)?;
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
    };
    campaign.introduce().await?;
    while campaign.tally.kills < options.kills && campaign.tally.is_clean() {
        let kills = options.round.clamp(1, options.kills - campaign.tally.kills);
        let round = campaign.round(kills).await;
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

    /// New visitors, some kills, and the comparison.
    async fn round(&mut self, kills: usize) -> anyhow::Result<()> {
        let name = format!("{}-{}", self.tally.seed, self.tally.kills);
        let count = if self.people.is_some() { BESIDE } else { VISITORS };
        let visitors = Visitors::start(&self.home, &self.ledger, &name, count, &mut self.random);
        if let Some(people) = &mut self.people {
            people.come(PEOPLE, &mut self.random).await?;
        }
        for _ in 0..kills {
            self.kill().await?;
        }
        let studio = self.start().await?;
        self.tally.compared.add(visitors.compare(&self.home, self.tally.seed, Calls::Succeed).await?);
        if let Some(people) = &mut self.people {
            let compared = people.compare(&self.home, self.tally.seed, self.tally.kills).await?;
            self.tally.on_platforms.add(compared.clone());
            self.tally.compared.add(compared);
        }
        studio.kill(&self.home).await?;
        self.tally.strays = self.ledger.take_strays();
        Ok(())
    }

    async fn start(&mut self) -> anyhow::Result<Studio> {
        let mut studio = Studio::start(&self.program, &self.home)?;
        self.tally.ready.push(studio.ready(&self.home).await?);
        Ok(studio)
    }

    /// Starts the studio and kills it at a random moment.
    async fn kill(&mut self) -> anyhow::Result<()> {
        if self.server.is_some() && self.random.random() {
            self.kill_database().await?;
        }
        match self.random.random_range(0..EVERY) {
            0 => self.kill_while_starting().await?,
            1 => self.kill_while_stopping().await?,
            _ => self.at_work().await?.kill(&self.home).await?,
        }
        if let Some(faults) = &self.faults {
            self.tally.lost_bytes += faults.lose_power(&self.store)?;
        }
        self.ledger.killed();
        self.tally.kills += 1;
        Ok(())
    }

    async fn kill_while_starting(&mut self) -> anyhow::Result<()> {
        self.tally.while_starting += 1;
        let studio = Studio::start(&self.program, &self.home)?;
        sleep(Duration::from_millis(self.random.random_range(0..STARTING))).await;
        studio.kill(&self.home).await
    }

    async fn kill_while_stopping(&mut self) -> anyhow::Result<()> {
        self.tally.while_stopping += 1;
        let studio = self.at_work().await?;
        studio.stop()?;
        sleep(Duration::from_millis(self.random.random_range(0..STOPPING))).await;
        studio.kill_stopped().await
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
            sleep(Duration::from_millis(self.random.random_range(0..STOPPING))).await;
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
