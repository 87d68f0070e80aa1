//! Is a signature right? Judged by what others wrote: `slack_sdk` (Python) and `@slack/bolt` (Node).

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use axum::http::{HeaderMap, HeaderValue};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::Sha512;
use studio_simulators::peers;

use super::{
    scene::{NOW, SECRET},
    webhook::{headers, sign},
};
use crate::{
    credential::Credential,
    slack::sign::{SignatureError, verify},
};

const BODY: &str = r#"{"type":"event_callback","text":"Grüße 👋 \u00fc"}"#;

const SIGNATURE: &str = "x-slack-signature";
/// In place of a signature, where the header is not there; the scripts of the peers know it too.
const MISSING: &str = "missing";

/// The example of Slack's page "Verifying requests from Slack", whose secret is [`SECRET`]: made by nobody here.
const OF_SLACKS_PAGE: (i64, &str, &str) = (
    1_531_420_618,
    "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&\
     user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
     response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&\
     trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
);

struct Vector {
    name: &'static str,
    time: String,
    signature: String,
    body: &'static str,
    expected: Result<(), SignatureError>,
    /// Bolt looks at the past only.
    bolt_differs: bool,
}

/// Their signatures are made here, with the crate `hmac`; [`slacks_own_python_agrees`] tells that `slack_sdk` makes the same.
fn vectors() -> Vec<Vector> {
    let good = |time: i64| sign(SECRET, &time.to_string(), BODY.as_bytes());
    let vector = |name, time: String, signature: String, body, expected| Vector {
        name,
        time,
        signature,
        body,
        expected,
        bolt_differs: false,
    };
    let now = NOW.to_string();
    let no_match = Err(SignatureError::NoMatch);
    let late = Err(SignatureError::Timestamp);
    vec![
        vector("valid", now.clone(), good(NOW), BODY, Ok(())),
        vector("five minutes old", (NOW - 300).to_string(), good(NOW - 300), BODY, Ok(())),
        vector("five minutes ahead", (NOW + 300).to_string(), good(NOW + 300), BODY, Ok(())),
        vector("wrong secret", now.clone(), sign("other", &now, BODY.as_bytes()), BODY, no_match),
        vector("changed body", now.clone(), good(NOW), "{}", no_match),
        vector("empty body, signed for another", now.clone(), good(NOW), "", no_match),
        vector("empty body", now.clone(), sign(SECRET, &now, b""), "", Ok(())),
        vector("stale", (NOW - 301).to_string(), good(NOW - 301), BODY, late),
        Vector {
            bolt_differs: true,
            ..vector("future", (NOW + 301).to_string(), good(NOW + 301), BODY, late)
        },
        vector("replayed under a new time", now.clone(), good(NOW - 400), BODY, no_match),
        vector("another version", now.clone(), good(NOW).replace("v0=", "v1="), BODY, no_match),
        vector("another algorithm", now.clone(), sha512(&now), BODY, no_match),
        vector("missing", now.clone(), MISSING.to_owned(), BODY, Err(SignatureError::Missing(SIGNATURE))),
        vector("cut short", now.clone(), good(NOW)[..40].to_owned(), BODY, no_match),
        vector("nothing after the version", now.clone(), "v0=".to_owned(), BODY, no_match),
        vector("empty", now, String::new(), BODY, no_match),
    ]
}

