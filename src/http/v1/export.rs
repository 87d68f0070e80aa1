//! `GET /export`

use std::sync::Arc;

use axum::{
    Extension,
    body::Body,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use studio_core::api::{ProblemDetails, Role};
use tokio_util::io::ReaderStream;

use crate::{
    http::{ApiError, LocalPeer, caller::Caller},
    studio::Studio,
};

/// Bytes that are read ahead of who takes the copy.
const AHEAD: usize = 256 << 10;

/// Everything that is kept, as it is at this moment, in JSON lines
///
/// It holds every conversation, password hash and secret, so it is given on the socket in the data folder alone, to
/// `studio export`: over the network it is refused to owners and their keys as well. A copy without its last line (`footer`) was cut off.
#[utoipa::path(
    get, path = "/export", tag = "operations",
    responses(
        (status = 200, description = "the copy", content_type = "application/x-ndjson"),
        (status = 403, body = ProblemDetails, description = "it was asked for over the network, or by less than an owner"),
    )
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    local: Option<Extension<LocalPeer>>,
) -> Result<Response, ApiError> {
    if local.is_none() {
        let detail = "a copy holds every secret and is given to nobody over the network: take it on the studio's own machine, by `studio export FILE`";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    caller.must_be(Role::Owner)?;
    let (mut writer, reader) = tokio::io::duplex(AHEAD);
    tokio::spawn(async move {
        if let Err(error) = studio.store.export(&mut writer, Some(&studio.secret)).await {
            tracing::error!(%error, "http.export.failed");
        }
    });
    let body = Body::from_stream(ReaderStream::new(reader));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}
