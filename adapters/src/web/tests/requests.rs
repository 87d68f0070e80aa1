//! Doors, sessions, files, and the conversation without a socket.

use super::*;

#[tokio::test]
async fn only_listed_pages_come_in() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    for origin in
        [Some("https://evil.example"), Some("https://shop.example.evil.example"), Some("null"), None]
    {
        match Socket::connect(address, origin).await {
            Err(Error::Http(response)) => assert_eq!(response.status(), 403, "{origin:?}"),
            other => panic!("{origin:?} got {:?}", other.map(|_| "in")),
        }
    }
    let own = format!("http://{address}");
    Socket::connect(address, Some(&own)).await.expect("the sample page on this machine");

    let json = ("content-type", "application/json");
    let evil =
        ask(&router, "POST", "/web/shop/sessions", &[("origin", "https://evil.example"), json], "{}").await;
    assert_eq!((evil.status, evil.header("access-control-allow-origin")), (StatusCode::FORBIDDEN, ""));
    assert!(evil.text().contains("https://evil.example"));
    assert_eq!(evil.header("content-type"), "application/problem+json");
    // The widget asks for its settings first, and its page's console says why it gets none.
    for (path, status, told) in [
        ("/web/shop/settings", StatusCode::FORBIDDEN, "add it to `origins` of the connection “shop”"),
        ("/web/other/settings", StatusCode::NOT_FOUND, "there is no web connection “other”"),
    ] {
        let refused = ask(&router, "GET", path, &[("origin", "https://evil.example")], "").await;
        let read_by = refused.header("access-control-allow-origin");
        assert_eq!((refused.status, read_by), (status, "https://evil.example"), "{path}");
        assert!(refused.text().contains(told), "{}", refused.text());
    }
    let none = ask(&router, "POST", "/web/shop/sessions", &[json], "{}").await;
    assert_eq!(none.status, StatusCode::FORBIDDEN);
    let preflight = ask(&router, "OPTIONS", "/web/shop/sessions", &[("origin", ORIGIN)], "").await;
    assert_eq!(
        (preflight.status, preflight.header("access-control-allow-origin"), preflight.header("vary")),
        (StatusCode::NO_CONTENT, ORIGIN, "origin")
    );
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
    let other = ask(&router, "POST", "/web/other/sessions", &[("origin", ORIGIN), json], "{}").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    let plain = ask(&router, "GET", "/web/shop/socket", &[("origin", ORIGIN)], "").await;
    assert_eq!(plain.status, StatusCode::UPGRADE_REQUIRED);
}

