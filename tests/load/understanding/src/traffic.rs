//! What do visitors write?

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::Context as _;
use rand::{RngExt as _, SeedableRng as _, rngs::SmallRng};

/// Messages of a mixed traffic before it begins again.
const MIXED: usize = 100_000;
/// Of ten messages so many are near a phrase that the bot knows.
const NEAR: u32 = 7;

/// The texts of a file by their labels. Messages are kept a line each.
pub fn phrases(file: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut phrases = crate::phrases::phrases(file)?;
    for text in phrases.values_mut().flatten() {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    Ok(phrases)
}

/// Writes what is asked into a folder, where one is wanted.
pub fn keep(folder: Option<&Path>, name: &str, texts: &[String]) -> anyhow::Result<()> {
    let Some(folder) = folder else { return Ok(()) };
    let file = folder.join(name);
    let write = || {
        fs::create_dir_all(folder)?;
        fs::write(&file, texts.join("\n") + "\n")
    };
    write().with_context(|| format!("{} cannot be written", file.display()))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows whose texts have commas, quotes and line breaks: peer.js and peer.py read the same of them.
    #[test]
    fn rows_are_read_as_they_are_meant() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("texts.csv");
        let rows = "text,category\n\"Hi, you\",greet\n\"a \"\"new\"\"\ncard\",order\nbye,\"leave\"\r\n";
        fs::write(&file, rows).expect("writable");
        let read = phrases(&file).expect("readable");
        let expected = [("greet", "Hi, you"), ("leave", "bye"), ("order", "a \"new\" card")];
        let expected = expected.map(|(label, text)| (label.to_owned(), vec![text.to_owned()]));
        assert_eq!(read, BTreeMap::from(expected));
    }
}
