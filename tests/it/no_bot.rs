//! Who writes to a bot that is not published yet is answered once it is.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::{
    http_story::add,
    support::{
        Home, eventually,
        http_client::{Member, Visitor, http, send},
        widget::Session,
    },
};

#[test]
fn events_wait_for_their_bot_and_are_played_in_order() {
    let home = Home::new();
    let bot = home.path().join("bots/shop");
    fs::create_dir_all(&bot).expect("writable");
    fs::write(bot.join("bot.yaml"), "name: shop\ntitle: Shop\nlanguages: [en\n").expect("writable");
    let studio = home.start();
    let visitor = Visitor::new(&studio, "early");
    visitor.say("1", "hello");
    visitor.say("2", "bye");
    let ready = || send(http().get(format!("{}/health/ready", studio.address))).expect("it is up").body;
    eventually("both wait for the bot", || (ready()["waiting_for_a_bot"] == 2).then_some(()));
    assert_eq!(ready()["ready"], Value::Bool(true));
    add(&home, "ada@example.com", "Ada", "admin");

    // Stopping does not wait for them, and they are not forgotten by it.
    let begun = std::time::Instant::now();
    assert!(studio.terminate().success());
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    let studio = home.start();

    fs::write(bot.join("bot.yaml"), "name: shop\ntitle: Shop\nlanguages: [en]\n").expect("writable");
    fs::create_dir_all(bot.join("flows")).expect("writable");
    let flow = |word: &str, answer: &str| {
        format!("{word}:\n  when:\n    - keyword: {word}\n  steps:\n    - say: {{ en: {answer} }}\n")
    };
    let flows = [flow("hello", "Good day"), flow("bye", "See you")].concat();
    fs::write(bot.join("flows/a.yaml"), flows).expect("writable");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let published = ada.post("/bots/shop/publish", &json!({}));
    assert_eq!(published.status, 200, "{published:?}");
    let visitor = Visitor::new(&studio, "early");
    let transcript = visitor.hears("See you");
    let said: Vec<&String> = transcript.iter().filter(|line| !line.starts_with("visitor")).collect();
    assert_eq!(said.len(), 2, "{transcript:#?}");
    assert!(said[0].contains("Good day"), "{transcript:#?}");
    let parked = ada.get("/parked").body["items"].clone();
    assert_eq!(parked, json!([]));
}

