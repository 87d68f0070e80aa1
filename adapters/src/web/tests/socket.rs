//! A conversation over a socket.

use super::*;

#[tokio::test]
async fn a_visitor_talks() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    let welcome = socket.hear().await;
    assert_eq!(
        welcome,
        json!({"type": "welcome", "sequence": 1, "title": "The shop bot", "languages": ["en", "de"], "owner": {"type": "bot"}})
    );
    socket.say(json!({"type": "message", "id": "m1", "text": "Hello"})).await;
    let mut heard = [socket.hear().await, socket.hear().await, socket.hear().await];
    heard.sort_by_key(|frame| frame["sequence"].as_u64());
    assert_eq!(heard[0], json!({"type": "ack", "id": "m1"}));
    assert_eq!(
        heard[1],
        json!({"type": "message", "sequence": 2, "at": "2023-11-14T22:13:20Z", "from": "visitor", "id": "m1",
               "content": {"type": "text", "text": "Hello"}})
    );
    assert_eq!(heard[2]["content"]["text"], "You said: Hello");

    socket.say(json!({"type": "press", "id": "m2", "value": "yes", "title": "Yes"})).await;
    assert_eq!(socket.hear_types(3).await.iter().filter(|kind| *kind == "message").count(), 2);
    socket.say(json!({"type": "typing"})).await;
    socket.say(json!({"type": "read", "sequence": 4})).await;
    socket.say(json!({"type": "event", "id": "m3", "name": "cart", "data": {"items": 2}})).await;
    socket.hear_types(2).await;
    assert_eq!(memory.typed(), 1);
    let conversation = visit.conversation(&memory);
    let reached = |state| memory.reached_to(conversation, state);
    assert!(reached(DeliveryState::Sent) >= 5);
    assert_eq!(reached(DeliveryState::Read), 4);
    // Nobody has read what was never told.
    socket.say(json!({"type": "read", "sequence": 900})).await;
    socket.say(json!({"type": "event", "id": "m4", "name": "cart"})).await;
    socket.hear_types(2).await;
    assert!(reached(DeliveryState::Read) <= reached(DeliveryState::Sent));
    assert_eq!(reached(DeliveryState::Delivered), 0, "it has not said so yet");
    memory.publish(conversation, HostEvent::Typing { who: "Ada".into() });
    assert_eq!(socket.hear().await, json!({"type": "typing", "who": "Ada"}));
    // Visitors know the bot by its title.
    memory.publish(conversation, HostEvent::Typing { who: "shop".into() });
    assert_eq!(socket.hear().await, json!({"type": "typing", "who": "The shop bot"}));
    let ada = Owner::Member { member: MemberId(Ulid(1)), name: "Ada".into() };
    memory.publish(conversation, HostEvent::OwnerChanged(ada));
    assert_eq!(socket.hear().await, json!({"type": "owner", "owner": {"type": "agent", "name": "Ada"}}));
    let speaker = Speaker::Member { member: MemberId(Ulid(1)), name: "Ada".into() };
    memory.push(conversation, Sender::Speaker { speaker }, Content::text("I am here"), None);
    let message = socket.hear().await;
    assert_eq!((&message["from"], &message["name"]), (&json!("agent"), &json!("Ada")));

    let accepted = memory.accepted();
    assert!(
        matches!(&accepted[0].body, dialogue::Body::Opened { language: Some(language), .. } if language == "de-AT")
    );
    assert_eq!(accepted[1].native, format!("{}:m1", visit.session));
}

#[tokio::test]
async fn an_ack_means_durable_and_a_repeat_is_stored_once() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;

    memory.stall();
    socket.say(json!({"type": "message", "id": "m1", "text": "Hello"})).await;
    let early = timeout(Duration::from_millis(200), socket.0.next()).await;
    assert!(early.is_err(), "said {early:?} before it was stored");
    memory.resume();
    assert_eq!(socket.hear_types(3).await.iter().filter(|kind| *kind == "ack").count(), 1);

    drop(socket);
    let mut again = Socket::hello(address, &visit.token, 3).await;
    again.hear().await;
    again.say(json!({"type": "message", "id": "m1", "text": "Hello"})).await;
    assert_eq!(again.hear().await, json!({"type": "ack", "id": "m1"}));
    let messages = memory.accepted().into_iter().filter(|incoming| incoming.native.ends_with(":m1"));
    assert_eq!(messages.count(), 1);

    memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(2) }));
    again.say(json!({"type": "message", "id": "m2", "text": "Hello"})).await;
    let busy = again.hear().await;
    assert_eq!(
        (&busy["code"], &busy["id"], &busy["retry_after_ms"]),
        (&json!("busy"), &json!("m2"), &json!(2000))
    );
    memory.refuse(Some(AcceptError::Refused("the conversation is closed for good".into())));
    again.say(json!({"type": "message", "id": "m3", "text": "Hello"})).await;
    let refused = again.hear().await;
    assert_eq!((&refused["code"], refused.get("retry_after_ms")), (&json!("refused"), None));
}

