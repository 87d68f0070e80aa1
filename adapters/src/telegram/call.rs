//! How is a method of the Bot API called?
//!
//! The addresses, the client and the forms of the methods are teloxide's; the answers are read here.
//! teloxide's own reading knows errors by their words and not by their numbers, rests for ten seconds
//! after a 5xx, and takes a message that has left for one that has not where its answer holds
//! something that is not known yet. Here, whatever says `"ok": true` was done.

use std::{fmt, fmt::Write as _, time::Duration};

use axum::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use teloxide_core::{Bot, requests::Payload};

use crate::{headers, misread};

/// Longest answer that is read, in bytes: a batch of 100 updates stays far below.
const LONGEST_ANSWER: usize = 16 << 20;

/// Why a method was not done, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Never reached Telegram.
    Unreachable(String),
    /// It may have been done: the answer was lost.
    Lost(String),
    /// Telegram says no.
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: u16,
    /// Telegram's own words.
    pub description: String,
    pub retry_after: Option<SignedDuration>,
    pub migrated_to: Option<i64>,
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => write!(f, "Telegram could not be reached: {why}"),
            Self::Lost(why) => write!(f, "Telegram's answer was lost: {why}"),
            Self::Refused(refusal) => {
                write!(f, "Telegram answered {}: {}", refusal.code, refusal.description)
            }
        }
    }
}

/// A file that leaves with a method.
#[derive(Clone, Debug)]
pub struct Upload {
    /// Its field in the method, where the name of its part is found.
    pub field: &'static str,
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
}

#[derive(Deserialize)]
struct Answer {
    ok: bool,
    #[serde(default)]
    result: Value,
    #[serde(default)]
    error_code: Option<u16>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    #[serde(default)]
    migrate_to_chat_id: Option<i64>,
    #[serde(default)]
    retry_after: Option<i64>,
}

/// A message of ours that left: all of the answer that is needed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Sent {
    pub message_id: i64,
    /// By Telegram's clock.
    #[serde(default)]
    pub date: i64,
}

/// What was answered, and when by the clock of whoever answered.
pub struct Answered<T> {
    pub result: T,
    pub date: Option<Timestamp>,
}

