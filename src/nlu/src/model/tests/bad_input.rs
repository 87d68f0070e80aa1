//! What nobody should write and somebody does: to words alone, and with vectors.

use std::sync::Mutex;

use studio_core::{embedding::Vector, understanding::Understander};

use super::*;
use crate::text::READ_BYTES;

/// Makes the vector of a text from hashes of its words, and notes how long the longest text was.
#[derive(Debug, Default)]
pub(super) struct Bag {
    longest: Mutex<usize>,
}

pub(super) const NUMBERS: usize = 64;

impl Embedder for Bag {
    fn identity(&self) -> &'static str {
        "bag"
    }

    fn dimensions(&self) -> usize {
        NUMBERS
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        texts.iter().map(|text| self.embed_now(text)).collect()
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        let mut longest = self.longest.lock().unwrap();
        *longest = longest.max(text.len());
        let mut numbers = vec![0.01_f32; NUMBERS];
        for word in text.to_lowercase().split_whitespace() {
            let hash = word.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
            });
            for place in [hash, hash >> 20, hash >> 40] {
                numbers[usize::try_from(place % NUMBERS as u64).unwrap()] += 1.0;
            }
        }
        let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
        Ok(numbers.iter().map(|number| number / length).collect())
    }
}

/// By words alone, and with vectors.
fn both(lessons: &Lessons) -> [Model; 2] {
    [None, Some(Arc::new(Bag::default()) as Arc<dyn Embedder>)]
        .map(|embedder| train(lessons, embedder).unwrap())
}

/// The best intent, sure or not.
fn best(model: &Model, text: &str) -> String {
    model.understand(text, "en", &now()).intents[0].intent.clone()
}

#[test]
fn of_a_megabyte_the_beginning_is_read() {
    let bag = Arc::new(Bag::default());
    let models = [train(&shop(), None).unwrap(), train(&shop(), Some(bag.clone())).unwrap()];
    for model in models {
        for piece in ["where is my order ", "9", "🦀", "\u{200b}", "аb", "Öffnungszeiten\u{202e}", "\u{fdfa}"]
        {
            let text = piece.repeat(1_000_000 / piece.len());
            let beginning = &text[..text.floor_char_boundary(READ_BYTES)];
            let whole = model.understand(&text, "en", &now());
            assert_eq!(whole, model.understand(beginning, "en", &now()), "{piece}");
        }
    }
    let longest = *bag.longest.lock().unwrap();
    assert!(longest > 1_000 && longest <= READ_BYTES, "{longest}");
}

#[test]
fn emoji_alone_say_nothing_unless_they_are_phrases() {
    let mut lessons = shop();
    for model in both(&lessons) {
        for text in ["👍", "😀😀😀", "❤️", "👨‍👩‍👧", "🇩🇪 🎉", "✈️✈️", "…!?", "\u{fe0f}"]
        {
            assert_eq!(intent(&model, text), None, "{text}");
        }
        assert_eq!(intent(&model, "where is my order 😡😡").as_deref(), Some("track_order"));
    }
    lessons
        .phrases
        .insert("thanks".to_owned(), vec!["👍".to_owned(), "❤️".to_owned(), "thank you".to_owned()]);
    for model in both(&lessons) {
        for text in ["👍", "👍🏽", "❤", "❤️"] {
            assert_eq!(intent(&model, text).as_deref(), Some("thanks"), "{text}");
        }
    }
}

#[test]
fn what_nobody_sees_changes_nothing() {
    for model in both(&shop()) {
        let plain = model.understand("where is my parcel now", "en", &now());
        for text in [
            "w\u{200b}here is m\u{200d}y par\u{ad}cel now",
            "\u{202e}where is my parcel now\u{202c}",
            "\u{feff}where\u{2060} is my\u{200f} par\u{fe0f}cel now\u{3164}",
        ] {
            let hidden = model.understand(text, "en", &now());
            assert_eq!((&hidden.intents, hidden.confident), (&plain.intents, plain.confident), "{text:?}");
        }
        assert_eq!(intent(&model, "\u{202e}where is\u{200b} my order").as_deref(), Some("track_order"));
        assert_eq!(intent(&model, "\u{200b}\u{200d}\u{202e}\u{2066}"), None);
    }
}

#[test]
fn letters_in_disguise_are_read_as_they_look() {
    for model in both(&shop()) {
        let plain = model.understand("where is my parcel now", "en", &now());
        for text in ["whеrе is mу pаrсеl nοw", "ｗｈｅｒｅ is my 𝐩𝐚𝐫𝐜𝐞𝐥 now"] {
            let disguised = model.understand(text, "en", &now());
            assert_eq!(
                (&disguised.intents, disguised.confident),
                (&plain.intents, plain.confident),
                "{text}"
            );
        }
        assert_eq!(model.understand("whеre is mу оrder", "en", &now()).intents[0].by, Understander::Exact);
    }
}

