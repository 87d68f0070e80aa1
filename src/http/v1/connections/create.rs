//! `POST /connections`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use serde_json::{Map, Value};
use studio_adapters::connection::ConnectionConfig;
use studio_core::api::{Connection, ProblemDetails, Role};

use super::{missing, view};
use crate::{
    http::{ApiError, caller::Caller, extract::Json},
    studio::Studio,
};

/// Make an account: the same settings as in a `[[connection]]` of `config.toml`
///
/// They are kept encrypted and never shown again. Credentials are given themselves, not as files of the server.
#[utoipa::path(
    post, path = "/connections", tag = "connections",
    request_body(
        content = Object,
        description = "`name`, `channel`, `bot`, and the settings of the channel, such as `token`"
    ),
    responses(
        (status = 201, body = Connection),
        (status = 400, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "there is one of this name"),
        (status = 422, body = ProblemDetails, description = "a setting does not fit, or there is no key (`server.key`)"),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Json(settings): Json<Map<String, Value>>,
) -> Result<(StatusCode, axum::Json<Connection>), ApiError> {
    caller.must_be(Role::Admin)?;
    if let Some(file) = settings.keys().find(|key| key.ends_with("_file")) {
        let detail =
            format!("`{file}` names a file of the server: give the value itself, it is kept encrypted");
        return Err(ApiError::unfit(detail));
    }
    let settings = Value::Object(settings);
    let read: ConnectionConfig = serde_json::from_value(settings.clone())
        .map_err(|error| ApiError::unfit(format!("{error}; the settings are those of a [[connection]]")))?;
    studio.make_connection(&read, &settings).await?;
    let entry = studio.switchboard.entry(read.name()).ok_or_else(missing)?;
    Ok((StatusCode::CREATED, axum::Json(view(&studio, read.name(), &entry))))
}
