//! Messages as people type them: on phrases that the model has not seen, with slips, without marks, with emoji, in two languages.

use std::{fs, path::Path};

use studio_core::bot::{Files, load};

use super::*;

/// A phrase of a bot.
pub(super) struct Phrase {
    intent: String,
    language: String,
    text: String,
}

/// The sample bot: its lessons, and its phrases with their languages.
pub(super) fn sample_bot() -> (Lessons, Vec<Phrase>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../templates/shop");
    let mut files = Files::default();
    for part in ["", "entities", "flows", "intents", "responses", "tests"] {
        for entry in fs::read_dir(folder.join(part)).expect("a folder of the sample bot") {
            let path = entry.expect("readable").path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(&folder).expect("below it").display().to_string();
                files.0.insert(name, fs::read_to_string(&path).expect("readable"));
            }
        }
    }
    let loaded = load(&files);
    let bot = loaded.bot.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
    let mut phrases = Vec::new();
    for (intent, of_intent) in &bot.intents {
        for (language, texts) in &of_intent.phrases {
            phrases.extend(texts.iter().map(|text| Phrase {
                intent: intent.clone(),
                language: language.clone(),
                text: text.clone(),
            }));
        }
    }
    (bot.lessons(), phrases)
}

/// A linear congruential generator, as in Knuth's MMIX.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).expect("below a usize")
    }

    fn one_of<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
    }
}

/// What happens to a message between head and screen; nothing where it cannot happen to this one.
type Noise = fn(&Phrase, &mut Chance) -> Option<String>;

const NOISES: [(&str, Noise); 4] =
    [("slip", slip), ("marks", without_umlauts), ("emoji", with_emoji), ("languages", in_two_languages)];

/// One slip in one word of a message of four words or more.
fn slip(phrase: &Phrase, chance: &mut Chance) -> Option<String> {
    let mut words: Vec<Vec<char>> = phrase.text.split(' ').map(|word| word.chars().collect()).collect();
    if words.len() < 4 {
        return None;
    }
    let long = |word: &&mut Vec<char>| word.len() >= 3 && word.iter().all(|letter| letter.is_alphabetic());
    let mut long: Vec<&mut Vec<char>> = words.iter_mut().filter(long).collect();
    if long.is_empty() {
        return None;
    }
    let at = chance.below(long.len());
    let word = &mut *long[at];
    let at = chance.below(word.len());
    match chance.below(4) {
        0 => word[at] = near(word[at], chance),
        1 => {
            word.remove(at);
        }
        2 => {
            let key = near(word[at], chance);
            word.insert(at, key);
        }
        _ => {
            let at = at.min(word.len() - 2);
            word.swap(at, at + 1);
        }
    }
    let words: Vec<String> = words.into_iter().map(|word| word.into_iter().collect()).collect();
    Some(words.join(" "))
}

/// A key that touches another.
fn near(letter: char, chance: &mut Chance) -> char {
    const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    let Some((row, column)) = KEYS.iter().enumerate().find_map(|(row, keys)| Some((row, keys.find(lower)?)))
    else {
        return 'e';
    };
    let touching = |(other_row, other_column): (usize, usize)| match other_row.abs_diff(row) {
        0 => other_column.abs_diff(column) == 1,
        1 if other_row > row => other_column == column || other_column + 1 == column,
        1 => other_column == column || other_column == column + 1,
        _ => false,
    };
    let keys = KEYS
        .iter()
        .enumerate()
        .flat_map(|(row, keys)| keys.chars().enumerate().map(move |(column, key)| ((row, column), key)));
    let keys: Vec<char> = keys.filter(|(place, _)| touching(*place)).map(|(_, key)| key).collect();
    keys[chance.below(keys.len())]
}

/// Umlauts by somebody without their keys: `ae`, or simply `a`.
fn without_umlauts(phrase: &Phrase, chance: &mut Chance) -> Option<String> {
    let spelled = chance.below(2) == 0;
    let typed: String = phrase
        .text
        .chars()
        .map(|letter| match (letter, spelled) {
            ('ä', true) => "ae".to_owned(),
            ('ä', false) => "a".to_owned(),
            ('ö', true) => "oe".to_owned(),
            ('ö', false) => "o".to_owned(),
            ('ü', true) => "ue".to_owned(),
            ('ü', false) => "u".to_owned(),
            ('Ä', true) => "Ae".to_owned(),
            ('Ä', false) => "A".to_owned(),
            ('Ö', true) => "Oe".to_owned(),
            ('Ö', false) => "O".to_owned(),
            ('Ü', true) => "Ue".to_owned(),
            ('Ü', false) => "U".to_owned(),
            ('ß', true) => "ss".to_owned(),
            ('ß', false) => "s".to_owned(),
            (other, _) => other.to_string(),
        })
        .collect();
    (typed != phrase.text).then_some(typed)
}

/// At the start, at the end, or between two words.
#[expect(clippy::unnecessary_wraps, reason = "the others cannot happen to every message")]
fn with_emoji(phrase: &Phrase, chance: &mut Chance) -> Option<String> {
    let emoji = chance.one_of(&["😀", "🙏", "😡😡", "👍🏽", "❤️", "🤷‍♀️", "📦", "😅", "🇩🇪", "🎉🎉🎉"]);
    let mut words: Vec<&str> = phrase.text.split(' ').collect();
    let place = [0, words.len(), words.len().div_ceil(2)][chance.below(3)];
    words.insert(place, emoji);
    Some(words.join(" "))
}

