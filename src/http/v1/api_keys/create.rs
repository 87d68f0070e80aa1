//! `POST /api-keys`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use jiff::SignedDuration;
use studio_core::{
    api::{ApiKey, ApiKeyCreated, NewApiKey, ProblemDetails, Role},
    id::ApiKeyId,
};

use crate::{
    auth::token::{TokenKind, digest, mint},
    http::{ApiError, caller::Caller, extract::Json, v1::fits},
    studio::Studio,
};

const DEFAULT_DAYS: u16 = 90;
const MAX_DAYS: u16 = 365;
/// Characters of a key that are kept to tell keys apart: the prefix and four random ones.
const SHOWN: usize = 15;

/// Make a key; it is shown this once
///
/// It ends with its days, when it is ended, or when the member who made it is removed.
#[utoipa::path(
    post, path = "/api-keys", tag = "api keys", request_body = NewApiKey,
    responses(
        (status = 201, body = ApiKeyCreated),
        (status = 400, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "the name, or `days`, does not fit"),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Json(new): Json<NewApiKey>,
) -> Result<(StatusCode, axum::Json<ApiKeyCreated>), ApiError> {
    caller.must_be(Role::Admin)?;
    if new.role > caller.me.role {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "a key cannot have a role above its maker's"));
    }
    let name = fits::name(&new.name)?;
    let days = new.days.unwrap_or(DEFAULT_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(ApiError::unfit(format!("`days` must be 1 to {MAX_DAYS}")));
    }
    let now = studio.clock.now();
    let key = mint(TokenKind::ApiKey, studio.clock.random());
    let api_key = ApiKey {
        id: ApiKeyId(studio.clock.id()),
        name,
        role: new.role,
        prefix: key.chars().take(SHOWN).collect(),
        created_at: now,
        expires_at: now.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now),
        made_by: caller.maker,
    };
    studio.store.create_api_key(caller.organisation, &api_key, &digest(&key)).await?;
    Ok((StatusCode::CREATED, axum::Json(ApiKeyCreated { api_key, key })))
}