#[tokio::test]
async fn a_socket_whose_message_was_refused_is_not_read_for_a_second() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    memory.answer_after(None);
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(2) }));
    let begun = std::time::Instant::now();
    socket.say(json!({"type": "message", "id": "m1", "text": "Hello"})).await;
    assert_eq!(socket.hear().await["code"], "busy");
    memory.refuse(None);
    socket.say(json!({"type": "message", "id": "m2", "text": "Hello"})).await;
    assert!(socket.hear_types(2).await.contains(&"ack".to_owned()));
    assert!(begun.elapsed() >= Duration::from_secs(1), "a flood would go on");
}

#[tokio::test]
async fn another_frame_under_a_known_id_is_refused() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let post = async |visit: &Visit, frame: String| {
        visit.ask(&router, "POST", "/web/shop/messages", &[("content-type", "application/json")], frame).await
    };
    let message = |text: &str| json!({"type": "message", "id": "m1", "text": text});
    assert_eq!(post(&visit, message("Hello").to_string()).await.status, StatusCode::ACCEPTED);
    let same = r#"{"text": "Hello", "id": "m1", "type": "message", "file": null}"#;
    assert_eq!(post(&visit, same.to_owned()).await.status, StatusCode::ACCEPTED, "however it is written");
    for other in
        [message("Goodbye"), json!({"type": "press", "id": "m1", "value": "Hello", "title": "Hello"})]
    {
        let answer = post(&visit, other.to_string()).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{other}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }

    let mut socket = Socket::hello(address, &visit.token, 3).await;
    socket.hear().await;
    socket.say(message("Goodbye")).await;
    let refused = socket.hear().await;
    assert_eq!(
        (&refused["code"], &refused["id"], refused.get("retry_after_ms")),
        (&json!("conflict"), &json!("m1"), None)
    );
    socket.say(message("Hello")).await;
    assert_eq!(socket.hear().await, json!({"type": "ack", "id": "m1"}));

    let another = open(&router).await;
    assert_eq!(post(&another, message("Goodbye").to_string()).await.status, StatusCode::ACCEPTED);
    assert_eq!(memory.accepted().len(), 4, "two sessions and a message in each");
}

#[tokio::test]
async fn a_reader_comes_back_to_where_it_was() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    for number in 1..=250 {
        memory.say(conversation, Content::text(format!("message {number}")));
    }
    let mut socket = Socket::hello(address, &visit.token, 101).await;
    assert_eq!(socket.hear().await["sequence"], 251);
    for number in 101..=250 {
        assert_eq!(socket.hear().await["content"]["text"], format!("message {number}"));
    }
    memory.say(conversation, Content::text("live"));
    assert_eq!(socket.hear().await["content"]["text"], "live");

    // More at once than the channel of events holds: nothing is missed, nothing comes twice.
    for number in 1..=40 {
        memory.say(conversation, Content::text(format!("burst {number}")));
    }
    let mut next = 1;
    while next <= 40 {
        let frame = socket.hear().await;
        if frame["type"] == "message" {
            assert_eq!(frame["content"]["text"], format!("burst {next}"));
            next += 1;
        }
    }

    // A place that was never reached: the conversation is another one now.
    let mut stranger = Socket::hello(address, &visit.token, 9999).await;
    assert_eq!(stranger.hear_types(3).await, ["welcome", "erased", "message"]);
}

