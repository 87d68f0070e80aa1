//! Do the three ledgers agree of people on the messaging platforms too? They talk as the visitors do, while the platforms
//! tell of events twice and in another order.
//!
//! What they said is acknowledged when the platform need not tell of it again. Discord is never told that something was
//! read: there a person waits for the reply instead. What was heard is what the platform shows; a message that stands
//! there twice must say in the API that it is uncertain.

mod look;
mod talk;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use rand::{RngExt as _, rngs::StdRng};
use serde_json::Value;
use studio_simulators::faults::Plan as Faults;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    compare::{Compared, SETTLED_WITHIN},
    finding::Finding,
    home::Home,
    ledger::Ledger,
    platforms::{Fate, Person, Stand, Way},
    stored,
    visitor::Plan,
};

/// Between two looks at what became of something.
const LOOK: Duration = Duration::from_millis(50);
/// Longest wait until every connection knows its platform.
const INTRODUCED: Duration = Duration::from_mins(1);
/// Longest wait until people have done all that they do.
const TRIED_WITHIN: Duration = Duration::from_mins(1);

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
    /// The platform does all that it is asked for, or says when to ask again: no try comes to nothing.
    is_sure: bool,
    sent: Mutex<Vec<Said>>,
}

/// Something that somebody said, pressed, sent or filled in; its words, titles and names come once in a conversation.
#[derive(Clone, Debug)]
struct Said {
    text: String,
    fate: Fate,
    /// Of a file.
    bytes: Option<Vec<u8>>,
}

fn is_press(said: &Said) -> bool {
    said.text.starts_with("Yes ")
}

fn is_form(said: &Said) -> bool {
    said.text.starts_with("first form ")
}

/// Of so many platforms one has a storm: so many of all requests are answered 429, and few elsewhere.
const STORM: u64 = 3;
const REFUSED_IN_STORM: f64 = 0.25;
const REFUSED_ELSEWHERE: f64 = 0.02;
/// On one of so many no request fails, and no answer is lost: of a mark there the reason is known.
const SURE: u64 = 2;
const FAILED: f64 = 0.02;

/// What goes wrong on a platform while people talk.
fn faults(seed: u64) -> Faults {
    let is_storm = seed.is_multiple_of(STORM);
    let failed = if seed.is_multiple_of(SURE) { 0.0 } else { FAILED };
    Faults {
        seed,
        too_many: if is_storm { REFUSED_IN_STORM } else { REFUSED_ELSEWHERE },
        too_many_seconds: 1,
        repeated: 0.15,
        swapped: 0.15,
        dropped: 0.02,
        session_lost: 0.5,
        failed,
        answer_lost: failed,
        address_expired: 0.3,
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
            let seed: u64 = random.random();
            stand.fail(&faults(seed)).await?;
            for _ in 0..count {
                self.count += 1;
                let person = stand.person(self.count).await?;
                let is_sure = seed.is_multiple_of(SURE);
                let one = Arc::new(One { way: stand.way, person, is_sure, sent: Mutex::default() });
                self.lot.push(Arc::clone(&one));
                self.tasks.spawn(one.talk(Plan::new(random.random()), self.quiet.clone()));
            }
        }
        Ok(())
    }

    /// Waits until some of them have pressed something, filled in a form and sent a file, for kills may leave them little time; but not for ever.
    /// The studio must be up.
    pub async fn until_all_was_tried(&self) {
        let begun = Instant::now();
        let taken = |which: fn(&Said) -> bool| {
            let of = |one: &Arc<One>| one.sent().iter().any(|said| said.fate == Fate::Taken && which(said));
            self.lot.iter().any(of)
        };
        let all = [is_press, is_form, |said: &Said| said.bytes.is_some()];
        while !all.into_iter().all(taken) && begun.elapsed() < TRIED_WITHIN {
            sleep(LOOK).await;
        }
    }

    /// Lets them fall silent.
    pub fn hush(&self) {
        self.quiet.cancel();
    }

    /// Lets them fall silent and looks at every conversation. The studio must be up. Where a ledger says what went wrong, a mark needs a
    /// reason.
    pub async fn compare(
        &mut self,
        home: &Home,
        ledger: Option<&Ledger>,
        seed: u64,
        kill: usize,
    ) -> anyhow::Result<Compared> {
        self.hush();
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
                let (ledgers, violations, conversation) = one.look(&client, ledger, kill).await?;
                if violations.is_empty() {
                    if is_new {
                        compared.count(&ledgers);
                        let taken = |which: fn(&Said) -> bool| {
                            let sent = one.sent();
                            sent.iter().filter(|said| said.fate == Fate::Taken && which(said)).count()
                        };
                        compared.pressed += taken(is_press);
                        compared.forms += taken(is_form);
                        compared.files += taken(|said| said.bytes.is_some());
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
    fn sent(&self) -> MutexGuard<'_, Vec<Said>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
