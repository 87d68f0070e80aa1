//! `GET /widget.js` and the sample page that shows it.

use std::sync::{Arc, LazyLock};

use axum::{
    extract::{RawQuery, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::life::Shared;
use crate::{host::Host, problem::Problem};

const WIDGET: &str = include_str!("assets/widget.js");
const PAGE: &str = include_str!("assets/page.html");
const PAGE_SCRIPT: &str = include_str!("assets/page.js");
const PAGE_STYLE: &str = include_str!("assets/page.css");
const PAGE_ICON: &str = include_str!("assets/page.svg");

/// What the widget needs and nothing more: the page proves that it works under such a policy.
/// `blob:` shows pictures that were fetched with a token, `https:` those of the bot's author.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
                      img-src 'self' https: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static WIDGET_TAG: LazyLock<String> = LazyLock::new(|| {
    let digest = Sha256::digest(WIDGET.as_bytes());
    let number = digest[..8].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("\"{number:016x}\"")
});

/// With `?v=` the script may be kept for ever, otherwise it is asked for again after 5 minutes.
pub(super) async fn widget(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let tag = WIDGET_TAG.as_str();
    let versioned = query.is_some_and(|query| query.split('&').any(|part| part.starts_with("v=")));
    let keep = if versioned {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300, must-revalidate"
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let same = known.is_some_and(|tags| {
        tags.split(',').any(
            |known| matches!(known.trim().trim_start_matches("W/"), known if known == tag || known == "*"),
        )
    });
    let mut response = if same { StatusCode::NOT_MODIFIED.into_response() } else { script(WIDGET) };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    // Any page may load it; which pages may use it is asked at every request that it makes.
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
            "there is no sample page; set sample_page = true in a [[connection]] of channel web",
        )
    })?;
    let title = shared.host.face(&config.bot).map_or(config.bot.clone(), |face| face.title);
    let version = WIDGET_TAG.trim_matches('"');
    let page = PAGE
        .replace("{connection}", &escape(&config.name))
        .replace("{version}", version)
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
