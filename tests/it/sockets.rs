//! Sockets of visitors and members: how they end, and that a slow one costs nobody else.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home, PATIENCE, Running, eventually,
        http_client::{Member, Visitor},
        widget::{Session, Socket},
    },
};

/// The live stream of a member of this studio.
fn console(home: &Home, studio: &Running, open: fn(&str, &str) -> Socket) -> Socket {
    console_of(&ada(home, studio), studio, open)
}

fn ada(home: &Home, studio: &Running) -> Member {
    add_member(home, "ada@example.com", "Ada");
    Member::log_in(studio, "ada@example.com", PASSWORD)
}

fn console_of(member: &Member, studio: &Running, open: fn(&str, &str) -> Socket) -> Socket {
    let mut socket = open(&studio.address, "/api/v1/live");
    socket.say(&json!({ "token": member.token }));
    socket
}

#[test]
fn a_studio_that_stops_finishes_and_says_goodbye() {
    let home = Home::new();
    let studio = home.start();
    let ada = ada(&home, &studio);
    let mut console = console_of(&ada, &studio, Socket::open);
    let session = Session::open(&studio);
    let mut visitor = session.socket(0);
    visitor.hears("Welcome");
    assert_eq!(console.hear()["type"], "welcome");
    let mut silent = Socket::open(&studio.address, "/web/web/socket");
    let poll = {
        let visitor = Visitor::new(&studio, "poll");
        std::thread::spawn(move || visitor.post("1", &json!({ "event": { "name": "nobody_waits" } }), 30))
    };
    eventually("the one who waits was heard", || {
        (ada.get("/conversations").body["items"].as_array()?.len() == 2).then_some(())
    });
    // What was said before the signal is still answered, and then everyone is told.
    for number in 0..5 {
        visitor.say(
            &json!({ "type": "message", "id": format!("m{number}"), "text": "what are your opening hours?" }),
        );
    }
    let mut answers = 0;
    let is_answer = |frame: &Value| frame["from"] == "bot" && frame.to_string().contains("Saturday");
    let mut acknowledged = 0;
    while acknowledged < 5 {
        let frame = visitor.hear();
        acknowledged += usize::from(frame["type"] == "ack");
        answers += usize::from(is_answer(&frame));
    }
    let begun = Instant::now();
    let (status, said) = studio.terminate_and_tell();
    assert!(status.success() && !said.contains("server.drain.cut"), "{said}");
    assert!(begun.elapsed() < Duration::from_secs(15), "it took {:?}", begun.elapsed());
    let mut last = visitor.hear();
    while last["type"] == "message" || last["type"] == "typing" {
        answers += usize::from(is_answer(&last));
        last = visitor.hear();
    }
    assert_eq!(last, json!({ "close": 1001 }));
    assert_eq!(answers, 5, "what was acknowledged before the end was answered before the end, and once");
    let mut end = console.hear();
    while end["type"] == "turn" || end["type"] == "typing" {
        end = console.hear();
    }
    assert_eq!(end, json!({ "close": 1001 }));
    assert_eq!(silent.hear(), json!({ "close": 1001 }));
    let waited = poll.join().expect("it ran").expect("an answer");
    assert!(matches!(waited.status, 200 | 202), "{waited:?}");

    // Nothing was lost: what was acknowledged is answered, before or after.
    let _studio = home.start();
    let mut again = session.socket(0);
    for _ in 0..5 {
        again.hears("Saturday");
    }
}

#[test]
fn a_frame_that_is_too_large_ends_a_live_stream_with_its_reason() {
    let home = Home::new();
    let studio = home.start();
    let mut console = console(&home, &studio, Socket::open);
    assert_eq!(console.hear()["type"], "welcome");
    let mut first = Socket::open(&studio.address, "/api/v1/live");
    for socket in [&mut console, &mut first] {
        socket.say(&json!({ "token": "x".repeat(70_000) }));
        let mut end = socket.hear();
        while end["type"] == "turn" || end["type"] == "typing" {
            end = socket.hear();
        }
        assert_eq!(end, json!({ "close": 1009 }));
    }
}

