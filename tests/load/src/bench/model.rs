//! How much memory does a whole studio take whose bot is understood with the default models, and how long is that bot published?

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    aim::Aim,
    ask::{Question, ask, connection, opened, runs},
    home::{Home, free_address},
    patience::MOST,
    phrases::phrases,
    process::{Program, Studio},
    stored,
    table::{MB, grouped, head, megabytes, row},
    usage::Usage,
};

/// The bot and its connection.
const NAME: &str = "known";
const BOT: &str = "name: known\ntitle: Known\nlanguages: [en]\n";
/// Visitors that wait for an answer at any moment.
const ASKERS: usize = 16;
/// Messages are counted in so many parts.
const PARTS: usize = 5;
/// Seconds that an answer may take.
const PATIENCE: u32 = 20;
/// Resident at most, in bytes: less than this.
const AIM: u64 = 600 * MB;
const WHAT: &str = "resident at most, a whole studio with the default models";
const WANTED: &str = "under 600 MB";
/// What takes a minute or more is not told in seconds.
const SECONDS: Duration = Duration::from_mins(1);
const PUBLISHED: &str = "a bot published with the default model, the studio's start among it";
const PUBLISHED_AGAIN: &str = "the same bot published again with one phrase more";
const IN_SECONDS: &str = "in seconds: under 60 s";

/// A bot learns the one file of text and label (CSV), and each text of the other is said to it by a visitor of its own. `ner` is the
/// setting `models.ner`.
pub async fn run(program: &Program, train: &Path, test: &Path, ner: String) -> anyhow::Result<()> {
    let mut program = program.clone();
    program.environment.push(("STUDIO_MODELS_NER".to_owned(), ner));
    let heard: Vec<String> = phrases(test)?.into_values().flatten().collect();
    // Nobody listens there: the bot to which it belongs is asked nothing.
    let nobody = free_address()?;
    let home = Home::at(free_address()?, nobody, "[log]\nlevel = \"warn\"\n", &connection(NAME))?;
    let mut known = phrases(train)?;
    let (intents, flows) = files(&known);
    home.add_bot(NAME, &[("bot.yaml", BOT), ("intents/all.yaml", &intents), ("flows/all.yaml", &flows)])?;
    let mut studio = Studio::start(&program, &home)?;
    let published = studio.ready(&home).await?;
    let pid = studio.pid().context("the studio has ended")?;
    let Some(before) = runs(&home).await? else {
        for (what, wanted) in [(WHAT, WANTED), (PUBLISHED, IN_SECONDS), (PUBLISHED_AGAIN, IN_SECONDS)] {
            let why = "there is no embedding model (`make setup-models` fetches it)";
            println!("{}", Aim::skipped(what, wanted, why));
        }
        return studio.kill(&home).await;
    };
    println!("{}", head(&["messages", "resident", "at most so far"]));
    tell(0, pid)?;
    let client = Client::new();
    let mut said = 0;
    for part in heard.chunks(heard.len().div_ceil(PARTS).max(1)) {
        let asked = part.iter().zip(said..).map(|(text, number)| one(&client, &home, text, number));
        stream::iter(asked).buffer_unordered(ASKERS).try_collect::<()>().await?;
        said += part.len();
        tell(said, pid)?;
    }
    let texts = runs(&home).await?.map_or(0, |now| now.texts - before.texts);
    ensure!(texts > 0, "nobody asked the model");
    let Usage { resident, peak, .. } = Usage::of(pid)?;
    let open = opened(&home).await?.join(", ");
    println!("\nThe embedding model was asked for {} texts. Open: {open}.", grouped(texts));
    // Now and not before: the version that is replaced stays in memory for a while.
    one_more(&mut known)?;
    home.add_bot(NAME, &[("intents/all.yaml", &files(&known).0)])?;
    let again = publish(&home).await?;
    println!("{}", memory(resident, peak, &open));
    for (what, took) in [(PUBLISHED, published), (PUBLISHED_AGAIN, again)] {
        println!("{}", Aim::measured(what, IN_SECONDS, seconds(took), took < SECONDS));
    }
    studio.kill(&home).await
}

/// What counts is the most that it took since its start, which the kernel notes (`VmHWM`): a machine must have that much. `open` are the
/// models that took part of it.
fn memory(resident: u64, peak: u64, open: &str) -> Aim {
    let said = format!("{}; {} at the end; with {open}", megabytes(peak), megabytes(resident));
    Aim::measured(WHAT, WANTED, said, peak < AIM)
}

/// A phrase that no intent has.
fn one_more(phrases: &mut BTreeMap<String, Vec<String>>) -> anyhow::Result<()> {
    let texts = phrases.values_mut().next().context("there are no phrases")?;
    let text = texts.first().context("the first label has no text")?;
    texts.push(format!("{text} tell me at once"));
    Ok(())
}

