//! Each vendor against a server that answers as its documents say, and refuses what they refuse.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;
use studio_core::policy::networks::Networks;

use super::*;
use crate::egress::Policy;

type Seen = Arc<Mutex<Vec<(String, Value)>>>;
type Answer = fn(&str, &HeaderMap, &Value) -> Result<Value, (u16, Value)>;

/// A vendor of the test: its answers, and what it was asked.
#[derive(Clone)]
struct Stand {
    answer: Answer,
    seen: Seen,
    /// Failures before the first answer.
    failures: Arc<Mutex<Vec<u16>>>,
}

async fn answer(State(stand): State<Stand>, uri: Uri, headers: HeaderMap, body: String) -> Response {
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    stand.seen.lock().expect("no panic").push((uri.path().to_owned(), body.clone()));
    if let Some(status) = stand.failures.lock().expect("no panic").pop() {
        let status = StatusCode::from_u16(status).expect("a status");
        return (status, [("retry-after", "0")], Json(json!({ "message": "later" }))).into_response();
    }
    match (stand.answer)(uri.path(), &headers, &body) {
        Ok(answer) => Json(answer).into_response(),
        Err((status, said)) => (StatusCode::from_u16(status).expect("a status"), Json(said)).into_response(),
    }
}

async fn stand(answer: Answer, failures: &[u16]) -> (String, Seen) {
    let seen = Seen::default();
    let stand = Stand { answer, seen: Arc::clone(&seen), failures: Arc::new(Mutex::new(failures.to_vec())) };
    (serve(Router::new().fallback(self::answer).with_state(stand)).await, seen)
}

/// Its address.
async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address: SocketAddr = listener.local_addr().expect("it has one");
    tokio::spawn(axum::serve(listener, router).into_future());
    format!("http://{address}")
}

fn loopback() -> Egress {
    let allow_private = vec!["127.0.0.0/8".parse().expect("a network")];
    let networks = Networks { allow_private, allow_ports: (1..=u16::MAX).collect(), ..Networks::default() };
    Egress::new(Policy { networks, ..Policy::default() })
}

/// What a service makes of texts.
async fn translate<V: Vendor>(
    vendor: V,
    (from, to): (&'static str, &'static str),
    texts: &[&str],
) -> Result<Vec<String>, TranslateError> {
    let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
    let service = Service::new(vendor, loopback(), Duration::from_secs(3));
    tokio::task::spawn_blocking(move || service.translate(from, to, &texts)).await.expect("no panic")
}

fn is(value: &Value, wanted: &[&str]) -> bool {
    value.as_object().is_some_and(|object| object.keys().all(|key| wanted.contains(&key.as_str())))
}

