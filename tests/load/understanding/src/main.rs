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

#[path = "../../src/phrases.rs"]
mod phrases;
mod traffic;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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
    table::{head, megabytes, rounded, row, waits},
};
use studio_nlu::Model;

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
    #[arg(long)]
    train: PathBuf,
    /// What its visitors write
    #[arg(long)]
    test: PathBuf,
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
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let lessons = Lessons { phrases: traffic::phrases(&arguments.train)?, ..Lessons::default() };
    let heard: Vec<String> = traffic::phrases(&arguments.test)?.into_values().flatten().collect();
    let known: Vec<String> = lessons.phrases.values().flatten().cloned().collect();
    let folder = arguments
        .model
        .clone()
        .unwrap_or_else(|| studio_bert::default_folder().join(studio_bert::KNOWN[0].name));
    let seconds = Duration::from_secs(arguments.seconds);
    println!("{}", head(&["what", "texts a second", "p50 / p99", "resident"]));

    let lexical = studio_nlu::train(&lessons, None)?;
    let cores = thread::available_parallelism()?.get();
    let all = traffic::distinct(&known, &heard);
    let kept = arguments.messages.as_deref();
    traffic::keep(kept, "distinct.txt", &all)?;
    let by_words = ask(cores, seconds, |turn| understand(&lexical, &all[turn % all.len()]));
    print("words alone", &by_words);
    print("words alone, one asker", &ask(1, seconds, |turn| understand(&lexical, &all[turn % all.len()])));
    drop(lexical);

    let runtime = Arc::new(Runtime::open(&folder, Across::None, Settings::default())?);
    let model = studio_nlu::train(&lessons, Some(Arc::clone(&runtime) as Arc<dyn Embedder>))?;
    let mixed = traffic::mixed(&known, &heard);
    traffic::keep(kept, "mixed.txt", &mixed)?;
    let of_mixed = ask(arguments.askers, seconds, |turn| understand(&model, &mixed[turn % mixed.len()]));
    print("mixed: seven of ten near a known phrase, some again and again", &of_mixed);

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
    print("the model on every message", &by_model);
    let floor = floor(&folder, &every)?;
    print("floor: straight through the network, in batches of 64", &floor);
    let every = fresh(2);
    print("one at a time", &ask_each(1, every.len().min(1_000), |turn| understand(&model, &every[turn])));
    println!();
    for aim in aims(&by_words, &of_mixed, &by_model, &floor) {
        println!("{aim}");
    }
    Ok(())
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
    let rate = mixed.rate();
    let mixed = Aim::measured("texts understood a second, mixed", "2,000", rounded(rate), rate >= 2_000.0);
    let (rate, floor) = (by_model.rate(), floor.rate());
    let said = format!("{:.2}: {} of {}", rate / floor, rounded(rate), rounded(floor));
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

/// How long each answer took, and all of them together.
struct Measured {
    waits: Vec<Duration>,
    time: Duration,
}

impl Measured {
    /// Texts a second.
    fn rate(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of some millions")]
        let count = self.waits.len() as f64;
        count / self.time.as_secs_f64()
    }

    /// The wait that so many of a hundred did not exceed.
    fn at(&self, hundredths: usize) -> Duration {
        let mut sorted = self.waits.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len() * hundredths / 100).copied().unwrap_or_default()
    }
}

/// As many as there can be in a time.
fn ask(askers: usize, time: Duration, one: impl Fn(usize) -> Understanding + Sync) -> Measured {
    let until = Instant::now() + time;
    gather(askers, |_| Instant::now() < until, one)
}

/// So many.
fn ask_each(askers: usize, most: usize, one: impl Fn(usize) -> Understanding + Sync) -> Measured {
    gather(askers, |turn| turn < most, one)
}

fn gather(
    askers: usize,
    goes_on: impl Fn(usize) -> bool + Sync,
    one: impl Fn(usize) -> Understanding + Sync,
) -> Measured {
    let (next, waits) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..askers {
            scope.spawn(|| {
                let mut own = Vec::new();
                loop {
                    let turn = next.fetch_add(1, Ordering::Relaxed);
                    if !goes_on(turn) {
                        break;
                    }
                    let asked = Instant::now();
                    one(turn);
                    own.push(asked.elapsed());
                }
                waits.lock().unwrap_or_else(PoisonError::into_inner).extend(own);
            });
        }
    });
    let time = begun.elapsed();
    Measured { waits: waits.into_inner().unwrap_or_else(PoisonError::into_inner), time }
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
    Ok(Measured { waits, time: begun.elapsed() })
}

fn print(what: &str, measured: &Measured) {
    let cells = [
        what.to_owned(),
        rounded(measured.rate()),
        waits([50, 99].map(|hundredths| measured.at(hundredths))),
        megabytes(resident().unwrap_or(0)),
    ];
    println!("{}", row(&cells));
}

fn resident() -> anyhow::Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_slow_or_too_late_is_missed() {
        let of = |count: usize, micros: u64| Measured {
            waits: vec![Duration::from_micros(micros); count],
            time: Duration::from_secs(1),
        };
        let check = |words: (usize, u64), mixed: usize, by_model: usize, expected: [&str; 3]| {
            let aims = aims(&of(words.0, words.1), &of(mixed, 1), &of(by_model, 1), &of(300, 1));
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
}