/// How long it takes until what stands in the bot's folder is understood. Whoever publishes is told after a while that it takes longer: it is
/// asked for again, which waits for the first, until nobody would wait any more.
async fn publish(home: &Home) -> anyhow::Result<Duration> {
    let (owner, begun) = (stored::client(home)?, Instant::now());
    loop {
        let answer = owner.post(format!("http://studio/api/v1/bots/{NAME}/publish")).send().await?;
        match answer.status() {
            StatusCode::GATEWAY_TIMEOUT if begun.elapsed() < MOST => {}
            status if status.is_success() => return Ok(begun.elapsed()),
            status => bail!("a publication was answered with {status}: {}", answer.text().await?),
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn tell(said: usize, pid: u32) -> anyhow::Result<()> {
    let usage = Usage::of(pid)?;
    println!("{}", row(&[grouped(said), megabytes(usage.resident), megabytes(usage.peak)]));
    Ok(())
}

async fn one(client: &Client, home: &Home, text: &str, number: usize) -> anyhow::Result<()> {
    let thread = number.to_string();
    let question = Question { connection: NAME, thread: &thread, id: "1", text, seconds: PATIENCE };
    ask(client, home.address, question).await.map(drop)
}

/// The intents of a bot that has these phrases, each named by a number since a label may be no name, and one flow for all of them.
/// What is JSON is YAML as well. A bot in which two intents have the same phrase is refused: the first of them has it.
fn files(phrases: &BTreeMap<String, Vec<String>>) -> (String, String) {
    let named = |number: usize| format!("intent_{number}");
    let mut known = BTreeSet::new();
    let mut is_new = |text: &&String| {
        let letters: String =
            text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        known.insert(letters)
    };
    let mut intents: BTreeMap<String, Value> = BTreeMap::new();
    for (number, texts) in phrases.values().enumerate() {
        let texts: Vec<&String> = texts.iter().filter(&mut is_new).collect();
        intents.insert(named(number), json!({ "phrases": { "en": texts } }));
    }
    let mut when: Vec<Value> = intents.keys().map(|intent| json!({ "intent": intent })).collect();
    when.push(json!("fallback"));
    let flows = json!({ "answer": { "when": when, "steps": [{ "say": { "en": "All right." } }] } });
    (json!(intents).to_string(), flows.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_texts_becomes_a_bot_that_answers_each_of_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("texts.csv");
        let rows = "text,label\n\"hello, you\",greet me?\nHi!,leave\n\"bye,\nall\",leave\nhi,greet me?\n";
        std::fs::write(&file, rows).expect("writable");
        let texts = phrases(&file).expect("readable");
        assert_eq!(texts["greet me?"], ["hello, you", "hi"]);
        let (intents, flows) = files(&texts);
        let intents: Value = serde_json::from_str(&intents).expect("JSON");
        assert_eq!(intents["intent_0"]["phrases"]["en"], json!(["hello, you", "hi"]));
        assert_eq!(intents["intent_1"]["phrases"]["en"], json!(["bye,\nall"]), "one intent has a phrase");
        let flows: Value = serde_json::from_str(&flows).expect("JSON");
        let when = json!([{ "intent": "intent_0" }, { "intent": "intent_1" }, "fallback"]);
        assert_eq!(flows["answer"]["when"], when);
    }

    #[test]
    fn the_most_that_was_resident_is_judged() {
        let check = |resident: u64, peak: u64, expected: &str| {
            let told = memory(resident * MB, peak * MB, "mine 86 MB").to_string();
            assert_eq!(told, format!("aim {expected}"), "{resident} {peak}");
        };
        let what = format!("{WHAT} | {WANTED}");
        check(500, 599, &format!("met | {what} | 599 MB; 500 MB at the end; with mine 86 MB"));
        check(500, 600, &format!("missed | {what} | 600 MB; 500 MB at the end; with mine 86 MB"));
    }

    #[test]
    fn one_phrase_more_is_one_that_no_intent_has() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let before = BTreeMap::from([("greet", texts(&["hi", "hello"])), ("leave", texts(&["bye"]))]);
        let mut phrases: BTreeMap<String, Vec<String>> =
            before.iter().map(|(label, texts)| ((*label).to_owned(), texts.clone())).collect();
        one_more(&mut phrases).expect("there is a phrase");
        assert_eq!(phrases["greet"], ["hi", "hello", "hi tell me at once"]);
        assert_eq!(phrases["leave"], ["bye"]);
        let (intents, _) = files(&phrases);
        let intents: Value = serde_json::from_str(&intents).expect("JSON");
        assert_eq!(intents["intent_0"]["phrases"]["en"].as_array().map(Vec::len), Some(3));
        assert!(one_more(&mut BTreeMap::new()).is_err());
    }
}
