//! `GET /contacts/{id}`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{ContactDetail, ProblemDetails, Role},
    id::ContactId,
};

use super::{detail, person};
use crate::{
    http::{ApiError, caller::Caller, extract::Path},
    studio::Studio,
};

/// A person, with all identities and the last conversations on all channels
#[utoipa::path(
    get, path = "/contacts/{id}", tag = "contacts", params(("id" = ContactId, Path)),
    responses((status = 200, body = ContactDetail), (status = 404, body = ProblemDetails))
)]
pub async fn read(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ContactId>,
) -> Result<axum::Json<ContactDetail>, ApiError> {
    caller.must_be(Role::Agent)?;
    let person = person(&studio, &caller, id).await?;
    Ok(axum::Json(detail(&studio, &caller, &person).await?))
}
