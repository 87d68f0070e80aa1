//! Is what was published what is found, whatever is killed? An editor writes one edition of a document after the other and publishes each;
//! a reader asks the bot for it all the while.
//!
//! Once a publication was acknowledged, that edition is found or a later one. Whoever has found one finds no earlier one afterwards, and
//! nobody one that was not written yet.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use reqwest::{Client, StatusCode};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    ask::{Question, ask},
    home::Home,
    patience::MOST,
    stored,
};

/// The bot, and its connection.
pub const NAME: &str = "shelf";
const FILES: [(&str, &str); 2] = [
    ("bot.yaml", include_str!("../shelf/bot.yaml")),
    ("flows/look.yaml", include_str!("../shelf/flows/look.yaml")),
];
const DOCUMENT: &str = "knowledge/hours.md";
const QUESTION: &str = "When is the reading room open?";
/// What the document says before the number of its edition.
const MARK: &str = "edition ";
/// Between two tries while the studio is down.
const AGAIN: Duration = Duration::from_millis(20);
/// Between two editions, and between two questions, each of which is a conversation of its own.
const PAUSE: Duration = Duration::from_millis(300);
/// An answer is waited for so many seconds, and whoever asked a little longer.
const ANSWERED_WITHIN: u32 = 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// The editions of one document, over all rounds of a campaign.
#[derive(Clone, Debug, Default)]
pub struct Editions {
    known: Arc<Mutex<Known>>,
}

/// What is known of them.
#[derive(Debug, Default)]
struct Known {
    /// The newest that was written: a studio that starts publishes it by itself.
    written: u64,
    /// The newest that was published and acknowledged, or found: it is found from then on, or a later one.
    least: u64,
    asked: usize,
    count: Count,
    wrong: Vec<String>,
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Editions whose publication was acknowledged.
    pub published: usize,
    /// Questions that were answered with an edition.
    pub found: usize,
}

impl Known {
    /// An answer to what was asked when `least` was to be found.
    fn told(&mut self, least: u64, answer: &str) {
        let written = self.written;
        match edition(answer) {
            Some(edition) if (least..=written).contains(&edition) => {
                self.least = self.least.max(edition);
                self.count.found += 1;
            }
            Some(edition) => self.wrong.push(format!(
                "edition {edition} was found, where {least} had been published or found and {written} was the last written"
            )),
            None => self.wrong.push(format!("where edition {least} had been published, {answer:?} was found")),
        }
    }
}

