//! What is not understood is listed without personal data, labelled, published, and understood the next time.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::support::{
    Home, Running, eventually,
    http_client::{Answer, Member, Visitor, http, send},
};

const BOT: &str = "\
name: shop
title: Shop
languages: [en]
understanding: { threshold: 0.95 }
repairs: { misunderstood_often: { enabled: false } }
knowledge: { fallback: false }
";
const INTENTS: &str = "\
track_order:
  description: wants to know where an order is
  phrases:
    en: [where is my order, where is my parcel, track my order, has my order left, when does my order come]
opening_hours:
  description: asks when the shop is open
  phrases:
    en: [when are you open, what are your opening hours, are you open on sunday, when do you close, opening times]
";
const FLOWS: &str = "\
track: { when: [{ intent: track_order }], steps: [{ say: { en: It is on its way. } }] }
hours: { when: [{ intent: opening_hours }], steps: [{ say: { en: From nine to five. } }] }
gifts: { when: [{ intent: gift_wrap }], steps: [{ say: { en: With a ribbon. } }] }
";
pub const SAID: &str = "gimme da thingy pronto, write to zoe.q@example.org";

/// With a bot that knows two intents.
pub fn home() -> Home {
    let home = Home::with("[models]\nembedding = \"none\"\nsentiment = \"none\"");
    let bot = home.path().join("bots/shop");
    let flows = &FLOWS[..FLOWS.find("gifts").expect("it is there")];
    for (file, text) in [("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", flows)] {
        let file = bot.join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    home
}

fn boss(home: &Home, studio: &Running) -> Member {
    crate::http_story::add(home, "boss@example.com", "Boss", "owner");
    Member::log_in(studio, "boss@example.com", crate::http_story::PASSWORD)
}

fn review(boss: &Member, query: &str) -> Vec<Value> {
    let answer = boss.get(&format!("/bots/shop/review{query}"));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().cloned().expect("a list")
}

/// Waits until the list has so many messages.
fn listed(boss: &Member, messages: u64) -> Vec<Value> {
    eventually("the list", || {
        let found = review(boss, "");
        let count: u64 = found.iter().filter_map(|cluster| cluster["count"].as_u64()).sum();
        (count == messages).then_some(found)
    })
}

fn decide(boss: &Member, cluster: &Value, decision: &Value) -> Answer {
    boss.post(&format!("/bots/shop/review/{}", cluster["id"].as_str().expect("an id")), decision)
}

#[test]
fn what_was_misunderstood_is_labelled_and_understood_by_the_next_visitor() {
    let home = home();
    let studio = home.start();
    let boss = boss(&home, &studio);
    let first = Visitor::new(&studio, "first");
    first.say("1", "where is my order");
    first.hears("on its way");
    first.say("2", SAID);
    eventually("it is not understood", || (first.transcript().len() == 4).then_some(()));
    let second = Visitor::new(&studio, "second");
    second.say("1", "gimme da thingy pronto write to bob@example.org!");
    eventually("it is not understood", || (second.transcript().len() == 2).then_some(()));
    second.say("2", "wrap it as a present");
    eventually("it is not understood", || (second.transcript().len() == 4).then_some(()));

    // Listed by how often it was said, without what tells persons apart.
    let found = listed(&boss, 3);
    assert_eq!(found.len(), 2, "{found:#?}");
    let cluster = &found[0];
    assert_eq!((&cluster["count"], &cluster["conversations"]), (&json!(2), &json!(2)), "{cluster}");
    assert_eq!(cluster["examples"].as_array().map(Vec::len), Some(1), "{cluster}");
    let text = cluster["examples"][0]["text"].as_str().expect("a text");
    assert!(text.contains("[email]") && text.starts_with("gimme da thingy"), "{cluster}");
    assert!(cluster["guesses"][0]["confidence"].as_f64().is_some_and(|sure| sure < 1.0), "{cluster}");
    assert_eq!(cluster["languages"], json!({ "en": 2 }), "{cluster}");
    assert_eq!(cluster["reasons"], json!({ "misunderstood": 2 }), "{cluster}");
    assert!(!json!(found).to_string().contains("example.org"), "{found:#?}");
    assert_eq!(review(&boss, "?reason=close"), [] as [Value; 0]);
    let page = boss.get("/bots/shop/review?limit=1").body;
    let cursor = page["next_cursor"].as_str().expect("there is more");
    assert_eq!(review(&boss, &format!("?limit=1&cursor={cursor}")), [found[1].clone()]);
    assert_eq!(boss.get("/bots/shop/review?cursor=x").status, 422);
    assert_eq!(boss.get("/bots/none/review").status, 404);

    // What does not fit is refused, with what would.
    let refused = decide(&boss, cluster, &json!({ "decision": "label", "intent": "track_oder" }));
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.body["detail"].as_str().is_some_and(|text| text.contains("track_order")), "{refused:?}");
    assert_eq!(boss.post("/bots/shop/review/0000", &json!({ "decision": "dismiss" })).status, 404);

    let label = json!({ "decision": "label", "intent": "track_order" });
    let decided = decide(&boss, cluster, &label);
    assert_eq!(decided.status, 200, "{decided:?}");
    assert_eq!(decided.body["messages"], json!(2), "{decided:?}");
    assert_eq!(decide(&boss, cluster, &label).status, 404, "it is decided");
    assert_eq!(listed(&boss, 1).len(), 1);
    // Of the draft alone, whatever starts in between: who starts a studio publishes no draft.
    assert!(studio.terminate().success());
    let studio = home.start();
    let boss = Member::log_in(&studio, "boss@example.com", crate::http_story::PASSWORD);
    let before = boss.get("/bots/shop").body["version"].as_u64().expect("a version");
    let third = Visitor::new(&studio, "third");
    third.say("1", "gimme da thingy pronto");
    eventually("it is not understood yet", || (third.transcript().len() == 2).then_some(()));
    assert!(!third.transcript()[1].contains("on its way"), "{:?}", third.transcript());

    let published = boss.post("/bots/shop/publish", &json!({}));
    assert_eq!(published.body["version"], json!(before + 1), "{published:?}");
    let fourth = Visitor::new(&studio, "fourth");
    fourth.say("1", "Gimme da thingy pronto, write to…");
    fourth.hears("on its way");
    assert!(studio.terminate().success());
    // A restart goes on with what was published.
    let studio = home.start();
    let fifth = Visitor::new(&studio, "fifth");
    fifth.say("1", "Gimme da thingy pronto, write to…");
    fifth.hears("on its way");
    assert!(studio.terminate().success());
}

