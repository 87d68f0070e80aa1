//! What do visitors write?

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use rand::{RngExt as _, SeedableRng as _, rngs::SmallRng};

/// Messages of a mixed traffic before it begins again.
const MIXED: usize = 100_000;
/// Of ten messages so many are near a phrase that the bot knows.
const NEAR: u32 = 7;

/// The texts of a file by their labels.
pub fn phrases(file: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut phrases: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        if let Some((text, label)) = line.rsplit_once(',') {
            phrases.entry(label.to_owned()).or_default().push(text.trim_matches('"').to_owned());
        }
    }
    Ok(phrases)
}

/// All texts, known and new, each altered so that none is known to the letter.
pub fn distinct(known: &[String], heard: &[String]) -> Vec<String> {
    let mut random = SmallRng::seed_from_u64(1);
    known.iter().chain(heard).map(|text| slipped(text, &mut random)).collect()
}

/// Seven of ten near a known phrase, three new; which one follows Zipf's law.
pub fn mixed(known: &[String], heard: &[String]) -> Vec<String> {
    let mut random = SmallRng::seed_from_u64(3);
    let of = |texts: &[String], random: &mut SmallRng| texts[zipf(texts.len(), random)].clone();
    (0..MIXED)
        .map(|_| {
            if random.random_range(0..10) < NEAR {
                let text = of(known, &mut random);
                // Half of them as they were learned, half with a slip.
                if random.random_bool(0.5) { text } else { slipped(&text, &mut random) }
            } else {
                of(heard, &mut random)
            }
        })
        .collect()
}

/// A place below `count`: the n-th is chosen n times more seldom than the first.
fn zipf(count: usize, random: &mut SmallRng) -> usize {
    #[expect(clippy::cast_precision_loss, reason = "some thousand texts")]
    let most = count as f64;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and the count")]
    let rank = most.powf(random.random::<f64>()) as usize;
    rank.saturating_sub(1).min(count - 1)
}

/// With two letters changed over.
fn slipped(text: &str, random: &mut SmallRng) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 3 {
        let place = random.random_range(1..letters.len() - 1);
        letters.swap(place - 1, place);
    }
    letters.into_iter().collect()
}