/// Which edition an answer is from.
fn edition(answer: &str) -> Option<u64> {
    let (_, behind) = answer.split_once(MARK)?;
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

impl Editions {
    /// Puts the bot and its first edition into a home where no studio runs yet.
    pub fn put(&self, home: &Home) -> anyhow::Result<()> {
        home.add_bot(NAME, &FILES)?;
        let document = document(home.path());
        fs::create_dir_all(document.parent().context("it lies in a folder")?)?;
        let first = self.write(home.path())?;
        // A start publishes it.
        self.lock().least = first;
        Ok(())
    }

    /// Begins to edit and to read.
    pub fn begin(&self, home: &Home) -> anyhow::Result<Readers> {
        let (quiet, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(edit(self.clone(), home.path().to_owned(), stored::client(home)?, quiet.clone()));
        tasks.spawn(read(self.clone(), reader()?, home.address, quiet.clone()));
        Ok(Readers { editions: self.clone(), quiet, tasks })
    }

    pub fn count(&self) -> Count {
        self.lock().count
    }

    /// What was found that should not have been, in sentences.
    pub fn take_wrong(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().wrong)
    }

    /// Writes the next edition into the folder of the bot; its number.
    fn write(&self, home: &Path) -> anyhow::Result<u64> {
        let number = {
            let mut known = self.lock();
            known.written += 1;
            known.written
        };
        let text = format!(
            "# Opening hours\n\nThe reading room is open from nine to five, says {MARK}{number} of this page.\n"
        );
        // Renamed into its place, for a studio that starts reads it meanwhile.
        let whole = home.join("edition.md");
        fs::write(&whole, text)?;
        fs::rename(whole, document(home))?;
        Ok(number)
    }

    fn published(&self, edition: u64) {
        let mut known = self.lock();
        known.least = known.least.max(edition);
        known.count.published += 1;
    }

    /// Asks once; whether that was answered.
    async fn ask(&self, client: &Client, address: SocketAddr) -> bool {
        let (least, thread) = {
            let mut known = self.lock();
            known.asked += 1;
            (known.least, format!("reader-{}", known.asked))
        };
        let question =
            Question { connection: NAME, thread: &thread, id: "1", text: QUESTION, seconds: ANSWERED_WITHIN };
        match ask(client, address, question).await {
            Ok((told, _)) if !told.is_empty() => {
                self.lock().told(least, &told.join(" "));
                true
            }
            // The studio is down, or was killed while it was waited for.
            Ok(_) | Err(_) => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An editor and a reader under way.
#[derive(Debug)]
pub struct Readers {
    editions: Editions,
    quiet: CancellationToken,
    tasks: JoinSet<()>,
}

impl Readers {
    /// Lets them begin nothing new.
    pub fn hush(&self) {
        self.quiet.cancel();
    }

    /// Lets them come to their end, publishes one more edition, and asks until there is an answer. The studio must be up.
    pub async fn settle(self, home: &Home) -> anyhow::Result<()> {
        self.hush();
        let Self { editions, tasks, .. } = self;
        timeout(MOST, tasks.join_all()).await.context("an editor or a reader does not come to an end")?;
        let (owner, client, begun) = (stored::client(home)?, reader()?, Instant::now());
        let last = editions.write(home.path())?;
        while !is_published(&owner).await {
            ensure!(begun.elapsed() < MOST, "edition {last} of a document is not published");
            sleep(AGAIN).await;
        }
        editions.published(last);
        while !editions.ask(&client, home.address).await {
            ensure!(begun.elapsed() < MOST, "nobody answers what edition {last} of a document says");
            sleep(AGAIN).await;
        }
        Ok(())
    }
}

/// Publishes one edition after the other, each again until that is acknowledged.
async fn edit(editions: Editions, home: PathBuf, owner: Client, quiet: CancellationToken) {
    while !quiet.is_cancelled() {
        let edition = match editions.write(&home) {
            Ok(edition) => edition,
            Err(error) => {
                editions.lock().wrong.push(format!("an edition could not be written: {error:#}"));
                return;
            }
        };
        while !is_published(&owner).await {
            if quiet.is_cancelled() {
                return;
            }
            sleep(AGAIN).await;
        }
        editions.published(edition);
        sleep(PAUSE).await;
    }
}

async fn read(editions: Editions, client: Client, address: SocketAddr, quiet: CancellationToken) {
    while !quiet.is_cancelled() {
        let pause = if editions.ask(&client, address).await { PAUSE } else { AGAIN };
        sleep(pause).await;
    }
}

async fn is_published(owner: &Client) -> bool {
    publish(owner, NAME).await.is_ok_and(|status| status.is_success())
}

/// What a publication of a bot is answered with, asked for by this client of the owner's socket.
pub async fn publish(owner: &Client, bot: &str) -> anyhow::Result<StatusCode> {
    let answer = owner.post(format!("http://studio/api/v1/bots/{bot}/publish")).send().await?;
    let status = answer.status();
    // Read to its end, so that the connection is kept.
    answer.bytes().await?;
    Ok(status)
}

fn reader() -> anyhow::Result<Client> {
    Ok(Client::builder().timeout(PATIENCE).build()?)
}

fn document(home: &Path) -> PathBuf {
    home.join("bots").join(NAME).join(DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_found_that_was_published_or_a_later_one_that_was_written() {
        let text = |edition: u64| format!("The room is open, says {MARK}{edition} of this page.");
        let found = |least: u64, answer: &str| {
            let mut known = Known { written: 7, least: 5, ..Known::default() };
            known.told(least, answer);
            (known.least, known.count.found, known.wrong.len())
        };
        // What was asked before the fifth was published may be answered from the fourth.
        assert_eq!(found(4, &text(4)), (5, 1, 0));
        assert_eq!(found(5, &text(5)), (5, 1, 0));
        assert_eq!(found(5, &text(7)), (7, 1, 0));
        for wrong in [text(4), text(8), "Nothing is written of that.".to_owned()] {
            assert_eq!(found(5, &wrong), (5, 0, 1), "{wrong}");
        }
    }

    #[test]
    fn each_edition_takes_the_place_of_the_last_as_a_whole() {
        let home = Home::new("127.0.0.1:1".parse().expect("an address"), "").expect("a home");
        let editions = Editions::default();
        editions.put(&home).expect("put");
        for number in 2..4 {
            assert_eq!(editions.write(home.path()).expect("written"), number);
            let text = fs::read_to_string(document(home.path())).expect("there");
            assert_eq!(edition(&text), Some(number));
        }
        let known = editions.lock();
        assert_eq!((known.written, known.least), (3, 1), "what is merely written need not be found");
    }
}
