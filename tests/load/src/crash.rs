//! Is anything lost when the studio is killed again and again?
//!
//! Twenty visitors talk to it, half by the widget's protocol, half by signed posts, agents take some of them over, and a document is
//! published and searched, while it is killed with SIGKILL at random moments and started again. After every few kills all of
//! them fall silent, and what they sent and did, what the store holds and what they heard are compared, conversation by
//! conversation ([`studio_core::invariants`]).

mod least;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use tokio::time::sleep;

use crate::{
    ask,
    audit::{GivenUp, audit},
    compare::{Calls, Visitors},
    credentials,
    database::{Engine, Server, tables},
    editions::{self, Editions},
    faults::Faults,
    home::{Home, free_address},
    ledger::Ledger,
    people::{self, People},
    phase::Phase,
    platforms::Way,
    process::{Program, Stopped, Studio, last_words},
    receiver, stored,
    tally::Tally,
};

const VISITORS: usize = 20;
/// Who want to be forgotten, beside them.
const FORGETFUL: usize = 4;
/// Beside people on the platforms, so many for each way in which their events come.
const BESIDE: usize = 6;
const PEOPLE: usize = 2;
/// Of so many comparisons one is followed by a look at all that the store holds; the last always is.
const AUDITED: usize = 10;
/// Of so many rounds the last ends with a kill, and the others with a stop in good order, the first among them.
const STOPPED: usize = 2;
/// Of so many kills two come while the studio is still starting, and one while it stops and closes its store.
const EVERY: u32 = 8;
/// Milliseconds between ready and the kill. Of two kills one is as likely early as late on a logarithmic scale, for
/// much happens at first; the other gives the studio time to work.
const SOONEST: f64 = 5.0;
const LATEST: f64 = 2_000.0;
/// How long a phase of a start is taken to last before one was seen, and one of a stop.
const STARTING: Duration = Duration::from_millis(20);
const STOPPING: Duration = Duration::from_millis(600);
/// A phase of a stop that was not seen to end may last so many times longer than was thought.
const LONGER: f64 = 1.2;
/// With every so manieth kill the power goes too. Behind the others a start finds what was written and never synced.
const POWER_LOST: usize = 2;
/// The least log that the studio takes: so tables are written as often as can be.
pub const LEAST_LOG: u64 = 64 << 20;
/// What visitors say at most; the widget takes 10,000 characters.
pub const MOST_BYTES: u64 = 9_000;
/// The longest from the last change of a message to the end of the round.
const CORRECTING: Duration = Duration::from_millis(300);
/// Until the connections are there again.
const CONNECTED_WITHIN: Duration = Duration::from_mins(1);
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
    /// With every second kill the power goes too: what was written and never synced is lost.
    pub power_loss: bool,
    /// The setting `store.log_bytes`; the log of a server is smaller ([`crate::database`]).
    pub log_bytes: u64,
    /// Bytes that a message has beside its words in about half of the rounds, so that tables are written.
    pub bytes: usize,
    /// People on the messaging platforms too, whose events come twice and in another order.
    pub channels: bool,
    /// What keeps the rows. A server is killed in turn with the studio.
    pub engine: Engine,
}

impl Options {
    /// Kills of the embedded database, as they are by default.
    pub fn new(program: Program, kills: usize, seed: u64) -> Self {
        Self {
            program,
            kills,
            seed,
            round: 10,
            power_loss: false,
            log_bytes: LEAST_LOG,
            bytes: 4_000,
            channels: false,
            engine: Engine::SurrealKv,
        }
    }
}

/// Kills the studio `kills` times, or until something is found. Of a campaign that found nothing the tally says what there was too little of to
/// prove anything.
pub async fn run(options: &Options, progress: impl FnMut(&Tally)) -> anyhow::Result<Tally> {
    let begun = Instant::now();
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let mut server = options.engine.server()?;
    let address = free_address()?;
    let people = if options.channels { Some(People::start(address).await?) } else { None };
    let of_people = people.as_ref().map(People::settings).unwrap_or_default();
    let connections = format!("{of_people}\n{}", ask::connection(editions::NAME));
    let home = Home::at(address, receiver, &options.engine.settings(server.as_ref()), &connections)?;
    let editions = Editions::default();
    editions.put(&home)?;
    if let Some(server) = &mut server {
        server.start(home.path()).await?;
    }
    let faults = options.power_loss.then(|| Faults::new(&home)).transpose()?;
    let mut program = options.program.clone();
    program.environment.extend(faults.iter().flat_map(Faults::environment));
    program.environment.push(("STUDIO_STORE_LOG_BYTES".to_owned(), options.log_bytes.to_string()));
    let mut campaign = Campaign {
        home,
        program,
        tables: BTreeSet::new(),
        bytes: options.bytes,
        rounds: 0,
        ends: 0,
        stops: 0,
        server,
        faults,
        people,
        editions,
        random: StdRng::seed_from_u64(options.seed),
        tally: Tally { seed: options.seed, ..Tally::default() },
        ledger,
        lasts: BTreeMap::new(),
    };
    let done = campaign.all(options, progress).await;
    let Campaign { home, mut tally, .. } = campaign;
    home.kept(done).with_context(|| format!("seed {}, after kill {}", options.seed, tally.kills))?;
    tally.ready.sort_unstable();
    tally.took = begun.elapsed();
    tally.folder = (!tally.is_clean()).then(|| home.keep());
    Ok(tally)
}

