//! `POST /members`

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};
use studio_core::{
    api::{Member, NewMember, ProblemDetails, Role},
    id::MemberId,
};
use studio_store::MemberError;

use super::refused;
use crate::{
    auth::{email, password},
    http::{ApiError, caller::Caller, extract::Json, v1::fits},
    studio::Studio,
};

/// Let somebody log in
#[utoipa::path(
    post, path = "/members", tag = "members", request_body = NewMember,
    responses(
        (status = 201, body = Member),
        (status = 400, body = ProblemDetails),
        (status = 409, body = ProblemDetails, description = "a member has this e-mail address"),
        (status = 422, body = ProblemDetails, description = "the name, the e-mail address or the password does not fit"),
    )
)]
pub async fn create(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Json(new): Json<NewMember>,
) -> Result<(StatusCode, axum::Json<Member>), ApiError> {
    caller.must_be(Role::Admin)?;
    if new.role > caller.me.role {
        return Err(ApiError::new(StatusCode::FORBIDDEN, "a member cannot have a role above its maker's"));
    }
    let name = fits::name(&new.name)?;
    let email = email::checked(&new.email).map_err(ApiError::unfit)?;
    let member = studio_store::Member {
        id: MemberId(studio.clock.id()),
        email,
        name,
        role: new.role,
        created_at: studio.clock.now(),
    };
    let password_hash = password::hash(&new.password).await.map_err(|error| refused(&error))?;
    let stored = studio_store::NewMember { member: member.clone(), password_hash };
    match studio.store.create_member(caller.organisation, &stored).await {
        Ok(()) => Ok((StatusCode::CREATED, axum::Json(super::list::shown(member)))),
        Err(MemberError::EmailTaken) => Err(ApiError::conflict("a member with this e-mail address exists")),
        Err(MemberError::Store(error)) => Err(error.into()),
    }
}
