//! Wishes that are taken back.

use super::{
    noting::{Answers, Noting},
    *,
};

/// What is to be done, and what is not wanted.
fn heard(model: &Model, text: &str) -> (Option<String>, Vec<String>) {
    let Understanding { intents, confident, also, denied, .. } = model.understand(text, "en", &now());
    let first = intents.into_iter().next().filter(|_| confident).map(|best| best.intent);
    (first.or_else(|| also.into_iter().next().map(|besides| besides.intent)), denied)
}

#[test]
fn what_is_not_wanted_is_not_done() {
    let model = train(&shop(), None).unwrap();
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    for model in [&model, &read] {
        let check = |text: &str, denied: &str| {
            assert_eq!(heard(model, text), (None, vec![denied.to_owned()]), "{text}");
            let best = model.understand(text, "en", &now()).intents.remove(0);
            assert_eq!(best.intent, denied, "it is named as before");
        };
        check("I don't want to return this", "return_item");
        check("I don’t want to speak to a person!", "human");
        check("Don't connect me with support", "human");
        check("ich möchte nicht mit einem Menschen sprechen", "human");
        check("Ich moechte das nicht zurückgeben", "return_item");
    }
}

#[test]
fn another_clause_says_what_is_wanted() {
    let model = train(&shop(), None).unwrap();
    let check = |text: &str, wanted: &str, denied: &[&str]| {
        let (intent, found) = heard(&model, text);
        assert_eq!(
            (intent.as_deref(), found),
            (Some(wanted), denied.iter().map(|it| (*it).to_owned()).collect()),
            "{text}"
        );
    };
    check("I don't want to return this, when are you open", "opening_hours", &["return_item"]);
    check("I don't want to return this. Where is my order?", "track_order", &["return_item"]);
    check("I don't want to return this, talk to a human", "human", &["return_item"]);
    // What is asked for after all is not denied.
    check("I don't want to speak to a person, talk to a human", "human", &[]);
}

#[test]
fn however_much_is_said_what_is_not_wanted_is_not_done() {
    let model = train(&shop(), None).unwrap();
    let check = |text: &str, denied: &[&str]| {
        let understood = model.understand(text, "en", &now());
        assert_eq!(understood.denied, denied, "{text}: {:?}", understood.intents);
        let first = understood.intent().map(|best| best.intent.as_str());
        let mut done = first.into_iter().chain(understood.also.iter().map(|besides| besides.intent.as_str()));
        assert!(done.all(|intent| intent != "return_item"), "{text}: {understood:?}");
    };
    check(
        "the room is cold, our wives are ill, the kids sleep, it rains here, I don't want to return this",
        &["return_item"],
    );
    check(&"I don't want to return this. ".repeat(5), &["return_item"]);
    check(&"I don't want to return this. ".repeat(50), &["return_item"]);
    // More than is heard: nothing is done.
    let things = ["cup", "mug", "hat", "cap", "pan", "pot", "map", "bag", "pen"];
    check(&things.map(|thing| format!("I don't want to return this {thing}.")).join(" "), &[]);
}

#[test]
fn no_clause_says_what_the_one_beside_it_takes_back() {
    let noting = Arc::new(Noting::default());
    let model = train(&shop(), Some(noting.clone())).unwrap();
    noting.answer(Answers::AsTheWhole);
    let text = "the room is cold, I don't want to return this";
    assert_eq!(heard(&model, text), (None, vec!["return_item".to_owned()]));
    let alone = noting.runs().into_iter().flatten().filter(|(_, parts)| parts.is_empty());
    let apart: Vec<String> = alone.map(|(text, _)| text).collect();
    for clause in ["the room is cold,", "I don't want to return this"] {
        assert!(apart.iter().any(|text| text == clause), "{clause}: {apart:?}");
    }
}

#[test]
fn what_is_negated_by_nature_is_done() {
    let mut lessons = shop();
    lessons.phrases.get_mut("track_order").unwrap().push("my parcel has not arrived".to_owned());
    let machine = ["I don't want to talk to a machine", "ich will nicht mit einer Maschine reden"];
    lessons.phrases.get_mut("human").unwrap().extend(machine.map(str::to_owned));
    let mail = ["don't send me the newsletter", "schickt mir keinen Newsletter mehr", "no more mails please"];
    lessons.phrases.insert("unsubscribe".to_owned(), mail.map(str::to_owned).to_vec());
    let model = train(&lessons, None).unwrap();
    let check = |text: &str, wanted: &str| {
        assert_eq!(heard(&model, text), (Some(wanted.to_owned()), Vec::new()), "{text}");
    };
    check("my parcel has not arrived!", "track_order");
    check("I don't want to talk to a machine", "human");
    check("Don't send me the newsletter!", "unsubscribe");
    for text in ["I don't want to speak to a machine", "please don't send me newsletters", "don't you open?"]
    {
        assert_eq!(heard(&model, text).1, [""; 0], "{text}");
    }
    assert_eq!(heard(&model, "I don't want to speak to a person"), (None, vec!["human".to_owned()]));
}

#[test]
fn what_is_not_bad_is_no_complaint() {
    let mut lessons = shop();
    let complaints = [
        "das ist schlecht",
        "ich bin unzufrieden",
        "ich bin enttäuscht",
        "I am unhappy",
        "this is bad",
        "your service is terrible",
    ];
    lessons.phrases.insert("complaint".to_owned(), complaints.map(str::to_owned).to_vec());
    let model = train(&lessons, None).unwrap();
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    for model in [&model, &read] {
        assert_eq!(intent(model, "I am unhappy").as_deref(), Some("complaint"));
        for text in
            ["ich bin nicht unzufrieden", "das ist nicht schlecht", "I am not unhappy", "this is not bad"]
        {
            let understanding = model.understand(text, "en", &now());
            assert_eq!(understanding.intents[0].intent, "complaint", "{text}");
            assert!(!understanding.confident, "{text}: {:?}", understanding.intents);
        }
    }
}
