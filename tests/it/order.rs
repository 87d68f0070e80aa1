//! Order, and what a stop may not lose.

use std::{fs, sync::Arc};

use serde_json::{Value, json};

use crate::support::{
    Home, eventually,
    http_client::Visitor,
    widget::{Session, Socket},
};

#[test]
fn messages_of_one_visitor_are_answered_in_the_order_of_their_arrival() {
    let home = Home::new();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "order");
    for number in 0..30 {
        visitor.say(&number.to_string(), &format!("message number {number}"));
    }
    let transcript = eventually("all messages are in the conversation", || {
        let transcript = visitor.transcript();
        let said: Vec<String> = transcript.into_iter().filter(|line| line.starts_with("visitor")).collect();
        (said.len() == 30).then_some(said)
    });
    let expected: Vec<String> = (0..30).map(|number| format!("visitor: message number {number}")).collect();
    assert_eq!(transcript, expected);
}

#[test]
fn frames_that_come_at_once_are_answered_in_the_order_in_which_they_were_sent() {
    const FRAMES: usize = 60;
    let home = Home::with_web("", "limits = { messages_per_10_seconds = 10000 }");
    let bot = home.path().join("bots/shop");
    fs::create_dir_all(bot.join("flows")).expect("writable");
    fs::write(bot.join("bot.yaml"), "name: shop\ntitle: Echo\nlanguages: [en]\n").expect("writable");
    let echo = "echo:\n  when:\n    - fallback\n  steps:\n    - say: { en: \"heard {{ message.text }}\" }\n";
    fs::write(bot.join("flows/echo.yaml"), echo).expect("writable");
    let studio = home.start();
    let sessions: Vec<Session> = (0..6).map(|_| Session::open(&studio)).collect();
    let mut sockets: Vec<Socket> = sessions.iter().map(|session| session.socket(0)).collect();

    // One write for each visitor: all that is in it is there in the same millisecond.
    let word = |visitor: usize, number: usize| format!("word {visitor}-{number}");
    for (visitor, socket) in sockets.iter_mut().enumerate() {
        socket.hears("welcome");
        let frames: Vec<Value> = (0..FRAMES)
            .map(|number| {
                json!({ "type": "message", "id": format!("m{number}"), "text": word(visitor, number) })
            })
            .collect();
        socket.say_all(&frames);
    }
    let lines = |socket: &mut Socket| {
        let (mut acknowledged, mut own, mut answers, mut last) = (vec![], vec![], vec![], 0);
        while answers.len() < FRAMES || acknowledged.len() < FRAMES {
            let frame = socket.hear();
            let text = || frame["content"]["text"].as_str().expect("a text").to_owned();
            match (frame["type"].as_str(), frame["from"].as_str()) {
                (Some("ack"), _) => acknowledged.push(frame["id"].as_str().expect("an id").to_owned()),
                (Some("message"), Some("visitor")) => own.push(text()),
                (Some("message"), Some("bot")) => answers.push(text()),
                // Whoever reads late is told anew how things stand.
                (Some("welcome"), _) => continue,
                _ => panic!("neither said nor acknowledged: {frame}"),
            }
            if let Some(sequence) = frame["sequence"].as_u64() {
                assert!(sequence > last, "{frame} after {last}");
                last = sequence;
            }
        }
        (acknowledged, own, answers)
    };
    for (visitor, socket) in sockets.iter_mut().enumerate() {
        let (acknowledged, own, answers) = lines(socket);
        assert_eq!(acknowledged, (0..FRAMES).map(|number| format!("m{number}")).collect::<Vec<_>>());
        let words: Vec<String> = (0..FRAMES).map(|number| word(visitor, number)).collect();
        assert_eq!(own, words, "what visitor {visitor} said");
        let heard: Vec<String> = words.iter().map(|word| format!("heard {word}")).collect();
        assert_eq!(answers, heard, "what visitor {visitor} was answered");
    }
}

#[test]
fn a_repeat_is_acknowledged_and_not_run_again() {
    let home = Home::new();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "repeat");
    for _ in 0..3 {
        let answer = visitor.post("same", &json!({ "text": "where is my order?" }), 0).expect("it is up");
        assert!(matches!(answer.status, 200 | 202), "{answer:?}");
    }
    let transcript = visitor.hears("order number");
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(visitor.transcript(), transcript);
    assert_eq!(transcript.iter().filter(|line| line.starts_with("visitor")).count(), 1, "{transcript:#?}");
}

#[test]
fn sigterm_under_load_drains_and_loses_nothing() {
    let home = Home::new();
    let studio = home.start();
    let address = Arc::new(studio.address.clone());
    let workers: Vec<_> = (0..4)
        .map(|worker| {
            let address = Arc::clone(&address);
            std::thread::spawn(move || {
                let (thread, language) = (format!("drain-{worker}"), "en".to_owned());
                let visitor = Visitor { address: address.to_string(), thread, language };
                let mut acknowledged = 0;
                for number in 0..200 {
                    match visitor.post(&number.to_string(), &json!({ "text": format!("number {number}") }), 0)
                    {
                        Ok(answer) if answer.status == 202 => acknowledged += 1,
                        Ok(_) | Err(_) => break,
                    }
                }
                (visitor.thread, acknowledged)
            })
        })
        .collect();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(studio.terminate().success());
    let sent: Vec<(String, usize)> =
        workers.into_iter().map(|worker| worker.join().expect("no panic")).collect();
    assert!(sent.iter().any(|(_, count)| *count > 0), "some were acknowledged: {sent:?}");

    let studio = home.start();
    for (thread, acknowledged) in sent {
        let visitor = Visitor { thread: thread.clone(), ..Visitor::new(&studio, "") };
        let said = eventually(&format!("all of {thread}"), || {
            let said: Vec<String> =
                visitor.transcript().into_iter().filter(|line| line.starts_with("visitor")).collect();
            (said.len() >= acknowledged).then_some(said)
        });
        for (number, line) in said.iter().enumerate() {
            assert_eq!(*line, format!("visitor: number {number}"), "{thread}");
        }
    }
}
