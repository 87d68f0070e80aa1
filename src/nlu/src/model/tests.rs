//! Training and understanding, with bots of every size.

use proptest::prelude::*;
use studio_core::understanding::EntityLesson;

use super::*;

mod bad_input;
mod denied;
mod haste;
mod misspelt;
mod models;
mod noting;
mod several;
mod small;
mod unknown;

/// Wednesday.
pub(crate) fn now() -> jiff::Zoned {
    jiff::civil::date(2026, 7, 15).at(10, 0, 0, 0).in_tz("UTC").expect("a constant date is valid")
}

pub(crate) fn shop() -> Lessons {
    let intents: [(&str, &[&str]); 6] = [
        ("greet", &["hello", "hi there", "good morning", "hallo", "guten Tag", "hey"]),
        ("bye", &["goodbye", "see you later", "bye bye", "tschüss", "auf Wiedersehen", "bis bald"]),
        (
            "track_order",
            &[
                "where is my order",
                "track my package",
                "has my parcel been shipped",
                "when will my order arrive",
                "wo ist meine Bestellung",
                "wann kommt mein Paket",
                "Sendung verfolgen",
                "order status please",
            ],
        ),
        (
            "return_item",
            &[
                "I want to return this",
                "how do I send it back",
                "can I get a refund",
                "return my order",
                "ich möchte das zurückgeben",
                "wie kann ich etwas zurücksenden",
                "Geld zurück",
                "Rücksendung",
            ],
        ),
        (
            "opening_hours",
            &[
                "when are you open",
                "what are your opening hours",
                "are you open on sunday",
                "when do you close",
                "wann habt ihr geöffnet",
                "Öffnungszeiten",
                "habt ihr sonntags offen",
            ],
        ),
        (
            "human",
            &[
                "talk to a human",
                "I want to speak to a person",
                "agent please",
                "connect me with support",
                "ich möchte mit einem Menschen sprechen",
                "Mitarbeiter bitte",
                "echter Mensch",
            ],
        ),
    ];
    let product = EntityLesson::List {
        values: BTreeMap::from([("backpack".to_owned(), vec!["Rucksack".to_owned()])]),
        fuzzy: true,
    };
    Lessons {
        descriptions: BTreeMap::new(),
        phrases: owned(&intents),
        entities: BTreeMap::from([("product".to_owned(), product)]),
        languages: vec!["en".to_owned(), "de".to_owned()],
        annotated: Vec::new(),
        threshold: None,
        month_first: false,
        country: None,
    }
}

fn owned(intents: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |phrases: &&[&str]| phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    intents.iter().map(|(intent, phrases)| ((*intent).to_owned(), owned(phrases))).collect()
}

fn bot(intents: &[(&str, &[&str])]) -> Model {
    train(&Lessons { phrases: owned(intents), ..Lessons::default() }, None).unwrap()
}

fn intent(model: &Model, text: &str) -> Option<String> {
    model.understand(text, "en", &now()).intent().map(|intent| intent.intent.clone())
}

#[test]
fn a_shop_understands() {
    let model = train(&shop(), None).unwrap();
    let check = |text: &str, expected: Option<&str>| {
        let understanding = model.understand(text, "en", &now());
        let intent = understanding.intent().map(|intent| intent.intent.as_str());
        assert_eq!(intent, expected, "{text}: {:?}", understanding.intents);
    };
    check("Where is my order?!", Some("track_order"));
    check("wheres my package", Some("track_order"));
    check("wo bleibt meine bestelung", Some("track_order"));
    check("i would like to return my backpack", Some("return_item"));
    check("HELLOOOO", Some("greet"));
    check("Oeffnungszeiten?", Some("opening_hours"));
    check("can I speak to a real person please", Some("human"));
    for nonsense in ["", "   ", "???", "xkcd qwrtz", "你好吗", "👍", "\u{0}\u{ffff}", "цена"] {
        check(nonsense, None);
    }
    let exact = model.understand("ÖFFNUNGSZEITEN", "de", &now());
    assert_eq!((exact.intents[0].confidence, exact.intents[0].by), (1.0, Understander::Exact));
    assert!(exact.intents.len() <= 5);
}