struct Campaign {
    home: Home,
    program: Program,
    /// Files of the database's tables that were ever seen.
    tables: BTreeSet<PathBuf>,
    /// Bytes that a message may have beside its words.
    bytes: usize,
    rounds: usize,
    /// Kills of whatever kind so far, and of these, stops.
    ends: usize,
    stops: usize,
    server: Option<Server>,
    faults: Option<Faults>,
    people: Option<People>,
    editions: Editions,
    random: StdRng,
    ledger: Ledger,
    tally: Tally,
    /// How long each phase of the last start took, and one of a stop may take.
    lasts: BTreeMap<Phase, Duration>,
}

impl Campaign {
    /// Round after round, until something is found, and one more start.
    async fn all(&mut self, options: &Options, mut progress: impl FnMut(&Tally)) -> anyhow::Result<()> {
        self.introduce().await?;
        while self.tally.kills < options.kills && self.tally.is_clean() {
            let kills = options.round.clamp(1, options.kills - self.tally.kills);
            self.rounds += 1;
            let is_last = self.tally.kills + kills == options.kills;
            self.round(kills, !is_last && self.rounds.is_multiple_of(AUDITED)).await?;
            progress(&self.tally);
        }
        if self.tally.is_clean() {
            self.finish().await?;
        }
        if self.tally.is_clean() {
            self.tally.missing = least::missing(&self.tally, options);
        }
        Ok(())
    }

    /// What the last run left behind leaves too, and everything is looked at.
    async fn finish(&mut self) -> anyhow::Result<()> {
        let studio = self.start().await?;
        if let Some(people) = &mut self.people {
            let (seed, kills) = (self.tally.seed, self.tally.kills);
            let compared = people.compare(&self.home, Some(&self.ledger), seed, kills).await?;
            self.tally.compared.findings.extend(compared.findings);
        }
        self.audit().await?;
        let client = stored::client(&self.home)?;
        let names: Vec<&str> =
            if self.people.is_some() { Way::ALL.map(Way::name).to_vec() } else { Vec::new() };
        self.tally.seen = credentials::seen_of(&self.home, &client, &names).await?;
        studio.kill(&self.home).await?;
        self.tally.strays.extend(self.ledger.take_strays());
        if self.people.is_some() {
            self.tally.judge_ways(&Way::ALL.map(Way::name));
        }
        Ok(())
    }

    /// The platforms come to know the studio. What somebody says before, they tell nobody of.
    async fn introduce(&mut self) -> anyhow::Result<()> {
        if self.people.is_none() {
            return Ok(());
        }
        let studio = self.start().await?;
        people::introduced(&self.home, &Way::ALL.map(Way::name)).await?;
        studio.kill(&self.home).await?;
        self.ended()
    }

