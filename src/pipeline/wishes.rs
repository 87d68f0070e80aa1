//! Which language does a person want, on whatever channel? What was wished for in one conversation is told to the others of the
//! same person, as an event of each; when contacts are merged and taken apart again, too.

use std::{sync::Arc, time::Duration};

use studio_core::{
    dialogue::{Body, Event, own_wish},
    id::EventKey,
};
use studio_store::{Arrival, DueWish, StoreError};

use super::ReceiveError;
use crate::studio::Studio;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs until the server stops.
pub(super) async fn run(studio: Arc<Studio>) {
    loop {
        if let Err(error) = tell_all(&studio).await {
            tracing::warn!(%error, "pipeline.wishes.again");
        }
        tokio::select! {
            () = studio.stopping.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

#[derive(Debug, thiserror::Error)]
enum Again {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a conversation was not told: {0}")]
    Receive(#[from] ReceiveError),
}

async fn tell_all(studio: &Studio) -> Result<(), Again> {
    for due in studio.store.due_wishes().await? {
        match tell(studio, &due).await {
            Ok(()) => studio.store.settle_wish(&due).await?,
            // It stays due; the others are not its business.
            Err(error) => tracing::warn!(contact = %due.contact, %error, "pipeline.wishes.again"),
        }
    }
    Ok(())
}

/// Tells every conversation of the person. Told twice, it is known by its id.
async fn tell(studio: &Studio, due: &DueWish) -> Result<(), Again> {
    let mut all = studio.store.conversations_of_person(due.organisation, due.contact).await?;
    // What one wishes for is not spoken to all who are there.
    all.retain(|stored| !studio.is_group(&stored.conversation.connection, &stored.thread));
    let wish = all.iter().filter_map(|one| own_wish(&one.state)).max_by_key(|(_, at)| *at);
    let now = studio.clock.now();
    let (language, at) = wish.map_or((None, now), |(language, at)| (Some(language.to_owned()), at));
    for stored in &all {
        let state = &stored.state;
        let follows = state.before_wish.is_some();
        let is_right = language.as_ref().is_some_and(|language| *language == state.language);
        let is_own = own_wish(state).is_some_and(|(_, own)| own >= at);
        let nothing_to_do = match &language {
            Some(_) => is_right && !(follows && is_own),
            None => !follows,
        };
        if nothing_to_do {
            continue;
        }
        let id = stored.conversation.id;
        let key = EventKey { source: "wish".to_owned(), native: format!("{id}:{}", due.token) };
        let arrival = Arrival {
            conversation: id,
            connection: stored.conversation.connection.clone(),
            channel: stored.conversation.channel.clone(),
            thread: stored.thread.clone(),
            external: None,
            event: Event::new(key, now, Body::Wished { language: language.clone(), at }),
            fingerprint: None,
            attachments: Vec::new(),
        };
        studio.intake.receive(due.organisation, arrival).await?;
    }
    Ok(())
}