#[test]
fn a_letter_means_nothing_unless_it_is_a_phrase() {
    let phrases = owned(&[
        ("robot", &["are you a robot", "is this a machine", "a bot"]),
        ("size", &["x", "how large"]),
    ]);
    // Whatever has a known word in it is acted on.
    let model = train(&Lessons { phrases, threshold: Some(0.0), ..Lessons::default() }, None).unwrap();
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(intent(&model, text).as_deref(), expected, "{text}");
    };
    check("a", None);
    check("A?", None);
    check("a b", None);
    check("a robot", Some("robot"));
    check("X", Some("size"));
}

#[test]
fn one_message_may_hold_everything() {
    let understanding = train(&shop(), None).unwrap().understand(
        "Ich möchte meinen Rucksak zurückgeben, bitte morgen um 17 Uhr",
        "de",
        &now(),
    );
    assert_eq!(understanding.intent().map(|intent| intent.intent.as_str()), Some("return_item"));
    assert_eq!(understanding.language.as_deref(), Some("de"));
    let found: Vec<(&str, String)> =
        understanding.entities.iter().map(|find| (find.entity.as_str(), find.value.to_string())).collect();
    let expected = [("product", "\"backpack\""), ("date", "\"2026-07-16\""), ("time", "\"17:00\"")];
    assert_eq!(found, expected.map(|(entity, value)| (entity, value.to_owned())));
}

#[test]
fn feelings_are_those_of_the_language_that_is_written() {
    for languages in [&["en"][..], &["en", "fr"]] {
        let languages = languages.iter().map(|code| (*code).to_owned()).collect();
        let model = train(&Lessons { languages, ..shop() }, None).unwrap();
        let score = |text: &str| {
            model.understand(text, "en", &now()).sentiment.map(|felt| felt.score).unwrap_or_default()
        };
        assert!(score("Das ist furchtbar schlecht") < 0.0);
        assert!(score("C'est vraiment affreux") < 0.0);
        assert!(score("This is really terrible") < 0.0);
        assert!(score("This is really great") > 0.0);
        assert!(model.understand("Es ist dringend, bitte sofort", "en", &now()).urgent);
        assert!(!model.understand("Es ist nicht dringend", "en", &now()).urgent);
    }
}

#[test]
fn a_phrase_of_two_intents_is_not_exact() {
    let model = bot(&[("yes", &["sure", "ok", "yes"]), ("thanks", &["ok", "thank you", "cheers"])]);
    let best = &model.understand("ok", "en", &now()).intents[0];
    assert_eq!(best.by, Understander::Linear);
    assert!(best.confidence < 1.0);
}

#[test]
fn the_authors_threshold_counts() {
    let with = |threshold| train(&Lessons { threshold: Some(threshold), ..shop() }, None);
    assert_eq!(intent(&with(1.0).unwrap(), "wheres my package"), None);
    assert_eq!(intent(&with(1.0).unwrap(), "where is my order").as_deref(), Some("track_order"));
    assert!(intent(&with(0.0).unwrap(), "can you tell me where").is_some());
    assert_eq!(intent(&with(0.0).unwrap(), "🦀"), None);
    assert!(matches!(with(1.5), Err(TrainError::Threshold(_))));
    assert!(matches!(with(f64::NAN), Err(TrainError::Threshold(_))));
}

#[test]
fn too_much_is_refused() {
    let phrases = (0..=MOST_INTENTS).map(|intent| (intent.to_string(), vec!["x".to_owned()])).collect();
    let error = train(&Lessons { phrases, ..Lessons::default() }, None).unwrap_err();
    assert_eq!(error.to_string(), "too much to learn: 2001 intents, at most 2000");
}

