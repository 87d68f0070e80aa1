//! How many messages a second are understood, and how long does one wait?
//!
//! | row | what is asked |
//! |---|---|
//! | words alone | distinct texts nobody saw before, without the model, an asker for each core |
//! | words alone, one asker | the same, as peers that have one thread are asked |
//! | mixed | seven of ten near a known phrase, the others new; some asked again and again (Zipf) |
//! | the model on every message | distinct texts of which the words alone are not sure, many askers at once |
//! | floor | the same texts straight through the network, in batches of 64 |
//! | one at a time | distinct texts, one asker |
//!
//! With `--names` something else: [`names`], which of them are found with the model that finds names, and without?

mod measured;
mod names;
#[path = "../../src/phrases.rs"]
mod phrases;
mod traffic;

use std::{
    path::{Path, PathBuf},
    process,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use clap::Parser;
use jiff::{Zoned, civil::date, tz::TimeZone};
use studio_bert::{Across, Network, Runtime, Settings, verify};
use studio_core::{
    embedding::Embedder,
    understanding::{Lessons, Understander, Understanding},
};
use studio_load::{
    aim::Aim,
    table::{grouped, head, megabytes, rounded, row, waits},
    usage::Usage,
};
use studio_nlu::Model;

use self::measured::{Measured, Ways, ask, ask_each};

/// As the studio's own.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Texts of a batch of the floor.
const BATCH: usize = 64;
/// Texts that are looked at for whether the model is asked.
const MOST_TEXTS: usize = 8_000;

/// Measures the understanding alone, on two files of text and label (CSV).
#[derive(Parser)]
struct Arguments {
    /// What the bot learns
    #[arg(long, required_unless_present = "names")]
    train: Option<PathBuf>,
    /// What its visitors write
    #[arg(long, required_unless_present = "names")]
    test: Option<PathBuf>,
    /// The model's folder; where `tools/setup-models` puts it where absent
    #[arg(long)]
    model: Option<PathBuf>,
    /// Askers at once, of the model
    #[arg(long, default_value_t = 64)]
    askers: usize,
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// A folder for what is asked, a line each, so that peers can be asked the same: `distinct.txt` and `mixed.txt`
    #[arg(long)]
    messages: Option<PathBuf>,
    /// Looks at names instead: a file of messages with those that they name, as `tests/load/understanding/names.txt`
    #[arg(long, conflicts_with_all = ["train", "test", "messages"])]
    names: Option<PathBuf>,
    /// The folder of the model that finds names; where `studio models pull tinybert-ner` puts it where absent
    // Told to conflict as well: what is required is not missed where it conflicts with something that is there.
    #[arg(long, requires = "names", conflicts_with_all = ["train", "test", "messages"])]
    tagger: Option<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(file) = &arguments.names {
        let pulled = || studio_bert::default_folder().join(names::PULLED);
        return names::run(file, &arguments.tagger.clone().unwrap_or_else(pulled));
    }
    let files = arguments.train.as_deref().zip(arguments.test.as_deref());
    let (train, test) = files.context("--train and --test name the files that are measured on")?;
    speed(&arguments, train, test)
}

fn speed(arguments: &Arguments, train: &Path, test: &Path) -> anyhow::Result<()> {
    let lessons = Lessons { phrases: traffic::phrases(train)?, ..Lessons::default() };
    let heard: Vec<String> = traffic::phrases(test)?.into_values().flatten().collect();
    let known: Vec<String> = lessons.phrases.values().flatten().cloned().collect();
    let folder = arguments
        .model
        .clone()
        .unwrap_or_else(|| studio_bert::default_folder().join(studio_bert::KNOWN[0].name));
    let seconds = Duration::from_secs(arguments.seconds);
    println!("{}", head(&["what", "texts a second", "p50 / p99", Ways::TOLD, "resident", "at most so far"]));

    let (lexical, by_words_alone) = trained(&lessons, None)?;
    let cores = thread::available_parallelism()?.get();
    let all = traffic::distinct(&known, &heard);
    let kept = arguments.messages.as_deref();
    traffic::keep(kept, "distinct.txt", &all)?;
    let by_words = ask(cores, seconds, |turn| understand(&lexical, &all[turn % all.len()]));
    print("words alone", &by_words)?;
    print("words alone, one asker", &ask(1, seconds, |turn| understand(&lexical, &all[turn % all.len()])))?;
    drop(lexical);

    let runtime = Arc::new(Runtime::open(&folder, Across::None, Settings::default())?);
    let (model, with_the_model) = trained(&lessons, Some(Arc::clone(&runtime) as Arc<dyn Embedder>))?;
    let mixed = traffic::mixed(&known, &heard);
    traffic::keep(kept, "mixed.txt", &mixed)?;
    let before = given_up(&runtime);
    let of_mixed = ask(arguments.askers, seconds, |turn| understand(&model, &mixed[turn % mixed.len()]));
    // A message asks once.
    let of_mixed = Measured { given_up: usize::try_from(given_up(&runtime) - before)?, ..of_mixed };
    print("mixed: seven of ten near a known phrase, some again and again", &of_mixed)?;

    // Of these the words alone are not sure; with another number at the end no text comes from the cache.
    let asks = |text: &String| {
        let heard = understand(&model, text);
        heard.intents.first().is_some_and(|best| best.by == Understander::Semantic)
    };
    let unsure: Vec<&String> =
        all.iter().rev().take(MOST_TEXTS).filter(|text| asks(&numbered(text, 0))).collect();
    let fresh = |round: usize| -> Vec<String> { unsure.iter().map(|text| numbered(text, round)).collect() };
    let every = fresh(1);
    let by_model = ask_each(arguments.askers, every.len(), |turn| understand(&model, &every[turn]));
    print("the model on every message", &by_model)?;
    let floor = floor(&folder, &every)?;
    print("floor: straight through the network, in batches of 64", &floor)?;
    let every = fresh(2);
    print("one at a time", &ask_each(1, every.len().min(1_000), |turn| understand(&model, &every[turn])))?;
    println!("\n{}", head(&["learning", "phrases", "seconds"]));
    for (what, took) in
        [("by words alone", by_words_alone), ("with the model, of which no vector was known", with_the_model)]
    {
        println!("{}", row(&[what.to_owned(), grouped(known.len()), format!("{:.1}", took.as_secs_f64())]));
    }
    println!();
    for aim in aims(&by_words, &of_mixed, &by_model, &floor) {
        println!("{aim}");
    }
    Ok(())
}

/// How often the network was asked and gave nothing.
fn given_up(runtime: &Runtime) -> u64 {
    let stats = runtime.stats();
    stats.refused + stats.late + stats.failures
}

/// What is learned, and how long that takes.
fn trained(lessons: &Lessons, embedder: Option<Arc<dyn Embedder>>) -> anyhow::Result<(Model, Duration)> {
    let begun = Instant::now();
    let model = studio_nlu::train(lessons, embedder)?;
    Ok((model, begun.elapsed()))
}

fn aims(by_words: &Measured, mixed: &Measured, by_model: &Measured, floor: &Measured) -> [Aim; 3] {
    let (rate, wait) = (by_words.rate(), by_words.at(99));
    let said = format!("{} within {}", rounded(rate), waits([wait]));
    let words = Aim::measured(
        "texts understood a second by words alone, 99 of 100",
        "20,000 within 1 ms",
        said,
        rate >= 20_000.0 && wait <= Duration::from_millis(1),
    );
    let rate = mixed.rate_as_wanted();
    let said = format!(
        "{}; {} of {} answers by the network, which gave up {} more",
        rounded(rate),
        grouped(mixed.ways.network),
        grouped(mixed.waits.len()),
        grouped(mixed.given_up)
    );
    let mixed = Aim::measured("texts understood a second, mixed", "2,000", said, rate >= 2_000.0);
    // What the network was too late for is an answer of the words alone, and none of it.
    let (rate, floor) = (by_model.rate_of_network(), floor.rate_of_network());
    let said = format!(
        "{:.2}: {} of {}; {} of {} answers by the network",
        rate / floor,
        rounded(rate),
        rounded(floor),
        grouped(by_model.ways.network),
        grouped(by_model.waits.len())
    );
    let what = "texts understood a second where all ask the model, beside the floor";
    [words, mixed, Aim::measured(what, "0.8 of it", said, rate >= floor * 0.8)]
}

fn understand(model: &Model, text: &str) -> Understanding {
    let now: Zoned = date(2026, 3, 4).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).expect("a day there was");
    std::hint::black_box(model.understand(text, "en", &now))
}

