//! How does a connection end that was made by the API?

use std::{sync::Arc, time::Duration};

use studio_core::{api::ConnectionSource, id::OrganisationId};
use tokio::time::timeout;

use super::{ConnectionError, find_twins, twins_of};
use crate::studio::{Connection, Studio, StudioHost, webhook_address};

/// For a platform to hear that nothing is to come any more by a connection.
const LEAVE: Duration = Duration::from_secs(5);

impl Studio {
    /// Ends a connection of the API and forgets its credentials; `false` if there is none.
    pub async fn delete_connection(self: &Arc<Self>, name: &str) -> Result<bool, ConnectionError> {
        let _turn = self.switchboard.turn.lock().await;
        match self.switchboard.entry(name).map(|entry| entry.source) {
            None => Ok(false),
            Some(ConnectionSource::Settings) => Err(self.in_settings(name)),
            Some(ConnectionSource::Api) => {
                self.store.delete_connection(OrganisationId::FIRST, name).await?;
                let (removed, freed) = self.switchboard.change(|entries| {
                    let removed = entries.remove(name);
                    let twins = twins_of(entries, name);
                    find_twins(entries);
                    (removed, twins)
                });
                self.deliverer.begin_anew(name);
                if let Some(entry) = removed {
                    entry.stop.cancel();
                    if let Ok(line) = &entry.line {
                        self.leave(line).await;
                    }
                }
                for twin in freed {
                    self.plug_in(&twin);
                }
                tracing::info!(connection = name, "connection.deleted");
                Ok(true)
            }
        }
    }

    /// Takes back at its platform that events come to a connection that is no more.
    pub(super) async fn leave(self: &Arc<Self>, line: &Connection) {
        let Some(platform) = line.platform() else { return };
        let Some(address) = webhook_address(&self.config, platform.name(), platform.api()) else { return };
        let host = StudioHost(Arc::clone(self));
        if timeout(LEAVE, platform.sign_off(&host, &address)).await.is_err() {
            tracing::warn!(connection = platform.name(), "connection.leave.timed_out");
        }
    }
}
