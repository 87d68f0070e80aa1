//! What leaves waits for nothing that is not its own, and what was forgotten does not leave any more.

use std::{
    fs,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{
        HeaderMap, Method, StatusCode, Uri,
        header::{LOCATION, RETRY_AFTER},
    },
};
use serde_json::{Value, json};
use studio::breakpoint::POINTS;

use crate::{
    http_story::PASSWORD,
    support::{
        Home, eventually,
        http_client::{Member, Visitor, runtime},
        platforms::{conversations, owner},
        widget::Session,
    },
};

const WORD: &str = "zorropark";
/// Before what may have come before.
const MARK: &str = "uncertain: ";
/// More than the calls that are made at once by a connection.
const MANY: usize = 40;

const BOT: &str = "name: shop\ntitle: Shop\nlanguages: [en]\n";
const FLOWS: &str = "\
ask:
  when: [{ keyword: ask }]
  steps:
    - http: { get: \"http://127.0.0.1:PORT/slow\", timeout: 25s }
      error:
        - say: { en: Nobody answered. }
    - say: { en: It is answered. }
read:
  when: [fallback]
  steps:
    - say: { en: \"Read: {{ message.text }}\" }
";

/// The other end of the connection, and a service that takes its time.
#[derive(Clone, Default)]
struct OtherEnd {
    heard: Arc<Mutex<Vec<(Instant, String)>>>,
    calls: Arc<Mutex<usize>>,
    /// Replies that are refused for now.
    refuses: Arc<Mutex<usize>>,
    /// Replies are sent on to another address, which takes everything.
    redirects: bool,
    /// Replies are not wanted any more.
    gone: Arc<Mutex<bool>>,
}

impl OtherEnd {
    fn start(&self) -> Home {
        let port = runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let port = listener.local_addr().expect("it has one").port();
            let router = Router::new().fallback(answer).with_state(self.clone());
            tokio::spawn(axum::serve(listener, router).into_future());
            port
        });
        let replies = format!("http://127.0.0.1:{port}/replies");
        let settings = format!(
            "[egress]\nallow_private = [\"127.0.0.1/32\"]\nallow_ports = [{port}]\ntimeout = \"30s\"\n"
        );
        let home = Home::with(&settings);
        let path = home.path().join("studio.toml");
        let text = fs::read_to_string(&path).expect("readable");
        fs::write(&path, format!("{text}reply_url = \"{replies}\"\n")).expect("writable");
        let bot = home.path().join("bots/shop");
        fs::create_dir_all(bot.join("flows")).expect("writable");
        fs::write(bot.join("bot.yaml"), BOT).expect("writable");
        fs::write(bot.join("flows/all.yaml"), FLOWS.replace("PORT", &port.to_string())).expect("writable");
        home
    }

    /// When a reply with these words came, each time.
    fn heard(&self, words: &str) -> Vec<Instant> {
        let heard = self.heard.lock().expect("no panic");
        heard.iter().filter(|(_, body)| body.contains(words)).map(|(at, _)| *at).collect()
    }

    /// Whether a reply with these words was marked as one that may have come before, each time.
    fn marks(&self, words: &str) -> Vec<bool> {
        let heard = self.heard.lock().expect("no panic");
        let ours = heard.iter().filter(|(_, body)| body.contains(words));
        ours.map(|(_, body)| body.starts_with(MARK)).collect()
    }
}

async fn answer(
    State(end): State<OtherEnd>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, HeaderMap) {
    if uri.path() == "/slow" {
        *end.calls.lock().expect("no panic") += 1;
        tokio::time::sleep(Duration::from_secs(20)).await;
        return (StatusCode::OK, HeaderMap::new());
    }
    let mark = if headers.contains_key("studio-uncertain") { MARK } else { "" };
    let heard = format!("{mark}{method} {} {body}", uri.path());
    end.heard.lock().expect("no panic").push((Instant::now(), heard));
    if end.redirects && uri.path() == "/replies" {
        return (StatusCode::FOUND, HeaderMap::from_iter([(LOCATION, "/moved".parse().expect("a value"))]));
    }
    if *end.gone.lock().expect("no panic") {
        return (StatusCode::GONE, HeaderMap::new());
    }
    let mut refuses = end.refuses.lock().expect("no panic");
    if *refuses == 0 {
        return (StatusCode::OK, HeaderMap::new());
    }
    *refuses -= 1;
    let later = HeaderMap::from_iter([(RETRY_AFTER, "3".parse().expect("a value"))]);
    (StatusCode::SERVICE_UNAVAILABLE, later)
}

