//! Do the three ledgers agree? Visitors come, fall silent, and every conversation is looked at.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::{RngExt as _, rngs::StdRng};
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
    stored,
    visitor::{self, CALL_FAILED, Way, World, replies},
};

/// Until the ledgers agree once nobody says anything new: the longest retry of a reply, and some more.
pub(crate) const SETTLED_WITHIN: Duration = Duration::from_secs(45);

/// Visitors under way, half by the widget's protocol, half by signed posts.
pub struct Visitors {
    world: World,
    tasks: JoinSet<()>,
}

impl Visitors {
    /// Sends `count` of them; `name` begins their threads.
    pub fn start(home: &Home, ledger: &Ledger, name: &str, count: usize, random: &mut StdRng) -> Self {
        let world = World {
            address: home.address.to_string(),
            ledger: ledger.clone(),
            quiet: CancellationToken::new(),
            end: CancellationToken::new(),
        };
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let way = if number % 2 == 0 { Way::Web } else { Way::Http };
            tasks.spawn(visitor::run(world.clone(), way, format!("{name}-{number}"), random.random()));
        }
        Self { world, tasks }
    }

    /// Lets them fall silent, looks at every conversation, and sends them home. The studio must be up.
    pub async fn compare(self, home: &Home, seed: u64, calls: Calls) -> anyhow::Result<Compared> {
        self.world.quiet.cancel();
        // What one was just about to say is said by then.
        sleep(Duration::from_millis(200)).await;
        let compared = compare(home, &self.world.ledger, seed, calls).await?;
        self.world.end.cancel();
        timeout(SETTLED_WITHIN, self.tasks.join_all()).await.context("a visitor does not come to an end")?;
        Ok(compared)
    }
}

/// What is expected of the bot's remote calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The service is there all the time.
    Succeed,
    /// The studio may not reach it for a while: then the flow's branch for errors is as good.
    MayFail,
}

/// Where a flow took its branch for errors, that is what was expected.
fn excuse(expected: &mut [String], kept: &[Kept]) {
    let said = kept.iter().filter(|kept| kept.id.is_none()).map(|kept| &kept.text);
    for (expected, said) in expected.iter_mut().zip(said) {
        if said == CALL_FAILED && expected.starts_with("done call") {
            expected.clone_from(said);
        }
    }
}

/// What the ledgers said.
#[derive(Clone, Debug, Default)]
pub struct Compared {
    pub conversations: usize,
    pub acknowledged: usize,
    pub heard: usize,
    /// Heard with the mark that it may have been delivered before.
    pub uncertain: usize,
    /// Of what was acknowledged: pressed, and files, whose content was compared.
    pub pressed: usize,
    pub files: usize,
    pub findings: Vec<Finding>,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.acknowledged += other.acknowledged;
        self.heard += other.heard;
        self.uncertain += other.uncertain;
        self.pressed += other.pressed;
        self.files += other.files;
        self.findings.extend(other.findings);
    }

    pub(crate) fn count(&mut self, ledgers: &Ledgers) {
        self.conversations += 1;
        self.acknowledged += ledgers.sent.len();
        self.heard += ledgers.heard.len();
        self.uncertain += ledgers.heard.iter().filter(|heard| heard.uncertain).count();
    }
}

/// Asks until the three ledgers of every conversation agree, and closes them; those that never do are findings.
async fn compare(home: &Home, ledger: &Ledger, seed: u64, calls: Calls) -> anyhow::Result<Compared> {
    let client = stored::client(home)?;
    let begun = Instant::now();
    let mut compared = Compared::default();
    let mut threads = ledger.threads();
    loop {
        let last = begun.elapsed() > SETTLED_WITHIN;
        let mut unsettled = Vec::new();
        for thread in threads {
            match look(&client, ledger, &thread, seed, calls).await? {
                Ok(ledgers) => compared.count(&ledgers),
                Err(finding) if last => compared.findings.push(finding),
                Err(_) => {
                    unsettled.push(thread);
                    continue;
                }
            }
            ledger.close(&thread);
        }
        if unsettled.is_empty() {
            return Ok(compared);
        }
        threads = unsettled;
        sleep(Duration::from_millis(50)).await;
    }
}

async fn look(
    client: &reqwest::Client,
    ledger: &Ledger,
    thread: &str,
    seed: u64,
    calls: Calls,
) -> anyhow::Result<Result<Ledgers, Finding>> {
    let conversation = ledger.conversation(thread).context("only the comparison closes conversations")?;
    let entries = stored::journal(client, conversation.id).await?;
    let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).collect();
    let told = kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
    let mut expected = replies(told);
    match calls {
        Calls::Succeed => {}
        Calls::MayFail => excuse(&mut expected, &kept),
    }
    let answered = answered(&expected, &kept);
    let ledgers = Ledgers { sent: conversation.sent.clone(), kept, heard: conversation.heard.clone() };
    let violations = [ledgers.check(), ledgers.unacknowledged(), numbered(0, &entries), answered].concat();
    Ok(if violations.is_empty() {
        Ok(ledgers)
    } else {
        let (kill, thread, kept) = (ledger.kills(), thread.to_owned(), ledgers.kept);
        Err(Finding { seed, kill, thread, violations, conversation, kept })
    })
}
