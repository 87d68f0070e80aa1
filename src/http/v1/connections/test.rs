//! `POST /connections/{name}/test`

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::extract::State;
use futures::FutureExt as _;
use studio_core::api::{Connection, ProblemDetails, Role};

use super::{missing, view};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::{Studio, StudioHost},
};

/// Shorter than the API's own limit of time.
const LONGEST: Duration = Duration::from_secs(25);

/// How the account stands, asking its platform: is the token valid, is the webhook set?
#[utoipa::path(
    post, path = "/connections/{name}/test", tag = "connections", params(("name" = String, Path)),
    responses(
        (status = 200, body = Connection),
        (status = 404, body = ProblemDetails),
        (status = 502, body = ProblemDetails, description = "the platform did not answer in time"),
    )
)]
pub async fn test(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Connection>, ApiError> {
    caller.must_be(Role::Admin)?;
    let entry = studio.switchboard.entry(&name).ok_or_else(|| missing(&studio, &name))?;
    if let Some(platform) = entry.line.as_ref().ok().and_then(|line| line.platform()) {
        let host = StudioHost(Arc::clone(&studio));
        let asked = AssertUnwindSafe(platform.examine(&host)).catch_unwind();
        let slow = || {
            let detail = format!("the platform did not answer within {} s", LONGEST.as_secs());
            ApiError::new(axum::http::StatusCode::BAD_GATEWAY, detail)
        };
        let answered = tokio::time::timeout(LONGEST, asked).await.map_err(|_| slow())?;
        let bug = |_| ApiError::internal(&format!("a bug of the adapter of {name}"));
        // What it found stands in the standing that everybody sees.
        answered.map_err(bug)?;
    }
    Ok(axum::Json(view(&studio, &name, &entry)))
}
