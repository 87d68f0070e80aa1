use studio_core::understanding::{Annotated, Annotation};

use super::*;
use crate::{Model, model::tests::now, train};

fn lessons(phrases: &[(&str, &[&str])], products: &[&str]) -> Lessons {
    let owned = |phrases: &&[&str]| phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    let values = products.iter().map(|product| ((*product).to_owned(), Vec::new())).collect();
    let product = EntityLesson::List { values, fuzzy: false };
    Lessons {
        phrases: phrases.iter().map(|(intent, phrases)| ((*intent).to_owned(), owned(phrases))).collect(),
        entities: [("product".to_owned(), product)].into(),
        languages: vec!["en".to_owned()],
        ..Lessons::default()
    }
}

/// What is made, with the phrases that it was made of.
fn of(lessons: &Lessons) -> Vec<(String, String)> {
    let finder = Finder::new(&lessons.entities, &lessons.languages, false).expect("entities");
    let intents = lessons.phrases.values().enumerate();
    let examples: Vec<Example> = intents
        .flat_map(|(intent, phrases)| {
            phrases.iter().map(move |phrase| Example { text: phrase.clone(), intent, hint: false })
        })
        .collect();
    let made = made(lessons, &finder.trained(&lessons.annotated), &examples, lessons.phrases.len());
    made.into_iter().map(|made| (examples[made.of].text.clone(), made.text)).collect()
}

fn best(model: &Model, text: &str) -> Option<String> {
    model.understand(text, "en", &now()).intents.first().map(|best| best.intent.clone())
}

#[test]
fn a_phrase_with_a_value_is_said_with_others() {
    let phrases: [(&str, &[&str]); 2] = [
        ("back", &["send the Tent back", "I changed my mind", "refund of a lamp"]),
        // What it names may be what tells it from others.
        ("where", &["where is my stove"]),
    ];
    let lessons_of = |phrases| lessons(phrases, &["tent", "stove", "lamp"]);
    let mut found = of(&lessons_of(&phrases));
    assert_eq!(of(&lessons_of(&phrases)), found, "the same again");
    found.sort();
    let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
    let expected = [
        pair("refund of a lamp", "refund of a stove"),
        pair("refund of a lamp", "refund of a tent"),
        pair("send the Tent back", "send the lamp back"),
        pair("send the Tent back", "send the stove back"),
    ];
    assert_eq!(found, expected);

    // What is another intent's phrase is none of this one's.
    let phrases: [(&str, &[&str]); 2] =
        [("both", &["order a taxi", "need a pizza"]), ("pizza", &["order a pizza", "need a taxi"])];
    assert_eq!(of(&lessons(&phrases, &["taxi", "pizza"])), []);
}

#[test]
fn what_was_annotated_lends_its_words() {
    let annotated = |text: &str, words: &str| {
        let start = text.find(words).expect("it is there");
        let entity = "street".to_owned();
        let annotation = Annotation { start, end: start + words.len(), entity, role: None };
        Annotated { text: text.to_owned(), annotations: vec![annotation] }
    };
    let phrases: [(&str, &[&str]); 2] = [
        ("move", &["I moved to Élm Road 5", "my street is Oak Way"]),
        ("deliver", &["bring it to Ash Lane now"]),
    ];
    let mut lessons = lessons(&phrases, &[]);
    lessons.entities.insert("street".to_owned(), EntityLesson::Learned);
    lessons.annotated = vec![
        annotated("I moved to Élm Road 5", "Élm Road 5"),
        annotated("bring it to Ash Lane now", "Ash Lane"),
        annotated("my street is Oak Way", "Oak Way"),
    ];
    let mut texts: Vec<String> = of(&lessons).into_iter().map(|(_, text)| text).collect();
    texts.sort();
    let expected =
        ["I moved to Ash Lane", "I moved to Oak Way", "my street is Ash Lane", "my street is Élm Road 5"];
    assert_eq!(texts, expected);
}

#[test]
fn of_many_phrases_nothing_is_made_and_of_few_not_too_much() {
    let many = |count: usize, offset: usize| -> Vec<String> {
        let phrase = |at: usize| {
            format!("send {at} of the {} back", if at.is_multiple_of(2) { "tent" } else { "lamp" })
        };
        (offset..offset + count).map(phrase).collect()
    };
    let mut lessons = lessons(&[], &["tent", "lamp", "stove"]);
    lessons.phrases = [("many".to_owned(), many(FEW, 0)), ("few".to_owned(), many(FEW - 1, 100))].into();
    let made = of(&lessons);
    assert_eq!(made.len(), OTHERS * (FEW - 1));
    assert!(made.iter().all(|(of, _)| lessons.phrases["few"].contains(of)), "{made:?}");

    let intent = |at: usize| (at.to_string(), many(FEW - 1, at * FEW));
    let most = MANY / (FEW - 1);
    lessons.phrases = (0..most).map(intent).collect();
    let made = of(&lessons);
    assert_eq!(made.len(), MOST);
    let phrases: BTreeSet<&String> = made.iter().map(|(of, _)| of).collect();
    assert_eq!(phrases.len(), most * (FEW - 1), "each phrase has something before one has all");

    lessons.phrases = (0..=most).map(intent).collect();
    assert_eq!(of(&lessons), []);
}