/// Calls a method, with a file where it has one, and reads what it answers.
pub async fn call<P, T>(
    bot: &Bot,
    payload: &P,
    upload: Option<&Upload>,
    timeout: Duration,
) -> Result<Answered<T>, CallError>
where
    P: Payload + Serialize + Sync,
    T: DeserializeOwned,
{
    let mut address = bot.api_url();
    let method = lower_first(P::NAME);
    address
        .path_segments_mut()
        .map_err(|()| CallError::Unreachable("the api address has no path".to_owned()))?
        .pop_if_empty()
        .extend([&format!("bot{}", bot.token()), &method]);
    let fields = serde_json::to_value(payload)
        .map_err(|error| CallError::Unreachable(format!("{method} cannot be written: {error}")))?;
    let (kind, body) = match upload {
        None => ("application/json".to_owned(), fields.to_string().into_bytes()),
        Some(upload) => multipart(&fields, upload),
    };
    let request = bot.client().post(address).header("content-type", kind).body(body).timeout(timeout);
    let mut response = request.send().await.map_err(|error| {
        // An error of the client names the address, and the token within it.
        let connecting = error.is_connect() || error.is_builder();
        let why = said(&error.without_url());
        if connecting { CallError::Unreachable(why) } else { CallError::Lost(why) }
    })?;
    let status = response.status().as_u16();
    let date = headers::date(response.headers());
    let mut body = Vec::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| CallError::Lost(said(&error.without_url())))?
    {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(CallError::Lost(format!("it is longer than {LONGEST_ANSWER} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    let result = misread::value(read(status, &body)?)
        .map_err(|why| CallError::Lost(format!("it does not fit {method}: {why}")))?;
    Ok(Answered { result, date })
}

/// What an answer says.
fn read(status: u16, body: &[u8]) -> Result<Value, CallError> {
    match serde_json::from_slice::<Answer>(body) {
        Ok(Answer { ok: true, result, .. }) => Ok(result),
        Ok(answer) => Err(CallError::Refused(Refusal {
            code: answer.error_code.unwrap_or(status),
            description: answer.description.unwrap_or_default(),
            retry_after: answer.parameters.retry_after.map(SignedDuration::from_secs),
            migrated_to: answer.parameters.migrate_to_chat_id,
        })),
        Err(_) if (300..400).contains(&status) => Err(CallError::Refused(Refusal {
            code: status,
            description: "the address of api redirects; set the one it leads to".to_owned(),
            retry_after: None,
            migrated_to: None,
        })),
        // A proxy on the way, or no Bot API at all.
        Err(_) if status >= 400 => Err(CallError::Refused(Refusal {
            code: status,
            description: "what came is no answer of the Bot API; is the api address right?".to_owned(),
            retry_after: None,
            migrated_to: None,
        })),
        Err(error) => Err(CallError::Lost(format!("it is no answer of the Bot API: {error}"))),
    }
}

/// An error with its causes.
fn said(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// The method's fields and its file as `multipart/form-data`.
fn multipart(fields: &Value, upload: &Upload) -> (String, Vec<u8>) {
    let part =
        fields[upload.field].as_str().and_then(|field| field.strip_prefix("attach://")).unwrap_or("file");
    // The part's name is a random number of 128 bits: no file holds it by chance.
    let boundary = format!("part-{part}");
    let mut body = Vec::with_capacity(upload.bytes.len() + 2048);
    for (name, value) in fields.as_object().into_iter().flatten() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let head = format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n");
        for piece in [head.as_bytes(), text.as_bytes(), b"\r\n"] {
            body.extend_from_slice(piece);
        }
    }
    let name = upload.name.replace(['"', '\\', '\r', '\n'], "_");
    let head = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\ncontent-type: {}\r\n\r\n",
        upload.media_type.replace(['\r', '\n'], "")
    );
    for piece in [head.as_bytes(), &upload.bytes, b"\r\n--", boundary.as_bytes(), b"--\r\n"] {
        body.extend_from_slice(piece);
    }
    (format!("multipart/form-data; boundary={boundary}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_their_numbers() {
        let check = |status: u16, body: &str, expected: &str| {
            let said = match read(status, body.as_bytes()) {
                Ok(value) => format!("done {value}"),
                Err(error) => error.to_string(),
            };
            assert!(said.starts_with(expected), "{said:?} does not begin with {expected:?}");
        };
        check(200, r#"{"ok":true,"result":{"new":1}}"#, r#"done {"new":1}"#);
        check(
            403,
            r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#,
            "Telegram answered 403: Forbidden",
        );
        check(
            502,
            "<html>Bad Gateway</html>",
            "Telegram answered 502: what came is no answer of the Bot API",
        );
        check(200, "<html>", "Telegram's answer was lost: it is no answer");
        check(302, "<html>", "Telegram answered 302: the address of api redirects");
        let flood = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 7","parameters":{"retry_after":7}}"#;
        let Err(CallError::Refused(refusal)) = read(429, flood.as_bytes()) else { panic!("refused") };
        assert_eq!((refusal.code, refusal.retry_after), (429, Some(SignedDuration::from_secs(7))));
    }

    #[test]
    fn names_of_files_stay_within_their_header() {
        let upload = Upload {
            field: "document",
            name: "a\"\r\nx: y.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: Bytes::from_static(b"%PDF"),
        };
        let fields = serde_json::json!({"chat_id": 7, "document": "attach://f1", "caption": "two\nlines"});
        let (kind, body) = multipart(&fields, &upload);
        let body = String::from_utf8(body).expect("a text");
        assert_eq!(kind, "multipart/form-data; boundary=part-f1");
        assert!(body.contains("name=\"f1\"; filename=\"a___x: y.pdf\"\r\n"), "{body}");
        assert!(body.contains("name=\"chat_id\"\r\n\r\n7\r\n") && body.ends_with("%PDF\r\n--part-f1--\r\n"));
    }
}
