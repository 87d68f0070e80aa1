//! Do the three ledgers agree of people on the messaging platforms too? They talk as the visitors do, while the platforms
//! tell of events twice and in another order.
//!
//! What they said is acknowledged when the platform need not tell of it again. Discord is never told that something was
//! read: there a person waits for the reply instead. What was heard is what the platform shows; a message that stands
//! there twice must say in the API that it is uncertain.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use rand::{RngExt as _, rngs::StdRng};
use reqwest::Client;
use serde_json::Value;
use studio_core::{
    id::{ConversationId, OrganisationId},
    invariants::{Heard, Kept, Ledgers, Sent, Violation, answered, numbered},
};
use studio_simulators::faults::Plan as Faults;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    compare::{Compared, SETTLED_WITHIN},
    finding::Finding,
    home::Home,
    ledger::Conversation,
    platforms::{Fate, Person, Stand, Way},
    stored,
    visitor::{Plan, replies},
};

/// Between two looks at what became of something.
const LOOK: Duration = Duration::from_millis(50);
/// Longest wait until every connection knows its platform.
const INTRODUCED: Duration = Duration::from_mins(1);
/// A person on a phone takes so many times as long as a visitor.
const SLOWER: u32 = 8;

/// The platforms, and who talks there.
pub struct People {
    stands: Vec<Stand>,
    /// Persons so far, so that each is a new one.
    count: usize,
    lot: Vec<Arc<One>>,
    /// Those of the round before: nothing may come to them any more without a mark.
    before: Vec<Arc<One>>,
    tasks: JoinSet<anyhow::Result<()>>,
    quiet: CancellationToken,
}

/// Someone in one conversation.
struct One {
    way: Way,
    person: Arc<dyn Person>,
    sent: Mutex<Vec<Said>>,
}

/// Something that somebody said; its words come once in a conversation.
#[derive(Clone, Debug)]
struct Said {
    text: String,
    fate: Fate,
}

/// What goes wrong on a platform while people talk.
fn faults(seed: u64) -> Faults {
    Faults {
        seed,
        repeated: 0.15,
        swapped: 0.15,
        dropped: 0.02,
        session_lost: 0.5,
        failed: 0.02,
        answer_lost: 0.02,
        ..Faults::default()
    }
}

/// Waits until events of these connections are on their way to the studio.
pub async fn introduced(home: &Home, names: &[&str]) -> anyhow::Result<()> {
    let client = stored::client(home)?;
    let begun = Instant::now();
    for name in names {
        let address = format!("http://studio/api/v1/connections/{name}");
        loop {
            let answer = client.get(&address).send().await?.error_for_status()?;
            let connection: Value = answer.json().await?;
            let standing = &connection["standing"];
            // Slack tells nobody whether it knows the address; who the bot is, it has told.
            let posts = connection["channel"] == "slack" && standing["listening"].is_null();
            if standing["listening"] == true || posts && standing["identity"].is_string() {
                break;
            }
            ensure!(begun.elapsed() < INTRODUCED, "{name} listens to nobody: {connection}");
            sleep(LOOK).await;
        }
    }
    Ok(())
}

impl People {
    /// Starts every platform, for a studio at this address.
    pub async fn start(studio: SocketAddr) -> anyhow::Result<Self> {
        let mut stands = Vec::new();
        for way in Way::ALL {
            stands.push(Stand::start(way, studio).await?);
        }
        let (lot, before) = (Vec::new(), Vec::new());
        Ok(Self { stands, count: 0, lot, before, tasks: JoinSet::new(), quiet: CancellationToken::new() })
    }

    /// The connections of the bot `load`.
    pub fn settings(&self) -> String {
        self.stands.iter().map(|stand| stand.settings("load")).collect()
    }

    /// So many new persons begin to talk on each platform.
    pub async fn come(&mut self, count: usize, random: &mut StdRng) -> anyhow::Result<()> {
        self.quiet = CancellationToken::new();
        self.before = std::mem::take(&mut self.lot);
        for stand in &self.stands {
            stand.fail(&faults(random.random())).await?;
            for _ in 0..count {
                self.count += 1;
                let person = stand.person(self.count).await?;
                let one = Arc::new(One { way: stand.way, person, sent: Mutex::default() });
                self.lot.push(Arc::clone(&one));
                self.tasks.spawn(one.talk(Plan::new(random.random()), self.quiet.clone()));
            }
        }
        Ok(())
    }