#[test]
fn a_reply_that_comes_again_after_a_kill_at_any_stage_is_marked() {
    for point in POINTS {
        let end = OtherEnd::default();
        let home = end.start();
        let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", point)]);
        let visitor = Visitor::new(&studio, "kill");
        let message = json!({ "text": "one" });
        let acknowledged = visitor.post("1", &message, 0).is_ok_and(|answer| answer.status == 202);
        assert!(!studio.wait_for_end().success(), "{point}: killed");
        drop(studio);

        let studio = home.start();
        let visitor = Visitor::new(&studio, "kill");
        if !acknowledged {
            visitor.post("1", &message, 0).expect("it is up");
        }
        visitor.say("2", "two");
        // It leaves behind all that was said before it.
        eventually(&format!("{point}: the next reply"), || end.heard("Read: two").first().copied());
        let marks = end.marks("Read: one");
        match point {
            // It was said after the kill alone.
            "received" | "accepted" | "understood" | "stepped" => assert_eq!(marks, [false], "{point}"),
            // It was to leave, and nobody knows whether it had.
            "committed" | "sendable" | "sending" => assert_eq!(marks, [true], "{point}"),
            // It had left, and nobody had noted that.
            "sent" => assert_eq!(marks, [false, true], "{point}"),
            // Whether it was noted before the kill is open.
            _ => assert!(matches!(marks[..], [_] | [_, true]), "{point}: {marks:?}"),
        }
        assert_eq!(end.marks("Read: two"), [false], "{point}");
        assert!(studio.terminate().success(), "{point}");
    }
}