#[test]
fn a_live_stream_that_does_not_begin_says_why() {
    let home = Home::new();
    let studio = home.start();
    for (hello, code, reason) in [
        (json!({ "type": "hello" }), 4400, "the first frame must be"),
        (json!({}), 4401, "log in first"),
        (json!({ "token": "nonsense" }), 4401, "the token is wrong or has ended"),
    ] {
        let mut socket = Socket::open(&studio.address, "/api/v1/live");
        socket.say(&hello);
        let closed = socket.closed();
        assert!(closed.0 == code && closed.1.starts_with(reason), "{hello}: {closed:?}");
    }
}

/// A live stream that goes on behind a position, and what it says first.
fn watch(member: &Member, studio: &Running, after: &Value) -> (Socket, Value) {
    let mut socket = Socket::open(&studio.address, "/api/v1/live");
    socket.say(&json!({ "token": member.token, "after": after }));
    let welcome = socket.hear();
    assert_eq!(welcome["type"], "welcome", "{welcome}");
    (socket, welcome)
}

/// The numbers of the turns that are told until a visitor says this, and all that visitors say in them.
fn told_until(socket: &mut Socket, last: &str) -> (Vec<u64>, Vec<String>) {
    let (mut numbers, mut said): (Vec<u64>, Vec<String>) = (Vec::new(), Vec::new());
    while said.last().is_none_or(|words| words.as_str() != last) {
        let frame = socket.hear();
        assert_eq!(frame["type"], "turn", "{frame}");
        numbers.push(frame["position"]["number"].as_u64().expect("a number"));
        for entry in frame["entries"].as_array().into_iter().flatten() {
            if entry["what"]["type"] == "received" {
                said.push(entry["what"]["content"]["text"].as_str().expect("words").to_owned());
            }
        }
    }
    (numbers, said)
}

#[test]
fn who_comes_back_to_the_live_stream_is_told_what_was_missed_once_and_in_order() {
    let home = Home::new();
    let studio = home.start();
    let ada = ada(&home, &studio);
    let visitor = Visitor::new(&studio, "missed");
    let asks = |id: &str, text: &str| {
        let answer = visitor.post(id, &json!({ "text": text }), 30).expect("it is up");
        assert_eq!(answer.status, 200, "{answer:?}");
    };
    // Before anybody watches nothing is held. That the second is answered says that all was told of the first.
    asks("before-1", "opening hours");
    asks("before-2", "opening hours");

    let (mut first, welcome) = watch(&ada, &studio, &Value::Null);
    assert_eq!(welcome["caught_up"], true, "{welcome}");
    let epoch = welcome["position"]["epoch"].as_u64().expect("a number");
    asks("1", "when are you open");
    let left = *told_until(&mut first, "when are you open").0.last().expect("a turn");
    drop(first);
    let missed = ["opening times", "when do you open", "when do you close"];
    for (number, text) in missed.iter().enumerate() {
        asks(&format!("missed-{number}"), text);
    }
    for _ in 0..2 {
        let (mut back, welcome) = watch(&ada, &studio, &json!({ "epoch": epoch, "number": left }));
        assert_eq!(welcome["caught_up"], true, "{welcome}");
        let (numbers, said) = told_until(&mut back, missed[2]);
        assert_eq!(said, missed);
        assert_eq!(numbers, (left + 1..).take(numbers.len()).collect::<Vec<_>>());
    }

    // What is no longer held, was never told, or was told by another start of the studio.
    for (text, epoch, number) in [
        ("business hours", epoch, 0),
        ("store hours", epoch, left + 1_000),
        ("how late are you open", epoch - 1, left),
    ] {
        let (mut back, welcome) = watch(&ada, &studio, &json!({ "epoch": epoch, "number": number }));
        assert_eq!(welcome["caught_up"], false, "{welcome}");
        // Nothing that was is told, and all that is from now on.
        asks(&text.replace(' ', "-"), text);
        assert_eq!(told_until(&mut back, text).1, [text]);
    }
}

