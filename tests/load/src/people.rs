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
    api::DeliveryState,
    content::{Content, Source},
    dialogue::{Entry, Happening},
    id::{ConversationId, OrganisationId},
    invariants::{Heard, Kept, Ledgers, Sent, Violation, answered, numbered, told},
};
use studio_simulators::faults::Plan as Faults;
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    compare::{Compared, SETTLED_WITHIN},
    finding::Finding,
    home::Home,
    ledger::Conversation,
    platforms::{Fate, File, Person, Stand, Way, open},
    stored,
    visitor::{Plan, replies},
};

/// Between two looks at what became of something.
const LOOK: Duration = Duration::from_millis(50);
/// Longest wait until every connection knows its platform.
const INTRODUCED: Duration = Duration::from_mins(1);
/// Longest wait until people have done all that they do.
const TRIED_WITHIN: Duration = Duration::from_mins(1);
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

/// How something is said.
enum Deed {
    Say,
    /// Of what the bot offered.
    Press,
    Send(Vec<u8>),
    /// The form of this number, as one reads it in the transcript.
    FillIn(usize),
}

/// What is done, in which words, and what is heard of the bot before the next is done.
type Act = (Deed, String, Option<String>);

/// Of so many things that are said, one is followed by a choice, one by a file, and one by a form.
const CHOICE: usize = 4;
const FILE: usize = 5;
const FORM: usize = 3;
/// With what a picture begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Longest wait for the answer to a press of which the platform tells nobody what became.
const PRESSED_WITHIN: Duration = Duration::from_secs(10);

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
        address_expired: 0.3,
        ..Faults::default()
    }
}

/// What the bot says of these words behind its count.
fn reply_to(way: Way, words: &str) -> String {
    if let Some(number) = words.strip_prefix("first form ").and_then(|rest| rest.split(' ').next()) {
        return format!("red-{number} blue-{number}");
    }
    if words.starts_with("doc-") || words.starts_with("pic-") && !way.has_captions() {
        return "a file".to_owned();
    }
    words.strip_prefix("Yes ").map_or_else(|| words.to_owned(), |asked| format!("taken {asked}"))
}

/// What the bot asks of these words once it has said them.
fn question_to(words: &str) -> Option<String> {
    let is_choice = words.starts_with("pick ") || words.starts_with("list ");
    let is_form = words.starts_with("form ");
    is_choice.then(|| format!("choose {words}")).or_else(|| is_form.then(|| format!("first {words}")))
}

