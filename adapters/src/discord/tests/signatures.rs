//! Signatures made and judged by others: Node's own Ed25519 and the package `discord-interactions`.

use std::{io::Write as _, process::Stdio};

use axum::http::HeaderMap;
use studio_simulators::peers;

use super::{
    super::sign::{PublicKey, SignatureError},
    *,
};

/// Lines of JSON in, lines of JSON out.
fn ask(lines: &[Value]) -> Option<Vec<Value>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulators/peers/discord_signatures.js");
    let mut node = peers::node()?.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = node.stdin.take()?;
    for line in lines {
        writeln!(input, "{line}").expect("the script listens");
    }
    drop(input);
    let output = node.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "the script failed");
    let lines = String::from_utf8(output.stdout).expect("text");
    Some(lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect())
}

fn headers(signature: &str, timestamp: &str) -> HeaderMap {
    [("x-signature-ed25519", signature), ("x-signature-timestamp", timestamp)]
        .into_iter()
        .filter(|(_, value)| *value != "missing")
        .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
        .collect()
}

#[test]
fn what_others_sign_is_believed_and_only_as_it_was_signed() {
    let Some(vectors) = ask(&[json!({"make": "héllo {\"type\": 1}", "timestamp": "1700000000"})]) else {
        return peers::skip("discord: what_others_sign_is_believed_and_only_as_it_was_signed");
    };
    let made = &vectors[0];
    let text = |field: &str| made[field].as_str().expect("text");
    let key = PublicKey::read(text("key")).expect("a key");
    let now = Timestamp::from_second(1_700_000_000).expect("within jiff's range");
    let mut asked = Vec::new();
    let mut check = |what: &'static str,
                     signature: &str,
                     timestamp: &str,
                     body: &str,
                     later: i64,
                     expected: Result<(), SignatureError>| {
        let at = now.saturating_add(SignedDuration::from_secs(later)).expect("seconds");
        assert_eq!(key.verify(&headers(signature, timestamp), body.as_bytes(), at), expected, "{what}");
        // Discord's package looks at no clock.
        let valid =
            expected.is_ok() || expected == Err(SignatureError::Timestamp) && timestamp == "1700000000";
        let [signature, timestamp] =
            [signature, timestamp].map(|value| if value == "missing" { "" } else { value });
        let line = json!({"key": text("key"), "timestamp": timestamp, "body": body, "signature": signature});
        asked.push((what, line, valid));
    };
    let (signature, body, stamp) = (text("signature"), text("body"), "1700000000");
    check("valid", signature, stamp, body, 0, Ok(()));
    check("valid, in capitals", &signature.to_uppercase(), stamp, body, 0, Ok(()));
    check("at the end of the window", signature, stamp, body, 300, Ok(()));
    check("stale", signature, stamp, body, 301, Err(SignatureError::Timestamp));
    check("from the future", signature, stamp, body, -301, Err(SignatureError::Timestamp));
    check("another body", signature, stamp, "{\"type\": 2}", 0, Err(SignatureError::NoMatch));
    check("another time", signature, "1700000001", body, 0, Err(SignatureError::NoMatch));
    check("replayed under a new time", signature, "1700000400", body, 400, Err(SignatureError::NoMatch));
    check("no time", signature, "soon", body, 0, Err(SignatureError::Timestamp));
    check("empty", "", stamp, body, 0, Err(SignatureError::NoMatch));
    check("missing", "missing", stamp, body, 0, Err(SignatureError::Missing("x-signature-ed25519")));
    check(
        "time missing",
        signature,
        "missing",
        body,
        0,
        Err(SignatureError::Missing("x-signature-timestamp")),
    );
    check("HMAC", text("hmac"), stamp, body, 0, Err(SignatureError::NoMatch));
    check("another curve", text("ecdsa"), stamp, body, 0, Err(SignatureError::NoMatch));
    check("another key", text("of_another_key"), stamp, body, 0, Err(SignatureError::NoMatch));

    let lines = asked.iter().map(|(_, line, _)| line.clone()).collect::<Vec<_>>();
    let verdicts = ask(&lines).expect("it was there a moment ago");
    assert_eq!(verdicts.len(), asked.len());
    for ((what, _, valid), verdict) in asked.iter().zip(verdicts) {
        assert_eq!(verdict["valid"], *valid, "{what}");
    }
}

#[tokio::test]
async fn what_the_simulator_signs_is_believed_by_others() {
    let platform = Platform::new(|_| {}).await;
    let body = "{\"type\": 1, \"text\": \"grün\"}";
    let line = |signature: String, body: &str| json!({"key": platform.simulator.public_key(), "timestamp": "1700000000", "body": body, "signature": signature});
    let right = platform.simulator.sign("1700000000", body.as_bytes());
    let wrong = platform.simulator.sign("1700000000", b"{}");
    let Some(verdicts) = ask(&[line(right.clone(), body), line(wrong, body), line(right, "{}")]) else {
        return peers::skip("discord: what_the_simulator_signs_is_believed_by_others");
    };
    assert_eq!(verdicts, [json!({"valid": true}), json!({"valid": false}), json!({"valid": false})]);
}

#[test]
fn a_signature_that_fits_everything_fits_nothing() {
    // The neutral element as R, with s = 0: lax checks take it for any message under a key of small order.
    let neutral = format!("01{}", "0".repeat(62));
    for weak in [neutral.clone(), "0".repeat(64), format!("ec{}7f", "f".repeat(60))] {
        assert_eq!(PublicKey::read(&weak), Err(sign::InvalidKey::NoKey), "{weak}");
    }
    let key = PublicKey::read("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
        .expect("of RFC 8032");
    let now = Timestamp::from_second(1_700_000_000).expect("within jiff's range");
    let forged = format!("{neutral}{}", "0".repeat(64));
    assert_eq!(key.verify(&headers(&forged, "1700000000"), b"{}", now), Err(SignatureError::NoMatch));
}
