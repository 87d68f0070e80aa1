//! A second bot for what the first has not: phrases, which a model understands, and documents, which are searched.

use std::time::Duration;

use anyhow::{Context as _, ensure};
use reqwest::{Client, StatusCode};
use tokio::time::{Instant, sleep};

use super::hangs::{WORD, parked};
use crate::{
    ask::{self, Question, runs},
    editions,
    faults::{Fault, Faults},
    home::Home,
    stored,
};

const NAME: &str = "library";
const HOURS: &str = "knowledge/hours.md";
const FILES: [(&str, &str); 4] = [
    ("bot.yaml", include_str!("../../library/bot.yaml")),
    ("intents/talk.yaml", include_str!("../../library/intents/talk.yaml")),
    ("flows/talk.yaml", include_str!("../../library/flows/talk.yaml")),
    (HOURS, include_str!("../../library/knowledge/hours.md")),
];
/// Asked while the model hangs: more than one lane could wait for in the time that all of them may take.
const ASKED: usize = 12;
const ANSWERED_WITHIN: Duration = Duration::from_secs(6);
const PATIENCE: Duration = Duration::from_secs(20);

/// The connection of the bot.
pub(super) fn connection() -> String {
    ask::connection(NAME)
}

pub(super) fn put(home: &Home) -> anyhow::Result<()> {
    home.add_bot(NAME, &FILES)
}

/// A publication while the disk of the index is full goes into memory, and the next one back to the disk.
pub(super) async fn index(home: &Home, faults: &Faults) -> anyhow::Result<()> {
    faults.arm(Fault::Full, &home.path().join("data/index"))?;
    publish(home, "The reading room is open from ten to six.").await?;
    finds(home, "full", "ten to six").await?;
    ensure!(faults.happened()? > 0, "the index was never written");
    faults.disarm(Fault::Full)?;
    publish(home, "The reading room is open from eight to four.").await?;
    finds(home, "room", "eight to four").await
}

/// After the next start, what was published last is found.
pub(super) async fn published_last(home: &Home) -> anyhow::Result<()> {
    finds(home, "again", "eight to four").await
}

/// A search that never comes to an end costs its event alone.
pub(super) async fn search(home: &Home) -> anyhow::Result<()> {
    finds(home, "before", "nine to five").await?;
    let thread = "search-hangs";
    let (_, answer) = ask(home, thread, "1", WORD, 0).await?;
    ensure!(answer == StatusCode::ACCEPTED, "it was answered with {answer}");
    let begun = Instant::now();
    let asked = "When is the reading room open?";
    while !ask(home, thread, "2", asked, 5).await?.0.iter().any(|text| text.contains("nine to five")) {
        ensure!(begun.elapsed() < PATIENCE, "the conversation does not go on");
    }
    parked(home, NAME, thread).await
}

/// Whether the embedding model is there.
pub(super) async fn has_model(home: &Home) -> anyhow::Result<bool> {
    Ok(runs(home).await?.is_some())
}

/// While the model hangs, messages are understood by words alone, and only the first ones wait for it.
pub(super) async fn model(home: &Home, faults: &Faults) -> anyhow::Result<()> {
    let before = runs(home).await?.context("there is no embedding model")?;
    say(home, "heard", 0).await?;
    ensure!(runs(home).await?.is_some_and(|now| now.texts > before.texts), "nobody asks the model");
    faults.arm_text(Fault::Stall, "model")?;
    let begun = Instant::now();
    for number in 0..ASKED {
        say(home, "unheard", number).await?;
    }
    let took = begun.elapsed();
    ensure!(took < ANSWERED_WITHIN, "{ASKED} messages took {} ms", took.as_millis());
    ensure!(faults.happened()? > 0, "the model never hung");
    let during = runs(home).await?.context("it was there")?;
    ensure!(during.unheard > before.unheard, "the model was asked for nothing meanwhile");
    faults.disarm(Fault::Stall)?;
    let again = Instant::now();
    for number in 0.. {
        say(home, "again", number).await?;
        if runs(home).await?.is_some_and(|now| now.texts > during.texts + 1) {
            return Ok(());
        }
        ensure!(again.elapsed() < PATIENCE, "the model is asked no more");
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Writes the document anew and publishes it.
async fn publish(home: &Home, sentence: &str) -> anyhow::Result<()> {
    home.add_bot(NAME, &[(HOURS, &format!("# Opening hours\n\n{sentence}\n"))])?;
    publish_bot(home, NAME).await
}

/// Publishes the bot of the load as it is, so often. The log has a line of each.
pub(super) async fn publish_bots(home: &Home, times: usize) -> anyhow::Result<()> {
    for _ in 0..times {
        publish_bot(home, "load").await?;
    }
    Ok(())
}

async fn publish_bot(home: &Home, bot: &str) -> anyhow::Result<()> {
    let status = editions::publish(&stored::client(home)?, bot).await?;
    ensure!(status.is_success(), "a publication was answered with {status}");
    Ok(())
}

async fn finds(home: &Home, thread: &str, expected: &str) -> anyhow::Result<()> {
    let (told, status) = ask(home, thread, "1", "When is the reading room open?", 20).await?;
    ensure!(told.iter().any(|text| text.contains(expected)), "{status}, {told:?} in place of {expected:?}");
    Ok(())
}

/// Something that words alone leave in doubt; its answer, whatever it is, must come.
async fn say(home: &Home, thread: &str, number: usize) -> anyhow::Result<()> {
    let text = format!("might it be that number {number} of those goes with me for a week, {thread}?");
    let (told, status) = ask(home, thread, &format!("m{number}"), &text, 20).await?;
    ensure!(!told.is_empty(), "{text:?} was not answered: {status}");
    Ok(())
}

/// What the bot says to a message within so many seconds.
async fn ask(
    home: &Home,
    thread: &str,
    id: &str,
    text: &str,
    seconds: u32,
) -> anyhow::Result<(Vec<String>, StatusCode)> {
    ask::ask(&Client::new(), home.address, Question { connection: NAME, thread, id, text, seconds }).await
}
