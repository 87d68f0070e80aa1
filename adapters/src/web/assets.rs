//! `GET /widget.js`, its words in other languages, and the sample page that shows it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use serde_json::{Value, json};
use studio_core::texts;

use super::{Config, encoded::Encoded, life::Shared};
use crate::{host::Host, problem::Problem};

/// Languages whose words are in the script itself. The others are asked for where a page speaks them.
const BUILT_IN: [&str; 2] = ["en", "de"];
/// One file for pages, several for those who read it.
pub(super) fn script_of_widget() -> String {
    let words = BUILT_IN.map(|language| format!("{language}: {}", Value::from(texts::widget(language).1)));
    let parts = [
        include_str!("assets/widget/words.js"),
        include_str!("assets/widget/markdown.js"),
        include_str!("assets/widget/decide.js"),
        include_str!("assets/widget/page.js"),
        include_str!("assets/widget/style.js"),
        include_str!("assets/widget/draw.js"),
        include_str!("assets/widget/frame.js"),
        include_str!("assets/widget/messages.js"),
        include_str!("assets/widget/session.js"),
        include_str!("assets/widget/connection.js"),
        include_str!("assets/widget/visitor.js"),
        include_str!("assets/widget/tabs.js"),
    ];
    let head = include_str!("assets/widget/head.js");
    format!("{head}const STRINGS = {{ {} }};\n{}", words.join(",\n"), parts.concat())
}
const PAGE: &str = include_str!("assets/page.html");
const PAGE_SCRIPT: &str = include_str!("assets/page.js");
const PAGE_STYLE: &str = include_str!("assets/page.css");
const PAGE_ICON: &str = include_str!("assets/page.svg");

/// What the widget needs and nothing more: the page proves that it works under such a policy.
/// `blob:` shows pictures that were fetched with a token, `https:` those of the bot's author.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' https: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What was made of the studio's texts, in one edition of them.
struct Made {
    edition: u64,
    widget: Option<Arc<Encoded>>,
    words: BTreeMap<&'static str, Arc<Encoded>>,
}

static MADE: Mutex<Made> = Mutex::new(Made { edition: 0, widget: None, words: BTreeMap::new() });

/// Does something with what was made of the texts as they are now.
fn made<T>(with: impl FnOnce(&mut Made) -> T) -> T {
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let edition = texts::edition();
    if made.edition != edition {
        *made = Made { edition, widget: None, words: BTreeMap::new() };
    }
    with(&mut made)
}

/// The script, with the words of [`BUILT_IN`] as they are now.
fn encoded() -> Arc<Encoded> {
    let make = || Arc::new(Encoded::new(script_of_widget().as_bytes()));
    made(|made| Arc::clone(made.widget.get_or_insert_with(make)))
}

/// With `?v=` the script may be kept for ever, otherwise it is asked for again after 5 minutes.
pub(super) async fn widget(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let versioned = query.is_some_and(|query| query.split('&').any(|part| part.starts_with("v=")));
    let keep = if versioned {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300, must-revalidate"
    };
    let mut response = encoded().answer(&headers, "text/javascript; charset=utf-8");
    let header = HeaderValue::from_static(keep);
    response.headers_mut().insert(header::CACHE_CONTROL, header);
    for_any_page(response)
}

/// The words of a language, or of the nearest that there is: `/widget/words/pt-BR.json`.
pub(super) async fn words(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let tag = file.strip_suffix(".json").filter(|tag| {
        let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
        (2..=LONGEST_TAG).contains(&tag.len()) && tag.chars().all(is_letter)
    });
    let Some(tag) = tag else {
        return Problem::new(StatusCode::NOT_FOUND, "ask for a language, such as /widget/words/fr.json")
            .into_response();
    };
    let (language, words) = texts::widget(tag);
    let make = || {
        let body = json!({ "language": language, "words": words });
        Arc::new(Encoded::new(body.to_string().as_bytes()))
    };
    let encoded = made(|made| Arc::clone(made.words.entry(language).or_insert_with(make)));
    let mut response = encoded.answer(&headers, "application/json");
    let keep = HeaderValue::from_static("public, max-age=300, must-revalidate");
    response.headers_mut().insert(header::CACHE_CONTROL, keep);
    for_any_page(response)
}
/// RFC 5646 asks for room for 35 characters.
const LONGEST_TAG: usize = 35;

/// Any page may load it; which pages may use it is asked at every request that it makes.
fn for_any_page(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

pub(super) async fn page<H: Host>(State(shared): State<Arc<Shared<H>>>) -> Result<Response, Problem> {
    let config = shared.host.sample().ok_or_else(|| {
        Problem::new(
            StatusCode::NOT_FOUND,
            "there is no page: it needs a [[connection]] of channel web with `sample_page = true`, or demo.enabled",
        )
    })?;
    let face = shared.host.face(&config.bot);
    let silence = if face.is_some() { String::new() } else { silence(&config) };
    let title = face.map_or(config.bot.clone(), |face| face.title);
    let page = PAGE
        .replace("{silence}", &silence)
        .replace("{connection}", &escape(&config.name))
        .replace("{version}", encoded().version())
        .replace("{title}", &escape(&title));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, page).into_response())
}

/// What the page says where nobody would answer.
fn silence(config: &Config) -> String {
    format!(
        "<p class=\"silence\"><strong>No bot answers here yet.</strong> The connection <code>{}</code> names the bot \
         <code>{}</code>, and none of that name runs: name another one in the settings (<code>studio.toml</code>), or see to \
         its files. <code>studio check</code> says what is missing. What is written meanwhile is kept and answered then.</p>",
        escape(&config.name),
        escape(&config.bot)
    )
}

pub(super) async fn page_script() -> Response {
    script(PAGE_SCRIPT)
}

pub(super) async fn page_style() -> Response {
    let headers =
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, PAGE_STYLE).into_response()
}

pub(super) async fn page_icon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, PAGE_ICON).into_response()
}

fn script(text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
