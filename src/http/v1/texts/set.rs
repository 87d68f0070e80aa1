//! `PUT /texts/{language}/{part}/{key}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{ProblemDetails, Role},
    texts::{TextPart, Wording},
};

use super::{exists, own};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Longest text, in bytes, with all its forms.
const LONGEST: usize = 16 << 10;

/// Say something else in place of a text of the studio's own, from now on
#[utoipa::path(
    put, path = "/texts/{language}/{part}/{key}", tag = "texts", request_body = Wording,
    params(("language" = String, Path), ("part" = TextPart, Path), ("key" = String, Path)),
    responses(
        (status = 204),
        (status = 400, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "it does not fit; `detail` says all that is wrong"),
    )
)]
pub async fn set(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path((tag, part, key)): Path<(String, String, String)>,
    Json(wording): Json<Wording>,
) -> Result<StatusCode, ApiError> {
    caller.must_be(Role::Admin)?;
    let texts = wording.text.iter().chain(wording.forms.values());
    if texts.map(String::len).sum::<usize>() > LONGEST {
        return Err(ApiError::unfit(format!("a text has at most {LONGEST} bytes")));
    }
    let own = own(&tag, &part, key, wording)?;
    exists(&studio, caller.organisation, &own.language)?;
    match studio.set_text(caller.organisation, &own).await? {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(problems) => Err(ApiError::unfit(problems.join("; "))),
    }
}
