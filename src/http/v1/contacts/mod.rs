//! Persons: how they are known on each channel, and which contacts are one of them.

pub mod merge;
pub mod messages;
pub mod read;

use studio_core::{
    api::{ContactDetail, ContactIdentity, Conversation, Unreachable},
    id::ContactId,
};
use studio_store::{ConversationFilter, Person};

use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

/// Conversations of a person that are shown.
const MOST: u32 = 50;

fn missing() -> ApiError {
    ApiError::not_found("contact")
}

/// The person that a contact is, or is part of.
async fn person(studio: &Studio, caller: &Caller, id: ContactId) -> Result<Person, ApiError> {
    studio.store.contact(caller.organisation, id).await?.ok_or_else(missing)?;
    Ok(studio.store.person(caller.organisation, id).await?)
}

async fn conversations(
    studio: &Studio,
    caller: &Caller,
    person: &Person,
    most: u32,
) -> Result<Vec<Conversation>, ApiError> {
    let contacts = Some(person.parts.iter().copied().collect());
    let filter = ConversationFilter { contacts, ..ConversationFilter::default() };
    Ok(studio.store.conversations(caller.organisation, &filter, None, most).await?.items)
}

fn told(unreachable: studio_store::Unreachable) -> Unreachable {
    Unreachable { since: unreachable.since, reason: unreachable.why }
}

async fn detail(studio: &Studio, caller: &Caller, person: &Person) -> Result<ContactDetail, ApiError> {
    let organisation = caller.organisation;
    let contact = studio.store.contact(organisation, person.contact).await?.ok_or_else(missing)?;
    let mut identities = Vec::new();
    for part in &person.parts {
        let known = studio.store.identities(organisation, *part).await?;
        identities.extend(known.into_iter().map(|identity| ContactIdentity {
            channel: studio.connection(&identity.connection).map(|line| line.channel().to_owned()),
            connection: identity.connection,
            external: identity.external,
            contact: identity.contact,
            unreachable: identity.unreachable.map(told),
        }));
    }
    Ok(ContactDetail {
        id: contact.id,
        name: contact.name,
        attributes: contact.attributes,
        identities,
        conversations: conversations(studio, caller, person, MOST).await?,
    })
}
