//! The first story, played by a client that knows only the documentation of the HTTP channel and of the API.

use std::{
    io::Write as _,
    process::Stdio,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    story::{answer_the_waiting, reply},
    support::{
        Home, Running, eventually,
        http_client::{Answer, Member, Visitor},
        lines,
        terminal::Terminal,
    },
};

pub const PASSWORD: &str = "correct horse battery";

/// An agent who can log in over the network.
pub fn add_member(home: &Home, email: &str, name: &str) {
    add(home, email, name, "agent");
}

pub fn add(home: &Home, email: &str, name: &str, role: &str) {
    let mut child = home
        .command(&["user", "add", email, "--name", name, "--role", role])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program can be run");
    writeln!(child.stdin.take().expect("piped"), "{PASSWORD}").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_visitor_is_served_by_bot_and_agent_and_bot_again() {
    let home = Home::new();
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let visitor = Visitor::new(&studio, "story");

    // Answers from the shop's own documents.
    visitor.say("1", "Can I wash my down sleeping bag in the machine?");
    visitor.hears("30 °C");

    // An order is looked up after a valid number was given.
    visitor.say("2", "where is my order?");
    visitor.hears("order number");
    visitor.say("3", "nonsense");
    visitor.hears("number");
    visitor.say("4", "4711");
    let transcript = eventually("the order's state", || {
        let transcript = visitor.transcript();
        transcript.iter().any(|line| line.contains("DHL")).then_some(transcript)
    });
    assert!(transcript.iter().any(|line| line.contains("4711")), "{transcript:#?}");

    // In the middle of another question a person is asked for; Ada finds the conversation among those that wait, and
    // takes it over.
    visitor.say("tent", "which tent should I buy?");
    visitor.hears("What is the gear for?");
    visitor.say("5", "I want to talk to a person");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let id = eventually("the conversation waits for a person", || {
        let waiting = ada.get("/conversations?owner=team").body;
        waiting["items"][0]["id"].as_str().map(str::to_owned)
    });
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let refused = ada.post(&path("replies"), &json!({ "content": { "type": "text", "text": "too early" } }));
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(ada.post(&path("take-over"), &json!({})).status, 202);
    eventually("Ada has the conversation", || {
        (ada.get(&path("")[..path("").len() - 1]).body["conversation"]["owner"]["name"] == "Ada")
            .then_some(())
    });
    let reply = json!({ "content": { "type": "text", "text": "Hello, this is Ada." } });
    assert_eq!(ada.post(&path("replies"), &reply).status, 202);
    visitor.hears("Ada.");

    // While she has it, the bot is silent.
    visitor.say("6", "what are your opening hours?");
    let note = json!({ "text": "knows the shop well" });
    assert_eq!(ada.post(&path("notes"), &note).status, 202);
    eventually("the note is in the transcript", || {
        let messages = ada.get(&path("messages")).body["items"].as_array().cloned().unwrap_or_default();
        lines(&messages).last().is_some_and(|last| last.starts_with("note by Ada")).then_some(())
    });
    let transcript = visitor.transcript();
    assert!(transcript.last().is_some_and(|last| last.starts_with("visitor")), "{transcript:#?}");
    assert!(
        !transcript.iter().any(|line| line.contains("knows the shop")),
        "notes are for members: {transcript:#?}"
    );

    // She hands back, and the bot goes on where it was.
    assert_eq!(ada.post(&path("hand-back"), &json!({})).status, 202);
    eventually("the bot has the conversation", || {
        let owner = ada.get(path("").trim_end_matches('/')).body["conversation"]["owner"]["type"].clone();
        (owner == "bot").then_some(())
    });
    visitor.hears("What is the gear for?");
    visitor.say("7", "trekking");
    visitor.hears("How many nights");

    // The timeline says why each reply was given.
    let timeline = ada.get(&path("timeline?limit=500")).body;
    let said = timeline["items"]
        .as_array()
        .expect("entries")
        .iter()
        .filter(|entry| entry["what"]["type"] == "said" && entry["what"]["by"]["type"] == "bot");
    for entry in said {
        assert!(!entry["what"]["why"].is_null(), "no reason: {entry}");
    }
    an_agent_answers_from_elsewhere(&home, &studio, &ada);
    assert!(studio.terminate().success());
}

/// The console of somebody who has no more of the studio than its address and a login: over TCP.
fn an_agent_answers_from_elsewhere(home: &Home, studio: &Running, ada: &Member) {
    let visitor = Visitor::new(studio, "far");
    visitor.say("1", "I want to talk to a person");
    eventually("it waits for a person", || {
        ada.get("/conversations?owner=team").body["items"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
            .then_some(())
    });
    let mut console = Terminal::console_with(home, &["--url", &studio.address]);
    console.wait_for("E-mail:");
    console.press("ada@example.com\r");
    console.wait_for("Password:");
    console.press(&format!("{PASSWORD}\r"));
    console.wait_for("Ada  ● live");
    let mut console = answer_the_waiting(console, "http");
    console.wait_for("I want to talk to a person");
    reply(&mut console, "Hello from elsewhere.");
    let lines = visitor.hears("Hello from elsewhere.");
    assert_eq!(lines.last().map(String::as_str), Some("Ada: Hello from elsewhere."));
    console.press("\x1b");
    leave(&mut console);

    // A key takes the place of e-mail and password, and a wrong one is refused.
    add(home, "olga@example.com", "Olga", "owner");
    let olga = Member::log_in(studio, "olga@example.com", PASSWORD);
    let made = olga.post("/api-keys", &json!({ "name": "console", "role": "agent" })).body;
    let key = made["key"].as_str().expect("a key");
    let mut console = Terminal::console_with(home, &["--url", &studio.address, "--token", key]);
    console.wait_for("● live");
    console.wait_for("http");
    leave(&mut console);
    let mut console = Terminal::console_with(home, &["--url", &studio.address, "--token", "wrong"]);
    console.wait_for("the login was refused");
    assert_eq!(console.ended(), 77);
}

fn leave(console: &mut Terminal) {
    console.wait_for("q quit");
    console.press("q");
    assert_eq!(console.ended(), 0);
}

/// A bot of flows for a word, for an event, and for a word that takes its time.
fn cashier() -> Home {
    let home = Home::new();
    let bot = home.path().join("bots/shop");
    let flows = "hello: { when: [{ keyword: hello }], steps: [{ say: { en: Good day. } }] }\n\
                 paid: { when: [{ event: paid }], steps: [{ say: { en: Thank you for paying. } }] }\n\
                 count: { when: [{ keyword: count }], steps: [{ say: { en: One. } }, { wait: 1s }, { say: { en: Two. } }] }\n\
                 keep: { when: [{ keyword: keep }], steps: [{ say: { en: Kept. } }, { wait: 1s }, { set: { kept: '1' } }] }\n\
                 later: { when: [{ keyword: later }], steps: [{ say: { en: Soon. } }, { wait: 1h }, { say: { en: Now. } }] }\n";
    for (file, text) in
        [("bot.yaml", "name: shop\ntitle: Shop\nlanguages: [en]\n"), ("flows/all.yaml", flows)]
    {
        let file = bot.join(file);
        std::fs::create_dir_all(file.parent().expect("below the folder")).expect("writable");
        std::fs::write(file, text).expect("writable");
    }
    home
}

#[test]
fn who_waits_for_an_event_gets_the_reply_to_it_alone() {
    let home = cashier();
    let studio = home.start();
    for round in 0..5 {
        let visitor = Visitor::new(&studio, &format!("buyer-{round}"));
        // Its reply may come while the next one waits.
        visitor.say("1", "hello");
        let paid = json!({ "event": { "name": "paid" } });
        for _ in 0..2 {
            let answer = visitor.post("2", &paid, 20).expect("it is up");
            assert_eq!((answer.status, said(&answer)), (200, vec!["Thank you for paying."]));
        }
    }
}

fn said(answer: &Answer) -> Vec<&str> {
    let messages = answer.body["messages"].as_array().into_iter().flatten();
    messages.filter_map(|message| message["content"]["text"].as_str()).collect()
}

#[test]
fn who_waits_gets_all_that_the_bot_says_to_a_message() {
    let home = cashier();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "patient");
    for (word, expected, more) in [
        ("count", ["One.", "Two."].as_slice(), false),
        // It ends without a word.
        ("keep", &["Kept."], false),
        // It goes on when nobody waits any more.
        ("later", &["Soon."], true),
    ] {
        let begun = Instant::now();
        let answer = visitor.post(word, &json!({ "text": word }), 30).expect("it is up");
        assert_eq!((answer.status, said(&answer)), (200, expected.to_vec()), "{word}");
        assert_eq!(answer.body["more"] == json!(true), more, "{word}: {answer:?}");
        assert!(begun.elapsed() < Duration::from_secs(25), "{word} was waited for to the end of the time");
    }
    // No flow waits for this one.
    let begun = Instant::now();
    let event = json!({ "event": { "name": "shipped" } });
    let answer = Visitor::new(&studio, "silent").post("1", &event, 30).expect("it is up");
    assert_eq!((answer.status, &answer.body["owner"]), (202, &json!({ "type": "bot" })), "{answer:?}");
    assert!(begun.elapsed() < Duration::from_secs(25), "it was waited for to the end of the time");
}

#[test]
fn who_is_introduced_is_answered_and_who_opens_the_chat_is_greeted_once() {
    let home = Home::new();
    let studio = home.start();
    let contact = json!({ "name": "Ada" });
    let asks = Visitor::new(&studio, "asks");
    let question = json!({ "text": "where is my order?" });
    assert_eq!(asks.post_with("1", &question, &contact, 0).expect("it is up").status, 202);
    let transcript = asks.hears("order number");
    assert_eq!(transcript.len(), 2, "nothing but the answer: {transcript:#?}");

    let opens = Visitor::new(&studio, "opens");
    let open = json!({ "open": {} });
    let greeted = opens.post_with("1", &open, &contact, 30).expect("it is up");
    assert_eq!(greeted.status, 200, "{greeted:?}");
    assert_eq!(opens.post_with("2", &open, &contact, 0).expect("it is up").status, 202);
    opens.say("3", "where is my order?");
    let transcript = opens.hears("order number");
    let greetings = greeted.body["messages"].as_array().map_or(0, Vec::len);
    assert_eq!(transcript.len(), greetings + 2, "{transcript:#?}");
}