#[test]
fn training_is_deterministic() {
    assert!(
        train(&shop(), None).unwrap().to_bytes() == train(&shop(), None).unwrap().to_bytes(),
        "the models differ"
    );
}

/// Intents of two blocks, so that threads share each step: features, vectors, folds, weights, texts that are held out.
#[test]
fn training_with_vectors_is_deterministic() {
    const FIRST: [&str; 8] = ["lamp", "camp", "rain", "bike", "rope", "snow", "sun", "ice"];
    const SECOND: [&str; 5] = ["stand", "cover", "holder", "box", "pole"];
    const FRAMES: [&str; 8] = [
        "where is my # for the tent",
        "I lost the # of my backpack",
        "how much is a #",
        "send the # back with the tent",
        "do you have a larger #",
        "is the # still there",
        "my backpack came without its #",
        "please repair this #",
    ];
    let things = FIRST.iter().flat_map(|first| SECOND.map(|second| format!("{first}{second}")));
    let phrases: BTreeMap<String, Vec<String>> = things
        .map(|thing| (format!("about_{thing}"), FRAMES.map(|frame| frame.replace('#', &thing)).to_vec()))
        .collect();
    assert_eq!((phrases.len(), phrases.values().map(Vec::len).sum::<usize>()), (40, 320));
    let values = BTreeMap::from([("backpack".to_owned(), Vec::new()), ("tent".to_owned(), Vec::new())]);
    let product = EntityLesson::List { values, fuzzy: true };
    let lessons = Lessons { phrases, entities: [("product".to_owned(), product)].into(), ..shop() };
    let trained = || {
        let bag = Arc::new(bad_input::Bag::default()) as Arc<dyn Embedder>;
        train(&lessons, Some(bag)).unwrap()
    };
    let (first, second) = (trained(), trained());
    assert_eq!(first.trained_on(), Some("bag"));
    assert!(first.to_bytes() == second.to_bytes(), "the models differ");
}

#[test]
fn huge_texts_are_cut() {
    let model = train(&shop(), None).unwrap();
    for piece in ["where is my order ", "9", "é", "<script>", "\u{fdfa}", "a\u{301}", "5 euro halb "] {
        let understanding = model.understand(&piece.repeat(10_000_000 / piece.len()), "en", &now());
        assert!(understanding.entities.len() <= 200);
    }
}

#[test]
fn models_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&bot(&[]));
}

proptest! {
    #[test]
    fn any_text_is_understood(
        text in prop_oneof![
            any::<String>(),
            "[0-9a-zA-ZäöüßÄ€$ .:,/+@()'-]{0,60}",
            proptest::collection::vec(
                proptest::sample::select(vec![
                    "12", "2026", ".", ":", "/", "-", " ", "€", "$", "fünf", "halb", "at", "um", "pm", "uhr", "nächsten",
                    "friday", "in", "tagen", "vor", "ß", "İ", "\u{301}", "ﷺ", "½", "twenty", "and", "hundred", "+49", "@",
                    "x.de", "'", "of", "may", "rucksak", "99999999999999999999", "k", "dec", "a", "million", "\u{200d}", "ǆ",
                ]),
                0..12,
            ).prop_map(|pieces| pieces.concat()),
        ],
        language in prop_oneof![Just("en"), Just("de"), Just("en-GB"), Just(""), Just("xx")],
    ) {
        static MODEL: std::sync::LazyLock<Model> = std::sync::LazyLock::new(|| train(&shop(), None).unwrap());
        let understanding = MODEL.understand(&text, language, &now());
        let mut last = 0;
        for entity in &understanding.entities {
            prop_assert_eq!(text.get(entity.start..entity.end), Some(entity.text.as_str()));
            prop_assert!(entity.start >= last && entity.start < entity.end);
            last = entity.start;
        }
        for intent in &understanding.intents {
            prop_assert!((0.0..=1.0).contains(&intent.confidence));
        }
        prop_assert!(understanding.intents.is_sorted_by(|one, other| one.confidence >= other.confidence));
    }
}