/// As <https://docs.libretranslate.com> says.
fn libretranslate(path: &str, headers: &HeaderMap, body: &Value) -> Result<Value, (u16, Value)> {
    if path == "/languages" {
        return Ok(json!([
            { "code": "en", "name": "English", "targets": ["en", "pl", "zt"] },
            { "code": "pl", "name": "Polish", "targets": ["en"] },
            { "code": "zt", "name": "Chinese (traditional)", "targets": ["en"] },
        ]));
    }
    let refuse = |status: u16, said: &str| Err((status, json!({ "error": said })));
    let known = is(body, &["q", "source", "target", "format", "alternatives", "api_key"]);
    if path != "/translate" || headers["content-type"] != "application/json" || !known {
        return refuse(400, "Invalid request");
    }
    if body["api_key"] != "secret" {
        return refuse(403, "Invalid API key");
    }
    let Some(texts) = body["q"].as_array() else {
        return refuse(400, "Invalid request: missing q parameter");
    };
    let target = body["target"].as_str().unwrap_or_default();
    if body["source"] != "en" || !["pl", "zt"].contains(&target) {
        return refuse(400, "xx is not supported");
    }
    let made = texts.iter().map(|text| format!("{target}:{}", text.as_str().unwrap_or_default()));
    Ok(json!({ "translatedText": made.collect::<Vec<_>>() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn libretranslate_is_asked_in_its_own_codes() {
    let (address, seen) = stand(libretranslate, &[]).await;
    let vendor = || LibreTranslate::new(&address, "secret");
    assert_eq!(translate(vendor(), ("en", "pl"), &["a", "b"]).await, Ok(vec!["pl:a".into(), "pl:b".into()]));
    assert_eq!(translate(vendor(), ("en", "zh-TW"), &["a"]).await, Ok(vec!["zt:a".into()]));
    let pair = TranslateError::Pair { from: "pl".to_owned(), to: "zh-Hant".to_owned() };
    let before = seen.lock().expect("no panic").len();
    assert_eq!(translate(vendor(), ("pl", "zh-Hant"), &["a"]).await, Err(pair));
    assert_eq!(seen.lock().expect("no panic").len(), before + 1, "its languages alone were asked for");
    let wrong = LibreTranslate::new(&address, "wrong");
    assert_eq!(translate(wrong, ("en", "pl"), &["a"]).await, Err(TranslateError::Key));
}

#[test]
fn the_languages_of_libretranslate_are_asked_for_anew() {
    let vendor = LibreTranslate::new("http://translate.example", "");
    let texts = ["a".to_owned()];
    let told = |codes: &[&str]| {
        let all = codes.iter().map(|code| json!({ "code": code, "name": code, "targets": codes }));
        Value::Array(all.collect())
    };
    let begun = Instant::now();
    let after = |seconds: u64| begun + Duration::from_secs(seconds);
    let asks = |missed: bool, seconds: u64| vendor.first(missed, after(seconds)).is_some();
    assert!(asks(false, 0) && vendor.request("en", "pl", &texts).is_none());
    vendor.learn(&told(&["en", "de"]), begun).expect("as documented");
    assert!(vendor.request("en", "de", &texts).is_some() && vendor.request("en", "pl", &texts).is_none());
    assert!(!asks(true, 59) && asks(true, 60) && !asks(true, 119), "after a miss once a minute");
    vendor.learn(&json!({}), after(60)).expect_err("not a list");
    assert!(vendor.request("en", "de", &texts).is_some(), "what was known stays");
    vendor.learn(&told(&["en", "de", "pl"]), after(60)).expect("as documented");
    assert!(vendor.request("en", "pl", &texts).is_some());
    assert!(!asks(false, 3_659) && asks(false, 3_660), "once an hour");
    assert!(!asks(false, 3_719) && asks(false, 3_720), "where nobody answered, once a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_for_languages_that_are_known() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let hangs = get(move || {
        count.fetch_add(1, Ordering::Relaxed);
        std::future::pending::<()>()
    });
    let stand = Stand { answer: libretranslate, seen: Seen::default(), failures: Arc::default() };
    let router = Router::new().route("/languages", hangs).fallback(answer).with_state(stand);
    let vendor = LibreTranslate::new(&serve(router).await, "secret");
    let told = libretranslate("/languages", &HeaderMap::new(), &Value::Null).expect("a list");
    let long_ago = Instant::now().checked_sub(Duration::from_hours(2)).expect("a time");
    vendor.learn(&told, long_ago).expect("as documented");
    let service = Arc::new(Service::new(vendor, loopback(), Duration::from_secs(3)));
    for _ in 0..2 {
        let service = Arc::clone(&service);
        let made = tokio::task::spawn_blocking(move || service.translate("en", "pl", &["a".to_owned()]));
        assert_eq!(made.await.expect("no panic"), Ok(vec!["pl:a".to_owned()]));
    }
    let told = async {
        while asked.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("they are asked for");
    assert_eq!(asked.load(Ordering::Relaxed), 1, "once for both");
}

/// As <https://developers.deepl.com/docs> says.
fn deepl(path: &str, headers: &HeaderMap, body: &Value) -> Result<Value, (u16, Value)> {
    let refuse = |status: u16, said: &str| Err((status, json!({ "message": said })));
    if headers.get("authorization").is_none_or(|key| key != "DeepL-Auth-Key secret:fx") {
        return Err((403, Value::Null));
    }
    let known = is(body, &["text", "source_lang", "target_lang", "tag_handling", "preserve_formatting"]);
    if path != "/v2/translate" || !known {
        return refuse(400, "Bad request. Reason: Not a known parameter.");
    }
    let Some(texts) = body["text"].as_array() else { return refuse(400, "Parameter 'text' not specified.") };
    if texts.len() > 50 {
        return refuse(400, "Too many texts.");
    }
    if !["PL", "PT-BR"].iter().any(|known| body["target_lang"] == *known) || body["source_lang"] != "EN" {
        return refuse(400, "Value for 'target_lang' not supported.");
    }
    let made = texts.iter().map(|text| {
        json!({ "detected_source_language": "EN", "text": format!("x{}", text.as_str().unwrap_or_default()) })
    });
    Ok(json!({ "translations": made.collect::<Vec<_>>() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn deepl_gets_at_most_fifty_texts_at_once() {
    let (address, seen) = stand(deepl, &[]).await;
    let vendor = || DeepL::new(&address, "secret:fx");
    let texts: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let made = translate(vendor(), ("en", "pt-BR"), &texts).await.expect("translated");
    assert_eq!((made.len(), made[59].as_str()), (60, "x59"));
    assert_eq!(seen.lock().expect("no panic").len(), 2);
    let pair = TranslateError::Pair { from: "en".to_owned(), to: "sw".to_owned() };
    assert_eq!(translate(vendor(), ("en", "sw"), &["a"]).await, Err(pair));
    assert_eq!(
        translate(DeepL::new(&address, "wrong"), ("en", "pl"), &["a"]).await,
        Err(TranslateError::Key)
    );
    assert_eq!(DeepL::address_of("secret:fx"), "https://api-free.deepl.com");
}

/// As <https://cloud.google.com/translate/docs/reference/rest> says.
fn google(path: &str, headers: &HeaderMap, body: &Value) -> Result<Value, (u16, Value)> {
    let refuse =
        |status: u16, said: &str| Err((status, json!({ "error": { "code": status, "message": said } })));
    let header =
        |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let (texts, target) = match path {
        "/language/translate/v2" => {
            if header("x-goog-api-key") != "secret" {
                return refuse(400, "API key not valid. Please pass a valid API key.");
            }
            assert!(is(body, &["q", "source", "target", "format"]) && body["format"] == "html", "{body}");
            (&body["q"], &body["target"])
        }
        "/v3/projects/shop:translateText" => {
            if header("authorization") != "Bearer secret" || header("x-goog-user-project") != "shop" {
                return refuse(401, "Request had invalid authentication credentials.");
            }
            let known = ["contents", "mimeType", "sourceLanguageCode", "targetLanguageCode"];
            assert!(is(body, &known) && body["mimeType"] == "text/html", "{body}");
            (&body["contents"], &body["targetLanguageCode"])
        }
        other => return refuse(404, other),
    };
    match target.as_str() {
        Some("pl" | "zh-CN" | "pt") => {}
        Some("xx") => return refuse(403, "Daily Limit Exceeded"),
        _ => return refuse(400, "Invalid value for language"),
    }
    let made = texts.as_array().into_iter().flatten();
    let made: Vec<Value> = made.map(|text| json!({ "translatedText": text })).collect();
    Ok(if path.starts_with("/v3") {
        json!({ "translations": made })
    } else {
        json!({ "data": { "translations": made } })
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn google_is_asked_in_both_versions() {
    let (address, _) = stand(google, &[]).await;
    let basic = || Google::new(&address, "secret", "");
    assert_eq!(translate(basic(), ("en", "zh-Hans"), &["a &amp; b"]).await, Ok(vec!["a &amp; b".into()]));
    let advanced = || Google::new(&address, "secret", "shop");
    assert_eq!(translate(advanced(), ("en", "pt-BR"), &["a"]).await, Ok(vec!["a".into()]));
    assert_eq!(translate(basic(), ("en", "xx"), &["a"]).await, Err(TranslateError::UsedUp));
    assert_eq!(
        translate(Google::new(&address, "wrong", ""), ("en", "pl"), &["a"]).await,
        Err(TranslateError::Key)
    );
    assert_eq!(
        translate(Google::new(&address, "wrong", "shop"), ("en", "pl"), &["a"]).await,
        Err(TranslateError::Key)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_is_tried_once_more_and_what_does_not_is_not() {
    let check = async |failures: &'static [u16], expected: Result<(), TranslateError>, calls: usize| {
        let (address, seen) = stand(deepl, failures).await;
        let made = translate(DeepL::new(&address, "secret:fx"), ("en", "pl"), &["a"]).await;
        assert_eq!(made.map(drop), expected, "{failures:?}");
        assert_eq!(seen.lock().expect("no panic").len(), calls, "{failures:?}");
    };
    check(&[429], Ok(()), 2).await;
    check(&[503], Ok(()), 2).await;
    check(&[429, 429], Err(TranslateError::Busy), 2).await;
    check(&[456], Err(TranslateError::UsedUp), 1).await;
    check(&[500, 500], Err(TranslateError::Failed("it answered 500: later".to_owned())), 2).await;
    check(&[413], Err(TranslateError::Failed("it answered 413: later".to_owned())), 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_longer_than_the_limit() {
    // Accepts and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("it has one"));
    let service = Service::new(DeepL::new(&address, "secret:fx"), loopback(), Duration::from_millis(200));
    let asked = tokio::task::spawn_blocking(move || service.translate("en", "pl", &["a".to_owned()]));
    assert_eq!(asked.await.expect("no panic"), Err(TranslateError::Late));
    let closed = Service::new(DeepL::new("http://127.0.0.1:9", "k"), Egress::new(Policy::default()), PAUSE);
    let asked = tokio::task::spawn_blocking(move || closed.translate("en", "pl", &["a".to_owned()]));
    let refused = asked.await.expect("no panic").expect_err("private addresses must be allowed");
    assert!(refused.to_string().contains("egress.allow_private"), "{refused}");
}

#[test]
fn texts_go_together_as_far_as_they_may() {
    let texts: Vec<String> = ["aaaa", "bb", "cc", "ddddddddd", "e"].map(str::to_owned).to_vec();
    let sizes: Vec<usize> = batches(&texts, (2, 6)).into_iter().map(<[String]>::len).collect();
    assert_eq!(sizes, [2, 1, 1, 1]);
    assert!(batches(&[], (2, 6)).is_empty());
}
