//! Whatever the platform, what cannot be done in a person's place is refused alike.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use studio_simulators::{discord, slack, telegram, whatsapp};
use tokio::net::TcpListener;

/// The addresses of one simulator of each platform, and how people say something there.
async fn simulators() -> Vec<(String, &'static str)> {
    let mut addresses = Vec::new();
    for platform in ["telegram", "slack", "whatsapp", "discord"] {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
        match platform {
            "telegram" => tokio::spawn(telegram::serve(listener, telegram::Settings::default())),
            "slack" => tokio::spawn(slack::serve(listener, slack::Settings::default())),
            "whatsapp" => tokio::spawn(whatsapp::serve(listener, whatsapp::Settings::default())),
            _ => tokio::spawn(discord::serve(listener, discord::Settings::at(address.clone()))),
        };
        addresses.push((address, if platform == "whatsapp" { "do" } else { "say" }));
    }
    addresses
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_json_on_every_platform() {
    let client = Client::builder().no_proxy().build().expect("a client");
    for (address, act) in simulators().await {
        let check = async |method: Method, act: &str, body: Value, expected: (u16, &str)| {
            let url = format!("{address}/simulator/{act}");
            let answer = client.request(method, &url).json(&body).send().await.expect("an answer");
            let status = answer.status().as_u16();
            let answer: Value = answer.json().await.expect("JSON");
            let error = answer["error"].as_str().unwrap_or_default();
            assert!(!error.is_empty(), "{url} {body}: {status} {answer}");
            assert!(status == expected.0 && error.contains(expected.1), "{url} {body}: {status} {answer}");
        };
        check(
            Method::PUT,
            "faults",
            json!({ "too_many": 7 }),
            (422, "too_many: a share is a number from 0 to 1"),
        )
        .await;
        check(Method::PUT, "faults", json!({ "failed": -0.5 }), (422, "and not -0.5")).await;
        check(Method::PUT, "faults", json!({ "too_mny": 1 }), (422, "too_mny")).await;
        for method in [Method::GET, Method::POST] {
            check(method, "nope", json!({}), (404, "/simulator/nope")).await;
        }
        check(
            Method::POST,
            act,
            json!({ "person": 7, "user": "U0ANNA", "from": "ada", "do": "say" }),
            (422, ""),
        )
        .await;
    }
}
