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

use anyhow::Context as _;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use studio_core::invariants::{Kept, Ledgers, answered, numbered};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    finding::Finding,
    home::Home,
    ledger::Ledger,
    process::{Program, Studio},
    receiver, stored,
    visitor::{self, Way, World, replies},
};

const VISITORS: usize = 20;
/// One kill in so many comes while the studio is still starting.
const WHILE_STARTING: u32 = 8;
/// Milliseconds between ready and the kill. Of two kills one is as likely early as late on a logarithmic scale, for
/// much happens at first; the other gives the studio time to work.
const SOONEST: f64 = 5.0;
const LATEST: f64 = 2_000.0;
/// In milliseconds: how far into its start a studio is killed.
const STARTING: u64 = 300;
/// Until the ledgers agree once nobody says anything new: the longest retry of a reply, and some more.
const SETTLED_WITHIN: Duration = Duration::from_secs(45);

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Options {
    pub program: Program,
    pub kills: usize,
    /// Decides when it is killed and what is said; how threads and disks run is not ours to repeat.
    pub seed: u64,
    /// Kills between two comparisons.
    pub round: usize,
}

/// What was done and seen.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub seed: u64,
    pub kills: usize,
    /// Of these, before the studio was ready.
    pub while_starting: usize,
    pub conversations: usize,
    pub acknowledged: usize,
    pub heard: usize,
    /// Heard with the mark that it may have been delivered before.
    pub uncertain: usize,
    /// Times from start to ready, ascending once the campaign is over.
    pub ready: Vec<Duration>,
    pub took: Duration,
    pub findings: Vec<Finding>,
    /// What came unmarked after its conversation had been compared.
    pub strays: Vec<String>,
    /// Data and log, kept where something was found.
    pub folder: Option<PathBuf>,
}

impl Tally {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.strays.is_empty()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
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
        write!(
            f,
            "seed {}: {} kills ({} while starting) in {} s, {} findings\n\
             {} conversations, {} messages acknowledged, {} heard, {} of these marked uncertain\n\
             start to ready: half within {} ms, all within {} ms",
            self.seed,
            self.kills,
            self.while_starting,
            self.took.as_secs(),
            self.findings.len() + self.strays.len(),
            self.conversations,
            self.acknowledged,
            self.heard,
            self.uncertain,
            half.as_millis(),
            most.as_millis(),
        )
    }
}

/// Kills the studio `kills` times, or until something is found.
pub async fn run(options: &Options, mut progress: impl FnMut(&Tally)) -> anyhow::Result<Tally> {
    let begun = Instant::now();
    let ledger = Ledger::default();
    let receiver = receiver::start(ledger.clone()).await?;
    let mut campaign = Campaign {
        home: Home::new(receiver, "")?,
        program: &options.program,
        random: StdRng::seed_from_u64(options.seed),
        tally: Tally { seed: options.seed, ..Tally::default() },
        ledger,
    };
    while campaign.tally.kills < options.kills && campaign.tally.is_clean() {
        let kills = options.round.clamp(1, options.kills - campaign.tally.kills);
        campaign
            .round(kills)
            .await
            .with_context(|| format!("seed {}, after kill {}", options.seed, campaign.ledger.kills()))?;
        progress(&campaign.tally);
    }
    let Campaign { home, mut tally, .. } = campaign;
    tally.ready.sort_unstable();
    tally.took = begun.elapsed();
    tally.folder = (!tally.is_clean()).then(|| home.keep());
    Ok(tally)
}

struct Campaign<'a> {
    home: Home,
    program: &'a Program,
    random: StdRng,
    ledger: Ledger,
    tally: Tally,
}