/// A few words of the other language around it.
fn in_two_languages(phrase: &Phrase, chance: &mut Chance) -> Option<String> {
    let around = match phrase.language.as_str() {
        "de" => ["hey, {} please", "sorry, {}", "quick question, {}", "please, {} now"],
        "en" => ["bitte, {}", "hallo, {} bitte", "Entschuldigung, {}", "mal kurz, {}"],
        _ => return None,
    };
    if phrase.text.split(' ').count() < 3 {
        return None;
    }
    Some(chance.one_of(&around).replace("{}", &phrase.text))
}

/// How many were asked, and how many of them were right as they stand and as they were typed; of these, on how many was acted.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    asked: u32,
    clean: [u32; 2],
    noisy: [u32; 2],
}

impl Tally {
    fn count(&mut self, model: &Model, phrase: &Phrase, typed: &str) {
        let judge = |text: &str, of: &mut [u32; 2]| {
            let understood = model.understand(text, &phrase.language, &now());
            let right = understood.intents.first().is_some_and(|best| best.intent == phrase.intent);
            of[0] += u32::from(right);
            of[1] += u32::from(right && understood.confident);
        };
        self.asked += 1;
        judge(&phrase.text, &mut self.clean);
        judge(typed, &mut self.noisy);
    }

    /// Percentage points that are lost of what was understood, and of what was acted on.
    fn lost(&self) -> [f64; 2] {
        let points = |of: u32| 100.0 * f64::from(of) / f64::from(self.asked);
        [0, 1].map(|at| points(self.clean[at]) - points(self.noisy[at]))
    }
}

/// Noise of all kinds on every fifth phrase, by a model that learned from so many others of each intent and language at most.
fn sample(kept: usize) -> [Tally; 4] {
    let (lessons, phrases) = sample_bot();
    let mut tallies = [Tally::default(); 4];
    let mut chance = Chance(7);
    for fold in 0..5 {
        let held_out = |place: usize| place % 5 == fold;
        let mut seen = Lessons { phrases: BTreeMap::new(), threshold: None, ..lessons.clone() };
        let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let seen_ones = phrases.iter().enumerate().filter(|(place, _)| !held_out(*place));
        for Phrase { intent, language, text } in seen_ones.map(|(_, phrase)| phrase) {
            let count = counts.entry((intent, language)).or_default();
            *count += 1;
            if *count <= kept {
                seen.phrases.entry(intent.clone()).or_default().push(text.clone());
            }
        }
        let known: Vec<&String> = seen.phrases.values().flatten().collect();
        seen.annotated.retain(|annotated| known.contains(&&annotated.text));
        let model = train(&seen, None).unwrap();
        for phrase in phrases.iter().enumerate().filter(|(place, _)| held_out(*place)).map(|it| it.1) {
            for ((_, noise), tally) in NOISES.iter().zip(&mut tallies) {
                if let Some(typed) = noise(phrase, &mut chance) {
                    tally.count(&model, phrase, &typed);
                }
            }
        }
    }
    tallies
}

#[test]
fn messages_with_slips_are_understood() {
    // Of all phrases, and of eight of each intent, as a bot has on its first day. Phrases that lean on the words of each other, as the
    // sample's do, lose more by a slip in such a word (5.7 and 5.0 points) than phrases of words of their own, and are understood more.
    for (kept, least, allowed) in [(usize::MAX, 0.80, [6.0, 3.0, 0.5, 5.5]), (4, 0.6, [6.0, 6.0, 0.5, 6.0])] {
        let tallies = sample(kept);
        for (((noise, _), tally), allowed) in NOISES.iter().zip(tallies).zip(allowed) {
            eprintln!("{kept} {noise}: {tally:?}, lost {:.1?}", tally.lost());
            assert!(tally.asked >= 150, "{noise}: {tally:?}");
            assert!(f64::from(tally.clean[0]) >= least * f64::from(tally.asked), "{noise}: {tally:?}");
            assert!(tally.lost()[0] <= allowed, "{noise}: {tally:?}");
        }
    }
}

#[test]
fn messages_of_a_bank_with_slips_are_understood() {
    let Some(data) = studio_skipped::shared_data("messages_of_a_bank_with_slips_are_understood", "nlu")
    else {
        return;
    };
    let read = |name: &str| -> Vec<Phrase> {
        let mut reader = csv::Reader::from_path(data.join(name)).unwrap();
        let records = reader.records().map(|record| record.unwrap());
        records
            .map(|record| Phrase {
                intent: record[1].to_owned(),
                language: "en".to_owned(),
                text: record[0].to_owned(),
            })
            .collect()
    };
    let mut lessons = Lessons { languages: vec!["en".to_owned()], ..Lessons::default() };
    for Phrase { intent, text, .. } in read("banking77_train.csv") {
        let of_intent = lessons.phrases.entry(intent).or_default();
        if of_intent.len() < 10 {
            of_intent.push(text);
        }
    }
    let model = train(&lessons, None).unwrap();
    let mut tallies = [Tally::default(); 4];
    let mut chance = Chance(7);
    for phrase in read("banking77_test.csv").iter().step_by(2) {
        for ((_, noise), tally) in NOISES.iter().zip(&mut tallies) {
            if let Some(typed) = noise(phrase, &mut chance) {
                tally.count(&model, phrase, &typed);
            }
        }
    }
    for (((noise, _), tally), allowed) in NOISES.iter().zip(tallies).zip([5.0, 0.0, 2.0, 3.0]) {
        eprintln!("{noise}: {tally:?}, lost {:.1?}", tally.lost());
        assert!(tally.asked == 0 || tally.clean[0] * 10 >= tally.asked * 6, "{noise}: {tally:?}");
        assert!(tally.asked == 0 || tally.lost()[0] <= allowed, "{noise}: {tally:?}");
    }
}
