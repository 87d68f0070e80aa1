//! Signatures: ours against those of a library that we did not write.

use std::{io::Write as _, path::Path, process::Stdio};

use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};
use studio_simulators::peers;

use super::super::sign::is_signed;
use crate::credential::Credential;

const SECRET: &str = "the app's secret";
const BODY: &[u8] = br#"{"object":"whatsapp_business_account","text":"Gr\u00fc\u00dfe \ud83d\udc4d"}"#;

fn sha256(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

fn sha512(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).expect("a key");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// Name, body, header, whether it is good. Their signatures are made here, with the crate `hmac`; [`pywa_judges_the_same`] tells
/// that Python's standard library makes the same.
fn vectors() -> Vec<(&'static str, Vec<u8>, Option<String>, bool)> {
    let right = sha256(SECRET, BODY);
    let unescaped: Value = serde_json::from_slice(BODY).expect("JSON");
    let mut longer = BODY.to_vec();
    longer.push(b'\n');
    vec![
        ("right", BODY.to_vec(), Some(format!("sha256={right}")), true),
        // There is no time in it: what came before is known by its ids (`tests/webhook.rs`).
        ("replayed", BODY.to_vec(), Some(format!("sha256={right}")), true),
        ("an empty body", Vec::new(), Some(format!("sha256={}", sha256(SECRET, b""))), true),
        (
            "a large body",
            vec![b'x'; 1 << 20],
            Some(format!("sha256={}", sha256(SECRET, &vec![b'x'; 1 << 20]))),
            true,
        ),
        ("another secret", BODY.to_vec(), Some(format!("sha256={}", sha256("another", BODY))), false),
        ("another body", longer, Some(format!("sha256={right}")), false),
        (
            "read and written again",
            unescaped.to_string().into_bytes(),
            Some(format!("sha256={right}")),
            false,
        ),
        ("missing", BODY.to_vec(), None, false),
        ("empty", BODY.to_vec(), Some(String::new()), false),
        ("only the name", BODY.to_vec(), Some("sha256=".into()), false),
        ("half of it", BODY.to_vec(), Some(format!("sha256={}", &right[..32])), false),
        ("more than it", BODY.to_vec(), Some(format!("sha256={right}00")), false),
        ("no hex", BODY.to_vec(), Some(format!("sha256={}", "z".repeat(64))), false),
        ("another algorithm", BODY.to_vec(), Some(format!("sha512={}", sha512(SECRET, BODY))), false),
        (
            "another algorithm by the right name",
            BODY.to_vec(),
            Some(format!("sha256={}", sha512(SECRET, BODY))),
            false,
        ),
        ("the right one by another name", BODY.to_vec(), Some(format!("sha1={right}")), false),
    ]
}

fn ours(body: &[u8], header: Option<&str>) -> bool {
    let mut headers = HeaderMap::new();
    if let Some(header) = header {
        headers.insert("x-hub-signature-256", header.parse().expect("a value"));
    }
    is_signed(&Credential::new(SECRET).expect("not empty"), &headers, body)
}

#[test]
fn only_what_is_signed_right_is_believed() {
    for (name, body, header, good) in vectors() {
        assert_eq!(ours(&body, header.as_deref()), good, "{name}");
    }
    assert!(!ours(BODY, Some(&sha256(SECRET, BODY))), "the name of the algorithm belongs to it");
}

/// pywa's `webhook_updates_validator` judges the same vectors, and ours believes what Python's own HMAC signs. pywa itself, like the
/// other clients of the Cloud API, signs nothing: Meta alone does.
#[test]
fn pywa_judges_the_same() {
    let Some(mut python) = peers::python() else { return peers::skip("pywa_judges_the_same") };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../simulators/peers/whatsapp.py");
    let vectors = vectors();
    let asked = vectors.iter().map(|(_, body, header, _)| {
        json!({ "secret": SECRET, "body": STANDARD.encode(body), "header": header.clone().unwrap_or_default() })
    });
    let asked = json!(asked.collect::<Vec<_>>()).to_string();
    let mut child = python
        .arg(script)
        .arg("verify")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python of the peers starts");
    child.stdin.take().expect("a pipe").write_all(asked.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let judged: Vec<Value> = serde_json::from_slice(&output.stdout).expect("its judgements");
    assert_eq!(judged.len(), vectors.len());
    for ((name, body, _, good), judged) in vectors.iter().zip(judged) {
        assert_eq!(judged["valid"], *good, "{name}");
        let theirs = judged["signed"].as_str().expect("a signature");
        assert!(ours(body, Some(theirs)), "{name}");
        assert!(!ours(b"another body", Some(theirs)), "{name}");
        assert_eq!(format!("sha256={}", sha256(SECRET, body)), theirs, "{name}");
    }
}
