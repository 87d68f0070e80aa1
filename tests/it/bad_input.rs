//! Whatever is wrong, the error says what to do, and nothing else stops.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
};

use serde_json::json;

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, PATIENCE, eventually,
        http_client::{Member, Visitor, http, send},
    },
    wrong_bots::cafe,
};

/// Runs `studio <arguments>`, which must fail, and gives what it said.
pub fn refused(home: &Home, arguments: &[&str]) -> String {
    let (status, out, err) = home.run(arguments, &BTreeMap::new());
    assert!(!status.success(), "{arguments:?} succeeded:\n{out}");
    [out, err].concat()
}

pub fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in:\n{text}");
    }
}

#[test]
fn a_port_in_use_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("it has one").to_string();
    let home = Home::new();
    says(&refused(&home, &["serve", "--listen", &address]), &[&address, "in use", "--listen"]);
    assert!(!home.path().join("data/studio.sock").exists(), "nobody is there to be asked");
}

#[test]
fn folders_that_are_none_are_named() {
    let home = Home::new();
    says(&refused(&home, &["serve", "--bots", "nowhere"]), &["nowhere", "--bots"]);
    fs::write(home.path().join("a-file"), "").expect("writable");
    says(&refused(&home, &["serve", "--data", "a-file"]), &["a-file", "it is a file", "--data"]);
}

#[test]
fn a_store_in_use_is_not_opened_twice() {
    let home = Home::new();
    let studio = home.start();
    says(&refused(&home, &["serve", "--listen", "127.0.0.1:0"]), &["running already", "--data"]);
    // That its port is in use would only lead to another one.
    let told = refused(&home, &["serve"]);
    assert!(told.contains("running already") && !told.contains("is in use"), "{told}");
    fs::write(home.path().join("all.jsonl"), "").expect("writable");
    says(&refused(&home, &["import", "all.jsonl"]), &["in use", "stop"]);
    drop(studio);
}