impl Campaign<'_> {
    /// New visitors, some kills, and the comparison.
    async fn round(&mut self, kills: usize) -> anyhow::Result<()> {
        let world = World {
            address: self.home.address.to_string(),
            ledger: self.ledger.clone(),
            quiet: CancellationToken::new(),
            end: CancellationToken::new(),
        };
        let mut visitors = JoinSet::new();
        for number in 0..VISITORS {
            let way = if number % 2 == 0 { Way::Web } else { Way::Http };
            let name = format!("{}-{}-{number}", self.tally.seed, self.tally.kills);
            visitors.spawn(visitor::run(world.clone(), way, name, self.random.random()));
        }
        for _ in 0..kills {
            self.kill().await?;
        }
        let studio = self.start().await?;
        world.quiet.cancel();
        self.compare().await?;
        world.end.cancel();
        timeout(SETTLED_WITHIN, visitors.join_all()).await.context("a visitor does not come to an end")?;
        studio.kill(&self.home).await?;
        self.tally.strays = self.ledger.take_strays();
        Ok(())
    }

    async fn start(&mut self) -> anyhow::Result<Studio> {
        let mut studio = Studio::start(self.program, &self.home)?;
        self.tally.ready.push(studio.ready(&self.home).await?);
        Ok(studio)
    }

    /// Starts the studio and kills it at a random moment.
    async fn kill(&mut self) -> anyhow::Result<()> {
        let studio = if self.random.random_ratio(1, WHILE_STARTING) {
            let studio = Studio::start(self.program, &self.home)?;
            sleep(Duration::from_millis(self.random.random_range(0..STARTING))).await;
            self.tally.while_starting += 1;
            studio
        } else {
            let studio = self.start().await?;
            let milliseconds = if self.random.random() {
                SOONEST * (LATEST / SOONEST).powf(self.random.random())
            } else {
                self.random.random_range(SOONEST..LATEST)
            };
            sleep(Duration::from_secs_f64(milliseconds / 1_000.0)).await;
            studio
        };
        studio.kill(&self.home).await?;
        self.ledger.killed();
        self.tally.kills += 1;
        Ok(())
    }

    /// Asks until the three ledgers of every conversation agree; those that never do are findings.
    async fn compare(&mut self) -> anyhow::Result<()> {
        let client = stored::client(&self.home)?;
        let begun = Instant::now();
        // What a visitor was just about to say is said by then.
        sleep(Duration::from_millis(200)).await;
        let mut threads = self.ledger.threads();
        loop {
            let last = begun.elapsed() > SETTLED_WITHIN;
            let mut unsettled = Vec::new();
            for thread in threads {
                match self.settled(&client, &thread).await? {
                    None => self.ledger.close(&thread),
                    Some(finding) if last => self.tally.findings.push(finding),
                    Some(_) => unsettled.push(thread),
                }
            }
            if unsettled.is_empty() {
                return Ok(());
            }
            threads = unsettled;
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// What is wrong with a conversation; `None` counts it.
    async fn settled(&mut self, client: &reqwest::Client, thread: &str) -> anyhow::Result<Option<Finding>> {
        let Some(before) = self.ledger.conversation(thread) else { return Ok(None) };
        let entries = stored::journal(client, before.id).await?;
        let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).collect();
        let conversation = self.ledger.conversation(thread).unwrap_or(before);
        let ledgers = Ledgers { sent: conversation.sent.clone(), kept, heard: conversation.heard.clone() };
        let told = ledgers.kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
        let violations = [
            ledgers.check(),
            ledgers.unacknowledged(),
            numbered(0, &entries),
            answered(&replies(told), &ledgers.kept),
        ]
        .concat();
        if !violations.is_empty() {
            return Ok(Some(Finding {
                seed: self.tally.seed,
                kill: self.tally.kills,
                thread: thread.to_owned(),
                violations,
                conversation,
                kept: ledgers.kept,
            }));
        }
        self.tally.conversations += 1;
        self.tally.acknowledged += ledgers.sent.len();
        self.tally.heard += ledgers.heard.len();
        self.tally.uncertain += ledgers.heard.iter().filter(|heard| heard.uncertain).count();
        Ok(None)
    }
}