    /// Lets them fall silent and looks at every conversation. The studio must be up.
    pub async fn compare(&mut self, home: &Home, seed: u64, kill: usize) -> anyhow::Result<Compared> {
        self.quiet.cancel();
        for stand in &self.stands {
            stand.fail(&Faults::default()).await?;
        }
        let client = stored::client(home)?;
        let begun = Instant::now();
        let mut compared = Compared::default();
        let mut open: Vec<(bool, Arc<One>)> = self.lot.iter().map(|one| (true, Arc::clone(one))).collect();
        open.extend(self.before.iter().map(|one| (false, Arc::clone(one))));
        loop {
            let last = begun.elapsed() > SETTLED_WITHIN;
            let mut unsettled = Vec::new();
            for (is_new, one) in open {
                let (ledgers, violations, conversation) = one.look(&client, kill).await?;
                if violations.is_empty() {
                    if is_new {
                        compared.count(&ledgers);
                    }
                } else if last {
                    let thread = format!("{} {}", one.way.name(), one.person.thread());
                    let kept = ledgers.kept;
                    compared.findings.push(Finding { seed, kill, thread, violations, conversation, kept });
                } else {
                    unsettled.push((is_new, one));
                }
            }
            if unsettled.is_empty() {
                break;
            }
            open = unsettled;
            sleep(4 * LOOK).await;
        }
        if compared.findings.is_empty() {
            while let Some(talked) = self.tasks.join_next().await {
                talked.context("somebody has a bug")??;
            }
        } else {
            self.tasks.abort_all();
        }
        Ok(compared)
    }
}

impl One {
    /// Says one thing after another until it is quiet, each when the one before was acknowledged.
    async fn talk(self: Arc<Self>, mut plan: Plan, quiet: CancellationToken) -> anyhow::Result<()> {
        // Discord lists nobody the direct channels of a bot: what is said first in one while no session lives is lost to
        // every bot. From the first reply on nothing may be.
        let mut is_known = self.way != Way::DiscordGateway;
        while !quiet.is_cancelled() {
            let line = plan.next();
            self.sent().push(Said { text: line.text.clone(), fate: Fate::Open });
            let id = self.person.say(&line.text).await?;
            let mut fate = self.until_known(&id).await?;
            let until = match self.way {
                Way::DiscordGateway => line.until.or(Some(line.text)),
                Way::TelegramPolling
                | Way::TelegramWebhook
                | Way::SlackEvents
                | Way::SlackSockets
                | Way::WhatsApp => line.until,
            };
            if let Some(until) = until {
                is_known |= self.until_heard(&until, &quiet).await?;
            }
            if !is_known {
                fate = Fate::GivenUp;
            }
            if let Some(last) = self.sent().last_mut() {
                last.fate = fate;
            }
            if fate == Fate::GivenUp {
                // What comes of it later, if anything, would be out of order.
                return Ok(());
            }
            tokio::select! {
                () = sleep(plan.pause() * SLOWER) => {}
                () = quiet.cancelled() => {}
            }
        }
        Ok(())
    }

    async fn until_known(&self, id: &str) -> anyhow::Result<Fate> {
        loop {
            match self.person.fate(id).await? {
                Fate::Open => sleep(LOOK).await,
                fate => return Ok(fate),
            }
        }
    }

    /// Whether it was, before all fall silent.
    async fn until_heard(&self, words: &str, quiet: &CancellationToken) -> anyhow::Result<bool> {
        while !quiet.is_cancelled() {
            if self.person.shown().await?.iter().any(|shown| shown.text.ends_with(words)) {
                return Ok(true);
            }
            sleep(LOOK).await;
        }
        Ok(false)
    }

    fn sent(&self) -> MutexGuard<'_, Vec<Said>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ledgers as they stand, what is wrong with them, and what is printed of that.
    async fn look(
        &self,
        client: &Client,
        kill: usize,
    ) -> anyhow::Result<(Ledgers, Vec<Violation>, Conversation)> {
        let id = ConversationId::of_thread(OrganisationId::FIRST, self.way.name(), &self.person.thread());
        let entries = stored::journal(client, id).await?;
        let transcript = stored::transcript(client, id).await?;
        let shown = self.person.shown().await?;
        let said = self.sent().clone();
        // The platforms' ids are theirs; the words come once in a conversation too.
        let by_words = |kept: Kept| Kept { id: kept.id.map(|_| kept.text.clone()), ..kept };
        let kept: Vec<Kept> = entries.iter().filter_map(Kept::of).map(by_words).collect();
        let heard = shown.into_iter().map(|shown| {
            let found = kept.iter().find(|kept| kept.id.is_none() && kept.text == shown.text);
            let sequence = found.map_or(0, |kept| kept.sequence);
            let message = transcript.iter().find(|message| message.sequence == sequence);
            let delivery = message.and_then(|message| message.delivery.as_ref());
            let uncertain = delivery.is_some_and(|delivery| delivery.uncertain);
            Heard { sequence, text: shown.text, uncertain }
        });
        let heard: Vec<Heard> = heard.collect();
        let sent =
            said.iter().map(|said| Sent { id: said.text.clone(), acknowledged: said.fate == Fate::Taken });
        let ledgers = Ledgers { sent: sent.collect(), kept, heard };
        let told = ledgers.kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
        let open = said.iter().filter(|said| said.fate == Fate::Open);
        let open = open.map(|said| Violation::Unacknowledged { id: said.text.clone() }).collect();
        let answered = answered(&replies(told), &ledgers.kept);
        let violations = [ledgers.check(), open, numbered(0, &entries), answered].concat();
        let conversation = Conversation {
            id,
            acknowledged_after: vec![kill; ledgers.sent.iter().filter(|sent| sent.acknowledged).count()],
            heard_after: vec![kill; ledgers.heard.len()],
            sent: ledgers.sent.clone(),
            heard: ledgers.heard.clone(),
        };
        Ok((ledgers, violations, conversation))
    }
}