#[test]
fn an_intent_with_one_phrase_is_understood_and_spoils_no_other() {
    let mut lessons = shop();
    lessons.phrases.insert("warranty".to_owned(), vec!["how long is the warranty".to_owned()]);
    for model in both(&lessons) {
        assert!((0.0..=1.0).contains(&model.threshold()), "{}", model.threshold());
        assert_eq!(intent(&model, "How long is the warranty?").as_deref(), Some("warranty"));
        assert_eq!(best(&model, "the warranty is how long"), "warranty");
        assert_eq!(best(&model, "wheres my package"), "track_order");
        assert_eq!(intent(&model, "zxcvb"), None);
    }
    let alone = Lessons { phrases: owned(&[("only", &["hello"])]), ..Lessons::default() };
    for model in both(&alone) {
        assert_eq!(intent(&model, "hello").as_deref(), Some("only"));
        assert_eq!(intent(&model, "what does a pizza cost"), None);
    }
}

#[test]
fn of_two_intents_with_the_same_phrases_neither_is_exact_and_no_other_suffers() {
    let same: &[&str] = &["stop my subscription", "end the contract", "I quit", "cancel it all"];
    let mut lessons = shop();
    lessons.phrases.extend(owned(&[("cancel", same), ("unsubscribe", same)]));
    for model in both(&lessons) {
        for phrase in same {
            let understood = model.understand(phrase, "en", &now());
            let [first, second, ..] = &understood.intents[..] else { panic!("{understood:?}") };
            let named = [first.intent.as_str(), second.intent.as_str()];
            assert!(named.contains(&"cancel") && named.contains(&"unsubscribe"), "{understood:?}");
            assert!(first.by != Understander::Exact && first.confidence < 0.75, "{understood:?}");
        }
        assert_eq!(best(&model, "wheres my package"), "track_order");
    }
    let alone = Lessons { phrases: owned(&[("one", same), ("other", same)]), ..Lessons::default() };
    for model in both(&alone) {
        assert!(model.understand("end the contract", "en", &now()).intents[0].confidence.is_finite());
    }
}

/// A phrase as it is typed in haste: letters swapped, left out, doubled, hit beside, marks forgotten, emoji, words of
/// another language.
fn slips(phrase: &str, turn: usize) -> [String; 7] {
    let letters: Vec<char> = phrase.chars().collect();
    let place = 1 + (turn * 7) % letters.len().saturating_sub(2).max(1);
    let with = |change: &dyn Fn(&mut Vec<char>)| {
        let mut letters = letters.clone();
        change(&mut letters);
        letters.into_iter().collect::<String>()
    };
    let beside = |letter: char| {
        let row = ["qwertzuiop", "asdfghjkl", "yxcvbnm"].into_iter().find(|row| row.contains(letter));
        let at = row.and_then(|row| row.find(letter).map(|at| (row, at)));
        at.and_then(|(row, at)| row.chars().nth(if at == 0 { 1 } else { at - 1 })).unwrap_or(letter)
    };
    [
        with(&|letters| letters.swap(place, (place + 1).min(phrase.chars().count() - 1))),
        with(&|letters| {
            letters.remove(place);
        }),
        with(&|letters| letters.insert(place, letters[place])),
        with(&|letters| letters[place] = beside(letters[place])),
        crate::text::without_marks(phrase),
        format!("{phrase} 🙏😅"),
        format!("{} {phrase}", if phrase.is_ascii() { "bitte" } else { "please" }),
    ]
}

#[test]
fn slips_of_the_keyboard_emoji_and_a_second_language_cost_little() {
    let lessons = shop();
    for model in both(&lessons) {
        let (mut asked, mut best, mut acted) = (0.0, 0.0, 0.0);
        let phrases =
            lessons.phrases.iter().flat_map(|(name, of)| of.iter().map(move |phrase| (name, phrase)));
        for (turn, (name, phrase)) in phrases.enumerate().filter(|(_, (_, phrase))| phrase.len() > 8) {
            for text in slips(phrase, turn) {
                let understood = model.understand(&text, "en", &now());
                let right = understood.intents.first().is_some_and(|first| first.intent == *name);
                asked += 1.0;
                best += f64::from(u8::from(right));
                acted += f64::from(u8::from(right && understood.confident));
            }
        }
        assert!(best / asked >= 0.95 && acted / asked >= 0.85, "{best} and {acted} of {asked}");
    }
}

#[test]
fn a_model_with_vectors_survives_as_bytes() {
    let bag = Arc::new(Bag::default()) as Arc<dyn Embedder>;
    let model = train(&shop(), Some(bag.clone())).unwrap();
    let bytes = model.to_bytes();
    let again = Model::from_bytes(&bytes).unwrap().with_embedder(Some(bag));
    assert_eq!(model.semantic, again.semantic);
    for text in ["what about my parcel", "zzz"] {
        assert_eq!(model.understand(text, "en", &now()), again.understand(text, "en", &now()));
    }
    assert!(again.to_bytes() == bytes, "the bytes differ");
}

