//! `DELETE /members/{id}`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{ProblemDetails, Role},
    id::MemberId,
};
use studio_store::{Member, Removal};

use super::find;
use crate::{
    http::{ApiError, caller::Caller, extract::Path, v1::conversations::release::release_all},
    studio::Studio,
};

const LAST_OWNER: &str = "nobody else is an owner: add another one first (POST /api/v1/members, or `studio user add … --role owner`)";

/// Remove a member
///
/// Its sessions end, and so do the API keys that it made, whatever their role. The conversations that it or one of these keys
/// has taken over go back to those that wait for their team.
#[utoipa::path(
    delete, path = "/members/{id}", tag = "members", params(("id" = MemberId, Path)),
    responses(
        (status = 204),
        (status = 404, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "nobody else is an owner"),
    )
)]
pub async fn delete(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<MemberId>,
) -> Result<StatusCode, ApiError> {
    let organisation = caller.organisation;
    let member = find(&studio, &caller, id).await?;
    let is_other_owner = |other: &Member| other.role == Role::Owner && other.id != id;
    if member.role == Role::Owner && !studio.store.members(organisation).await?.iter().any(is_other_owner) {
        return Err(ApiError::conflict(LAST_OWNER));
    }
    // Before it is removed, so that a failure leaves a member that can be removed again.
    release_all(&studio, &caller, id).await?;
    for key in studio.store.api_keys(organisation).await?.iter().filter(|key| key.made_by == Some(id)) {
        release_all(&studio, &caller, MemberId(key.id.0)).await?;
    }
    match studio.store.delete_member(organisation, id).await? {
        Removal::Removed => {
            studio.ended_early.send_replace(());
            Ok(StatusCode::NO_CONTENT)
        }
        Removal::Absent => Err(ApiError::not_found("member")),
        Removal::LastOwner => Err(ApiError::conflict(LAST_OWNER)),
    }
}
