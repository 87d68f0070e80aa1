//! Do the three ledgers agree of people on the messaging platforms too? They talk as the visitors do, while the platforms
//! tell of events twice, late and in another order, and answer late.
//!
//! What they said is acknowledged when the platform need not tell of it again. Discord is never told that something was
//! read: there a person waits for the reply instead. What was heard is what the platform shows; a message that stands
//! there twice must say in the API that it is uncertain.

mod burst;
mod change;
mod look;
mod talk;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use rand::{RngExt as _, rngs::StdRng};
use serde_json::Value;
use studio_core::id::{ConversationId, OrganisationId};
use studio_simulators::{faults::Plan as Faults, met::Met};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use self::change::Changes;
use crate::{
    compare::{Compared, stand},
    finding::Finding,
    home::Home,
    ledger::Ledger,
    patience::{MOST, Patience},
    platforms::{Fate, Person, Stand, Way},
    stored,
    visitor::Plan,
};

/// Between two looks at what became of something.
const LOOK: Duration = Duration::from_millis(50);
/// Longest wait until every connection knows its platform.
const INTRODUCED: Duration = MOST;
/// Longest wait until people have done all that they do.
const TRIED_WITHIN: Duration = MOST;
/// So long a platform may be silent before somebody new comes.
const SILENT: Duration = Duration::from_secs(15);

/// The platforms, and who talks there.
pub struct People {
    stands: Vec<Stand>,
    /// Of each, whether it is a sure one now.
    sure: Vec<bool>,
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
    /// Says several things at once now and then.
    is_hasty: bool,
    sent: Mutex<Vec<Said>>,
    changes: Mutex<Changes>,
}

/// Something that somebody said, pressed, sent or filled in; its words, titles and names come once in a conversation.
#[derive(Clone, Debug)]
struct Said {
    /// The platform's, once it is known.
    id: Option<String>,
    text: String,
    fate: Fate,
    /// Of a file.
    bytes: Option<Vec<u8>>,
    /// What was said at once with others, by the number of the line that it stands for.
    burst: Option<usize>,
}

fn is_press(said: &Said) -> bool {
    said.text.starts_with("Yes ")
}

fn is_hasty(said: &Said) -> bool {
    said.burst.is_some()
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
/// So many requests are answered late, and of so many events the bot is told late.
const LATE: f64 = 0.05;
/// A form is to be opened, and a press answered, within three seconds; both may be late, and their event swapped too.
const LATE_MILLISECONDS: u64 = 400;
/// Of so many events by POST one half of the body is late, and so many are told once more when their round may be over: what is told
/// twice in a row finds its first telling still on its way.
const TRICKLED: f64 = 0.1;
const ECHOED: f64 = 0.1;
const ECHOED_MILLISECONDS: u64 = 30_000;
/// Of so many people on a platform one is hasty.
const HASTY: usize = 2;

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
        late: LATE,
        late_milliseconds: LATE_MILLISECONDS,
        slow: LATE,
        slow_milliseconds: LATE_MILLISECONDS,
        trickled: TRICKLED,
        trickled_milliseconds: LATE_MILLISECONDS,
        echoed: ECHOED,
        echoed_milliseconds: ECHOED_MILLISECONDS,
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
    match missing(home, names, INTRODUCED).await? {
        Some(connection) => bail!("a connection listens to nobody: {connection}"),
        None => Ok(()),
    }
}

/// The same for no longer than that; the connection that was waited for in vain.
pub async fn missing(home: &Home, names: &[&str], within: Duration) -> anyhow::Result<Option<Value>> {
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
            if begun.elapsed() > within {
                return Ok(Some(connection));
            }
            sleep(LOOK).await;
        }
    }
    Ok(None)
}

impl People {
    /// Starts every platform, for a studio at this address.
    pub async fn start(studio: SocketAddr) -> anyhow::Result<Self> {
        let mut stands = Vec::new();
        for way in Way::ALL {
            stands.push(Stand::start(way, studio).await?);
        }
        let (sure, lot, before) = (Vec::new(), Vec::new(), Vec::new());
        let (tasks, quiet) = (JoinSet::new(), CancellationToken::new());
        Ok(Self { stands, sure, count: 0, lot, before, tasks, quiet })
    }

    /// The connections of the bot `load`.
    pub fn settings(&self) -> String {
        self.stands.iter().map(|stand| stand.settings("load")).collect()
    }

    /// What went wrong on all platforms since they began.
    pub async fn met(&self) -> anyhow::Result<Met> {
        let mut met = Met::default();
        for stand in &self.stands {
            met.add(serde_json::from_value(stand.simulator.see("met").await?)?);
        }
        Ok(met)
    }

