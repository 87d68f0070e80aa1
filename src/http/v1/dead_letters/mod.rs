//! Messages and calls that could not be delivered.

pub mod list;
pub mod replay;

use studio_core::id::OrganisationId;
use studio_store::LetterFilter;

use crate::{
    http::{ApiError, v1::conversations::list::connection_must_be_known},
    studio::Studio,
};

/// Refuses a conversation or a connection that there is not.
async fn must_be_known(
    studio: &Studio,
    organisation: OrganisationId,
    filter: &LetterFilter,
) -> Result<(), ApiError> {
    if let Some(id) = filter.conversation
        && studio.store.conversation(organisation, id).await?.is_none()
    {
        return Err(ApiError::unfit(format!(
            "there is no conversation `{id}`; `GET /conversations` lists all"
        )));
    }
    match &filter.connection {
        Some(connection) => connection_must_be_known(studio, organisation, connection).await,
        None => Ok(()),
    }
}