/// A text of its own in each round, which differs from that of another round in nothing that counts.
fn numbered(text: &str, round: usize) -> String {
    format!("{text} {}", 100_000 + round)
}

fn floor(folder: &Path, texts: &[String]) -> anyhow::Result<Measured> {
    let network = Network::load(&verify(folder)?)?;
    let mut texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // As a training does: texts of one length together.
    texts.sort_by_key(|text| text.len());
    let begun = Instant::now();
    let mut waits = Vec::new();
    for batch in texts.chunks(BATCH) {
        let asked = Instant::now();
        network.vectors(batch).map_err(anyhow::Error::msg)?;
        waits.extend(std::iter::repeat_n(asked.elapsed(), batch.len()));
    }
    let ways = Ways { network: waits.len(), ..Ways::default() };
    Ok(Measured { waits, ways, given_up: 0, time: begun.elapsed() })
}

fn print(what: &str, measured: &Measured) -> anyhow::Result<()> {
    let usage = Usage::of(process::id())?;
    let cells = [
        what.to_owned(),
        rounded(measured.rate()),
        waits([50, 99].map(|hundredths| measured.at(hundredths))),
        measured.ways.to_string(),
        megabytes(usage.resident),
        megabytes(usage.peak),
    ];
    println!("{}", row(&cells));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many answers in a second, of which so many are the network's.
    fn of(count: usize, network: usize, micros: u64) -> Measured {
        Measured {
            waits: vec![Duration::from_micros(micros); count],
            ways: Ways { network, words: count - network, ..Ways::default() },
            given_up: 0,
            time: Duration::from_secs(1),
        }
    }

    #[test]
    fn what_is_too_slow_or_too_late_is_missed() {
        let check = |words: (usize, u64), mixed: usize, by_model: usize, expected: [&str; 3]| {
            let by_words = of(words.0, 0, words.1);
            let aims = aims(&by_words, &of(mixed, 0, 1), &of(by_model, by_model, 1), &of(300, 300, 1));
            for (said, expected) in aims.iter().zip(expected) {
                assert!(
                    said.to_string().starts_with(&format!("aim {expected} | texts understood")),
                    "{said}"
                );
            }
        };
        check((20_000, 1_000), 2_000, 240, ["met", "met", "met"]);
        check((19_999, 1_000), 1_999, 239, ["missed", "missed", "missed"]);
        check((20_000, 1_001), 2_000, 240, ["missed", "met", "met"]);
    }

    #[test]
    fn answers_of_words_alone_are_none_of_the_network() {
        let some = of(1, 0, 1);
        let [.., said] = aims(&some, &some, &of(381, 120, 1), &of(300, 300, 1));
        assert_eq!(
            said.to_string(),
            "aim missed | texts understood a second where all ask the model, beside the floor | 0.8 of it | \
             0.40: 120 of 300; 120 of 381 answers by the network"
        );
    }

    #[test]
    fn what_the_network_gave_up_is_not_answered_as_it_should_be() {
        let some = of(1, 0, 1);
        let mixed = Measured { given_up: 101, ..of(2_100, 400, 1) };
        let [_, said, _] = aims(&some, &mixed, &some, &some);
        assert_eq!(
            said.to_string(),
            "aim missed | texts understood a second, mixed | 2,000 | 1,999; 400 of 2,100 answers by the network, \
             which gave up 101 more"
        );
    }

    #[test]
    fn the_files_are_wanted_unless_names_are_looked_at() {
        let read = |arguments: &[&str]| Arguments::try_parse_from([&["it"][..], arguments].concat()).is_ok();
        assert!(read(&["--train", "a.csv", "--test", "b.csv", "--messages", "c"]));
        assert!(read(&["--names", "names.txt"]) && read(&["--names", "names.txt", "--tagger", "d"]));
        assert!(!read(&["--train", "a.csv"]) && !read(&["--tagger", "d"]));
        assert!(!read(&["--train", "a.csv", "--test", "b.csv", "--tagger", "d"]));
        assert!(!read(&["--names", "names.txt", "--train", "a.csv", "--test", "b.csv"]));
    }
}
