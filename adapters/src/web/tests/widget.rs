//! The widget itself and the page that shows it.

use std::io::Read as _;

use super::*;
use crate::web::assets::script_of_widget;

#[tokio::test]
async fn the_widget_is_one_small_file_that_needs_no_exception() {
    let memory = memory("");
    let router = router(memory.clone());
    let plain = ask(&router, "GET", "/widget.js", &[], "").await;
    assert_eq!(
        (plain.status, plain.header("content-type"), plain.header("content-encoding")),
        (StatusCode::OK, "text/javascript; charset=utf-8", "")
    );
    assert_eq!(plain.header("cache-control"), "public, max-age=300, must-revalidate");
    let tag = plain.header("etag").to_owned();
    let same = ask(&router, "GET", "/widget.js", &[(header::IF_NONE_MATCH.as_str(), &tag)], "").await;
    assert_eq!(
        (same.status, same.bytes.len(), same.header("etag")),
        (StatusCode::NOT_MODIFIED, 0, tag.as_str())
    );
    let versioned = ask(&router, "GET", "/widget.js?v=1", &[], "").await;
    assert_eq!(versioned.header("cache-control"), "public, max-age=31536000, immutable");

    let script = plain.text();
    for banned in [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "setAttribute('style'",
        ".cssText",
        "createElement('style')",
    ] {
        assert!(!script.contains(banned), "{banned}");
    }

    for (coding, most) in [("gzip", 20_000), ("br", 18_000)] {
        let small = ask(&router, "GET", "/widget.js", &[("accept-encoding", coding)], "").await;
        assert_eq!((small.header("content-encoding"), small.header("vary")), (coding, "accept-encoding"));
        assert!(small.bytes.len() < most, "{coding}: {} bytes", small.bytes.len());
        let mut unpacked = String::new();
        match coding {
            "gzip" => flate2::read::GzDecoder::new(&*small.bytes).read_to_string(&mut unpacked),
            _ => brotli::Decompressor::new(&*small.bytes, 4096).read_to_string(&mut unpacked),
        }
        .expect("what was packed");
        assert_eq!(unpacked, script);
        assert_ne!(small.header("etag"), tag, "every form has a tag of its own");
        let headers = [("accept-encoding", coding), ("if-none-match", small.header("etag"))];
        let same = ask(&router, "GET", "/widget.js", &headers, "").await;
        assert_eq!((same.status, same.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    }

    let page = ask(&router, "GET", "/", &[], "").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'self';") && policy.contains("style-src 'self';"), "{policy}");
    assert!(policy.contains("connect-src 'self';") && !policy.contains("unsafe"), "{policy}");
    let text = page.text();
    assert!(text.contains("data-bot=\"shop\"") && text.contains("\"widget.js?v="), "{text}");
    assert!(
        !text.contains("style=")
            && !text.contains("<style")
            && !text.contains(" onclick")
            && !text.contains(" onload"),
        "{text}"
    );
    assert!(!text.contains('{'), "every place is filled in");
    let settings = ask(&router, "GET", "/web/shop/settings", &[], "").await.json();
    assert_eq!(
        (&settings["title"], &settings["uploads"]["max_bytes"]),
        (&json!("The shop bot"), &json!(10_000_000))
    );

    let without = crate::web::router(Memory::new(&[
        "name = 'shop'\nchannel = 'web'\nbot = 'shop'\norigins = ['https://a.example']",
    ]));
    assert_eq!(ask(&without, "GET", "/", &[], "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_widget_gets_the_words_of_any_language() {
    let router = router(memory(""));
    let get = |language: &str| {
        let (router, address) = (router.clone(), format!("/widget/words/{language}.json"));
        async move { ask(&router, "GET", &address, &[], "").await }
    };
    let check = async |asked: &str, language: &str, send: &str| {
        let answer = get(asked).await;
        let body = answer.json();
        assert_eq!((&body["language"], &body["words"]["send"]), (&json!(language), &json!(send)), "{asked}");
    };
    check("en-GB", "en", "Send").await;
    check("de-AT", "de", "Senden").await;
    check("xx", "en", "Send").await;
    let answer = get("de").await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.header("access-control-allow-origin")),
        (StatusCode::OK, "application/json", "*")
    );
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    let tag = answer.header("etag");
    let same = ask(&router, "GET", "/widget/words/de.json", &[("if-none-match", tag)], "").await;
    assert_eq!((same.status, same.bytes.len()), (StatusCode::NOT_MODIFIED, 0));
    for wrong in ["x", "..%2Fde", "a%20b", &"a".repeat(36)] {
        assert_eq!(get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    for language in studio_core::texts::languages() {
        let words = get(language).await;
        assert_eq!(words.json()["language"], json!(language));
        assert!(words.bytes.len() < 16_000, "{language}: {} bytes", words.bytes.len());
    }
}

/// The pure parts of the widget, by its own tests.
#[test]
fn the_widget_passes_its_own_tests() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/assets");
    let place = tempfile::tempdir().expect("a temporary folder");
    let widget = place.path().join("widget.js");
    std::fs::write(&widget, script_of_widget()).expect("writable");
    let widget = widget.to_str().expect("UTF-8");
    let run = |arguments: &[&str]| {
        let mut node = std::process::Command::new("node");
        node.args(arguments).current_dir(folder).env("WIDGET", widget).output()
    };
    if run(&["--version"]).is_err() {
        studio_skipped::skipped("the_widget_passes_its_own_tests", "Node (apt-get install nodejs)");
        return;
    }
    for arguments in [["--check", widget], ["--check", "page.js"], ["--test", "widget.test.js"]] {
        let output = run(&arguments).expect("node was found above");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{arguments:?}\n{said}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