/// By the right name, and not by the algorithm that belongs to it.
fn sha512(time: &str) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("a key of any length");
    mac.update(format!("v0:{time}:{BODY}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

fn ours(vector: &Vector) -> Result<(), SignatureError> {
    let secret = Credential::new(SECRET).expect("not empty");
    let now = Timestamp::from_second(NOW).expect("within jiff's range");
    let mut headers = headers(&vector.time, &vector.signature);
    if vector.signature == MISSING {
        headers.remove(SIGNATURE);
    }
    verify(&secret, &headers, vector.body.as_bytes(), now).map(|_| ())
}

/// What a script of the peers says of the vectors.
fn judged(mut command: Command, script: &str) -> Vec<Value> {
    let asked = vectors()
        .iter()
        .map(|one| json!({ "time": one.time, "signature": one.signature, "body": one.body }))
        .collect::<Vec<_>>();
    let asked = json!({ "secret": SECRET, "now": NOW, "vectors": asked }).to_string();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulators/peers/");
    let mut child = command
        .args([format!("{path}{script}"), "judge".to_owned()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the peer starts");
    child.stdin.take().expect("it listens").write_all(asked.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{script} failed");
    serde_json::from_slice(&output.stdout).expect("verdicts as JSON")
}

#[test]
fn every_vector_is_judged_as_it_should_be() {
    for vector in vectors() {
        assert_eq!(ours(&vector), vector.expected, "{}", vector.name);
    }
}

#[test]
fn the_example_of_slacks_page_is_believed() {
    let secret = Credential::new(SECRET).expect("not empty");
    let (time, signature, body) = OF_SLACKS_PAGE;
    let now = Timestamp::from_second(time).expect("within jiff's range");
    let headers = headers(&time.to_string(), signature);
    assert_eq!(verify(&secret, &headers, body.as_bytes(), now), Ok(now));
    let other = body.replace("roadrunner", "coyote");
    assert_eq!(verify(&secret, &headers, other.as_bytes(), now), Err(SignatureError::NoMatch));
}

#[test]
fn missing_and_doubled_headers_are_refused() {
    let secret = Credential::new(SECRET).expect("not empty");
    let now = Timestamp::from_second(NOW).expect("within jiff's range");
    let time = NOW.to_string();
    let all = headers(&time, &sign(SECRET, &time, BODY.as_bytes()));
    let check = |headers: &HeaderMap, expected: &str| {
        let said = verify(&secret, headers, BODY.as_bytes(), now).expect_err(expected).to_string();
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
    };
    for name in ["x-slack-signature", "x-slack-request-timestamp"] {
        let mut without = all.clone();
        without.remove(name);
        check(&without, name);
        let mut twice = all.clone();
        twice.append(name, HeaderValue::from_static("v0=0"));
        check(&twice, name);
    }
    for bad in ["", "now", "-1700000000", "1700000000.5", " 1700000000", "99999999999999999999"] {
        let mut odd = all.clone();
        odd.insert("x-slack-request-timestamp", HeaderValue::from_str(bad).expect("ASCII"));
        check(&odd, "x-slack-request-timestamp");
    }
}

#[test]
fn slacks_own_python_agrees() {
    let Some(python) = peers::python() else { return peers::skip("slack::slacks_own_python_agrees") };
    for (vector, verdict) in vectors().iter().zip(judged(python, "slack.py")) {
        assert_eq!(verdict["valid"], json!(vector.expected.is_ok()), "{}", vector.name);
        // What it signs itself, we believe, and believe of nothing else; the vectors are made as it makes them.
        let secret = Credential::new(SECRET).expect("not empty");
        let theirs = verdict["signed"].as_str().expect("a signature");
        let at = Timestamp::from_second(vector.time.parse().expect("seconds")).expect("within jiff's range");
        assert!(verify(&secret, &headers(&vector.time, theirs), vector.body.as_bytes(), at).is_ok());
        let elsewhere = verify(&secret, &headers(&vector.time, theirs), b"another body", at);
        assert_eq!(elsewhere, Err(SignatureError::NoMatch), "{}", vector.name);
        assert_eq!(sign(SECRET, &vector.time, vector.body.as_bytes()), theirs, "{}", vector.name);
    }
}

#[test]
fn slacks_own_bolt_agrees() {
    let Some(node) = peers::node() else { return peers::skip("slack::slacks_own_bolt_agrees") };
    for (vector, verdict) in vectors().iter().zip(judged(node, "slack.js")) {
        let expected = vector.expected.is_ok() || vector.bolt_differs;
        assert_eq!(verdict["valid"], json!(expected), "{}", vector.name);
    }
}
