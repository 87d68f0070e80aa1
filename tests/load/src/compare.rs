//! Do the three ledgers agree? Visitors come, fall silent, and every conversation is looked at.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::SignedDuration;
use rand::{RngExt as _, rngs::StdRng};
use reqwest::Client;
use studio_core::{
    dialogue::{Entry, Happening, Owner, RepairKind, Speaker},
    invariants::{Kept, Ledgers, Violation, acted, answered, marked, numbered, unanswered_acts},
};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    agent,
    finding::{Finding, Stand},
    home::Home,
    ledger::Ledger,
    patience::{MOST, Patience},
    stored,
    visitor::{self, CALL_FAILED, Company, Way, World, reply},
};

/// Silence after which the bot of the load begins anew, as every bot that says nothing else.
const SESSION: SignedDuration = SignedDuration::from_mins(30);

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
        Self::start_wordy(home, ledger, name, (count, 0), random)
    }

    /// The same of visitors whose messages have so many bytes beside their words.
    pub fn start_wordy(
        home: &Home,
        ledger: &Ledger,
        name: &str,
        (count, bytes): (usize, usize),
        random: &mut StdRng,
    ) -> anyhow::Result<Self> {
        let world = World {
            address: home.address.to_string(),
            ledger: ledger.clone(),
            bytes,
            quiet: CancellationToken::new(),
            end: CancellationToken::new(),
        };
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let way = Way::of(number);
            let company = if (number / Way::ALL.len()).is_multiple_of(ATTENDED) {
                Company::Agents
            } else {
                Company::Bot
            };
            let name = format!("{name}-{number}");
            tasks.spawn(visitor::run(world.clone(), way, company, name, random.random()));
        }
        for _ in 0..AGENTS {
            tasks.spawn(agent::run(world.clone(), stored::client(home)?, random.random()));
        }
        Ok(Self { world, tasks })
    }

    /// So many more join them who want to be forgotten again and again.
    pub fn join_forgetful(&mut self, name: &str, count: usize, random: &mut StdRng) {
        for number in 0..count {
            let way = Way::of(number);
            let name = format!("{name}-forgetful-{number}");
            self.tasks.spawn(visitor::run_forgetful(self.world.clone(), way, name, random.random()));
        }
    }

    /// Lets them fall silent.
    pub fn hush(&self) {
        self.world.quiet.cancel();
    }

    /// Lets them fall silent, looks at every conversation, and sends them home. The studio must be up.
    pub async fn compare(self, home: &Home, seed: u64, calls: Calls) -> anyhow::Result<Compared> {
        self.hush();
        // What one was just about to say is said by then.
        sleep(Duration::from_millis(200)).await;
        let compared = compare(home, &self.world.ledger, seed, calls).await?;
        self.world.end.cancel();
        timeout(MOST, self.tasks.join_all()).await.context("a visitor does not come to an end")?;
        Ok(compared)
    }
}

/// What is expected of the bot's remote calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// The service is there all the time.
    Succeed,
    /// It may not be reached or answer in time: then the flow's branch for errors is as good.
    MayFail,
    /// Nor may anything else be reached for a while. What could not even be tried to be sent is marked all the same, and which marks have a
    /// reason cannot be told.
    Nowhere,
}

/// What the bot should have said. What comes while a member or a team has the conversation it leaves to them, and what it waits for it
/// says when it has it back. A conversation that was closed begins anew, without what was waited
/// for; so does one that was silent for long, as a clock that jumps forward makes it.
fn expected(entries: &[Entry]) -> Vec<String> {
    let (mut is_bots, mut count) = (true, 0);
    let (mut expected, mut later) = (Vec::new(), None::<String>);
    let mut before = None;
    for entry in entries {
        match &entry.what {
            Happening::OwnerChanged { to, .. } => is_bots = *to == Owner::Bot,
            Happening::Reopened => count = 0,
            Happening::Repaired { repair: RepairKind::Timeout } if was_silent(before, entry) => count = 0,
            Happening::Closed { .. } => later = None,
            Happening::Received { content, .. } if is_bots => {
                count += 1;
                expected.extend(later.take());
                let (at_once, once_done) = reply(count, &content.plain());
                expected.push(at_once);
                later = once_done;
            }
            Happening::Said { content, .. } => {
                let said = content.plain();
                expected.extend(later.take_if(|later| *later == said || is_excused(later, &said)));
            }
            _ => {}
        }
        before = Some(entry);
    }
    expected.extend(later);
    expected
}

