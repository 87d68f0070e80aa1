//! `GET /connections/{name}/manifest`

use std::sync::Arc;

use axum::extract::State;
use serde_json::Value;
use studio_core::api::{ProblemDetails, Role};

use super::missing;
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::{Studio, StudioHost},
};

/// What is pasted at Slack to make the app of a connection: its scopes, events and addresses, and the commands of its bot
#[utoipa::path(
    get, path = "/connections/{name}/manifest", tag = "connections", params(("name" = String, Path)),
    responses(
        (status = 200, body = Object),
        (status = 404, body = ProblemDetails, description = "there is no such connection, or none of Slack's that can run"),
    )
)]
pub async fn manifest(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(name): Path<String>,
) -> Result<axum::Json<Value>, ApiError> {
    caller.must_be(Role::Admin)?;
    let entry = studio.switchboard.entry(&name).ok_or_else(|| missing(&studio, &name))?;
    let platform = entry.line.as_ref().ok().and_then(|line| line.platform());
    let manifest = platform.and_then(|platform| platform.manifest(&StudioHost(Arc::clone(&studio))));
    let none = || match &entry.line {
        Err(why) if entry.channel == "slack" => {
            ApiError::not_found(&format!("manifest as long as the connection cannot run: {why}"))
        }
        Err(_) | Ok(_) => ApiError::not_found("manifest: only connections of Slack have one"),
    };
    manifest.map(axum::Json).ok_or_else(none)
}
