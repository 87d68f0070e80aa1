//! Members: people who log in.

pub mod create;
pub mod delete;
pub mod list;
pub mod password;

use studio_core::{api::Role, id::MemberId};

use crate::{
    auth::password::PasswordError,
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// The member, if the caller may change it: nobody changes a member of a role above their own.
async fn find(studio: &Studio, caller: &Caller, id: MemberId) -> Result<studio_store::Member, ApiError> {
    caller.must_be(Role::Admin)?;
    let member = studio.store.member(caller.organisation, id).await?;
    let member = member.ok_or_else(|| ApiError::not_found("member"))?;
    if member.role > caller.me.role {
        return Err(ApiError::forbidden("owner"));
    }
    Ok(member)
}

fn refused(error: &PasswordError) -> ApiError {
    match error {
        PasswordError::TooShort | PasswordError::TooLong => ApiError::unfit(error.to_string()),
        PasswordError::Hash(_) => ApiError::internal(error),
    }
}