/// Whether nothing happened for as long as a session lasts.
fn was_silent(before: Option<&Entry>, entry: &Entry) -> bool {
    before.is_some_and(|before| entry.at.duration_since(before.at) >= SESSION)
}

/// Whether this is what a flow says in place of that, where its call does not get through.
fn is_excused(expected: &str, said: &str) -> bool {
    said == CALL_FAILED && expected.starts_with("done call")
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
        if is_excused(expected, said) {
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
    /// What flows waited for, and called.
    pub waits: usize,
    pub calls: usize,
    /// Of what was acknowledged: pressed or chosen, filled in, and files, whose content was compared.
    pub pressed: usize,
    pub forms: usize,
    pub files: usize,
    /// Said without waiting for the acknowledgement of what was said before.
    pub at_once: usize,
    /// What was acknowledged by each way of the platforms, by the name of its connection.
    pub ways: BTreeMap<&'static str, usize>,
    pub findings: Vec<Finding>,
}

impl Compared {
    pub fn add(&mut self, other: Self) {
        self.conversations += other.conversations;
        self.acknowledged += other.acknowledged;
        self.heard += other.heard;
        self.uncertain += other.uncertain;
        self.acts += other.acts;
        self.waits += other.waits;
        self.calls += other.calls;
        self.pressed += other.pressed;
        self.forms += other.forms;
        self.files += other.files;
        self.at_once += other.at_once;
        for (way, acknowledged) in other.ways {
            *self.ways.entry(way).or_default() += acknowledged;
        }
        self.findings.extend(other.findings);
    }

    pub(crate) fn count(&mut self, ledgers: &Ledgers) {
        self.conversations += 1;
        self.acknowledged += ledgers.sent.len();
        self.heard += ledgers.heard.len();
        self.uncertain += ledgers.heard.iter().filter(|heard| heard.uncertain).count();
    }
}

/// How far those conversations have come, and how many events of all wait.
pub(crate) async fn stand(client: &Client, findings: &[Finding]) -> (Vec<Stand>, Option<u64>) {
    (findings.iter().map(Finding::stand).collect(), stored::waiting(client).await)
}

/// Asks until the three ledgers of every conversation agree, and closes them; those of which nothing moves any more are findings.
async fn compare(home: &Home, ledger: &Ledger, seed: u64, calls: Calls) -> anyhow::Result<Compared> {
    let client = stored::client(home)?;
    let mut patience = Patience::new(Instant::now());
    let mut compared = Compared::default();
    let mut threads = ledger.threads();
    loop {
        let begun = Instant::now();
        let (mut unsettled, mut findings) = (Vec::new(), Vec::new());
        for thread in threads {
            match look(&client, ledger, &thread, seed, calls).await? {
                Ok(Looked { ledgers, waits, calls }) => {
                    compared.count(&ledgers);
                    compared.waits += waits;
                    compared.calls += calls;
                    compared.acts += ledger.conversation(&thread).map_or(0, |it| it.asked.len());
                    ledger.close(&thread);
                }
                Err(finding) => {
                    findings.push(finding);
                    unsettled.push(thread);
                }
            }
        }
        if unsettled.is_empty() {
            return Ok(compared);
        }
        let stand = stand(&client, &findings).await;
        if patience.is_lost(&client, begun, stand).await {
            for thread in &unsettled {
                ledger.close(thread);
            }
            compared.findings = findings;
            return Ok(compared);
        }
        threads = unsettled;
        sleep(Duration::from_millis(50)).await;
    }
}

/// A conversation whose ledgers agree.
pub(crate) struct Looked {
    ledgers: Ledgers,
    waits: usize,
    calls: usize,
}

pub(crate) async fn look(
    client: &Client,
    ledger: &Ledger,
    thread: &str,
    seed: u64,
    calls: Calls,
) -> anyhow::Result<Result<Looked, Finding>> {
    let conversation = ledger.conversation(thread).context("only the comparison closes conversations")?;
    let entries = stored::journal(client, conversation.id).await?;
    let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).collect();
    let by_bot = without_members(&entries);
    let mut expected = expected(&entries);
    let marks = match calls {
        Calls::Succeed | Calls::MayFail => marked(&conversation.heard, &conversation.explained(&kept)),
        Calls::Nowhere => Vec::new(),
    };
    match calls {
        Calls::Succeed => {}
        Calls::MayFail | Calls::Nowhere => excuse(&mut expected, &by_bot),
    }
    let answered = answered(&expected, &by_bot);
    let asked = [acted(&conversation.asked, &entries), unanswered_acts(&conversation.asked)].concat();
    let visited =
        conversation.claimed.then(|| Violation::Unacknowledged { id: "an agent's visit".to_owned() });
    let ledgers = Ledgers { sent: conversation.sent.clone(), kept, heard: conversation.heard.clone() };
    let mut violations =
        [ledgers.check(), ledgers.unacknowledged(), numbered(0, &entries), answered, asked, marks].concat();
    violations.extend(visited);
    Ok(if violations.is_empty() {
        let count = |which: fn(&Happening) -> bool| entries.iter().filter(|entry| which(&entry.what)).count();
        let waits = count(|what| matches!(what, Happening::Waiting { .. }));
        let calls = count(|what| matches!(what, Happening::Called { .. }));
        Ok(Looked { ledgers, waits, calls })
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
    fn the_bot_answers_what_comes_while_it_has_the_conversation() {
        let received = |text: &str| Happening::Received {
            id: text.to_owned(),
            content: Content::text(text),
            understanding: Understanding::default(),
        };
        let member = Owner::Member { member: MemberId(7_u128.into()), name: "Ada".to_owned() };
        let taken = Happening::OwnerChanged { from: Owner::Bot, to: member.clone(), by: None };
        let back = Happening::OwnerChanged { from: member, to: Owner::Bot, by: None };
        let said = |text: &str| Happening::Said {
            by: Speaker::Bot,
            content: Content::text(text),
            why: None,
            template: None,
        };
        let closed = Happening::Closed { by: None };
        let check = |happenings: Vec<Happening>, words: &[&str]| {
            let at = jiff::Timestamp::UNIX_EPOCH;
            let entries: Vec<Entry> = (1..)
                .zip(happenings)
                .map(|(sequence, what)| Entry { sequence, at, author: None, what })
                .collect();
            assert_eq!(expected(&entries), words);
        };
        check(
            vec![received("a"), taken.clone(), received("b"), back.clone(), received("c")],
            &["1 a", "2 c"],
        );
        let waiting = || vec![received("wait 1"), taken.clone()];
        check([waiting(), vec![back.clone()]].concat(), &["1 wait 1", "done wait 1"]);
        // What was waited for is given up where the conversation is closed before it was said.
        let anew = || vec![closed.clone(), Happening::Reopened, back.clone(), received("c")];
        check([waiting(), anew()].concat(), &["1 wait 1", "1 c"]);
        check(
            [vec![received("wait 1"), said("done wait 1")], anew()].concat(),
            &["1 wait 1", "done wait 1", "1 c"],
        );
        check(vec![received("wait 1"), received("c")], &["1 wait 1", "done wait 1", "2 c"]);
    }
}
