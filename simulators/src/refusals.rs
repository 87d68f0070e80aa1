//! What is asked below `/simulator` is JSON, and how is it said that something cannot be done? In JSON: `{"error": "…"}`.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use serde_json::json;

/// Longest sentence, in bytes.
const LONGEST: usize = 1 << 16;

/// How the reader of bodies and queries begins, and what is said in its place.
const OF_READER: [(&str, &str); 3] = [
    ("Failed to deserialize the JSON body into the target type: ", ""),
    ("Failed to deserialize query string: ", ""),
    ("Failed to parse the request body as JSON: ", "the body is not JSON: "),
];

/// Reads what is asked below `/simulator` as JSON, whatever the caller calls it (curl: a form), and says in JSON what is refused
/// there in plain text, or without a word.
pub async fn in_json(mut request: Request, next: Next) -> Response {
    let asked = format!("{} {}", request.method(), request.uri().path());
    let is_ours = request.uri().path().starts_with("/simulator/");
    if is_ours {
        request.headers_mut().insert(header::CONTENT_TYPE, written_as());
    }
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_ours || is_json || !response.status().is_client_error() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let said = to_bytes(body, LONGEST).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let error = if said.is_empty() { format!("{asked}: {}", parts.status) } else { plain(&said) };
    parts.headers.insert(header::CONTENT_TYPE, written_as());
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(json!({ "error": error }).to_string()))
}

/// What of the words of the reader's library is meant for whoever asks.
fn plain(said: &str) -> String {
    let told = OF_READER.into_iter().find_map(|(start, instead)| Some((said.strip_prefix(start)?, instead)));
    let Some((told, instead)) = told else { return said.to_owned() };
    if !instead.is_empty() {
        return format!("{instead}{told}");
    }
    let told = told.rsplit_once(" at line ").map_or(told, |(told, _)| told);
    if let Some((place, name)) = told.split_once("missing field `") {
        return format!("{place}{} is needed", name.trim_end_matches('`'));
    }
    if let Some((_, unknown)) = told.split_once("unknown field `")
        && let Some((name, known)) = unknown.split_once("`, expected ")
    {
        return format!("there is no field {name}; known: {}", known.trim_start_matches("one of "));
    }
    let Some((place, what)) = told.split_once("invalid type: ") else { return told.to_owned() };
    let place = place.trim_end_matches([':', ' ']);
    let needed = match what.rsplit_once(", expected ").map_or(what, |(_, needed)| needed) {
        "a string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "i64" | "u64" | "usize" | "u16" => "a whole number",
        "f64" => "a number",
        object if object.starts_with("struct ") || object.contains("enum ") => "an object",
        other => other,
    };
    format!("{} must be {needed}", if place.is_empty() { "the body" } else { place })
}

fn written_as() -> HeaderValue {
    HeaderValue::from_static("application/json")
}

/// Nothing is at this address.
pub async fn unknown() -> StatusCode {
    StatusCode::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_the_library_is_told() {
        let body = |what: &str| format!("{}{what} at line 1 column 14", OF_READER[0].0);
        for (said, expected) in [
            (body("missing field `from`"), "from is needed"),
            (body("files[0]: missing field `name`"), "files[0]: name is needed"),
            (body("from: invalid type: integer `7`, expected a string"), "from must be a text"),
            (body("invalid type: integer `7`, expected struct Say"), "the body must be an object"),
            (
                body("unknown field `form`, expected one of `from`, `text`"),
                "there is no field form; known: `from`, `text`",
            ),
            (body("failed: a share is a number from 0 to 1"), "failed: a share is a number from 0 to 1"),
            (format!("{}missing field `person`", OF_READER[1].0), "person is needed"),
            (
                format!("{}EOF while parsing a value at line 1 column 0", OF_READER[2].0),
                "the body is not JSON: EOF while parsing a value at line 1 column 0",
            ),
            ("there is no channel C0NOWHERE".to_owned(), "there is no channel C0NOWHERE"),
        ] {
            assert_eq!(plain(&said), expected);
        }
    }
}
