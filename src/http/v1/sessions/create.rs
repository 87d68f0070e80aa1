//! `POST /sessions`

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::{Extension, extract::State, http::StatusCode};
use studio_adapters::host::ClientAddress;
use studio_core::api::{Login, Me, ProblemDetails, SessionCreated};
use studio_store::{Credentials, Session};

use crate::{
    auth::{
        email::{folded, masked},
        password,
        token::{TokenKind, digest, mint},
    },
    http::{ApiError, extract::Json},
    seldom::Seldom,
    studio::Studio,
};

/// Who guesses does so often: a line a second tells it.
static REFUSED: Seldom = Seldom::every(Duration::from_secs(1));

/// Log in with e-mail and password
#[utoipa::path(
    post, path = "/sessions", tag = "sessions", request_body = Login, security(()),
    responses(
        (status = 201, body = SessionCreated),
        (status = 401, description = "no such member, or not the password", body = ProblemDetails),
        (status = 429, description = "too many wrong passwords from this address; `Retry-After` says for how long", body = ProblemDetails),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    from: Option<Extension<ClientAddress>>,
    Json(login): Json<Login>,
) -> Result<(StatusCode, axum::Json<SessionCreated>), ApiError> {
    let now = studio.clock.now();
    let email = folded(&login.email);
    let address = from.map(|Extension(ClientAddress(address))| address);
    let attempt = studio.throttle.attempt(address, &email, now).map_err(|wait| {
        refused(&email, address, "too many tries");
        ApiError::too_many(wait.as_secs().max(1).unsigned_abs())
    })?;
    let known = studio.store.credentials(&email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.as_str());
    let right = password::verify(&login.password, hash).await;
    let why = if known.is_some() { "wrong password" } else { "no such member" };
    let Some(Credentials { organisation, member, .. }) = known.filter(|_| right) else {
        refused(&email, address, why);
        return Err(ApiError::new(StatusCode::UNAUTHORIZED, "no such member, or not the password"));
    };
    studio.throttle.succeeded(&attempt);
    let token = mint(TokenKind::Session, studio.clock.random());
    let expires_at = now.checked_add(studio.config.sessions.duration).unwrap_or(now);
    let session = Session { organisation, member: member.id, created_at: now, expires_at };
    studio.store.create_session(&digest(&token), &session).await?;
    let me = Me { organisation, member: Some(member.id), name: member.name, role: member.role };
    Ok((StatusCode::CREATED, axum::Json(SessionCreated { token, expires_at, me })))
}

/// `address` is nothing on the local socket; `times` counts those since the last line.
fn refused(email: &str, address: Option<IpAddr>, why: &str) {
    if let Some(times) = REFUSED.count() {
        let from = address.map_or_else(|| "the local socket".to_owned(), |address| address.to_string());
        tracing::warn!(email = masked(email), from, why, times, "session.refused");
    }
}
