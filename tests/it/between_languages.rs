//! A visitor is understood in a language that has no phrases, by vectors that are the same in both.

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add_member},
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        tiny_sentences,
    },
};

pub const BOT: &str = "\
name: shop
title: Shop
languages: [en, pl]
";
pub const INTENTS: &str = "\
hours:
  phrases: { en: [open shop, shop open, open, open open shop] }
returns:
  phrases: { en: [return money, money return, return, return return money] }
";
pub const FLOWS: &str = "\
hours:
  when: [{ intent: hours }]
  steps:
    - say: { en: We close at six., pl: Zamykamy o szóstej. }
returns:
  when: [{ intent: returns }]
  steps:
    - say: { en: Send it back., pl: Proszę odesłać. }
";

#[test]
fn a_model_of_many_languages_is_imported_and_understands_what_has_no_phrases() {
    let home = Home::with("[models]\nembedding = \"mine\"\nfolder = \"models\"\n");
    home.write_bot("shop", &[("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", FLOWS)]);
    let from = home.path().join("sentences");
    tiny_sentences::write(&from);
    let from = from.display().to_string();
    let import = ["models", "import", "mine", &from, "--licence", "MIT", "--multilingual", "--task"];
    let (good, told) = home.asked(&[&import[..], &["sentiment"][..]].concat());
    assert!(!good && told.contains("only vectors bring languages together"), "{told}");
    tiny_sentences::import(&home, "mine");
    let (_, told) = home.asked(&["models", "list"]);
    assert!(told.contains("mine (vectors, multilingual; 0 MB; MIT, chosen): there"), "{told}");
    let (good, told) = home.asked(&["models", "verify", "mine"]);
    assert!(good && told.contains("mine: whole"), "{told}");
    let (_, told) = home.asked(&["doctor"]);
    assert!(told.contains("ok   model      mine: all files are there"), "{told}");
    let unread = ["models", "import", "other", &from, "--licence", "openrail", "--task", "vectors"];
    let (good, told) = home.asked(&unread);
    assert!(good && told.contains("warning: openrail is none of the licences"), "{told}");
    let (_, told) = home.asked(&["models", "list"]);
    assert!(told.contains("other (vectors; 0 MB; openrail, READ ITS LICENCE): there"), "{told}");

    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor { language: "pl".to_owned(), ..Visitor::new(&studio, "piotr") };
    visitor.say("1", "otwarte sklep");
    visitor.hears("Zamykamy o szóstej.");
    let id = eventually("the conversation is there", || {
        let all = ada.get("/conversations").body;
        all["items"][0]["id"].as_str().map(str::to_owned)
    });
    let understanding = ada.understood(&id);
    assert_eq!(understanding["intents"][0]["by"], "semantic", "{understanding}");
    assert_eq!(understanding["through"]["way"], "vectors", "{understanding}");
    let model = understanding["through"]["model"].as_str().unwrap_or_default();
    assert!(model.starts_with("multilingual:mine@"), "{understanding}");

    // What has phrases of its own is read as it stands.
    let visitor = Visitor::new(&studio, "jane");
    visitor.say("1", "shop open shop");
    visitor.hears("We close at six.");
    let of_jane = eventually("the second conversation is there", || {
        let all = ada.get("/conversations").body;
        let ids = all["items"].as_array()?.iter().filter_map(|it| it["id"].as_str());
        ids.map(str::to_owned).find(|found| *found != id)
    });
    let understanding = ada.understood(&of_jane);
    assert_eq!(understanding["intents"][0]["intent"], "hours", "{understanding}");
    assert_eq!(understanding["through"], Value::Null);
}

#[test]
fn what_nothing_brings_into_a_language_with_phrases_is_read_as_it_is_and_says_so() {
    let home = Home::with("");
    home.write_bot("shop", &[("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", FLOWS)]);
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor { language: "pl".to_owned(), ..Visitor::new(&studio, "piotr") };
    visitor.say("1", "czy sklep jest dzisiaj otwarty, bo chciałbym przyjść");
    let understanding = eventually("it is understood", || {
        let id = ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)?;
        Some(ada.understood(&id)).filter(Value::is_object)
    });
    let expected = json!({ "way": "as_it_is", "from": "pl", "to": "en" });
    assert_eq!(understanding["through"], expected, "{understanding}");
}