#[tokio::test]
async fn sockets_close_with_a_reason() {
    let memory = memory("limits = { sockets = 2 }");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;

    for (first, code) in [
        (json!({"type": "message", "id": "a", "text": "b"}), 4400),
        (json!({"type": "hello", "token": visit.token, "bot": "x"}), 4400),
        (json!("hello"), 4400),
        (json!({"type": "hello", "token": "a.b"}), 4401),
        (json!({"type": "hello", "token": visit.refresh}), 4401),
    ] {
        let mut socket = Socket::connect(address, Some(ORIGIN)).await.expect("a socket");
        socket.say(first.clone()).await;
        assert_eq!(socket.hear().await, json!({"close": code}), "{first}");
    }

    let mut first = Socket::hello(address, &visit.token, 0).await;
    let mut second = Socket::hello(address, &visit.token, 0).await;
    assert_eq!(
        (first.hear_types(1).await, second.hear_types(1).await),
        (vec!["welcome".into()], vec!["welcome".into()])
    );
    let mut third = Socket::hello(address, &visit.token, 0).await;
    assert_eq!(third.hear().await, json!({"close": 4429}));

    let (mut writer, mut reader) = first.0.split();
    let sending = tokio::spawn(async move { writer.send(Message::text("x".repeat(10 << 20))).await });
    let end = timeout(SOON, reader.next()).await.expect("in time");
    assert!(
        matches!(&end, Some(Ok(Message::Close(Some(frame)))) if u16::from(frame.code) == 1009),
        "{end:?}"
    );
    drop(sending);
    second.0.send(Message::binary(vec![0; 4])).await.expect("an open socket");
    assert_eq!(second.hear().await, json!({"close": 1009}));
    assert_eq!(memory.accepted().len(), 1, "only the session was stored");
}

#[tokio::test]
async fn a_server_that_goes_says_so() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut silent = Socket::connect(address, Some(ORIGIN)).await.expect("a socket");
    let mut open = Socket::hello(address, &visit.token, 0).await;
    assert_eq!(open.hear_types(1).await, ["welcome"]);
    let waiting = {
        let (router, memory) = (router.clone(), memory.clone());
        tokio::spawn(async move {
            let seen = memory.conversation("shop", &visit.session);
            let after = memory.standing(seen).await.expect("in memory").sequence;
            visit.ask(&router, "GET", &format!("/web/shop/messages?after={after}&wait=20"), &[], "").await
        })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    timeout(SOON, memory.leave()).await.expect("nobody holds it up");
    assert_eq!((open.hear().await, silent.hear().await), (json!({"close": 1001}), json!({"close": 1001})));
    assert_eq!(waiting.await.expect("an answer").status, StatusCode::OK);
}

#[tokio::test]
async fn too_many_sockets_of_an_address_are_told() {
    let memory = memory("limits = { sockets_per_address = 2 }");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut first = Socket::hello(address, &visit.token, 0).await;
    let other = open_with(&router, json!({})).await.json()["token"].as_str().expect("a token").to_owned();
    let mut second = Socket::hello(address, &other, 0).await;
    assert_eq!(
        (first.hear_types(1).await, second.hear_types(1).await),
        (vec!["welcome".into()], vec!["welcome".into()])
    );
    let mut third = Socket::connect(address, Some(ORIGIN)).await.expect("a socket");
    assert_eq!(third.hear().await, json!({"close": 4429}));
    drop(second);
    loop {
        let mut next = Socket::hello(address, &other, 0).await;
        if next.hear().await["type"] == "welcome" {
            break;
        }
    }
    first.say(json!({"type": "event", "id": "a", "name": "a"})).await;
    assert_eq!(first.hear().await, json!({"type": "ack", "id": "a"}), "who was there stays undisturbed");
}

#[tokio::test]
async fn what_no_socket_carries_is_not_marked_as_sent() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    let conversation = visit.conversation(&memory);
    let sent = || memory.reached_to(conversation, DeliveryState::Sent);
    memory.say(conversation, Content::text("word ".repeat(200_000)));
    memory.publish(conversation, HostEvent::Typing { who: "Ada".into() });
    assert_eq!(socket.hear().await["type"], "typing", "it is behind the message");
    assert_eq!(sent(), 0);
    memory.say(conversation, Content::text("short"));
    let short = socket.hear().await;
    assert_eq!(short["content"]["text"], "short");
    // A socket is told first, and then it is noted.
    memory.publish(conversation, HostEvent::Typing { who: "Ada".into() });
    socket.hear().await;
    assert_eq!(Some(sent()), short["sequence"].as_u64());
}

#[tokio::test]
async fn a_large_message_is_read_where_it_stands() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    memory.say_quietly(conversation, Content::text("large"));
    memory.publish(conversation, HostEvent::LargeMessage);
    assert_eq!(socket.hear().await["content"]["text"], "large");
}

