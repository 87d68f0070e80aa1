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