/// What the bot says to what it is told, in this order.
fn expected<'a>(way: Way, told: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut said = Vec::new();
    let told: Vec<String> = told.into_iter().map(|words| reply_to(way, words)).collect();
    for reply in replies(told.iter().map(String::as_str)) {
        let question = reply.split_once(' ').and_then(|(_, words)| question_to(words));
        said.push(reply);
        said.extend(question);
    }
    said
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
    /// Says one thing after another until it is quiet, each when the one before was acknowledged.
    async fn talk(self: Arc<Self>, mut plan: Plan, quiet: CancellationToken) -> anyhow::Result<()> {
        // Discord lists nobody the direct channels of a bot: what is said first in one while no session lives is lost to
        // every bot. From the first reply on nothing may be.
        let mut is_known = self.way != Way::DiscordGateway;
        let mut number = 0;
        while !quiet.is_cancelled() {
            let line = plan.next();
            number += 1;
            let mut acts = vec![(Deed::Say, line.text.clone(), line.until)];
            acts.extend(self.more(number));
            for (deed, words, until) in acts {
                if quiet.is_cancelled() {
                    return Ok(());
                }
                let Some(fate) = self.act(deed, words, until, &mut is_known, &quiet).await? else {
                    return Ok(());
                };
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
        }
        Ok(())
    }

    /// What is done behind what is said under this number.
    fn more(&self, number: usize) -> Vec<Act> {
        let mut acts = Vec::new();
        let ask = |asked: &str| (Deed::Say, asked.to_owned(), question_to(asked));
        if number.is_multiple_of(CHOICE) {
            let kind =
                if self.way.has_lists() && number.is_multiple_of(2 * CHOICE) { "list" } else { "pick" };
            let asked = format!("{kind} {number}");
            acts.push(ask(&asked));
            acts.push((Deed::Press, format!("Yes {asked}"), Some(format!("taken {asked}"))));
        }
        if number.is_multiple_of(FILE) {
            let is_picture = number.is_multiple_of(2 * FILE);
            let text = format!("{} {number}\n", self.person.thread()).repeat(number * 50);
            let (before, name) = if is_picture {
                (PNG, format!("pic-{number}.png"))
            } else {
                (&[][..], format!("doc-{number}.txt"))
            };
            acts.push((Deed::Send([before, text.as_bytes()].concat()), name, None));
        }
        if number.is_multiple_of(FORM) && self.way.has_forms() {
            acts.push(ask(&format!("form {number}")));
            let filled = format!("first form {number} red-{number}\nsecond form {number} blue-{number}");
            acts.push((Deed::FillIn(number), filled, Some(format!("red-{number} blue-{number}"))));
        }
        acts
    }

    /// Presses for a form until it opens: a platform whose press is not answered in time opens none. `None` once it is quiet.
    async fn open(&self, number: usize, quiet: &CancellationToken) -> anyhow::Result<Option<String>> {
        while !quiet.is_cancelled() {
            let (title, question) = (format!("Fill in form {number}"), format!("first form {number}"));
            if let Some(form) = open(self.person.as_ref(), &title, &question).await? {
                return Ok(Some(form));
            }
        }
        Ok(None)
    }

    /// Does it, and what became of it; `None` where it was not done any more.
    async fn act(
        &self,
        deed: Deed,
        words: String,
        until: Option<String>,
        is_known: &mut bool,
        quiet: &CancellationToken,
    ) -> anyhow::Result<Option<Fate>> {
        let is_told_once = matches!(deed, Deed::Press | Deed::FillIn(_));
        let form = match deed {
            Deed::FillIn(number) => match self.open(number, quiet).await? {
                Some(form) => form,
                None => return Ok(None),
            },
            Deed::Say | Deed::Press | Deed::Send(_) => String::new(),
        };
        let bytes = if let Deed::Send(bytes) = &deed { Some(bytes.clone()) } else { None };
        self.sent().push(Said { text: words.clone(), fate: Fate::Open, bytes });
        let id = match deed {
            Deed::Say => self.person.say(&words).await?,
            Deed::Press => self.person.press(&words).await?,
            Deed::Send(bytes) => {
                let media_type = if bytes.starts_with(PNG) { "image/png" } else { "text/plain" };
                self.person.send(File { name: &words, media_type, bytes: &bytes }).await?
            }
            Deed::FillIn(number) => {
                let [red, blue] = ["red", "blue"].map(|colour| format!("{colour}-{number}"));
                self.person.submit(&form, [("first", red.as_str()), ("second", blue.as_str())]).await?
            }
        };
        let fate = self.until_known(&id).await?;
        let until = match self.way {
            Way::DiscordGateway => until.or_else(|| Some(reply_to(self.way, &words))),
            Way::TelegramPolling
            | Way::TelegramWebhook
            | Way::SlackEvents
            | Way::SlackSockets
            | Way::WhatsApp => until.filter(|_| fate == Fate::Taken),
        };
        if let Some(until) = until {
            let heard = self.until_heard(&until, quiet);
            // Discord tells of a press or a form once: where nobody takes it, its maker sees that it failed.
            if is_told_once && self.way == Way::DiscordGateway {
                return Ok(Some(match tokio::time::timeout(PRESSED_WITHIN, heard).await {
                    Ok(Ok(true)) => Fate::Taken,
                    Ok(Ok(false)) | Err(_) => Fate::GivenUp,
                    Ok(Err(error)) => return Err(error),
                }));
            }
            *is_known |= heard.await?;
        }
        Ok(Some(if *is_known { fate } else { Fate::GivenUp }))
    }

    /// The files that were acknowledged and are not kept as they were sent, nor on their way.
    async fn files(
        &self,
        client: &Client,
        said: &[Said],
        entries: &[Entry],
    ) -> anyhow::Result<Vec<Violation>> {
        let id = ConversationId::of_thread(OrganisationId::FIRST, self.way.name(), &self.person.thread());
        let mut violations = Vec::new();
        for entry in entries {
            let Happening::Received { content, .. } = &entry.what else { continue };
            let (Content::File { source: Source::Media(media), .. }
            | Content::Image { source: Source::Media(media), .. }) = content
            else {
                continue;
            };
            let name = content.plain();
            let sent = said.iter().find(|said| said.text == name).and_then(|said| said.bytes.as_ref());
            if sent.is_none() || stored::media(client, id, *media).await?.as_ref() != sent {
                violations.push(Violation::Lost { id: format!("the content of {name}") });
            }
        }
        Ok(violations)
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

    /// How far a message of the bot must be known to have come in the end.
    fn told_at_least(&self) -> DeliveryState {
        match self.way {
            Way::WhatsApp => DeliveryState::Delivered,
            Way::TelegramPolling
            | Way::TelegramWebhook
            | Way::DiscordGateway
            | Way::SlackEvents
            | Way::SlackSockets => DeliveryState::Sent,
        }
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
        let heard_by_bot =
            ledgers.kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
        let files = self.files(client, &said, &entries).await?;
        let open = said.iter().filter(|said| said.fate == Fate::Open);
        let open = open.map(|said| Violation::Unacknowledged { id: said.text.clone() }).collect();
        let answered = answered(&expected(self.way, heard_by_bot), &ledgers.kept);
        let states = transcript.iter().filter_map(|message| {
            let delivery = message.delivery.as_ref()?;
            Some((message.sequence, delivery.state))
        });
        let untold = told(&ledgers.kept, self.told_at_least(), &states.collect());
        let violations = [ledgers.check(), open, numbered(0, &entries), answered, files, untold].concat();
        let conversation = Conversation {
            id,
            acknowledged_after: vec![kill; ledgers.sent.iter().filter(|sent| sent.acknowledged).count()],
            heard_after: vec![kill; ledgers.heard.len()],
            sent: ledgers.sent.clone(),
            heard: ledgers.heard.clone(),
            attended: false,
            claimed: false,
            asked: Vec::new(),
        };
        Ok((ledgers, violations, conversation))
    }
}
