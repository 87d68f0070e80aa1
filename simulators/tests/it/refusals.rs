//! Whatever the platform, what cannot be done in a person's place is refused alike.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use studio_simulators::{discord, met::Met, slack, telegram, whatsapp};
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
    for (place, (address, act)) in simulators().await.into_iter().enumerate() {
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
        let (without, told) = match place {
            0 => (json!({ "person": 7 }), "text is needed"),
            1 => (json!({ "user": "U0ANNA" }), "text is needed"),
            2 => (json!({ "do": "say", "person": "DE.1" }), "text is needed"),
            _ => (json!({ "text": "hello" }), "from is needed"),
        };
        check(Method::POST, act, without, (422, told)).await;
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

#[tokio::test]
async fn json_is_read_whatever_it_is_called_and_faults_are_told_on_every_platform() {
    let client = Client::builder().no_proxy().build().expect("a client");
    let file = |name: &str| json!({ "name": "a.txt", "media_type": "text/plain", name: "aGVsbG8=" });
    let with = |mut what: Value, more: Value| {
        what.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        what
    };
    for (place, (address, _)) in simulators().await.into_iter().enumerate() {
        let sent = async |name: &str| {
            let file = file(name);
            match place {
                0 => ("send", with(file, json!({ "person": 7, "kind": "document" }))),
                1 => ("file", with(file, json!({ "user": "U0ANNA" }))),
                2 => {
                    let who = json!({ "user_id": "DE.1", "name": "Ada" });
                    let joins = client.post(format!("{address}/simulator/people")).body(who.to_string());
                    assert_eq!(joins.send().await.expect("an answer").status(), 204);
                    let act = json!({ "do": "send_file", "person": "DE.1", "kind": "document" });
                    ("do", with(file, act))
                }
                _ => ("say", json!({ "from": "ada", "files": [file] })),
            }
        };
        for name in ["base64", "content"] {
            let (act, body) = sent(name).await;
            for kind in ["", "application/x-www-form-urlencoded"] {
                let mut request = client.post(format!("{address}/simulator/{act}")).body(body.to_string());
                if !kind.is_empty() {
                    request = request.header("content-type", kind);
                }
                let answer = request.send().await.expect("an answer");
                assert_eq!(answer.status(), 200, "{address} {act} {name} {kind:?}");
            }
        }
        let faults = format!("{address}/simulator/faults");
        let planned = client.put(&faults).body(json!({ "seed": 7 }).to_string()).send().await;
        assert!(planned.expect("an answer").status().is_success(), "{address}");
        let told: Value = client.get(&faults).send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(told["seed"], 7, "{address}");
        let met = client.get(format!("{address}/simulator/met")).send().await.expect("an answer");
        let met: Met = met.json().await.expect("how often each happened");
        assert_eq!(met, Met::default(), "{address}");
    }
}