    /// New visitors, some kills, and the comparison; then a look at all that the store holds, if this one is `audited`.
    async fn round(&mut self, kills: usize, audited: bool) -> anyhow::Result<()> {
        let name = format!("{}-{}", self.tally.seed, self.tally.kills);
        let count = if self.people.is_some() { BESIDE } else { VISITORS };
        let bytes = if self.random.random() { self.bytes } else { 0 };
        let mut visitors =
            Visitors::start_wordy(&self.home, &self.ledger, &name, (count, bytes), &mut self.random)?;
        visitors.join_forgetful(&name, FORGETFUL, &mut self.random);
        let readers = self.editions.begin(&self.home)?;
        if let Some(people) = &mut self.people {
            people.come(PEOPLE, &mut self.random).await?;
        }
        let begun = Instant::now();
        for _ in 0..kills {
            self.kill().await?;
        }
        self.tally.parts.kills += begun.elapsed();
        let begun = Instant::now();
        let studio = self.start().await?;
        if let Some(people) = &mut self.people {
            // Who talks on would leave them no time.
            visitors.hush();
            // A storm may keep one of them away for longer.
            people::missing(&self.home, &Way::ALL.map(Way::name), CONNECTED_WITHIN).await?;
            self.ledger.came_back();
            people.until_all_was_tried(&mut self.random).await?;
        }
        // What they do would be taken for progress of the others.
        readers.hush();
        self.tally.compared.add(visitors.compare(&self.home, self.tally.seed, Calls::Succeed).await?);
        readers.settle(&self.home).await?;
        self.tally.editions = self.editions.count();
        self.tally.misread.extend(self.editions.take_wrong());
        self.tally.forgotten = self.ledger.remembered().wishes;
        if let Some(people) = &mut self.people {
            let (seed, kills) = (self.tally.seed, self.tally.kills);
            let compared = people.compare(&self.home, Some(&self.ledger), seed, kills).await?;
            self.tally.on_platforms.add(compared.clone());
            self.tally.compared.add(compared);
            self.tally.met = people.met().await?;
        }
        self.tally.parts.comparisons += begun.elapsed();
        if audited && self.tally.is_clean() {
            self.audit().await?;
        }
        if let Some(people) = &self.people
            && self.tally.is_clean()
        {
            self.tally.corrected += people.correct(&self.home, &mut self.random).await?;
            // The next comparison looks at it; some of it is on its way until then.
            sleep(CORRECTING.mul_f64(self.random.random())).await;
        }
        // Whoever stops in good order writes the store's log into a table, from which the next start reads.
        if self.rounds.is_multiple_of(STOPPED) {
            studio.kill(&self.home).await?;
        } else {
            self.ledger.stops();
            studio.stop()?;
            studio.stopped(&self.home).await?;
        }
        self.ledger.went_wrong();
        self.ended()?;
        self.tally.strays.extend(self.ledger.take_strays());
        Ok(())
    }

    /// Once nothing is under way any more.
    async fn audit(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let given_up = if self.people.is_some() { GivenUp::Some } else { GivenUp::Nothing };
        self.tally.wrong.extend(audit(&self.home, &self.ledger, given_up).await?);
        self.tally.audits += 1;
        self.tally.parts.audits += begun.elapsed();
        Ok(())
    }

    /// The studio was killed: its tables are counted, and the power may go with it.
    fn ended(&mut self) -> anyhow::Result<()> {
        self.ends += 1;
        self.tables.extend(tables(self.home.path())?);
        self.tally.tables = self.tables.len();
        if let Some(faults) = self.faults.as_ref().filter(|_| self.ends.is_multiple_of(POWER_LOST)) {
            self.tally.lost += faults.lose_power(&self.home.data())?;
        }
        Ok(())
    }

    async fn start(&mut self) -> anyhow::Result<Studio> {
        let mut studio = Studio::start(&self.program, &self.home)?;
        self.tally.ready.push(studio.ready(&self.home).await?);
        self.ledger.came_back();
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
        self.ended()?;
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

    /// In turn while it writes its log into tables, and while it finishes what was begun.
    async fn kill_while_stopping(&mut self) -> anyhow::Result<Phase> {
        let phase = Phase::OF_STOP[self.stops % Phase::OF_STOP.len()];
        self.stops += 1;
        loop {
            let lasts = self.lasts.get(&phase).copied().unwrap_or(STOPPING);
            let into = lasts.mul_f64(self.random.random());
            let studio = self.at_work().await?;
            self.ledger.stops();
            studio.stop()?;
            let Stopped { killed, said } = studio.kill_stopping(phase, into, &self.home).await?;
            self.lasts.insert(phase, phase.duration(&said).unwrap_or_else(|| lasts.mul_f64(LONGER)));
            if killed {
                return Ok(Phase::of(&said));
            }
            // What it had not sent by then comes marked, though nobody may have tried.
            self.ledger.went_wrong();
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
            self.ledger.went_wrong();
            if together {
                studio.kill(&self.home).await?;
                self.ledger.went_wrong();
                return server.start(self.home.path()).await;
            }
            sleep(STOPPING.mul_f64(self.random.random())).await;
            server.start(self.home.path()).await?;
            self.ledger.went_wrong();
        }
        let (again, before) = (Instant::now(), self.ledger.count());
        while self.ledger.count() == before {
            if studio.ended()?.is_some() || again.elapsed() > RECOVERED_WITHIN {
                bail!(
                    "nothing was acknowledged after the database was there again; it said:\n{}",
                    last_words(&self.home)
                );
            }
            sleep(Duration::from_millis(5)).await;
        }
        studio.kill(&self.home).await?;
        self.ledger.went_wrong();
        Ok(())
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
