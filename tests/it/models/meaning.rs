//! Documents are searched by what they mean, where the bot wants it.

use std::fs;

use serde_json::Value;

use super::{conversation, fetched, home_with_models};
use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor},
        tiny_sentences,
    },
};

/// Writes a bot without intents that has one document.
fn write(home: &Home, bot: &str, document: &str) {
    home.write_bot("shop", &[("bot.yaml", bot), ("knowledge/en/house.md", document)]);
}

/// Starts the studio, and waits until it knows what the documents mean: how many passages, and of how many it asked the model.
fn start(home: &Home, model: &str) -> (Running, String) {
    let studio = home.start_with(&[("STUDIO_MODELS_EMBEDDING", model)]);
    let mut log = studio.at_the_start.clone();
    let learned = eventually("the documents are learned", || {
        log += &studio.said();
        log.lines().find(|line| line.contains("knowledge.meaning.learned")).map(str::to_owned)
    });
    (studio, learned)
}

/// The passages that the last search found.
fn passages(member: &Member, conversation: &str) -> Value {
    let timeline = member.get(&format!("/conversations/{conversation}/timeline")).body;
    let entries = timeline["items"].as_array().expect("a list").iter();
    let mut searches = entries.filter(|entry| entry["what"]["type"] == "searched");
    searches.next_back().map(|entry| entry["what"]["passages"].clone()).expect("it searched")
}

#[test]
fn a_document_of_another_language_answers_by_what_it_means() {
    let home = home_with_models("models");
    let bot = "name: shop\ntitle: Shop\nlanguages: [en, pl]\nknowledge: { meaning: true }\n";
    write(&home, bot, "# shop\n\nopen shop open\n");
    tiny_sentences::import(&home, "mine");

    let (studio, learned) = start(&home, "mine");
    assert!(learned.contains("passages=1 fresh=1 without=0"), "{learned}");
    add(&home, "ann@example.com", "Ann", "owner");
    let member = Member::log_in(&studio, "ann@example.com", PASSWORD);
    let visitor = Visitor { language: "pl".to_owned(), ..Visitor::new(&studio, "piotr") };
    visitor.say("1", "otwarte sklep");
    let answer = visitor.hears("open shop open");
    assert_eq!(answer.len(), 2, "{answer:#?}");
    let passages = passages(&member, &conversation(&member));
    let first = &passages[0];
    assert!(first["by"] == "meaning" && first["language"] == "en", "{passages}");
    assert!(first["coverage"] == 0.0 && first["nearness"].as_f64() > Some(0.9), "{passages}");
    // What is about something else is not answered from it.
    visitor.say("2", "zwrot pieniądze");
    eventually("an answer", || (visitor.transcript().len() >= 4).then_some(()));
    let transcript = visitor.transcript();
    assert!(!transcript[3].contains("open shop open"), "{transcript:#?}");
    assert!(studio.terminate().success());

    // The next start asks the model for nothing that is kept, and for all where it is damaged.
    let (studio, learned) = start(&home, "mine");
    assert!(learned.contains("passages=1 fresh=0"), "{learned}");
    assert!(studio.terminate().success());
    let kept = fs::read_dir(home.path().join("data/meanings")).expect("a folder");
    for file in kept {
        fs::write(file.expect("an entry").path(), "half").expect("writable");
    }
    let (studio, learned) = start(&home, "mine");
    assert!(learned.contains("passages=1 fresh=1"), "{learned}");
    let visitor = Visitor { language: "pl".to_owned(), ..Visitor::new(&studio, "pawel") };
    visitor.say("1", "otwarte sklep");
    visitor.hears("open shop open");
}

const HOUSE: &str = "\
# Our house

## Pets

Pets are welcome in all rooms of the ground floor. Dogs cost 15 euros a night.

## Smoking

Smoking is forbidden in the whole building. There is an ashtray on the terrace.

## Getting here

The railway station is ten minutes away on foot. A shuttle bus leaves the airport every hour.
";

#[test]
fn the_default_model_finds_what_is_asked_in_other_words() {
    let name = "the_default_model_finds_what_is_asked_in_other_words";
    let Some(folder) = fetched(name) else { return };
    let home = home_with_models(&folder.parent().expect("of models").display().to_string());
    let bot = "name: shop\ntitle: House\nlanguages: [en]\n";
    let asked = [
        ("are cigarettes ok inside", "Smoking is forbidden"),
        ("does the train stop nearby", "railway station"),
        ("who won the football match", ""),
    ];
    for (meaning, settings) in [(false, ""), (true, "knowledge: { meaning: true }\n")] {
        write(&home, &format!("{bot}{settings}"), HOUSE);
        let studio = if meaning { start(&home, super::MODEL).0 } else { home.start() };
        for (number, (question, expected)) in asked.into_iter().enumerate() {
            let visitor = Visitor::new(&studio, &format!("{meaning}-{number}"));
            visitor.say("1", question);
            let answer = eventually("an answer", || visitor.transcript().get(1).cloned());
            let found = !expected.is_empty() && answer.contains(expected);
            assert_eq!(found, meaning && !expected.is_empty(), "{question}: {answer}");
            assert!(found || !HOUSE.lines().any(|line| line.len() > 20 && answer.contains(line)), "{answer}");
        }
        assert!(studio.terminate().success());
    }
}