#[test]
fn what_was_forgotten_is_not_tried_again() {
    let end = OtherEnd { refuses: Arc::new(Mutex::new(1)), ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "forgotten");
    visitor.say("1", WORD);
    eventually("the reply is refused", || (end.heard(WORD).len() == 1).then_some(()));
    let answer = visitor.post("2", &json!({ "forget": {} }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
    visitor.say("3", "hello");
    // It leaves behind the one that is not tried again.
    eventually("the next reply", || (end.heard("Read: hello").len() == 1).then_some(()));
    assert_eq!(end.heard(WORD).len(), 1, "it left although it was forgotten");
    assert!(studio.terminate().success());
}

#[test]
fn later_replies_of_a_conversation_wait_behind_one_that_fails_and_those_of_others_do_not() {
    let end = OtherEnd { refuses: Arc::new(Mutex::new(1)), ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "waits");
    visitor.say("1", "one");
    eventually("the reply is refused", || (end.heard("Read: one").len() == 1).then_some(()));
    visitor.say("2", "two");
    Visitor::new(&studio, "goes-on").say("1", "three");
    let three = eventually("another's reply", || end.heard("Read: three").first().copied());
    let two = eventually("the reply behind it", || end.heard("Read: two").first().copied());
    let one = end.heard("Read: one");
    assert!(one.len() == 2 && one[0] < three && three < one[1] && one[1] < two, "{one:?} {two:?} {three:?}");
    assert!(studio.terminate().success());
}

#[test]
fn replies_do_not_wait_for_the_services_that_others_ask() {
    let end = OtherEnd::default();
    let home = end.start();
    let studio = home.start();
    for number in 0..MANY {
        Visitor::new(&studio, &format!("asks-{number}")).say("1", "ask");
    }
    eventually("services are asked", || (*end.calls.lock().expect("no panic") >= 30).then_some(()));
    let said = Instant::now();
    Visitor::new(&studio, "reads").say("1", "hello");
    let heard = eventually("the reply", || end.heard("Read: hello").first().copied());
    assert!(heard.duration_since(said) < Duration::from_secs(5), "{:?}", heard.duration_since(said));
    studio.kill();
}

#[test]
fn a_reply_that_is_redirected_is_a_dead_letter_and_goes_nowhere_else() {
    let end = OtherEnd { redirects: true, ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", crate::http_story::PASSWORD);
    Visitor::new(&studio, "redirected").say("1", WORD);
    let letter = eventually("the reply is given up", || {
        ada.get("/dead-letters").body["items"].get(0).cloned().filter(|letter| !letter.is_null())
    });
    assert!(letter["error"].as_str().is_some_and(|error| error.contains("redirects")), "{letter}");
    assert_eq!(end.heard("POST /replies").len(), 1);
    assert!(end.heard("/moved").is_empty(), "it was followed");
    assert!(studio.terminate().success());
}

/// The id of a conversation that there is not.
const NOBODY: &str = "00000000000000000000000000";

#[test]
fn dead_letters_are_replayed_in_the_order_in_which_they_were_said() {
    let end = OtherEnd { gone: Arc::new(Mutex::new(true)), ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", crate::http_story::PASSWORD);
    let visitor = Visitor::new(&studio, "replayed");
    let words = ["one", "two", "three"];
    for text in words {
        visitor.say(text, text);
    }
    let letters = eventually("three dead letters", || {
        let items = ada.get("/dead-letters").body["items"].as_array().cloned().unwrap_or_default();
        (items.len() == 3).then_some(items)
    });
    for (letter, text) in letters.iter().zip(words) {
        assert_eq!((&letter["kind"], &letter["text"]), (&json!("message"), &json!(format!("Read: {text}"))));
        assert!(letter["sequence"].as_u64().is_some_and(|sequence| sequence > 1), "{letter}");
    }

    *end.gone.lock().expect("no panic") = false;
    assert_eq!(ada.post("/dead-letters/replay", &json!({})).status, 422);
    let none = ada.post("/dead-letters/replay", &json!({ "connection": "web" })).body;
    assert_eq!(none, json!({ "replayed": 0, "left": 0 }));
    let conversation = &letters[0]["conversation"];
    for (query, expected) in [
        ("connection=crm".to_owned(), Some(3)),
        ("connection=web".to_owned(), Some(0)),
        (format!("conversation={}", conversation.as_str().expect("an id")), Some(3)),
        (format!("conversation={NOBODY}"), None),
        ("connection=nosuch".to_owned(), None),
        ("colour=red".to_owned(), None),
    ] {
        let listed = ada.get(&format!("/dead-letters?{query}"));
        assert_eq!(listed.body["items"].as_array().map(Vec::len), expected, "{query}: {listed:?}");
        assert_eq!(listed.status, if expected.is_some() { 200 } else { 422 }, "{query}: {listed:?}");
    }
    for which in [json!({ "connection": "nosuch" }), json!({ "conversation": NOBODY })] {
        assert_eq!(ada.post("/dead-letters/replay", &which).status, 422, "{which}");
    }
    let which = json!({ "conversation": letters[0]["conversation"], "connection": "crm" });
    let replayed = ada.post("/dead-letters/replay", &which);
    assert_eq!((replayed.status, replayed.body), (202, json!({ "replayed": 3, "left": 0 })));
    let heard = words.map(|text| {
        eventually(&format!("{text} leaves again"), || end.heard(&format!("Read: {text}")).get(1).copied())
    });
    assert!(heard.is_sorted(), "{heard:?}");
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
    assert!(studio.terminate().success());
}

#[test]
fn a_reply_whose_turn_cannot_be_read_is_a_dead_letter_and_keeps_nothing_waiting() {
    let end = OtherEnd { refuses: Arc::new(Mutex::new(usize::MAX)), ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "unread");
    visitor.say("1", "one");
    eventually("the reply is refused", || (!end.heard("Read: one").is_empty()).then_some(()));
    visitor.say("2", "two");
    visitor.hears("Read: two");
    assert!(studio.terminate().success());
    let spoilt = "UPDATE turn:[$organisation, $conversation]..[$organisation, $conversation, []] \
                  SET kept = entries, entries = '{' WHERE string::contains(entries, 'Read: one')";
    crate::unreadable::spoil(&home, &[(spoilt, "unread")]);

    *end.refuses.lock().expect("no panic") = 0;
    let before = end.heard("Read: one").len();
    let studio = home.start();
    crate::http_story::add(&home, "ada@example.com", "Ada", "owner");
    let log_in = |studio: &_| Member::log_in(studio, "ada@example.com", crate::http_story::PASSWORD);
    let ada = log_in(&studio);
    eventually("the reply behind it", || {
        // What waits for a later try need wait no longer.
        assert_eq!(ada.post("/connections/crm/resume", &json!({})).status, 200);
        (!end.heard("Read: two").is_empty()).then_some(())
    });
    let letter = |ada: &Member| {
        let letters = ada.get("/dead-letters").body["items"].as_array().cloned().unwrap_or_default();
        assert!(letters.len() == 1 && letters[0]["text"] == "Read: one", "{letters:?}");
        letters[0].clone()
    };
    let replay = |ada: &Member, letter: &Value| {
        let id = letter["id"].as_str().expect("an id");
        assert_eq!(ada.post(&format!("/dead-letters/{id}/replay"), &json!({})).status, 202);
    };
    let first = letter(&ada);
    let error = first["error"].as_str().unwrap_or_default();
    assert!(error.contains("a row of `turn` cannot be read") && error.contains("replay this"), "{first}");
    let problem = ada.get("/connections/crm").body["problem"].to_string();
    assert!(problem.contains("a message did not leave: a row of `turn` cannot be read"), "{problem}");
    // Replayed too early it is one again.
    replay(&ada, &first);
    eventually("it is a dead letter again", || {
        let letters = ada.get("/dead-letters").body["items"].clone();
        letters.as_array()?.first().filter(|letter| letter["id"] != first["id"]).map(|_| ())
    });
    assert_eq!(end.heard("Read: one").len(), before);
    assert!(studio.terminate().success());

    let mended = "UPDATE turn:[$organisation, $conversation]..[$organisation, $conversation, []] \
                  SET entries = kept WHERE kept != NONE";
    crate::unreadable::spoil(&home, &[(mended, "unread")]);
    let studio = home.start();
    let ada = log_in(&studio);
    replay(&ada, &letter(&ada));
    eventually("it leaves", || (end.heard("Read: one").len() == before + 1).then_some(()));
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
    assert!(studio.terminate().success());
}

#[test]
fn what_waits_to_leave_is_bounded_and_what_was_taken_in_is_heard() {
    let end = OtherEnd { refuses: Arc::new(Mutex::new(usize::MAX)), ..OtherEnd::default() };
    let home = end.start();
    let limit = 30;
    let studio = home.start_with(&[("STUDIO_LIMITS_INBOX", &limit.to_string())]);
    let say = |number: usize| {
        let visitor = Visitor::new(&studio, &format!("waits-{number}"));
        visitor.post("1", &json!({ "text": format!("number {number};") }), 0).expect("it is up")
    };
    let heard = |number: usize| end.heard(&format!("Read: number {number};")).len();
    for number in 0..limit {
        assert_eq!(say(number).status, 202);
        eventually("its reply is refused", || (heard(number) > 0).then_some(()));
    }
    let refused = say(limit);
    assert!(refused.status == 503 && refused.headers.contains_key(RETRY_AFTER), "{refused:?}");
    // By the other connection nothing waits.
    let asks = json!({ "type": "message", "id": "1", "text": "hello" });
    assert_eq!(Session::open(&studio).post(&asks), 202);

    *end.refuses.lock().expect("no panic") = 0;
    crate::http_story::add(&home, "olga@example.com", "Olga", "owner");
    let olga = Member::log_in(&studio, "olga@example.com", crate::http_story::PASSWORD);
    // What waits for a later try need wait no longer.
    assert_eq!(olga.post("/connections/crm/resume", &json!({})).status, 200);
    eventually("it is taken in", || (say(limit).status == 202).then_some(()));
    eventually("its reply", || (heard(limit) > 0).then_some(()));
    for number in 0..limit {
        eventually("the reply that waited", || (heard(number) > 1).then_some(()));
    }
    assert!(studio.terminate().success());
}

#[test]
fn what_of_the_bot_is_replayed_does_not_leave_while_an_agent_has_the_conversation() {
    let end = OtherEnd { gone: Arc::new(Mutex::new(true)), ..OtherEnd::default() };
    let home = end.start();
    let studio = home.start();
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", crate::http_story::PASSWORD);
    Visitor::new(&studio, "over").say("1", WORD);
    let letter = |error: &str| {
        let items = ada.get("/dead-letters").body["items"].clone();
        let letter = items.as_array()?.first()?.clone();
        letter["error"].as_str()?.contains(error).then_some(letter)
    };
    let replay = |letter: &Value| {
        let id = letter["id"].as_str().expect("an id");
        assert_eq!(ada.post(&format!("/dead-letters/{id}/replay"), &json!({})).status, 202);
    };
    let given_up = eventually("the reply is given up", || letter(""));
    *end.gone.lock().expect("no panic") = false;
    let conversation = given_up["conversation"].as_str().expect("an id");
    crate::whatsapp::taken_over(&ada, conversation);
    replay(&given_up);
    let kept = eventually("it is a dead letter again", || letter("a person has the conversation"));
    assert_eq!(end.heard(WORD).len(), 1, "it left while Ada has the conversation");

    assert_eq!(ada.post(&format!("/conversations/{conversation}/hand-back"), &json!({})).status, 202);
    eventually("the bot has the conversation", || {
        let found = ada.get(&format!("/conversations/{conversation}")).body;
        (found["conversation"]["owner"]["type"] == "bot").then_some(())
    });
    replay(&kept);
    eventually("it leaves", || (end.heard(WORD).len() == 2).then_some(()));
    assert!(studio.terminate().success());
}

#[test]
fn a_flow_goes_on_by_its_error_branch_where_its_call_is_given_up() {
    let end = OtherEnd::default();
    let home = end.start();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "asks");
    visitor.say("1", "ask");
    eventually("the service is asked", || (*end.calls.lock().expect("no panic") == 1).then_some(()));
    studio.kill();
    // Nearly all tries are used up, and a bug costs the last.
    let tried = "UPDATE outbox SET attempts = 14 WHERE conversation = $conversation";
    crate::unreadable::spoil(&home, &[(tried, "asks")]);

    let studio = home.start_with(&[("STUDIO_POISON", "/slow")]);
    let visitor = Visitor::new(&studio, "asks");
    eventually("the error branch", || {
        visitor.transcript().iter().any(|line| line.contains("Nobody answered.")).then_some(())
    });
    crate::http_story::add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", crate::http_story::PASSWORD);
    let letters = ada.get("/dead-letters").body["items"].as_array().cloned().unwrap_or_default();
    assert!(letters.len() == 1 && letters[0]["attempts"] == 15, "{letters:?}");
    assert!(studio.terminate().success());
}

#[test]
fn what_an_address_took_is_sent_also_where_it_is_set_no_more() {
    let end = OtherEnd::default();
    let home = end.start();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let visitor = Visitor::new(&studio, "moved");
    visitor.say("1", "hello");
    eventually("the reply", || (end.heard("Read: hello").len() == 1).then_some(()));
    let id = eventually("the conversation", || {
        Some(conversations(&ada, "crm").first()?["id"].as_str()?.to_owned())
    });
    let is = |ada: &Member, words: &str, state: &str| {
        eventually(&format!("{words} is {state}"), || {
            let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
            let found = all.as_array()?.iter().find(|message| message["content"]["text"] == words)?.clone();
            (found["delivery"]["state"] == state).then_some(())
        });
    };
    is(&ada, "Read: hello", "sent");
    assert!(studio.terminate().success());

    let path = home.path().join("studio.toml");
    let text = fs::read_to_string(&path).expect("readable");
    let fetched = text.lines().filter(|line| !line.starts_with("reply_url")).collect::<Vec<_>>().join("\n");
    fs::write(&path, &fetched).expect("writable");
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    visitor.say("2", "again");
    is(&ada, "Read: again", "waiting");
    is(&ada, "Read: hello", "sent");
    visitor.hears("Read: again");
    is(&ada, "Read: again", "sent");
    assert!(studio.terminate().success());

    // What was fetched is known where the connection is gone, too.
    let place = fetched.rfind("[[connection]]").expect("it is the last one");
    fs::write(&path, &fetched[..place]).expect("writable");
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    is(&ada, "Read: again", "sent");
}
