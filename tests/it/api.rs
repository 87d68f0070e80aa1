//! The API as a whole: its description, and that no door is open.

use serde_json::Value;

use crate::support::{
    Home,
    http_client::{http, send},
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
        for (method, _) in operations.as_object().expect("operations") {
            if path == "/api/v1/sessions" && method == "post" {
                continue;
            }
            let filled = path
                .replace("{id}", "01J9Z3K7T2N8Q4R6V0W1X5Y9AB")
                .replace("{bot}", "shop")
                .replace("{media}", "01J9Z3K7T2N8Q4R6V0W1X5Y9AB")
                .replace("{source}", "crm")
                .replace("{native}", "1");
            let method = method.to_uppercase().parse().expect("a method");
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