#[tokio::test]
async fn nonsense_is_answered_and_survived() {
    let memory = memory("limits = { text = 20, messages_per_10_seconds = 1000 }");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    for (frame, expected) in [
        (json!({"type": "shout"}), "there is no type `shout`: a frame is of the type hello,"),
        (json!({"type": "message", "text": "a"}), "the field `id` is missing"),
        (json!({"type": "message", "id": 7, "text": "a"}), "of the wrong kind"),
        (json!({"id": "a"}), "the field `type` is missing"),
        (json!(["message", "a", "Hello", null, null]), "the frame is a list"),
        (json!({"type": "typing", "loud": true}), "has no field `loud`"),
        (json!({"type": "message", "id": "a", "file": "nope"}), "`file` is no id of a file"),
        (json!({"type": "message", "file": "nope"}), "`file` is no id of a file"),
        (json!({"type": "message", "id": "a", "text": " "}), "the text has nothing to read"),
        (json!({"type": "message", "id": "a", "text": "\u{0}\u{7}"}), "the text has nothing to read"),
        (json!({"type": "message", "id": "a", "text": "\u{200b}"}), "the text has nothing to read"),
        (json!({"type": "message", "id": "a", "text": "x".repeat(21)}), "20 characters"),
        (json!({"type": "message", "id": "a"}), "either text or file"),
        (json!({"type": "message", "id": "", "text": "b"}), "id must be"),
        (json!({"type": "message", "id": "a:b", "text": "b"}), "id must be"),
        (json!({"type": "message", "id": "a", "file": "01J9Z3K7T2N8Q4R6V0W1X5Y9AB"}), "no such file"),
        (json!({"type": "press", "id": "a", "value": "", "title": "b"}), "press"),
        (json!({"type": "event", "id": "a", "name": "Bad Name"}), "name of an event"),
        (json!({"type": "hello", "token": visit.token}), "already"),
    ] {
        socket.say(frame.clone()).await;
        let answer = socket.hear().await;
        assert_eq!(answer["code"], "invalid", "{frame}");
        assert!(answer["message"].as_str().is_some_and(|text| text.contains(expected)), "{frame}: {answer}");
    }
    assert_eq!(memory.accepted().len(), 1);
}

#[tokio::test]
async fn floods_are_slowed_and_then_closed() {
    let memory = memory("");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    memory.answer_after(None);
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    for number in 0..21 {
        socket.say(json!({"type": "event", "id": format!("m{number}"), "name": "a"})).await;
    }
    let mut answers = Vec::new();
    for _ in 0..21 {
        answers.push(socket.hear().await);
    }
    assert_eq!(answers.iter().filter(|answer| answer["type"] == "ack").count(), 20);
    assert_eq!((&answers[20]["code"], &answers[20]["retry_after_ms"]), (&json!("too_fast"), &json!(500)));

    // The same limit holds for POSTs, and time heals it.
    let json = [("content-type", "application/json")];
    let late = json!({"type": "event", "id": "m20", "name": "a"}).to_string();
    let refused = visit.ask(&router, "POST", "/web/shop/messages", &json, late.clone()).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    memory.advance(SignedDuration::from_secs(1));
    let taken = visit.ask(&router, "POST", "/web/shop/messages", &json, late).await;
    assert_eq!((taken.status, taken.json()), (StatusCode::ACCEPTED, json!({"type": "ack", "id": "m20"})));

    for _ in 0..200 {
        if socket.0.send(Message::text(r#"{"type":"typing"}"#)).await.is_err() {
            break;
        }
    }
    let end = socket.hear().await;
    assert!(end == json!({"close": 4429}) || end["error"].is_string(), "{end}");
}

#[tokio::test]
async fn a_reader_that_reads_nothing_is_dropped() {
    let memory = memory("limits = { slow_reader_seconds = 1, sockets = 1 }");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let conversation = visit.conversation(&memory);
    let stuck = Socket::hello(address, &visit.token, 0).await;
    // More than the buffers of both sides of the connection hold.
    for _ in 0..60 {
        memory.say(conversation, Content::text("x".repeat(400_000)));
    }
    let mut waited = 0;
    loop {
        // Its place is free again once it was dropped.
        let mut next = Socket::hello(address, &visit.token, 61).await;
        let answer = next.hear().await;
        if answer["type"] == "welcome" {
            break;
        }
        assert_eq!(answer, json!({"close": 4429}));
        waited += 1;
        assert!(waited < 60, "the slow reader is still there");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(stuck);
}

#[tokio::test]
async fn a_silent_socket_is_pinged_and_an_old_token_ends_it() {
    let memory = memory("limits = { ping_seconds = 1 }");
    let router = router(memory.clone());
    let address = serve(router.clone()).await;
    let visit = open(&router).await;
    let mut socket = Socket::hello(address, &visit.token, 0).await;
    socket.hear().await;
    assert_eq!(socket.hear().await, json!("control"));

    memory.advance(SignedDuration::from_secs(30 * 60 - 1));
    let mut last = Socket::hello(address, &visit.token, 0).await;
    assert_eq!(last.hear().await["type"], "welcome");
    let mut end = last.hear().await;
    while end == json!("control") {
        end = last.hear().await;
    }
    assert_eq!(end, json!({"close": 4401}));
}