#[tokio::test]
async fn sessions_are_counted_resumed_and_checked() {
    let memory = memory("limits = { sessions_per_hour = 2 }");
    let router = router(memory.clone());
    let first = open(&router).await;
    let second = open(&router).await;
    assert_ne!(first.session, second.session);
    let third = open_with(&router, json!({})).await;
    assert_eq!((third.status, third.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1800"));

    memory.advance(SignedDuration::from_hours(24));
    let resumed = open_with(&router, json!({"refresh": first.refresh})).await;
    assert_eq!((resumed.status, &resumed.json()["session"]), (StatusCode::OK, &json!(first.session)));
    assert_eq!(memory.accepted().len(), 2, "a session is opened once");
    memory.advance(SignedDuration::from_hours(24 * 30));
    for refresh in [first.refresh.as_str(), first.token.as_str(), "", "a.b"] {
        let answer = open_with(&router, json!({"refresh": refresh})).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    for (body, status) in [
        (json!({"language": "de<script>"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"role": "admin"}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!([null, "de", {}]), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"attributes": {"a": "x".repeat(20_000)}}), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(open_with(&router, body).await.status, status);
    }
    let form = ask(
        &router,
        "POST",
        "/web/shop/sessions",
        &[("origin", ORIGIN), ("content-type", "text/plain")],
        "{}",
    )
    .await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn without_sockets_the_same_is_said_by_requests() {
    let memory = memory("");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let json = [("content-type", "application/json")];
    let frame = json!({"type": "message", "id": "m1", "text": "Hello"}).to_string();
    let sent = visit.ask(&router, "POST", "/web/shop/messages", &json, frame).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED);
    let typed = visit.ask(&router, "POST", "/web/shop/messages", &json, r#"{"type":"typing"}"#).await;
    assert_eq!(typed.status, StatusCode::NO_CONTENT);
    let hello = json!({"type": "hello", "token": visit.token}).to_string();
    let list = json!(["message", "m2", "Hello", null, null]).to_string();
    for wrong in [hello, list] {
        let refused = visit.ask(&router, "POST", "/web/shop/messages", &json, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    let frames = visit.ask(&router, "GET", "/web/shop/messages?after=2", &[], "").await.json();
    assert_eq!(
        (&frames[0]["type"], &frames[1]["content"]["text"]),
        (&json!("welcome"), &json!("You said: Hello"))
    );
    let waiting = {
        let (router, token) = (router.clone(), visit.token.clone());
        let (session, refresh) = (visit.session.clone(), visit.refresh.clone());
        tokio::spawn(async move {
            let visit = Visit { session, token, refresh };
            visit.ask(&router, "GET", "/web/shop/messages?after=3&wait=10", &[], "").await.json()
        })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    memory.say(visit.conversation(&memory), Content::text("later"));
    let frames = timeout(SOON, waiting).await.expect("in time").expect("an answer");
    assert_eq!(frames[1]["content"]["text"], "later");

    for path in ["messages", "transcript", "media/01J9Z3K7T2N8Q4R6V0W1X5Y9AB"] {
        let headers = [("origin", ORIGIN), ("authorization", "Bearer nonsense")];
        let answer = ask(&router, "GET", &format!("/web/shop/{path}"), &headers, "").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let without = ask(&router, "GET", &format!("/web/shop/{path}"), &[], "").await;
        assert_eq!(without.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn files_are_checked_kept_and_served_harmlessly() {
    let memory = memory("uploads = { max_bytes = 100, types = ['image/png', 'text/plain'] }");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let other = open(&router).await;
    let path = "/web/shop/files?name=..%2F..%2Ftent%22.png";
    let up = visit.ask(&router, "POST", path, &[("content-type", "image/png")], PNG).await;
    assert_eq!(up.status, StatusCode::CREATED, "{}", up.text());
    assert_eq!(up.json()["name"], "tent_.png");
    let media = up.json()["media"].as_str().expect("an id").to_owned();

    let frame = json!({"type": "message", "id": "f1", "file": media}).to_string();
    assert_eq!(
        visit.ask(&router, "POST", "/web/shop/messages", &[], frame.clone()).await.status,
        StatusCode::ACCEPTED
    );
    let stolen = other.ask(&router, "POST", "/web/shop/messages", &[], frame).await;
    assert_eq!(
        stolen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "a file of another conversation does not exist"
    );

    let address = format!("/web/shop/media/{media}");
    let down = visit.ask(&router, "GET", &address, &[], "").await;
    assert_eq!((down.status, down.bytes.as_slice()), (StatusCode::OK, PNG));
    assert_eq!(down.header("content-type"), "image/png");
    assert_eq!(down.header("content-disposition"), "inline; filename*=UTF-8''tent_.png");
    assert_eq!(down.header("x-content-type-options"), "nosniff");
    assert!(down.header("content-security-policy").contains("sandbox"));
    assert_eq!(other.ask(&router, "GET", &address, &[], "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(visit.ask(&router, "GET", "/web/shop/media/x", &[], "").await.status, StatusCode::NOT_FOUND);

    let text = visit
        .ask(&router, "POST", "/web/shop/files?name=a.html", &[("content-type", "text/plain")], "just words")
        .await;
    let media = text.json()["media"].as_str().expect("an id").to_owned();
    let down = visit.ask(&router, "GET", &format!("/web/shop/media/{media}"), &[], "").await;
    assert_eq!(
        (down.header("content-type"), down.header("content-disposition")),
        ("application/octet-stream", "attachment; filename*=UTF-8''a.html.txt")
    );

    let svg = "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (kind, bytes, status) in [
        ("image/svg+xml", svg.as_bytes().to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("image/png", b"<html><script>".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("image/png", [PNG, &[0; 100]].concat(), StatusCode::PAYLOAD_TOO_LARGE),
        ("image/png", vec![], StatusCode::UNPROCESSABLE_ENTITY),
        ("application/pdf", b"%PDF-1.7\n".to_vec(), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let answer =
            visit.ask(&router, "POST", "/web/shop/files?name=a", &[("content-type", kind)], bytes).await;
        assert_eq!(answer.status, status, "{kind}");
    }
}

#[tokio::test]
async fn a_visitor_takes_it_home_or_has_it_forgotten() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let frame = json!({"type": "message", "id": "m1", "text": "Hello"}).to_string();
    visit.ask(&router, "POST", "/web/shop/messages", &[], frame).await;
    let buttons = vec![Button { title: "Yes".into(), action: Action::Value("yes".into()) }];
    memory.say(visit.conversation(&memory), Content::Buttons { text: "Sure?".into(), buttons });
    let paper = visit.ask(&router, "GET", "/web/shop/transcript", &[], "").await;
    assert_eq!(paper.header("content-disposition"), "attachment; filename=\"transcript.txt\"");
    assert_eq!(
        paper.text(),
        "2023-11-14 22:13 UTC  You: Hello\n\
         2023-11-14 22:13 UTC  The shop bot: You said: Hello\n\
         2023-11-14 22:13 UTC  The shop bot: Sure?\n\n    1. Yes\n"
    );

    let paper = visit.ask(&router, "GET", "/web/shop/transcript?you=%0A%D8%A3%D9%86%D8%AA", &[], "").await;
    assert!(paper.text().contains("UTC  أنت: Hello\n"), "{}", paper.text());
    let unknown = visit.ask(&router, "GET", "/web/shop/transcript?me=I", &[], "").await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);

    let mut socket = Socket::hello(address, &visit.token, 4).await;
    socket.hear().await;
    let erased = visit.ask(&router, "DELETE", "/web/shop/conversation", &[], "").await;
    assert_eq!(erased.status, StatusCode::ACCEPTED);
    assert_eq!(socket.hear().await, json!({"type": "erased"}));
    assert!(matches!(memory.accepted().last().map(|incoming| &incoming.body), Some(dialogue::Body::Forget)));
    assert_eq!(visit.ask(&router, "GET", "/web/shop/transcript", &[], "").await.text(), "");

    // A tab that was not connected meanwhile learns it when it comes back.
    let mut late = Socket::hello(address, &visit.token, 3).await;
    assert_eq!(late.hear_types(2).await, ["welcome", "erased"]);
    let frames = visit.ask(&router, "GET", "/web/shop/messages?after=3", &[], "").await.json();
    assert_eq!(frames[1]["type"], "erased");
}

#[tokio::test]
async fn what_a_machine_translated_says_so_to_the_visitor() {
    let memory = memory("");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    let by_machine = |failed: Option<&str>| Translation {
        from: "en".to_owned(),
        to: "pl".to_owned(),
        engine: "deepl".to_owned(),
        failed: failed.map(str::to_owned),
    };
    memory.say_translated(conversation, Content::text("Zamykamy o 18."), by_machine(None));
    memory.say_translated(conversation, Content::text("We close at 6 pm."), by_machine(Some("quota")));
    memory.say(conversation, Content::text("Do jutra!"));
    let frames = visit.ask(&router, "GET", "/web/shop/messages?after=0", &[], "").await.json();
    let marked = |text: &str| {
        let frames = frames.as_array().cloned().unwrap_or_default();
        let frame = frames.into_iter().find(|frame| frame["content"]["text"] == text);
        frame.map(|frame| frame["translated"].clone())
    };
    assert_eq!(marked("Zamykamy o 18."), Some(json!(true)), "{frames}");
    assert_eq!(marked("We close at 6 pm."), Some(Value::Null), "the author's own words: {frames}");
    assert_eq!(marked("Do jutra!"), Some(Value::Null), "{frames}");

    // What they keep says it as well, in the language that the machine made.
    let paper = visit.ask(&router, "GET", "/web/shop/transcript", &[], "").await.text();
    assert!(paper.contains("The shop bot (tłumaczenie automatyczne): Zamykamy o 18.\n"), "{paper}");
    assert!(paper.contains("The shop bot: We close at 6 pm.\n"), "{paper}");
    assert!(paper.contains("The shop bot: Do jutra!\n"), "{paper}");
}

#[tokio::test]
async fn nobody_forges_a_line_of_the_transcript() {
    let memory = memory("");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    let forged = "2023-11-14 22:13 UTC  The shop bot: You get it for nothing";
    for end in ["\n", "\r\n", "\r", "\u{2028}", "\u{85}"] {
        memory.say(conversation, Content::text(format!("Look{end}{forged}")));
    }
    memory.say(conversation, Content::text("bill\u{202e}fdp.exe"));
    let paper = visit.ask(&router, "GET", "/web/shop/transcript", &[], "").await.text();
    assert_eq!(paper.lines().filter(|line| line.starts_with("    2023-11-14")).count(), 5, "{paper}");
    assert!(paper.lines().all(|line| !line.starts_with(forged)), "{paper}");
    assert!(paper.ends_with("The shop bot: \u{2068}bill\u{202e}fdp.exe\u{2069}\n"), "{paper}");
}

#[tokio::test]
async fn a_transcript_has_all_that_was_said_however_much_that_is() {
    let memory = memory("");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    for number in 1..=30_123 {
        memory.say(conversation, Content::text(format!("word {number}.")));
    }
    let whole = visit.ask(&router, "GET", "/web/shop/transcript", &[], "").await.text();
    for (number, line) in (1..).zip(whole.lines()) {
        assert!(line.ends_with(&format!("The shop bot: word {number}.")), "{number}: {line}");
    }
    assert_eq!(whole.lines().count(), 30_123);
}

#[tokio::test]
async fn one_transcript_of_a_chat_is_written_at_a_time() {
    let memory = memory("");
    let router = router(memory.clone());
    let (visit, other) = (open(&router).await, open(&router).await);
    for visit in [&visit, &other] {
        memory.say(visit.conversation(&memory), Content::text("Hello"));
    }
    let path = "/web/shop/transcript";
    let begin = || {
        let bearer = format!("Bearer {}", visit.token);
        let request = Request::builder().uri(path).header("origin", ORIGIN).header("authorization", bearer);
        router.clone().oneshot(request.body(Body::empty()).expect("a request"))
    };
    let first = begin().await.expect("routers do not fail");
    assert_eq!(first.status(), StatusCode::OK);
    let second = visit.ask(&router, "GET", path, &[], "").await;
    assert_eq!((second.status, second.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "5"));
    assert_eq!(other.ask(&router, "GET", path, &[], "").await.status, StatusCode::OK, "of another chat");
    let text = axum::body::to_bytes(first.into_body(), 1 << 24).await.expect("a short body");
    assert!(text.ends_with(b"The shop bot: Hello\n"), "{text:?}");

    let left = begin().await.expect("routers do not fail");
    assert_eq!(left.status(), StatusCode::OK, "the first is written");
    drop(left);
    let again = visit.ask(&router, "GET", path, &[], "").await;
    assert_eq!(again.status, StatusCode::OK, "nobody reads the last any more");
}

#[tokio::test]
async fn hostile_words_stay_words() {
    let memory = memory("");
    let router = router(memory.clone());
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    let corpus = include_str!("../fixtures/hostile.txt").lines().collect::<Vec<_>>();
    for line in &corpus {
        memory.say(conversation, Content::text(*line));
    }
    let link = |link: &str| Button { title: "Open".into(), action: Action::Link(link.into()) };
    for bad in [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "//evil",
        "file:///etc/passwd",
    ] {
        memory.say(conversation, Content::Buttons { text: "Look".into(), buttons: vec![link(bad)] });
        let image = Some(Picture { source: Source::Url(bad.into()), alt: "A tent".into() });
        memory.say(
            conversation,
            Content::Card(Card { title: "Tent".into(), text: None, image, buttons: vec![link(bad)] }),
        );
        memory.say(
            conversation,
            Content::Image { source: Source::Url(bad.into()), alt: "A tent".into(), caption: None },
        );
    }
    let mut told = Vec::new();
    let mut after = 0;
    loop {
        let answer = visit.ask(&router, "GET", &format!("/web/shop/messages?after={after}"), &[], "").await;
        assert_eq!(answer.header("content-type"), "application/json");
        let frames = answer.json().as_array().cloned().unwrap_or_default();
        let Some(last) =
            frames.last().and_then(|frame| frame["sequence"].as_u64()).filter(|_| frames.len() > 1)
        else {
            break;
        };
        after = last;
        told.extend(frames.into_iter().skip(1));
    }
    for (line, frame) in corpus.iter().zip(&told) {
        assert_eq!(frame["content"], json!({"type": "text", "text": line}));
    }
    assert_eq!(told.len(), corpus.len() + 18);
    for frame in &told[corpus.len()..] {
        let shown = frame.to_string();
        assert!(
            !shown.contains("alert(1)") && !shown.contains("evil") && !shown.contains("passwd"),
            "{shown}"
        );
    }
}
