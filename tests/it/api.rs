//! The API as a whole: its description, and that no door is open.

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home,
        http_client::{Member, http, send},
    },
};

#[test]
fn the_openapi_document_is_as_it_was_agreed() {
    let document = serde_json::to_value(studio::http::v1::document()).expect("it is JSON");
    insta::assert_json_snapshot!("openapi", document);
}

#[test]
fn every_operation_but_the_login_needs_one() {
    let home = Home::new();
    let studio = home.start();
    let document =
        send(http().get(format!("{}/api/v1/openapi.json", studio.address))).expect("it is up").body;
    let paths = document["paths"].as_object().expect("paths");
    let mut asked = 0;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("operations") {
            // Logging in, and the live stream, whose login is its first frame.
            if (path == "/api/v1/sessions" && method == "post") || path == "/api/v1/live" {
                continue;
            }
            let filled = path
                .replace("{id}", "01J9Z3K7T2N8Q4R6V0W1X5Y9AB")
                .replace("{bot}", "shop")
                .replace("{media}", "01J9Z3K7T2N8Q4R6V0W1X5Y9AB")
                .replace("{source}", "crm")
                .replace("{native}", "1")
                .replace("{name}", "crm")
                .replace("{connection}", "crm")
                .replace("{sequence}", "1");
            let method = method.to_uppercase().parse().expect("a method");
            assert!(operation["responses"]["401"].is_object(), "{method} {path} does not tell of 401");
            for token in [None, Some("studio_session_x"), Some("studio_key_x"), Some("nonsense")] {
                let mut request = http()
                    .request(reqwest::Method::clone(&method), format!("{}{filled}", studio.address))
                    .header("content-type", "application/json")
                    .body("{}");
                if let Some(token) = token {
                    request = request.bearer_auth(token);
                }
                let answer = send(request).expect("it is up");
                assert_eq!(answer.status, 401, "{method} {filled} with {token:?}: {answer:?}");
                assert_eq!(answer.headers["content-type"], "application/problem+json", "{method} {filled}");
                assert!(answer.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
                asked += 1;
            }
        }
    }
    assert!(asked > 60, "the document lists the operations: {asked}");
    for (method, path, status) in [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("PUT", "/api/v1/sessions", 405),
        ("DELETE", "/api/v1/parked", 405),
        ("POST", "/api/v1/live", 405),
    ] {
        let method: reqwest::Method = method.parse().expect("a method");
        let answer = send(http().request(method, format!("{}{path}", studio.address))).expect("it is up");
        assert_eq!(
            (answer.status, &answer.body["status"]),
            (status, &Value::from(status)),
            "{path} {answer:?}"
        );
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{path}");
        assert_eq!(answer.headers.contains_key("allow"), status == 405, "{path}");
    }
    let ready = send(http().get(format!("{}/health/ready", studio.address))).expect("it is up");
    assert_eq!((ready.status, &ready.body["ready"]), (200, &Value::Bool(true)));
}

#[test]
fn roles_are_told_where_they_matter() {
    let home = Home::new();
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "analyst");
    add(&home, "bob@example.com", "Bob", "owner");
    // A key, since it does not end by logging out.
    let owner = Member::log_in(&studio, "bob@example.com", PASSWORD);
    let key = owner.post("/api-keys", &json!({ "name": "reads", "role": "analyst" })).body["key"].clone();
    let key = key.as_str().expect("a key");
    let id = "01J9Z3K7T2N8Q4R6V0W1X5Y9AB";
    let member =
        json!({ "email": "eve@example.com", "name": "Eve", "role": "analyst", "password": PASSWORD });
    let document = serde_json::to_value(studio::http::v1::document()).expect("it is JSON");
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            if operation.get("security").is_some() {
                continue;
            }
            let body = match path.trim_start_matches("/api/v1") {
                "/members" => member.clone(),
                "/members/{id}/password" => json!({ "password": PASSWORD }),
                "/api-keys" => json!({ "name": "a", "role": "analyst" }),
                "/conversations/{id}/replies" | "/conversations/{id}/messages/{sequence}" => {
                    json!({ "content": { "type": "text", "text": "a" } })
                }
                "/conversations" => json!({
                    "connection": "crm", "to": {}, "template": { "name": "a", "language": "en" },
                }),
                "/conversations/{id}/templates" => json!({ "name": "a", "language": "en" }),
                "/contacts/{id}/merge" => json!({ "into": id }),
                "/conversations/{id}/notes" => json!({ "text": "a" }),
                "/conversations/{id}/language" => json!({ "language": "en" }),
                "/conversations/{id}/assign" => json!({ "team": "a" }),
                "/bots/{bot}/review/{cluster}" => json!({ "decision": "dismiss" }),
                _ => json!({}),
            };
            let filled = path
                .replace("{id}", id)
                .replace("{bot}", "shop")
                .replace("{media}", id)
                .replace("{cluster}", "a");
            let filled = filled.replace("{source}", "crm").replace("{native}", "1");
            let filled =
                filled.replace("{name}", "crm").replace("{connection}", "crm").replace("{sequence}", "1");
            let verb: reqwest::Method = method.to_uppercase().parse().expect("a method");
            let url = format!("{}{filled}", studio.address);
            let answer = send(http().request(verb, url).bearer_auth(key).json(&body)).expect("it is up");
            let told = operation["responses"]["403"].is_object();
            assert_eq!(answer.status == 403, told, "{method} {path}: {answer:?}");
        }
    }
    // The copy of everything is not even for owners, over the network.
    let export = || http().get(format!("{}/api/v1/export", studio.address));
    for told in [owner.get("/export"), send(export().bearer_auth(key)).expect("it is up")] {
        assert_eq!(told.status, 403, "{told:?}");
        assert!(told.body.to_string().contains("given to nobody over the network"), "{told:?}");
    }
}
