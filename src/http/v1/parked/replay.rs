//! `POST /parked/{source}/{native}/replay`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{Accepted, ProblemDetails, Role},
    id::EventKey,
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    pipeline::replay,
    studio::Studio,
};

/// Try a parked event again, behind what its conversation has waiting
#[utoipa::path(
    post, path = "/parked/{source}/{native}/replay", tag = "operations",
    params(("source" = String, Path), ("native" = String, Path)),
    responses((status = 202, body = Accepted), (status = 404, body = ProblemDetails))
)]
pub async fn replay(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((source, native)): Path<(String, String)>,
) -> Result<(StatusCode, axum::Json<Accepted>), ApiError> {
    caller.must_be(Role::Agent)?;
    let event = EventKey { source, native };
    let now = studio.clock.now();
    let replayed = replay::parked(&studio, caller.organisation, event.clone(), now).await;
    if !replayed.map_err(|error| ApiError::internal(&error))? {
        return Err(ApiError::not_found("parked event"));
    }
    Ok((StatusCode::ACCEPTED, axum::Json(Accepted { event })))
}
