//! `POST /unread/{connection}/{id}/replay`

use std::{panic::AssertUnwindSafe, sync::Arc};

use axum::{extract::State, http::StatusCode};
use futures::FutureExt as _;
use studio_adapters::platform::ReplayError;
use studio_core::api::{ProblemDetails, Role};

use super::{id, missing};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::{Studio, StudioHost},
};

/// Read a body anew, as after an update of the studio: what it tells is taken in, and the body thrown away
///
/// What of it was taken in when it came is recognised and not run again.
#[utoipa::path(
    post, path = "/unread/{connection}/{id}/replay", tag = "operations",
    params(("connection" = String, Path), ("id" = String, Path)),
    responses(
        (status = 204),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "its connection does not run"),
        (status = 422, body = ProblemDetails, description = "it still cannot be read; `detail` says why"),
    )
)]
pub async fn replay(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((connection, unread)): Path<(String, String)>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    let unread = id(&unread)?;
    let found = studio.store.unread_body(caller.organisation, &connection, unread).await?;
    let body = found.ok_or_else(missing)?.bytes;
    let running = studio.connection(&connection).filter(|_| !studio.switchboard.rests(&connection));
    let Some(platform) = running.as_ref().and_then(|running| running.platform()) else {
        let detail = format!("the connection {connection} does not run: resume it, or make it anew, first");
        return Err(ApiError::conflict(detail));
    };
    let host = StudioHost(Arc::clone(&studio));
    let read = AssertUnwindSafe(platform.replay(&host, body.into())).catch_unwind();
    match read.await {
        Ok(Ok(())) => {}
        Ok(Err(ReplayError::Unread(why))) => {
            return Err(ApiError::unfit(format!("it still cannot be read: {why}")));
        }
        Ok(Err(ReplayError::Later(why))) => {
            tracing::warn!(connection, why, "unread.replay.later");
            return Err(ApiError::busy(5));
        }
        Err(_) => return Err(ApiError::internal(&format!("a bug of the adapter of {connection}"))),
    }
    studio.store.delete_unread(caller.organisation, &connection, unread).await?;
    Ok(StatusCode::NO_CONTENT)
}
