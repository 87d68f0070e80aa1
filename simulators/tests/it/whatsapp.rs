//! pywa, which we did not write, against the simulator of WhatsApp; and what the simulator says of itself.

mod files;
mod late;

use std::{path::Path, time::Duration};

use serde_json::{Value, json};
use studio_simulators::{
    peers,
    whatsapp::{Settings, serve},
};
use tokio::net::TcpListener;

/// Where a simulator of its own runs.
async fn simulator() -> String {
    patient(Duration::from_millis(50)).await
}

/// The same, with so long a wait before an event that was not taken is told again.
async fn patient(first_retry: Duration) -> String {
    run(Settings { first_retry, ..Settings::default() }).await
}

async fn run(settings: Settings) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    tokio::spawn(serve(listener, settings));
    format!("http://{address}/")
}

#[tokio::test]
async fn pywa_talks_with_the_simulator() {
    let Some(mut python) = peers::python() else { return peers::skip("pywa_talks_with_the_simulator") };
    let base = simulator().await;
    let Settings { phone_number_id, account_id, app_id, app_secret, token, .. } = Settings::default();
    let settings = json!({
        "base": base,
        "phone_number_id": phone_number_id,
        "account_id": account_id,
        "app_id": app_id,
        "app_secret": app_secret,
        "token": token,
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/whatsapp.py");
    python.arg(script).arg("talk").arg(settings.to_string());
    let output = tokio::task::spawn_blocking(move || python.output()).await.expect("it does not panic");
    let output = output.expect("the Python of the peers starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}",
        said.chars().rev().take(4_000).collect::<Vec<_>>().iter().rev().collect::<String>()
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "\"done\"");
}

#[tokio::test]
async fn no_id_comes_again_after_a_restart() {
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut ids = Vec::new();
    for _ in 0..2 {
        let url = format!("{}v23.0/{phone_number_id}/messages", simulator().await);
        let body =
            json!({ "messaging_product": "whatsapp", "to": "4915112345678", "text": { "body": "Hello" } });
        let answer = client.post(url).bearer_auth(&token).json(&body).send().await.expect("an answer");
        let answer: Value = answer.json().await.expect("JSON");
        ids.push(answer["messages"][0]["id"].as_str().expect("an id").to_owned());
    }
    assert_ne!(ids[0], ids[1]);
}

/// Meta fetches files by address after it has taken the message, and tells of what it could not have by a status.
#[tokio::test]
async fn a_file_that_cannot_be_fetched_fails_later() {
    let base = simulator().await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").error_for_status().expect("it is taken")
    };
    post("simulator/people", json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" })).await;
    post("simulator/do", json!({ "do": "say", "person": "DE.1", "text": "Hello" })).await;
    let files = [
        ("image", "https://shop.example/tent.png", "delivered"),
        ("image", "https://shop.example/tent", "delivered"),
        ("document", "https://shop.example/bill.pdf", "delivered"),
        ("image", "https://shop.example/missing.png", "failed"),
        ("image", "https://192.168.0.1/tent.png", "failed"),
        ("image", "https://shop.example/tent.svg", "failed"),
        ("image", "https://shop.example/bill.pdf", "failed"),
        ("document", "https://shop.example/all.zip", "failed"),
    ];
    for (kind, link, _) in files {
        let body = json!({ "messaging_product": "whatsapp", "to": "4915112345678", "type": kind, kind: { "link": link } });
        post(&format!("v23.0/{phone_number_id}/messages"), body).await;
    }
    let said = client.get(format!("{base}simulator/said?person=DE.1")).send().await.expect("an answer");
    let said: Value = said.json().await.expect("JSON");
    let said = said.as_array().expect("a list");
    assert_eq!(said.len(), files.len());
    for ((_, link, expected), said) in files.into_iter().zip(said) {
        assert_eq!(said["status"], expected, "{link}");
    }
}

/// What is not taken is told again for seven days, ever more seldom, and then no more.
#[tokio::test]
async fn an_event_that_is_not_taken_is_given_up_after_seven_days() {
    let verify = async |axum::extract::Query(query): axum::extract::Query<Value>| {
        query["hub.challenge"].as_str().unwrap_or_default().to_owned()
    };
    let refuse = async || axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let hook = format!("http://{}/", listener.local_addr().expect("the port that was taken"));
    let router = axum::Router::new().route("/", axum::routing::get(verify).post(refuse));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let base = patient(Duration::from_hours(1)).await;
    let Settings { account_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").error_for_status().expect("it is taken")
    };
    let callback = json!({ "override_callback_uri": hook, "verify_token": "a word" });
    post(&format!("v23.0/{account_id}/subscribed_apps"), callback).await;
    post("simulator/people", json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" })).await;
    post("simulator/do", json!({ "do": "say", "person": "DE.1", "text": "Hello" })).await;
    let state = async || {
        let answer = client.get(format!("{base}simulator/state")).send().await.expect("an answer");
        answer.json::<Value>().await.expect("JSON")
    };
    let until = async |what: &str, holds: &dyn Fn(&Value) -> bool| {
        for _ in 0..3_000 {
            if holds(&state().await) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what}: {}", state().await);
    };
    let posted = |times: u64| move |state: &Value| state["posted"] == times;
    let pass = async |hours: u64| {
        post("simulator/clock", json!({ "seconds": hours * 3_600 })).await;
    };
    until("it is told", &posted(1)).await;
    for (times, hours) in [(2, 1), (3, 2), (4, 4), (5, 8), (6, 16), (7, 32), (8, 64)] {
        pass(hours - 1).await;
        pass(1).await;
        until(&format!("it is told again after {hours} hours"), &posted(times)).await;
    }
    assert_eq!(state().await["given_up"], 0);
    pass(7 * 24 - 127).await;
    until("it is given up", &|state: &Value| state["given_up"] == 1).await;
    assert_eq!(state().await["posted"], 8);
}

/// Whatever Meta refuses is refused, by its code.
#[tokio::test]
async fn what_meta_refuses_is_refused() {
    let base = simulator().await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let check = async |object: Value, expected: i64| {
        let mut body = json!({ "messaging_product": "whatsapp", "to": "4915112345678" });
        for (field, value) in object.as_object().expect("an object") {
            body[field] = value.clone();
        }
        let request = client.post(format!("{base}v23.0/{phone_number_id}/messages")).bearer_auth(&token);
        let answer: Value = request.json(&body).send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{body}: {answer}");
    };
    let text = |body: &str| json!({ "type": "text", "text": { "body": body } });
    check(text("Hello"), 0).await;
    check(text(&"x".repeat(4096)), 0).await;
    check(text(&"x".repeat(4097)), 131_009).await;
    check(text(""), 131_009).await;
    check(text(" \n"), 131_009).await;
    check(json!({ "type": "text" }), 131_008).await;
    check(json!({ "type": "text", "text": { "body": "x", "color": "red" } }), 100).await;
    check(json!({ "type": "hologram", "hologram": {} }), 100).await;
    check(json!({ "messaging_product": "telegram", "type": "text", "text": { "body": "x" } }), 100).await;
    check(json!({ "to": "", "type": "text", "text": { "body": "x" } }), 100).await;
    check(json!({ "to": "DE.1", "type": "text", "text": { "body": "x" } }), 100).await;
    check(
        json!({ "to": "", "recipient": "4915112345678", "type": "text", "text": { "body": "x" } }),
        131_009,
    )
    .await;
    check(
        json!({ "biz_opaque_callback_data": "x".repeat(513), "type": "text", "text": { "body": "x" } }),
        131_009,
    )
    .await;
    check(json!({ "type": "image", "image": { "id": "404" } }), 131_009).await;
    check(json!({ "type": "image", "image": { "link": "ftp://a.example/a.png" } }), 131_009).await;
    check(json!({ "type": "image", "image": {} }), 100).await;
    check(json!({ "type": "location", "location": { "latitude": 91, "longitude": 0 } }), 131_009).await;
    check(json!({ "type": "reaction", "reaction": { "message_id": "wamid.none", "emoji": "x" } }), 131_009)
        .await;
    check(
        json!({ "context": { "message_id": "wamid.none" }, "type": "text", "text": { "body": "x" } }),
        131_009,
    )
    .await;
    let card = |name: Value| json!({ "type": "contacts", "contacts": [{ "name": name }] });
    check(card(json!({ "formatted_name": "Ada Lovelace", "first_name": "Ada" })), 0).await;
    check(card(json!({ "formatted_name": "Ada Lovelace" })), 131_008).await;
    check(card(json!({ "first_name": "Ada" })), 131_008).await;
    check(json!({ "type": "contacts", "contacts": [] }), 131_008).await;
    check(json!({ "type": "contacts", "contacts": {} }), 131_008).await;
    let list = |rows: Vec<Value>| {
        let action = json!({ "button": "Choose", "sections": [{ "rows": rows }] });
        json!({ "type": "interactive", "interactive": { "type": "list", "body": { "text": "?" }, "action": action } })
    };
    let row = |number: usize| json!({ "id": number.to_string(), "title": "A row" });
    check(list((0..10).map(row).collect()), 0).await;
    check(list((0..11).map(row).collect()), 131_009).await;
    check(list(Vec::new()), 131_009).await;
    check(list(vec![row(1), row(1)]), 131_009).await;
    check(list(vec![json!({ "id": "1", "title": "x".repeat(25) })]), 131_009).await;
    check(list(vec![json!({ "id": "1", "title": "x", "description": "x".repeat(73) })]), 131_009).await;
    let asks = |kind: &str, action: Value| json!({ "type": "interactive", "interactive": { "type": kind, "body": { "text": "?" }, "action": action } });
    let place = |name: &str| asks("location_request_message", json!({ "name": name }));
    check(place("send_location"), 0).await;
    check(place("send_money"), 100).await;
    let flow = |field: &str, value: Value| {
        let mut parameters = json!({
            "flow_message_version": "3", "flow_id": "1", "flow_cta": "Sign up", "flow_action": "navigate",
        });
        parameters[field] = value;
        asks("flow", json!({ "name": "flow", "parameters": parameters }))
    };
    check(flow("flow_token", json!("a")), 0).await;
    check(flow("flow_action_payload", json!({ "screen": "FIRST" })), 0).await;
    check(flow("flow_action_payload", json!({ "screen": "FIRST", "data": {} })), 131_009).await;
    check(flow("flow_action", json!("jump")), 131_009).await;
    check(flow("flow_name", json!("welcome")), 131_009).await;
    check(flow("flow_cta", json!("x".repeat(31))), 131_009).await;
    check(flow("flow_cta", json!(null)), 131_008).await;
    check(flow("flow_message_version", json!("2")), 131_009).await;
    check(flow("colour", json!("red")), 100).await;
    check(asks("hologram", json!({})), 100).await;
    check(json!({ "status": "read", "message_id": "wamid.none" }), 100).await;

    for (token, path) in [
        ("", "106540352242922/messages"),
        ("another", "106540352242922/messages"),
        (token.as_str(), "1/messages"),
    ] {
        let request = client.post(format!("{base}v23.0/{path}"));
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        let answer = request.json(&json!({})).send().await.expect("an answer");
        assert!(matches!(answer.status().as_u16(), 400 | 401), "{path}");
    }
}

/// Each counts once, whoever wrote within the day does not count at all, and a day later there is room again.
#[tokio::test]
async fn no_more_people_than_a_day_allows_are_written_to_first() {
    let base = run(Settings { people_a_day: 2, ..Settings::default() }).await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").json::<Value>().await.unwrap_or_default()
    };
    for number in 1..=6 {
        let phone = format!("491511234567{number}");
        let person = json!({ "user_id": format!("DE.{number}"), "phone": phone, "name": "Somebody" });
        post("simulator/people", person).await;
    }
    let check = async |person: u32, expected: i64| {
        let template = json!({ "name": "hello_world", "language": { "code": "en_US" } });
        let message = json!({
            "messaging_product": "whatsapp", "recipient": format!("DE.{person}"), "type": "template",
            "template": template,
        });
        let answer = post(&format!("v23.0/{phone_number_id}/messages"), message).await;
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{person}: {answer}");
    };
    for (person, expected) in [(1, 0), (2, 0), (3, 131_048), (1, 0)] {
        check(person, expected).await;
    }
    post("simulator/do", json!({ "do": "say", "person": "DE.4", "text": "Hello" })).await;
    check(4, 0).await;
    for (people, person, expected) in [(json!(3), 3, 0), (json!(2), 5, 131_048), (Value::Null, 5, 0)] {
        post("simulator/limit", json!({ "people": people })).await;
        check(person, expected).await;
    }
    post("simulator/limit", json!({ "people": 2 })).await;
    check(6, 131_048).await;
    post("simulator/clock", json!({ "seconds": 90_000 })).await;
    check(6, 0).await;
}

/// A code goes to a phone number, and to nobody of whom only the id is told.
#[tokio::test]
async fn a_template_that_authenticates_is_refused_without_a_phone_number() {
    let base = simulator().await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").json::<Value>().await.unwrap_or_default()
    };
    let person = json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" });
    post("simulator/people", person).await;
    let body = json!([{ "type": "BODY", "text": "Your code is here." }]);
    for category in ["AUTHENTICATION", "UTILITY"] {
        let made = json!({
            "name": category.to_lowercase(), "language": "en", "status": "APPROVED", "category": category,
            "components": body,
        });
        post("simulator/template", made).await;
    }
    let check = async |name: &str, to: Value, expected: i64| {
        let template = json!({ "name": name, "language": { "code": "en" } });
        let mut message =
            json!({ "messaging_product": "whatsapp", "type": "template", "template": template });
        for (field, value) in to.as_object().expect("an object") {
            message[field] = value.clone();
        }
        let answer = post(&format!("v23.0/{phone_number_id}/messages"), message).await;
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{name} {to}: {answer}");
    };
    let (number, id) = ("4915112345678", "DE.1");
    check("authentication", json!({ "recipient": id }), 131_062).await;
    check("authentication", json!({ "to": number }), 0).await;
    check("authentication", json!({ "to": number, "recipient": id }), 0).await;
    check("utility", json!({ "recipient": id }), 0).await;
}

#[tokio::test]
async fn a_template_is_refused_where_a_parameter_is_missing() {
    let base = simulator().await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer")
    };
    let person = json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" });
    assert!(post("simulator/people", person).await.status().is_success());
    let check = async |components: Value, given: Value, expected: i64| {
        let made = json!({ "name": "odd", "language": "en", "status": "APPROVED", "components": components });
        assert!(post("simulator/template", made).await.status().is_success());
        let template = json!({ "name": "odd", "language": { "code": "en" }, "components": given });
        let message = json!({
            "messaging_product": "whatsapp", "to": "4915112345678", "type": "template", "template": template,
        });
        let answer = post(&format!("v23.0/{phone_number_id}/messages"), message).await;
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{given}: {answer}");
    };
    let head = json!([{ "type": "HEADER", "format": "LOCATION" }]);
    let at = |place: Value| json!([{ "type": "header", "parameters": [{ "type": "location", "location": place }] }]);
    let place = json!({ "latitude": "52.5", "longitude": "13.4", "name": "Shop", "address": "Berlin" });
    check(head.clone(), at(place), 0).await;
    check(head.clone(), at(json!({ "latitude": "52.5", "longitude": "13.4" })), 132_012).await;
    check(head, json!([]), 132_000).await;

    let offer = |expires: bool| json!([{ "type": "LIMITED_TIME_OFFER", "limited_time_offer": { "has_expiration": expires } }]);
    let until = json!({ "type": "limited_time_offer", "limited_time_offer": { "expiration_time_ms": 1 } });
    let given = json!([{ "type": "limited_time_offer", "parameters": [until] }]);
    check(offer(true), given, 0).await;
    check(offer(true), json!([]), 132_000).await;
    check(offer(false), json!([]), 0).await;

    let cards = json!([{ "components": [{ "type": "BODY", "text": "Hi {{1}}" }] }]);
    let carousel = json!([{ "type": "CAROUSEL", "cards": cards }]);
    let card =
        |given: Value| json!([{ "type": "carousel", "cards": [{ "card_index": 0, "components": given }] }]);
    let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ada" }] }]);
    check(carousel.clone(), card(body), 0).await;
    check(carousel.clone(), card(json!([])), 132_000).await;
    check(carousel, json!([]), 132_000).await;

    let below = |kind: &str| json!([{ "type": "BUTTONS", "buttons": [{ "type": kind, "text": "Go" }] }]);
    let pressed = |kind: &str, index: Value, parameters: Value| json!([{ "type": "button", "sub_type": kind, "index": index, "parameters": parameters }]);
    let action = json!([{ "type": "action", "action": { "flow_token": "unused" } }]);
    let text = json!([{ "type": "text", "text": "x" }]);
    for kind in ["FLOW", "ORDER_DETAILS", "MPM", "OTP", "COPY_CODE", "A_NEW_ONE"] {
        check(below(kind), json!([]), 131_008).await;
        check(below(kind), pressed(kind, json!("1"), action.clone()), 131_008).await;
        check(below(kind), pressed(kind, json!("0"), action.clone()), 0).await;
        check(below(kind), pressed(kind, json!(0), action.clone()), 0).await;
    }
    check(below("FLOW"), pressed("flow", json!("0"), json!([])), 0).await;
    check(below("ORDER_DETAILS"), pressed("order_details", json!("0"), json!([])), 132_000).await;
    for kind in ["FLOW", "ORDER_DETAILS"] {
        check(below(kind), pressed(kind, json!("0"), text.clone()), 132_012).await;
    }
    for kind in ["QUICK_REPLY", "PHONE_NUMBER", "VOICE_CALL", "CATALOG", "URL"] {
        check(below(kind), json!([]), 0).await;
    }
    check(below("PHONE_NUMBER"), pressed("phone_number", json!("0"), text), 132_000).await;
}
