//! Who guesses passwords must wait, and nobody else.

use serde_json::json;

use crate::{
    http_story::add_member,
    support::{
        Home,
        http_client::{Answer, send},
    },
};

#[test]
fn a_guesser_waits_and_the_member_does_not() {
    let home = Home::with("[sessions]\nattempts = 2\naddress_attempts = 4\n");
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let log_in = |from: &str, email: &str, password: &str| -> Answer {
        let body = json!({ "email": email, "password": password });
        let url = format!("{}/api/v1/sessions", studio.address);
        // All of 127.0.0.0/8 is this machine, so it can be two senders.
        let from: std::net::IpAddr = from.parse().expect("an address");
        let client = reqwest::Client::builder().local_address(from).build().expect("a client");
        send(client.post(url).json(&body)).expect("it is up")
    };
    for _ in 0..2 {
        assert_eq!(log_in("127.0.0.11", "ada@example.com", "wrong password").status, 401);
    }
    let refused = log_in("127.0.0.11", "ADA@example.com ", "correct horse battery");
    assert_eq!(refused.status, 429, "{refused:?}");
    let wait: u64 = refused.headers["retry-after"].to_str().expect("text").parse().expect("seconds");
    assert!((1..=900).contains(&wait), "{wait}");
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    let member = log_in("127.0.0.12", "ada@example.com", "correct horse battery");
    assert_eq!(member.status, 201, "{member:?}");
    let said = studio.said();
    let line = said.lines().find(|line| line.contains("session.refused")).unwrap_or_else(|| panic!("{said}"));
    assert!(
        ["WARN", "a…@e…", "127.0.0.11", "wrong password"].iter().all(|part| line.contains(part)),
        "{line}"
    );
    assert!(!said.contains("ada@example") && !said.contains("correct horse"), "{said}");
    for email in ["bob@example.com", "cleo@example.com"] {
        assert_eq!(log_in("127.0.0.11", email, "wrong password").status, 401, "{email}");
    }
    assert_eq!(log_in("127.0.0.11", "dora@example.com", "wrong password").status, 429);
}
