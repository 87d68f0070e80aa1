//! What is told late is told behind what followed it.

use axum::{Json, Router, extract::Query, routing::get};
use serde_json::{Value, json};
use studio_simulators::whatsapp::Settings;
use tokio::{net::TcpListener, sync::mpsc};

use super::simulator;

#[tokio::test]
async fn a_late_event_holds_up_none_that_follows_it() {
    let (told, mut heard) = mpsc::unbounded_channel();
    let verify =
        async |Query(query): Query<Value>| query["hub.challenge"].as_str().unwrap_or_default().to_owned();
    let hear = async move |Json(body): Json<Value>| {
        let text = &body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"];
        // A test that has ended hears nothing any more.
        let _ = told.send(text.as_str().unwrap_or_default().to_owned());
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let hook = format!("http://{}/", listener.local_addr().expect("the port that was taken"));
    let router = Router::new().route("/", get(verify).post(hear));
    tokio::spawn(async move { axum::serve(listener, router).await });

    let base = simulator().await;
    let Settings { account_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").error_for_status().expect("it is taken");
    };
    let plan = async |plan: Value| {
        let request = client.put(format!("{base}simulator/faults")).json(&plan);
        request.send().await.expect("an answer").error_for_status().expect("it is taken");
    };
    let say = async |text: &str| {
        post("simulator/do", json!({ "do": "say", "person": "DE.1", "text": text })).await;
    };
    let callback = json!({ "override_callback_uri": hook, "verify_token": "a word" });
    post(&format!("v23.0/{account_id}/subscribed_apps"), callback).await;
    post("simulator/people", json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" })).await;
    plan(json!({ "late": 1, "late_milliseconds": 600_000 })).await;
    say("first").await;
    plan(json!({})).await;
    say("second").await;
    assert_eq!(heard.recv().await.as_deref(), Some("second"));
    assert!(heard.try_recv().is_err(), "the first is late");
    post("simulator/clock", json!({ "seconds": 600 })).await;
    assert_eq!(heard.recv().await.as_deref(), Some("first"));
}
