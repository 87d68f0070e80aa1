//! What happens to the conversations of somebody who will not speak any more?

use studio_core::{
    api::Conversation,
    dialogue::{Act, Body, Event, Happening, Owner, Status},
    id::{EventKey, MemberId, OrganisationId},
};
use studio_store::{ConversationFilter, OwnerFilter, Store, StoreError};

use super::take_in;
use crate::{
    http::{ApiError, caller::Caller},
    studio::Studio,
};

const PAGE: u32 = 200;
const TURNS: u32 = 500;

/// Gives every open conversation that `holder` has back to those that wait for its team, one act each.
pub async fn release_all(studio: &Studio, caller: &Caller, holder: MemberId) -> Result<(), ApiError> {
    let filter = ConversationFilter {
        status: Some(Status::Open),
        owner: Some(OwnerFilter::Member(holder)),
        ..ConversationFilter::default()
    };
    let mut cursor = None;
    loop {
        let page = studio.store.conversations(caller.organisation, &filter, cursor.as_deref(), PAGE).await?;
        for conversation in &page.items {
            let team = team_of(&studio.store, caller.organisation, conversation).await?;
            // Asked again before its turn has come, it is the same event.
            let native = format!("{}:{holder}:release:{}", conversation.id, conversation.sequence);
            let event = Event::new(
                EventKey { source: "act".to_owned(), native },
                studio.clock.now(),
                Body::Act {
                    by: holder,
                    name: caller.me.name.clone(),
                    act: Act::Release { team },
                    overrules: false,
                },
            );
            take_in(studio, caller, conversation, event).await?;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(());
        }
    }
}

/// The team for which the conversation waited before somebody took it; `None` if it came from the bot.
async fn team_of(
    store: &Store,
    organisation: OrganisationId,
    conversation: &Conversation,
) -> Result<Option<String>, StoreError> {
    let (mut team, mut after) = (None, 0);
    loop {
        let page = store.journal(organisation, conversation.id, after, TURNS).await?;
        let Some(last) = page.last else { return Ok(team) };
        after = last;
        for entry in page.entries {
            if let Happening::OwnerChanged { to, .. } = entry.what {
                team = match to {
                    Owner::Team { team } => team,
                    Owner::Bot => None,
                    Owner::Member { .. } => team,
                };
            }
        }
    }
}