#[test]
fn people_work_in_the_conversations_of_a_bot_that_is_gone() {
    let home = Home::new();
    let write = |bot: &str| {
        let folder = home.path().join("bots").join(bot);
        fs::create_dir_all(&folder).expect("writable");
        fs::write(folder.join("bot.yaml"), format!("name: {bot}\ntitle: {bot}\nlanguages: [en, de]\n"))
            .expect("writable");
    };
    write("shop");
    let studio = home.start();
    Visitor::new(&studio, "early").say("1", "hello");
    add(&home, "ada@example.com", "Ada", "admin");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let conversation = eventually("the conversation begins", || {
        ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    });
    eventually("it is answered", || (Visitor::new(&studio, "early").messages().len() > 1).then_some(()));
    assert!(studio.terminate().success());
    fs::remove_dir_all(home.path().join("bots/shop")).expect("it was there");
    write("cafe");

    let studio = home.start();
    let visitor = Visitor::new(&studio, "early");
    visitor.say("2", "is anybody there");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let read = |rest: &str| ada.get(&format!("/conversations/{conversation}{rest}")).body;
    let awaited = eventually("it waits for its bot", || {
        let awaited = ada.get("/awaited-bots").body["items"][0].clone();
        awaited.is_object().then_some(awaited)
    });
    assert_eq!((&awaited["bot"], &awaited["conversations"]), (&json!("shop"), &json!(1)), "{awaited}");
    assert_eq!(read("")["waits_for_bot"], "shop");
    let (_, doctor) = home.asked(&["doctor"]);
    assert!(doctor.contains("1 conversation waits for the bot shop: the bot shop is not in"), "{doctor}");

    let act = |what: &str, body: Value| ada.post(&format!("/conversations/{conversation}/{what}"), &body);
    assert_eq!(act("notes", json!({ "text": "the shop is closed" })).status, 202);
    assert_eq!(act("take-over", json!({})).status, 202);
    let taken = || read("")["conversation"]["owner"]["type"] == "member";
    eventually("it is taken over", || taken().then_some(()));
    let replied = act("replies", json!({ "content": { "type": "text", "text": "Ada is" } }));
    assert_eq!(replied.status, 202, "{replied:?}");
    let replied = || visitor.transcript().iter().any(|line| line == "Ada: Ada is");
    eventually("the visitor reads it", || replied().then_some(()));
    // What the visitor has said is heard now that a person has the conversation, and so is what they say next.
    // Who they are is told beside it, which is nobody's to wait for either.
    let content = json!({ "text": "good" });
    let said = visitor.post_with("3", &content, &json!({ "plan": "basic" }), 0).expect("it is up");
    assert!(matches!(said.status, 200 | 202), "{said:?}");
    let heard = eventually("the visitor is heard", || {
        let transcript = visitor.transcript();
        let said: Vec<String> = transcript.into_iter().filter(|line| line.starts_with("visitor")).collect();
        (said.len() == 3).then_some(said)
    });
    assert_eq!(heard, ["visitor: hello", "visitor: is anybody there", "visitor: good"]);
    assert_eq!(read("")["waits_for_bot"], Value::Null);
    let invented = act("language", json!({ "language": "klingon" }));
    let why = invented.body["detail"].as_str().unwrap_or_default();
    assert!(invented.status == 422 && why.starts_with("`language` must be a tag of BCP 47"), "{invented:?}");
    let back = act("hand-back", json!({}));
    assert_eq!(back.status, 409, "{back:?}");
    let why = back.body["detail"].as_str().unwrap_or_default();
    assert!(why.starts_with("the bot shop is not in "), "{back:?}");
    for (what, body) in [
        ("language", json!({ "language": "de" })),
        ("assign", json!({ "team": "sales" })),
        ("close", json!({})),
    ] {
        assert_eq!(act(what, body).status, 202, "{what}");
    }
    let kinds = eventually("it is closed", || {
        let timeline = read("/timeline?limit=200");
        let entries = timeline["items"].as_array().into_iter().flatten();
        let kinds: Vec<String> =
            entries.filter_map(|entry| entry["what"]["type"].as_str().map(str::to_owned)).collect();
        kinds.iter().any(|kind| kind == "closed").then_some(kinds)
    });
    for kind in ["noted", "language_changed", "handed_off"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind}: {kinds:?}");
    }

    // What it says next is the bot's again, and answered when that is back.
    visitor.say("4", "hello again");
    eventually("it waits", || (read("")["waits_for_bot"] == "shop").then_some(()));
    write("shop");
    assert_eq!(ada.post("/bots/shop/publish", &json!({})).status, 200);
    let last = || visitor.transcript().pop().is_some_and(|line| line.starts_with("bot: "));
    eventually("the bot answers", || last().then_some(()));
    assert_eq!(read("")["waits_for_bot"], Value::Null);
    assert_eq!(ada.get("/parked").body["items"], json!([]));
}

#[test]
fn who_wants_to_be_forgotten_waits_for_no_bot() {
    let home = Home::new();
    let bot = home.path().join("bots/shop");
    fs::create_dir_all(&bot).expect("writable");
    fs::write(bot.join("bot.yaml"), "name: shop\ntitle: Shop\nlanguages: [en\n").expect("writable");
    let studio = home.start();
    let visitor = Session::open(&studio);
    let mut copies = 0;
    let mut is_stored = |secret: &str| {
        copies += 1;
        let copy = format!("copy{copies}.jsonl");
        let (status, out, err) = home.run(&["export", &copy], &BTreeMap::new());
        assert!(status.success(), "{out}{err}");
        fs::read_to_string(home.path().join(copy)).expect("written").contains(secret)
    };
    // The second wish is another than the first, though no turn stands between them.
    for (id, secret) in [("1", "my secret is a tulip"), ("2", "another is a daisy")] {
        let said = json!({ "type": "message", "id": id, "text": secret });
        assert_eq!(visitor.post(&said), 202);
        assert!(is_stored(secret));
        assert_eq!(visitor.forget(), 202);
        eventually("it is forgotten", || (!is_stored(secret)).then_some(()));
    }
}
