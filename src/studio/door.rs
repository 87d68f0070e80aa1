//! What is masked before it is stored?

use jiff::{SignedDuration, Timestamp};
use studio_adapters::host::AcceptError;
use studio_core::{
    dialogue::{Body, Offer},
    id::{ConversationId, EventKey, OrganisationId},
};

use super::StudioHost;
use crate::bots::Arriving;

/// Connections of the configuration belong to the first organisation.
const ORGANISATION: OrganisationId = OrganisationId::FIRST;

impl StudioHost {
    /// Masks what the bot lets nobody have, in what has come and in the names of its files.
    pub(super) async fn mask(
        &self,
        bot: &str,
        conversation: ConversationId,
        key: &EventKey,
        (body, names): (&mut Body, Vec<&mut String>),
        now: Timestamp,
    ) -> Result<(), AcceptError> {
        let offered = self.offered(bot, conversation, body).await?;
        let arriving = Arriving { key, body: Some(body), offered: &offered, names };
        let masked = self.0.registry.mask_at_the_door(ORGANISATION, bot, arriving, now);
        masked.map_err(|retry_after| AcceptError::Busy { retry_after })
    }

    /// The same of the name of a file.
    ///
    /// # Errors
    ///
    /// The model for names does not answer for the moment: the same may come again after so long.
    pub fn mask_name(&self, bot: &str, key: &EventKey, name: &mut String) -> Result<(), SignedDuration> {
        let arriving = Arriving { key, body: None, offered: &[], names: vec![name] };
        self.0.registry.mask_at_the_door(ORGANISATION, bot, arriving, self.0.clock.now())
    }

    /// What the bot offered last, where somebody pressed something and it matters what.
    async fn offered(
        &self,
        bot: &str,
        conversation: ConversationId,
        body: &Body,
    ) -> Result<Vec<Offer>, AcceptError> {
        let matters = matches!(body, Body::Press { .. })
            && self.0.registry.masks_at_the_door(ORGANISATION, bot).is_some();
        if !matters {
            return Ok(Vec::new());
        }
        let found = self.0.store.conversation(ORGANISATION, conversation).await;
        let found = found.map_err(|error| AcceptError::Store(error.to_string()))?;
        Ok(found.map(|found| found.state.offered).unwrap_or_default())
    }
}
