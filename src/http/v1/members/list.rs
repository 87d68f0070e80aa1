//! `GET /members`

use std::sync::Arc;

use axum::extract::State;
use studio_core::api::{Member, Page, Role};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// Who can log in
#[utoipa::path(
    get, path = "/members", tag = "members",
    responses((status = 200, body = Page<Member>))
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
) -> Result<axum::Json<Page<Member>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let items = studio.store.members(caller.organisation).await?.into_iter().map(shown).collect();
    Ok(axum::Json(Page { items, next_cursor: None }))
}

/// A member as the API tells it.
pub fn shown(member: studio_store::Member) -> Member {
    Member {
        id: member.id,
        email: member.email,
        name: member.name,
        role: member.role,
        created_at: member.created_at,
    }
}