/// Three intents, each of which happens to name one of three things far more often than the others.
fn skewed() -> Vec<(&'static str, Vec<String>)> {
    let named = |phrases: [&str; 8], often: &str, once: &str| -> Vec<String> {
        let thing = |at: usize| if at < 5 { often } else { once };
        phrases.iter().enumerate().map(|(at, phrase)| phrase.replace("{}", thing(at))).collect()
    };
    let back = ["send the {} back", "{} is too small", "do not like the {}", "{} refund", "the {} broke"];
    let stock = ["do you have the {}", "is the {} there", "{} in store", "can I get a {}", "more of the {}"];
    let care = ["how to clean the {}", "wash the {}", "dirty {}", "{} cleaning", "what spoils the {}"];
    let with = |five: [&'static str; 5], three: [&'static str; 3]| {
        std::array::from_fn(|at| if at < 5 { five[at] } else { three[at - 5] })
    };
    vec![
        ("back", named(with(back, ["return my {}", "{} back please", "money for the {}"]), "tent", "lamp")),
        ("stock", named(with(stock, ["when is the {} in", "{} in stock", "sell me a {}"]), "stove", "tent")),
        ("care", named(with(care, ["care of the {}", "{} care", "stains on the {}"]), "lamp", "stove")),
    ]
}

#[test]
fn a_value_is_no_sign_of_the_intent_that_happened_to_name_it() {
    let phrases = skewed();
    let borrowed: Vec<Vec<&str>> =
        phrases.iter().map(|(_, of)| of.iter().map(String::as_str).collect()).collect();
    let phrases: Vec<(&str, &[&str])> =
        phrases.iter().zip(&borrowed).map(|((intent, _), of)| (*intent, of.as_slice())).collect();
    let lessons = lessons(&phrases, &["tent", "stove", "lamp"]);
    let model = train(&lessons, None).expect("trained");
    let without = train(&Lessons { entities: BTreeMap::new(), ..lessons }, None).expect("trained");
    let sure = |model: &Model, text: &str, intent: &str| {
        let intents = model.understand(text, "en", &now()).intents;
        intents.iter().find(|it| it.intent == intent).map_or(0.0, |it| it.confidence)
    };
    let (mut made, mut plain) = (0.0, 0.0);
    let asked = [
        ("the stove too small", "back"),
        ("refund of a stove", "back"),
        ("I do not like my stove", "back"),
        ("is there a lamp", "stock"),
        ("a lamp in your store", "stock"),
        ("get the lamp", "stock"),
        ("clean a tent", "care"),
        ("how to wash a tent", "care"),
        ("stains on tent", "care"),
    ];
    for (text, intent) in asked {
        assert_eq!(best(&model, text).as_deref(), Some(intent), "{text}");
        made += sure(&model, text, intent);
        plain += sure(&without, text, intent);
    }
    assert!(made > plain + 1.5, "{made} with, {plain} without");
}

#[test]
fn a_value_that_no_phrase_has_is_known_by_its_kind() {
    let phrases: [(&str, &[&str]); 3] = [
        ("flight", &["fly to Paris", "a flight to London", "Rome by plane", "I must be in Paris soon"]),
        ("hours", &["when do you open", "opening hours", "are you open now", "when do you close"]),
        ("human", &["talk to a person", "an agent please", "a human", "let me speak to someone"]),
    ];
    let cities = ["Paris", "London", "Rome", "Reykjavik", "Ouagadougou"];
    let mut lessons = lessons(&phrases, &cities);
    if let Some(EntityLesson::List { fuzzy, .. }) = lessons.entities.get_mut("product") {
        *fuzzy = true;
    }
    let model = train(&lessons, None).expect("trained");
    let without = train(&Lessons { entities: BTreeMap::new(), ..lessons }, None).expect("trained");
    assert_eq!(best(&model, "Raykjavik").as_deref(), Some("flight"), "misspelt");
    for city in &cities[3..] {
        for text in [(*city).to_owned(), format!("I want to see {city}")] {
            let sure = |model: &Model| {
                let intents = model.understand(&text, "en", &now()).intents;
                intents.iter().find(|it| it.intent == "flight").map_or(0.0, |it| it.confidence)
            };
            assert_eq!(best(&model, &text).as_deref(), Some("flight"), "{text}");
            assert!(sure(&model) > sure(&without) + 0.1, "{text}: {} {}", sure(&model), sure(&without));
        }
    }
}
