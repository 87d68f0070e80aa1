//! `GET /conversations/{id}/media/{media}`

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use studio_core::{
    api::{ProblemDetails, Role},
    id::{ConversationId, MediaId},
};

use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// A file of the conversation, as a download: nothing in it runs
#[utoipa::path(
    get, path = "/conversations/{id}/media/{media}", tag = "conversations",
    params(("id" = ConversationId, Path), ("media" = MediaId, Path)),
    responses(
        (status = 200, description = "the file", content_type = "application/octet-stream"),
        (status = 404, body = ProblemDetails),
    )
)]
pub async fn media(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((id, media)): Path<(ConversationId, MediaId)>,
) -> Result<Response, ApiError> {
    caller.must_be(Role::Agent)?;
    let found = studio.store.media_bytes(caller.organisation, media).await?;
    let found = found.filter(|(media, _)| media.conversation == id);
    let Some((_, bytes)) = found else {
        return Err(match studio.store.fetch(caller.organisation, id, media).await? {
            None => ApiError::not_found("file"),
            Some(fetch) if fetch.given_up => {
                let why = fetch.error.unwrap_or_default();
                ApiError::new(
                    StatusCode::NOT_FOUND,
                    format!("the file could not be fetched from its platform: {why}"),
                )
            }
            Some(_) => {
                ApiError::new(StatusCode::NOT_FOUND, "the file is still being fetched from its platform")
            }
        });
    };
    let mut response = Response::new(Body::from(bytes));
    for (name, value) in [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CACHE_CONTROL, "private, no-store"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
