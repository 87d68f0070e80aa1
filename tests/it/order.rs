//! Order, and what a stop may not lose.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Home, eventually, http_client::Visitor};

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
                let visitor = Visitor { address: address.to_string(), thread: format!("drain-{worker}") };
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
        let visitor = Visitor { address: studio.address.clone(), thread: thread.clone() };
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
