//! `DELETE /texts/{language}/{part}/{key}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{ProblemDetails, Role},
    texts::{self, TextPart, Wording},
};

use super::{missing, own};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

const UNCHANGED: &str = "this text was not changed: what is said is the studio's own";

/// Say the studio's own text again
#[utoipa::path(
    delete, path = "/texts/{language}/{part}/{key}", tag = "texts",
    params(("language" = String, Path), ("part" = TextPart, Path), ("key" = String, Path)),
    responses((status = 204), (status = 404, body = ProblemDetails))
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((tag, part, key)): Path<(String, String, String)>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    let own = own(&tag, &part, key, Wording::default())?;
    if studio.delete_text(caller.organisation, &own).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        let is_one =
            texts::standing(&own.language).iter().any(|it| (it.part, &it.key) == (own.part, &own.key));
        Err(if is_one { ApiError::new(StatusCode::NOT_FOUND, UNCHANGED) } else { missing() })
    }
}