    /// So many new persons begin to talk on each platform.
    pub async fn come(&mut self, count: usize, random: &mut StdRng) -> anyhow::Result<()> {
        self.quiet = CancellationToken::new();
        self.before = std::mem::take(&mut self.lot);
        self.sure.clear();
        for place in 0..self.stands.len() {
            let seed: u64 = random.random();
            self.stands[place].fail(&faults(seed)).await?;
            self.sure.push(seed.is_multiple_of(SURE));
            // Every second one on each platform, so that nobody's haste hides what happens to those who wait.
            let hasty = random.random_range(0..HASTY);
            for number in 0..count {
                self.come_to(place, number % HASTY == hasty, random).await?;
            }
        }
        Ok(())
    }

    /// One more begins to talk on the platform at this place.
    async fn come_to(&mut self, place: usize, is_hasty: bool, random: &mut StdRng) -> anyhow::Result<()> {
        self.count += 1;
        let (stand, is_sure) = (&self.stands[place], self.sure[place]);
        let person = stand.person(self.count).await?;
        let one = Arc::new(One {
            way: stand.way,
            person,
            is_sure,
            is_hasty: is_hasty && !stand.way.is_by_interactions(),
            sent: Mutex::default(),
            changes: Mutex::default(),
        });
        self.lot.push(Arc::clone(&one));
        self.tasks.spawn(one.talk(Plan::new(random.random()), self.quiet.clone()));
        Ok(())
    }

    /// Waits until something was acknowledged on every platform, and some of them have pressed something, filled in a form, said several things at
    /// once and sent a file, for kills may leave them little time; but not for ever. Where nothing is acknowledged somebody new comes now and then: who was there before
    /// may have gone home, and on Discord may never be known. The studio must be up.
    pub async fn until_all_was_tried(&mut self, random: &mut StdRng) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut came = begun;
        while begun.elapsed() < TRIED_WITHIN {
            let silent = self.silent();
            if silent.is_empty() && self.was_each_done() {
                break;
            }
            if came.elapsed() > SILENT {
                came = Instant::now();
                for place in silent {
                    self.come_to(place, random.random(), random).await?;
                }
            }
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Places of the platforms on which nothing was acknowledged.
    fn silent(&self) -> Vec<usize> {
        let is_heard =
            |stand: &Stand| self.lot.iter().any(|one| one.way == stand.way && one.taken(|_| true) > 0);
        let silent = self.stands.iter().enumerate().filter(|(_, stand)| !is_heard(stand));
        silent.map(|(place, _)| place).collect()
    }

    fn was_each_done(&self) -> bool {
        let all = [is_press, is_form, is_hasty, |said: &Said| said.bytes.is_some()];
        all.into_iter().all(|which| self.lot.iter().any(|one| one.taken(which) > 0))
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
        let mut patience = Patience::new(Instant::now());
        let mut compared = Compared::default();
        let mut open: Vec<(bool, Arc<One>)> = self.lot.iter().map(|one| (true, Arc::clone(one))).collect();
        open.extend(self.before.iter().map(|one| (false, Arc::clone(one))));
        loop {
            let begun = Instant::now();
            let (mut unsettled, mut findings) = (Vec::new(), Vec::new());
            for (is_new, one) in open {
                let (ledgers, violations, conversation) = one.look(&client, ledger, kill).await?;
                if violations.is_empty() {
                    if is_new {
                        compared.count(&ledgers);
                        *compared.ways.entry(one.way.name()).or_default() += one.taken(|_| true);
                        compared.pressed += one.taken(is_press);
                        compared.forms += one.taken(is_form);
                        compared.at_once += one.taken(is_hasty);
                        compared.files += one.taken(|said| said.bytes.is_some());
                    }
                } else {
                    let thread = format!("{} {}", one.way.name(), one.person.thread());
                    let kept = ledgers.kept;
                    findings.push(Finding { seed, kill, thread, violations, conversation, kept });
                    unsettled.push((is_new, one));
                }
            }
            if unsettled.is_empty() {
                break;
            }
            let stand = stand(&client, &findings).await;
            if patience.is_lost(&client, begun, stand).await {
                compared.findings = findings;
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

    /// What agents made of the bot's messages.
    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn id(&self) -> ConversationId {
        ConversationId::of_thread(OrganisationId::FIRST, self.way.name(), &self.person.thread())
    }

    /// How much of this kind was acknowledged.
    fn taken(&self, which: fn(&Said) -> bool) -> usize {
        self.sent().iter().filter(|said| said.fate == Fate::Taken && which(said)).count()
    }
}