/// What one phrase teaches of an intent makes no other harder to reach.
#[test]
fn the_first_phrases_lead_from_the_threshold_of_descriptions_to_the_bots_own() {
    let described = [
        ("appointment", "wants to see the doctor"),
        ("hours", "asks when the practice is open"),
        ("prescription", "needs medicine prescribed again"),
    ];
    let of_hours = ["when are you open", "opening hours", "are you open on sunday", "when do you close"];
    let with = |count: usize| {
        let lessons = Lessons {
            phrases: owned(&[("appointment", &[]), ("hours", &of_hours[..count]), ("prescription", &[])]),
            descriptions: described.map(|(intent, text)| (intent.to_owned(), text.to_owned())).into(),
            ..Lessons::default()
        };
        train(&lessons, Some(Arc::new(Bag::default()) as Arc<dyn Embedder>)).unwrap()
    };
    let models = [with(0), with(1), with(2), with(3), with(4)];
    let of_model = |model: &Model| {
        let semantic = model.semantic.as_ref().unwrap();
        (0..described.len()).map(|intent| semantic.threshold(intent)).collect::<Vec<f64>>()
    };
    let thresholds: Vec<Vec<f64>> = models.iter().map(of_model).collect();
    let is = |one: f64, other: f64| (one - other).abs() < 1e-9;
    assert!(is(models[0].threshold(), 0.2) && models[4].threshold() > 0.3, "{thresholds:?}");
    for of_model in &thresholds {
        assert!(is(of_model[0], 0.2) && is(of_model[2], 0.2), "{thresholds:?}");
    }
    assert!(is(thresholds[0][1], 0.2) && is(thresholds[4][1], models[4].threshold()), "{thresholds:?}");
    for (before, after) in thresholds.iter().zip(&thresholds[1..]) {
        assert!(before[1] < after[1] && after[1] - before[1] < 0.15, "{thresholds:?}");
    }
    let intents: Vec<&str> = described.iter().map(|(intent, _)| *intent).collect();
    for (model, of_model) in models.iter().zip(&thresholds) {
        for text in ["I must see the doctor", "medicine prescribed again please", "the practice is open"] {
            let understood = model.understand(text, "en", &now());
            let best = &understood.intents[0];
            let intent = intents.iter().position(|intent| *intent == best.intent).expect("one of them");
            assert_eq!(understood.confident, best.confidence >= of_model[intent], "{text}: {best:?}");
        }
    }
}

#[test]
fn what_is_nearer_to_nonsense_is_not_acted_on() {
    let bag = || Some(Arc::new(Bag::default()) as Arc<dyn Embedder>);
    let strangers = |model: &Model| model.semantic.as_ref().unwrap().strangers.len();
    let model = train(&shop(), bag()).unwrap();
    let read = Model::from_bytes(&model.to_bytes()).unwrap().with_embedder(bag());
    for model in [&model, &read] {
        assert!(strangers(model) > 100, "{}", strangers(model));
        for text in ["blah blah blah", "asdf qwer", "who won the match"] {
            let understanding = model.understand(text, "en", &now());
            assert!(!understanding.confident, "{text}: {:?}", understanding.intents);
        }
        assert_eq!(intent(model, "where is my order 😡😡").as_deref(), Some("track_order"));
    }
    // A bot that is about it is asked about it.
    let mut lessons = shop();
    let scores = ["who won the game", "who won the match", "who won the match yesterday", "the score please"];
    lessons.phrases.insert("score".to_owned(), scores.map(str::to_owned).to_vec());
    let about = train(&lessons, bag()).unwrap();
    assert!(strangers(&about) < strangers(&model));
    assert_eq!(intent(&about, "who won the match today").as_deref(), Some("score"));
}

/// Whatever it is near to, and from whatever confidence on one acts.
#[test]
fn what_cannot_be_read_means_nothing() {
    let lessons = Lessons { threshold: Some(0.0), ..shop() };
    let buried: String =
        "parcel please".chars().flat_map(|letter| [letter, '\u{337}', '\u{322}', '\u{305}']).collect();
    for model in both(&lessons) {
        let junk = [
            "asdkjh kjsdhf fghjkl order hgfjdk",
            "zxcvb qwrtz xkcd",
            buried.as_str(),
            "\u{1b}\u{1b}\u{1b}\u{1}\u{2}\u{3}\u{4} my",
        ];
        for text in junk {
            assert_eq!(intent(&model, text), None, "{text}");
        }
        for text in [
            "where is my asdkjh",
            "wo isn mein packet",
            "ma commande, où est-elle",
            "where is my parcel 4711 \u{1b}",
        ] {
            assert!(intent(&model, text).is_some(), "{text}");
        }
    }
}
