//! `POST /web/{connection}/sessions`: a new session, or new tokens for an old one.
//! `GET /web/{connection}/settings`: what the widget shows before there is one.

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{Extensions, HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::SignedDuration;
use studio_core::{api::list_for_object, dialogue};

use super::{
    frame::{NewSession, SessionOpened, Settings},
    life::{Shared, address},
    token::{self, ACCESS_LIFETIME, Claims, Kind},
};
use crate::{
    host::{Host, Incoming},
    http::is_language,
    problem::Problem,
};

const LARGEST_BODY: usize = 16 << 10;
const MOST_ATTRIBUTES: usize = 32;

pub(super) async fn open<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
    body: Body,
) -> Result<Response, Problem> {
    let host = &shared.host;
    let config = host.web(&name).ok_or_else(|| Problem::no_connection(&name, "web"))?;
    let asked = read(&headers, body).await?;
    let now = host.now();
    let (session, status) = if let Some(refresh) = &asked.refresh {
        let claims = token::check(&host.token_key(), refresh, Kind::Refresh, &name, now)
            .map_err(|error| Problem::new(StatusCode::UNAUTHORIZED, error.to_string()))?;
        shared
            .messages
            .take(claims.session.clone(), config.limits.messages(), now)
            .map_err(|after| Problem::too_many("too many requests of this visitor", after))?;
        (claims.session, StatusCode::OK)
    } else {
        shared
            .sessions
            .take((name.clone(), address(&extensions)), config.limits.sessions(), now)
            .map_err(|after| Problem::too_many("too many new conversations from this address", after))?;
        (new_session(&host.random()), StatusCode::CREATED)
    };
    // The same event each time: stored once, and stored again if the first try was lost.
    host.accept(Incoming {
        connection: name.clone(),
        thread: session.clone(),
        external: session.clone(),
        native: format!("{session}:opened"),
        body: dialogue::Body::Opened { language: asked.language, attributes: asked.attributes },
        fingerprint: None,
        said_at: None,
        author: None,
        attachments: Vec::new(),
    })
    .await?;
    let issue = |kind, lifetime: SignedDuration| {
        let until = now.as_second().saturating_add(lifetime.as_secs());
        let claims = Claims { kind, connection: name.clone(), session: session.clone(), until };
        token::issue(&host.token_key(), &claims)
    };
    let remembered = SignedDuration::from_hours(24 * i64::from(config.limits.remember_days));
    let opened = SessionOpened {
        token: issue(Kind::Access, ACCESS_LIFETIME),
        expires_at: now.saturating_add(ACCESS_LIFETIME).unwrap_or(now),
        refresh: issue(Kind::Refresh, remembered),
        session: session.clone(),
    };
    Ok((status, [(header::CACHE_CONTROL, "no-store")], Json(opened)).into_response())
}

async fn read(headers: &HeaderMap, body: Body) -> Result<NewSession, Problem> {
    let json = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"application/json"));
    if !json {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send JSON with the header content-type: application/json",
        ));
    }
    let body = axum::body::to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the request may have 16 KiB"))?;
    let unfit =
        |why: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, format!("the body does not fit: {why}"));
    let asked: NewSession = serde_json::from_slice(&body).map_err(|error| unfit(error.to_string()))?;
    if list_for_object(&body, &asked).is_some() {
        return Err(unfit("an object is needed, not a list".to_owned()));
    }
    if asked.attributes.len() > MOST_ATTRIBUTES {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("at most {MOST_ATTRIBUTES} attributes can be told of a visitor"),
        ));
    }
    if asked.language.as_ref().is_some_and(|language| !is_language(language)) {
        return Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "language must be a tag such as en or de-AT",
        ));
    }
    Ok(asked)
}

/// 128 of the random bits in hexadecimal digits.
fn new_session(random: &[u8; 32]) -> String {
    random[..16].iter().fold(String::with_capacity(32), |mut text, byte| {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(nibble), 16));
        }
        text
    })
}

pub(super) async fn settings<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let config = shared.host.web(&name).ok_or_else(|| Problem::no_connection(&name, "web"))?;
    let face = shared.host.face(&config.bot);
    let (title, languages) =
        face.map_or_else(|| (config.bot.clone(), Vec::new()), |face| (face.title, face.languages));
    let settings = Settings {
        title,
        languages,
        theme: config.theme.clone(),
        uploads: config.uploads.clone(),
        text: config.limits.text,
    };
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], Json(settings)).into_response())
}
