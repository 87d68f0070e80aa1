//! Do the three ledgers agree? Visitors come, fall silent, and every conversation is looked at.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::{RngExt as _, rngs::StdRng};
use studio_core::{
    dialogue::{Entry, Happening, Owner, Speaker},
    invariants::{Kept, Ledgers, Violation, acted, answered, numbered, unanswered_acts},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    agent,
    finding::Finding,
    home::Home,
    ledger::Ledger,
    stored,
    visitor::{self, CALL_FAILED, Company, Way, World, replies},
};

/// Until the ledgers agree once nobody says anything new: the longest retry of a reply, and some more.
pub(crate) const SETTLED_WITHIN: Duration = Duration::from_secs(45);

/// Of so many visitors agents look after one by each way.
const ATTENDED: usize = 3;
/// Agents who look after them, each after one at a time.
const AGENTS: usize = 3;

/// Visitors under way, half by the widget's protocol, half by signed posts, and agents who take some of their
/// conversations over.
pub struct Visitors {
    world: World,
    tasks: JoinSet<()>,
}

impl Visitors {
    /// Sends `count` of them; `name` begins their threads.
    pub fn start(
        home: &Home,
        ledger: &Ledger,
        name: &str,
        count: usize,
        random: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let world = World {
            address: home.address.to_string(),
            ledger: ledger.clone(),
            quiet: CancellationToken::new(),
            end: CancellationToken::new(),
        };
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let way = if number % 2 == 0 { Way::Web } else { Way::Http };
            let company = if number / 2 % ATTENDED == 0 { Company::Agents } else { Company::Bot };
            let name = format!("{name}-{number}");
            tasks.spawn(visitor::run(world.clone(), way, company, name, random.random()));
        }
        for _ in 0..AGENTS {
            tasks.spawn(agent::run(world.clone(), stored::client(home)?, random.random()));
        }
        Ok(Self { world, tasks })
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

/// What was said to the bot. What comes while a member has the conversation it leaves to them.
fn told(entries: &[Entry]) -> Vec<String> {
    let mut is_bots = true;
    let mut told = Vec::new();
    for entry in entries {
        match &entry.what {
            Happening::OwnerChanged { to, .. } => is_bots = *to == Owner::Bot,
            Happening::Received { content, .. } if is_bots => told.push(content.plain()),
            _ => {}
        }
    }
    told
}

/// What the bot said, and what was said to it.
fn without_members(entries: &[Entry]) -> Vec<Kept> {
    let by_member = |entry: &&Entry| matches!(entry.what, Happening::Said { by: Speaker::Member { .. }, .. });
    entries.iter().filter(|entry| !by_member(entry)).filter_map(Kept::of).collect()
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
    /// Acts of agents that were acknowledged.
    pub acts: usize,
    /// Of what was acknowledged: pressed or chosen, filled in, and files, whose content was compared.
    pub pressed: usize,
    pub forms: usize,
    pub files: usize,
    pub findings: Vec<Finding>,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.acknowledged += other.acknowledged;
        self.heard += other.heard;
        self.uncertain += other.uncertain;
        self.acts += other.acts;
        self.pressed += other.pressed;
        self.forms += other.forms;
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
                Ok(ledgers) => {
                    compared.count(&ledgers);
                    compared.acts += ledger.conversation(&thread).map_or(0, |it| it.asked.len());
                }
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

pub(crate) async fn look(
    client: &reqwest::Client,
    ledger: &Ledger,
    thread: &str,
    seed: u64,
    calls: Calls,
) -> anyhow::Result<Result<Ledgers, Finding>> {
    let conversation = ledger.conversation(thread).context("only the comparison closes conversations")?;
    let entries = stored::journal(client, conversation.id).await?;
    let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).collect();
    let by_bot = without_members(&entries);
    let mut expected = replies(told(&entries).iter().map(String::as_str));
    match calls {
        Calls::Succeed => {}
        Calls::MayFail => excuse(&mut expected, &by_bot),
    }
    let answered = answered(&expected, &by_bot);
    let asked = [acted(&conversation.asked, &entries), unanswered_acts(&conversation.asked)].concat();
    let visited =
        conversation.claimed.then(|| Violation::Unacknowledged { id: "an agent's visit".to_owned() });
    let ledgers = Ledgers { sent: conversation.sent.clone(), kept, heard: conversation.heard.clone() };
    let mut violations =
        [ledgers.check(), ledgers.unacknowledged(), numbered(0, &entries), answered, asked].concat();
    violations.extend(visited);
    Ok(if violations.is_empty() {
        Ok(ledgers)
    } else {
        let (kill, thread, kept) = (ledger.kills(), thread.to_owned(), ledgers.kept);
        Err(Finding { seed, kill, thread, violations, conversation, kept })
    })
}

#[cfg(test)]
mod tests {
    use studio_core::{content::Content, id::MemberId, understanding::Understanding};

    use super::*;

    #[test]
    fn the_bot_is_told_what_comes_while_it_has_the_conversation() {
        let received = |text: &str| Happening::Received {
            id: text.to_owned(),
            content: Content::text(text),
            understanding: Understanding::default(),
        };
        let member = Owner::Member { member: MemberId(7_u128.into()), name: "Ada".to_owned() };
        let taken = Happening::OwnerChanged { from: Owner::Bot, to: member.clone(), by: None };
        let back = Happening::OwnerChanged { from: member, to: Owner::Bot, by: None };
        let happenings = [received("a"), taken, received("b"), back, received("c")];
        let at = jiff::Timestamp::UNIX_EPOCH;
        let entries: Vec<Entry> = (1..)
            .zip(happenings)
            .map(|(sequence, what)| Entry { sequence, at, author: None, what })
            .collect();
        assert_eq!(told(&entries), ["a", "c"]);
    }
}