#[test]
fn a_new_intent_is_made_taken_back_and_pulled_into_the_files() {
    let home = home();
    let studio = home.start();
    let boss = boss(&home, &studio);
    let visitor = Visitor::new(&studio, "gifts");
    visitor.say("1", "wrap it as a present");
    eventually("it is not understood", || (visitor.transcript().len() == 2).then_some(()));
    visitor.say("2", "qwertz asdf");
    eventually("it is not understood", || (visitor.transcript().len() == 4).then_some(()));
    let found = listed(&boss, 2);
    let of = |words: &str| {
        let is_it = |cluster: &&Value| {
            cluster["examples"][0]["text"].as_str().is_some_and(|text| text.contains(words))
        };
        found.iter().find(is_it).expect("it is listed")
    };
    assert_eq!(decide(&boss, of("qwertz"), &json!({ "decision": "dismiss" })).status, 200);
    let phrases = ["wrap it as a present", "can you wrap it as a gift", "gift wrapping please"];
    let label = json!({ "decision": "label", "intent": "gift_wrap", "create": true, "phrases": phrases });
    assert_eq!(decide(&boss, of("wrap"), &label).status, 200);
    listed(&boss, 0);
    let learned = boss.get("/bots/shop/learned").body["items"].as_array().cloned().expect("a list");
    assert_eq!(learned.len(), 3, "{learned:?}");
    assert!(
        learned.iter().all(|phrase| phrase["intent"] == "gift_wrap" && phrase["by"] == "Boss"),
        "{learned:?}"
    );

    // Taken back, the message is in the list again.
    for phrase in &learned {
        let id = phrase["id"].as_str().expect("an id");
        let path = format!("{}/api/v1/bots/shop/learned/{id}", studio.address);
        let answer = send(http().delete(path).bearer_auth(&boss.token)).expect("it is up");
        assert_eq!(answer.status, 204, "{answer:?}");
    }
    assert!(listed(&boss, 1)[0]["examples"][0]["text"].as_str().is_some_and(|text| text.contains("wrap")));
    assert_eq!(decide(&boss, of("wrap"), &label).status, 200);

    fs::write(home.path().join("bots/shop/flows/all.yaml"), FLOWS).expect("writable");
    let published = boss.post("/bots/shop/publish", &json!({}));
    assert_eq!((published.status, &published.body["intents"]), (200, &json!(3)), "{published:?}");
    visitor.say("3", "gift wrapping please");
    visitor.hears("With a ribbon.");

    // In the files it is the author's, and the same bot.
    let (status, out, err) = home.run(&["bot", "pull", "shop"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    let file = fs::read_to_string(home.path().join("bots/shop/learned/review.yaml")).expect("it was written");
    assert!(file.contains("gift_wrap:") && phrases.iter().all(|phrase| file.contains(phrase)), "{file}");
    let (status, out, err) = home.run(&["check", "shop"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    let published = boss.post("/bots/shop/publish", &json!({}));
    assert_eq!((published.status, &published.body["intents"]), (200, &json!(3)), "{published:?}");
    visitor.say("4", "can you wrap it as a gift");
    eventually("it is understood", || (visitor.transcript().len() == 8).then_some(()));
    assert!(visitor.transcript()[7].contains("ribbon"), "{:?}", visitor.transcript());
    assert!(studio.terminate().success());
}

#[test]
fn a_phrase_of_another_intent_is_refused_and_one_of_another_language_is_told_of() {
    let home = home();
    let studio = home.start();
    let boss = boss(&home, &studio);
    let visitor = Visitor::new(&studio, "german");
    let said = "Können Sie mir bitte sagen, wann meine Bestellung endlich ankommt?";
    visitor.say("1", said);
    let found = listed(&boss, 1);
    let taken = ["opening times", said];
    let label = json!({ "decision": "label", "intent": "track_order", "phrases": taken });
    let refused = decide(&boss, &found[0], &label);
    let why = refused.body["detail"].as_str().expect("a detail");
    assert!(refused.status == 422 && why.contains("a phrase of the intent `opening_hours`"), "{refused:?}");
    let decided = decide(&boss, &found[0], &json!({ "decision": "label", "intent": "track_order" }));
    assert_eq!((decided.status, &decided.body["phrases"][0]["language"]), (200, &json!("en")), "{decided:?}");
    let note = decided.body["notes"][0].as_str().expect("a note");
    assert!(note.contains(said) && note.contains("`de`"), "{decided:?}");
    assert!(studio.terminate().success());
}

#[test]
fn who_is_forgotten_leaves_the_list() {
    let home = home();
    let studio = home.start();
    let boss = boss(&home, &studio);
    let (gone, stays) = (Visitor::new(&studio, "gone"), Visitor::new(&studio, "stays"));
    gone.say("1", "florbix zanzibar quux");
    stays.say("1", "another matter altogether");
    listed(&boss, 2);
    let answer = gone.post("2", &json!({ "forget": {} }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
    let left = listed(&boss, 1);
    assert!(!json!(left).to_string().contains("zanzibar"), "{left:?}");
    assert!(studio.terminate().success());
}
