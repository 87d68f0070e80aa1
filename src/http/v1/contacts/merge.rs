//! `POST /contacts/{id}/merge` and `/unmerge`

use std::sync::Arc;

use axum::extract::State;
use studio_core::{
    api::{ContactDetail, NewMerge, ProblemDetails, Role},
    id::ContactId,
};
use studio_store::Merging;

use super::{detail, missing, person};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Json, Path},
    },
    studio::Studio,
};

/// Two contacts are one person: this one becomes a part of the other
#[utoipa::path(
    post, path = "/contacts/{id}/merge", tag = "contacts", request_body = NewMerge,
    params(("id" = ContactId, Path)),
    responses(
        (status = 200, body = ContactDetail),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "they are one person already"),
    )
)]
pub async fn merge(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ContactId>,
    Json(new): Json<NewMerge>,
) -> Result<axum::Json<ContactDetail>, ApiError> {
    caller.must_be(Role::Agent)?;
    let now = studio.clock.now();
    let merging = studio.store.merge_contacts(caller.organisation, id, new.into, Some(caller.member), now);
    match merging.await? {
        Merging::Merged => {
            let person = person(&studio, &caller, id).await?;
            Ok(axum::Json(detail(&studio, &caller, &person).await?))
        }
        Merging::Already | Merging::Apart => Err(ApiError::conflict("they are one person already")),
        Merging::Unknown => Err(missing()),
    }
}

/// They are not: this one stands for itself again, with those that were merged into it
#[utoipa::path(
    post, path = "/contacts/{id}/unmerge", tag = "contacts", params(("id" = ContactId, Path)),
    responses(
        (status = 200, body = ContactDetail),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "it is part of no other"),
    )
)]
pub async fn unmerge(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ContactId>,
) -> Result<axum::Json<ContactDetail>, ApiError> {
    caller.must_be(Role::Agent)?;
    person(&studio, &caller, id).await?;
    if !studio.store.unmerge_contact(caller.organisation, id, studio.clock.now()).await? {
        return Err(ApiError::conflict("this contact is part of no other"));
    }
    let person = person(&studio, &caller, id).await?;
    Ok(axum::Json(detail(&studio, &caller, &person).await?))
}