#[test]
fn the_live_stream_ends_with_the_login_it_was_opened_by() {
    let home = Home::with("[sessions]\nduration = \"25s\"\n");
    let studio = home.start();
    for (email, name) in [("ada@example.com", "Ada"), ("bob@example.com", "Bob"), ("eve@example.com", "Eve")]
    {
        add(&home, email, name, "owner");
    }
    let watching = |token: &str| {
        let mut socket = Socket::open(&studio.address, "/api/v1/live");
        socket.say(&json!({ "token": token }));
        assert_eq!(socket.hear()["type"], "welcome");
        socket
    };
    let begun = Instant::now();
    let [ada, bob, eve] =
        ["ada", "bob", "eve"].map(|name| Member::log_in(&studio, &format!("{name}@example.com"), PASSWORD));
    let key = ada.post("/api-keys", &json!({ "name": "reports", "role": "analyst" })).body;
    let mut stays = watching(&ada.token);
    let mut ended =
        [bob.token.as_str(), eve.token.as_str(), key["key"].as_str().expect("a key")].map(watching);
    let id = bob.get("/me").body["member"].as_str().expect("an id").to_owned();
    let delete = reqwest::Method::DELETE;
    assert_eq!(ada.ask(delete.clone(), &format!("/members/{id}"), &json!({})).status, 204);
    assert_eq!(eve.ask(delete.clone(), "/sessions/current", &json!({})).status, 204);
    let id = key["api_key"]["id"].as_str().expect("an id");
    assert_eq!(ada.ask(delete, &format!("/api-keys/{id}"), &json!({})).status, 204);
    for socket in &mut ended {
        assert_eq!(socket.hear_within(Duration::from_secs(20)), Some(json!({ "close": 4401 })));
    }
    // Sooner than the look of every minute: at the end of the session itself.
    assert_eq!(stays.hear_within(Duration::from_secs(50)), Some(json!({ "close": 4401 })));
    assert!(begun.elapsed() < Duration::from_secs(55), "it took {:?}", begun.elapsed());
}

/// Memory that is resident, in bytes.
fn resident(studio: &Running) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", studio.pid())).expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it is there");
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    kilobytes << 10
}

#[test]
fn readers_that_read_nothing_are_dropped_and_disturb_nobody() {
    // No tab is dropped for its silence, which would come first where the machine is too slow to fill what the kernel holds for it.
    let limits = "{ slow_reader_seconds = 1, messages_per_10_seconds = 10000, ping_seconds = 3600 }";
    let home = Home::with_web("", &format!("limits = {limits}"));
    let studio = home.start();
    let mut console = console(&home, &studio, Socket::narrow);
    assert_eq!(console.hear()["type"], "welcome");
    let loud = Session::open(&studio);
    // Four tabs of the same visitor, and a console, that never read.
    let mut asleep: Vec<Socket> = (0..4).map(|_| loud.narrow_socket(0)).collect();
    let before = resident(&studio);

    let other = Visitor::new(&studio, "undisturbed");
    let mut longest = Duration::ZERO;
    for number in 0..1_500 {
        let text = format!("{number} {}", "x".repeat(9_900));
        let message = json!({ "type": "message", "id": format!("m{number}"), "text": text });
        assert_eq!(loud.post(&message), 202);
        if number % 100 == 50 {
            let asked = Instant::now();
            other.say(&number.to_string(), "what are your opening hours?");
            other.hears("Saturday");
            longest = longest.max(asked.elapsed());
        }
    }
    assert!(longest < Duration::from_secs(10), "another visitor waited {longest:?}");
    let grown = resident(&studio).saturating_sub(before);
    assert!(grown < 300 << 20, "{} MiB more are resident", grown >> 20);

    // They are dropped before any of them reads: each says so itself, for what the kernel holds is told before its end.
    let mut said = String::new();
    eventually("all are dropped", || {
        said += &studio.said();
        let tabs = said.matches("channel.reader_too_slow").count();
        (tabs == asleep.len() && said.contains("live.reader_too_slow")).then_some(())
    });
    // Nothing keeps the connection behind what was on its way, whose reading is the kernel's and may take its time.
    for socket in asleep.iter_mut().chain([&mut console]) {
        let mut end = Instant::now() + PATIENCE;
        loop {
            // Shorter than what lies between two pings.
            match socket.hear_within(Duration::from_secs(1)) {
                Some(frame) if frame.is_object() && frame.get("close").is_none() => {
                    end = Instant::now() + PATIENCE;
                }
                Some(_) => break,
                None => assert!(Instant::now() < end, "a slow reader is still connected"),
            }
        }
    }
    // Whoever comes back gets what is missing.
    let mut again = loud.socket(0);
    again.hears("1499 xxx");
}