#[test]
fn hostile_requests_are_refused_and_the_studio_goes_on() {
    let home = Home::new();
    let studio = home.start();
    let post = |path: &str, kind: &str, body: Vec<u8>| {
        let url = format!("{}{path}", studio.address);
        send(http().post(url).header("content-type", kind).body(body)).map(|answer| answer.status)
    };
    for (path, kind, body, expected) in [
        ("/webhooks/crm", "application/json", b"{}".to_vec(), 401),
        ("/webhooks/nobody", "application/json", b"{}".to_vec(), 404),
        ("/webhooks/crm", "text/plain", b"{}".to_vec(), 415),
        ("/api/v1/sessions", "application/json", b"{".to_vec(), 400),
        ("/api/v1/sessions", "text/plain", b"{}".to_vec(), 415),
        (
            "/api/v1/sessions",
            "application/json",
            br#"{"email":"a","password":"b","role":"owner"}"#.to_vec(),
            422,
        ),
        ("/api/v1/parked/a/b/replay", "application/json", b"{}".to_vec(), 401),
        ("/nowhere", "application/json", b"{}".to_vec(), 404),
    ] {
        assert_eq!(post(path, kind, body).expect("it is up"), expected, "{path} {kind}");
    }
    for path in ["/webhooks/crm", "/api/v1/sessions"] {
        let answer = answer_to_a_long_body(&studio.address, path);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{path}: {answer:?}");
    }
    let visitor = Visitor::new(&studio, "after");
    let answer = visitor.post("1", &json!({ "text": "hello" }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
}

/// Sends ten megabytes as a client does that reads what it is answered although the other side no longer takes what it sends.
fn answer_to_a_long_body(address: &str, path: &str) -> String {
    let host = address.strip_prefix("http://").expect("an address of HTTP");
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_write_timeout(Some(PATIENCE)).expect("a time");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time");
    let length = 10 << 20;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
    .expect("it takes the head");
    let part = vec![b'x'; 64 << 10];
    let mut left = length;
    // It may close before it has read all; what it said before that can still be read.
    while left > 0 && stream.write_all(&part[..left.min(part.len())]).is_ok() {
        left -= left.min(part.len());
    }
    let (mut answer, mut bytes) = (Vec::<u8>::new(), [0_u8; 4096]);
    while !answer.windows(2).any(|pair| pair == b"\r\n") {
        match stream.read(&mut bytes) {
            Ok(read) if read > 0 => answer.extend_from_slice(&bytes[..read]),
            Ok(_) | Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn what_cannot_be_is_told_before_anything_begins() {
    let home = Home::new();
    cafe(&home, "    - say: { en: Hello, de: Hallo }\n");
    says(&refused(&home, &["preview", "cafe"]), &["the bot cafe has no responses", "responses/"]);
    says(&refused(&home, &["chat", "cafe", "--language", "klingon"]), &["klingon", "de-AT", "en, "]);
    says(&refused(&home, &["preview", "shop", "welcome", "--language", "klingon"]), &["klingon", "en, de"]);
    says(&refused(&home, &["simulate", "--bot", "cafee"]), &["no bot cafee", "cafe", "shop"]);
    says(&refused(&home, &["evaluate"]), &["name a bot", "studio evaluate shop", "--train", "--sentiment"]);
    says(&refused(&home, &["evaluate", "--train", "a.csv"]), &["--test"]);
    says(&refused(&home, &["serve", "--listen", "foo"]), &["such as 127.0.0.1:8080"]);
    for address in ["nonsense", "ftp://chat.example.com", "localhost:8080"] {
        says(&refused(&home, &["console", "--url", address]), &["such as https://chat.example.com"]);
    }

    // The second of the ports is taken.
    let (_taken, port) = std::iter::repeat_with(|| TcpListener::bind("127.0.0.1:0").expect("a port"))
        .map(|listener| {
            let port = listener.local_addr().expect("bound").port();
            (listener, port)
        })
        .find(|(_, port)| TcpListener::bind(("127.0.0.1", port - 1)).is_ok())
        .expect("there are some");
    let told = refused(&home, &["simulate", "--bot", "cafe", "--port", &(port - 1).to_string()]);
    says(&told, &[&format!("port {port} for discord"), "--port 0"]);
    assert!(!told.contains("[[connection]]"), "nothing is begun: {told}");

    let path = home.path().join("studio.toml");
    let settings = fs::read_to_string(&path).expect("readable");
    let settings = settings.replace("[server]\n", "[server]\nkey = \"a short one\"\n");
    fs::write(&path, settings).expect("writable");
    says(&refused(&home, &["check"]), &["server.key", "openssl rand -base64 32"]);
}

#[test]
fn what_lies_in_the_folders_and_is_not_read_is_told_at_the_start() {
    let home = Home::new();
    let bots = home.path().join("bots");
    fs::create_dir_all(bots.join("drafts")).expect("writable");
    fs::write(bots.join("drafts/notes.md"), "# not yet\n").expect("writable");
    cafe(&home, "    - say: { en: Hello, de: Hallo }\n");
    fs::write(home.path().join("config.toml"), "[limits]\ninbox = 3\n").expect("writable");
    let told = home.start().at_the_start.clone();
    says(&told, &["WARNING", "bots/drafts has no bot.yaml", "left out"]);
    says(
        &told,
        &["config.toml in this folder holds settings of the studio and is not read: studio.toml is read"],
    );
    for arguments in [&["doctor"], &["check"]] {
        let (_, told, _) = home.run(arguments, &BTreeMap::new());
        says(&told, &["config.toml in this folder"]);
    }
    let settings = home.path().join("studio.toml");
    let aside = home.path().join("aside.toml");
    fs::rename(&settings, &aside).expect("movable");
    let (_, told, _) = home.run(&["doctor"], &BTreeMap::new());
    says(&told, &["is not read: there is no studio.toml, so the defaults hold"]);
    fs::rename(&aside, &settings).expect("movable");
    // The project's own file says nothing but the defaults.
    fs::write(home.path().join("config.toml"), include_str!("../../config.toml")).expect("writable");
    fs::remove_dir_all(bots.join("drafts")).expect("removable");
    let told = home.start().at_the_start.clone();
    assert!(!told.contains("config.toml") && !told.contains("left out"), "{told}");
}

#[test]
fn a_doctor_looks_at_the_index_while_a_studio_runs_and_when_none_does() {
    let home = Home::new();
    let doctor = |home: &Home| {
        let (status, told, _) = home.run(&["doctor"], &BTreeMap::new());
        (status.success(), told)
    };
    assert!(doctor(&home).1.contains("index      none yet"), "{}", doctor(&home).1);
    let studio = home.start();
    let good = "documents of 1 bot, ";
    assert!(doctor(&home).1.contains(good), "{}", doctor(&home).1);
    assert!(studio.terminate().success());
    let (well, told) = doctor(&home);
    assert!(well && told.contains(good), "{told}");
    let meta = home.path().join("data/index/meta.json");
    fs::write(&meta, "{").expect("writable");
    let (well, told) = doctor(&home);
    assert!(!well, "{told}");
    says(&told, &["BAD  index", "cannot be used", "the next `studio serve` makes it anew"]);
    assert!(home.start().terminate().success());
    assert!(doctor(&home).0, "{}", doctor(&home).1);
}

#[test]
fn a_secret_that_is_damaged_or_gone_is_told() {
    let home = Home::new();
    let studio = home.start();
    Visitor::new(&studio, "somebody").say("1", "hello");
    Visitor::new(&studio, "somebody").hears("");
    assert!(studio.terminate().success());
    let doctor = |home: &Home| {
        let (status, told, _) = home.run(&["doctor"], &BTreeMap::new());
        (status.success(), told)
    };
    let secret = home.path().join("data/secret");
    assert!(doctor(&home).1.contains("ok   secret"), "{}", doctor(&home).1);
    fs::write(&secret, "short").expect("writable");
    let (well, told) = doctor(&home);
    assert!(!well, "{told}");
    says(&told, &["BAD  secret", "is damaged", "remove it"]);
    fs::remove_file(&secret).expect("removable");
    let (well, told) = doctor(&home);
    assert!(well, "{told}");
    says(&told, &["warn secret", "is gone"]);
    let studio = home.start();
    let mut told = studio.at_the_start.clone();
    eventually("the log tells it", || {
        told += &studio.said();
        told.contains("secret.missing").then_some(())
    });
    says(&told, &["begin new conversations"]);
    assert!(secret.is_file());
    assert!(studio.terminate().success());
    assert!(!home.start().at_the_start.contains("secret.missing"));
}

#[test]
fn a_page_is_told_of_where_there_is_one() {
    let home = Home::new();
    let told = |home: &Home| {
        let studio = home.start();
        let (said, address) = (&studio.at_the_start, &studio.address);
        // Where the console is is told always.
        says(said, &["the console               studio console   (or: make console)"]);
        said.contains(&format!("the page with the chat    {address}/\n"))
    };
    assert!(told(&home));
    let path = home.path().join("studio.toml");
    let settings = fs::read_to_string(&path).expect("readable");
    let web = "[[connection]]\nname = \"web\"\nchannel = \"web\"\nbot = \"shop\"\n";
    assert!(settings.contains(web), "{settings}");
    fs::write(&path, settings.replace(web, "")).expect("writable");
    assert!(!told(&home), "nothing shows it any more");
}

#[test]
fn the_page_says_that_nobody_answers() {
    let home = Home::new();
    let page = |running: &crate::support::Running| {
        send(http().get(format!("{}/", running.address))).expect("it is up").body.to_string()
    };
    let studio = home.start();
    assert!(!page(&studio).contains("No bot answers here"));
    drop(studio);
    fs::create_dir_all(home.path().join("bots")).expect("writable");
    let studio = home.start();
    says(&page(&studio), &["No bot answers here", "studio.toml", "studio check"]);
}

#[test]
fn what_is_nested_too_deep_is_refused_and_never_stops_a_start() {
    let home = Home::new();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "deep");
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!({ "a": inner }));
    for (id, levels, expected) in [("1", 20, 202), ("2", 40, 422), ("3", 100, 422), ("4", 120, 422)] {
        let event = json!({ "event": { "name": "seen", "data": nested(levels) } });
        let answer = visitor.post(id, &event, 0).expect("it is up");
        assert_eq!(answer.status, expected, "{levels}: {answer:?}");
    }
    assert!(studio.terminate().success());
    let studio = home.start();
    let answer = Visitor::new(&studio, "deep").post("5", &json!({ "text": "hello" }), 10).expect("it is up");
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[test]
fn the_api_says_in_words_what_does_not_fit() {
    let home = Home::new();
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let answer = ada.get("/conversations/nonsense");
    assert_eq!(answer.status, 400, "{answer:?}");
    let told =
        ["the address does not fit: where an id belongs, such as 01J", "something else stands; copy an id"];
    says(&answer.body.to_string(), &told);
    let answer = ada.get("/conversations?colour=red");
    assert_eq!(answer.status, 422, "{answer:?}");
    says(&answer.body.to_string(), &["the query does not fit", "colour", "/api/v1/openapi.json"]);
    let post = |body: &'static str, kind: &str| {
        let request = http().post(format!("{}/api/v1/sessions", studio.address));
        send(request.header("content-type", kind).body(body)).expect("it is up").body.to_string()
    };
    says(&post("{", "application/json"), &["the body is no JSON"]);
    says(&post("{}", "application/json"), &["the body does not fit", "email", "/api/v1/openapi.json"]);
    says(&post("{}", "text/plain"), &["Content-Type: application/json"]);
    says(
        &post("[\"a@example.com\", \"x\"]", "application/json"),
        &["an object is needed, not a list", "422"],
    );
    says(&post("{\"email\": 7}", "application/json"), &["`email`: a text is needed"]);
    for act in ["take-over", "hand-back", "close"] {
        let path = format!("/conversations/01J9Z3K7T2N8Q4R6V0W1X5Y9AB/{act}");
        let answer = ada.post(&path, &json!({ "x": 1 }));
        assert_eq!(answer.status, 422, "{answer:?}");
        says(&answer.body.to_string(), &["there is no field `x` here"]);
        assert_eq!(ada.post(&path, &json!({})).status, 404, "{act}");
        let nothing = http().post(format!("{}/api/v1{path}", studio.address)).bearer_auth(&ada.token);
        assert_eq!(send(nothing).expect("it is up").status, 404, "{act}");
    }
    let replies = "/conversations/01J9Z3K7T2N8Q4R6V0W1X5Y9AB/replies";
    let template = json!({ "name": "welcome", "language": "en", "parameters": [] });
    let button = json!(["Yes", { "value": "yes" }]);
    for (path, body, place) in [
        (replies, json!({ "content": ["text", "Hello", []] }), "content"),
        (
            replies,
            json!({ "content": { "type": "buttons", "text": "Well?", "buttons": [button] } }),
            "content.buttons[0]",
        ),
        (
            "/conversations",
            json!({ "connection": "whatsapp", "to": { "phone": "+4915112345678" }, "template": template }),
            "template.parameters",
        ),
    ] {
        let answer = ada.post(path, &body);
        assert_eq!(answer.status, 422, "{answer:?}");
        says(&answer.body.to_string(), &[&format!("`{place}`: an object is needed, not a list")]);
    }
    let blank = "\u{200b} \u{3164}\u{2060}";
    let reply = json!({ "content": { "type": "text", "text": blank } });
    let (message, notes) = (replies.replace("replies", "messages/3"), replies.replace("replies", "notes"));
    for answer in [
        ada.post(replies, &reply),
        ada.ask(reqwest::Method::PATCH, &message, &reply),
        ada.post(&notes, &json!({ "text": blank })),
    ] {
        assert_eq!(answer.status, 422, "{answer:?}");
        says(
            &answer.body.to_string(),
            &["must have 1 to 10000 characters", "something among them that can be seen"],
        );
    }
}
