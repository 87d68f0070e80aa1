//! How is a connection made by the API?

use std::sync::Arc;

use serde_json::Value;
use studio_adapters::connection::ConnectionConfig;
use studio_core::{api::ConnectionSource, id::OrganisationId};
use studio_store::StoredConnection;

use super::{ConnectionError, Entry, find_twins, refused};
use crate::{
    studio::{Connection, Studio, fence},
    vault::{self, Vault, VaultError},
};

impl Studio {
    /// Makes a connection that is kept, and begins its life.
    pub async fn make_connection(
        self: &Arc<Self>,
        settings: &ConnectionConfig,
        json: &Value,
    ) -> Result<(), ConnectionError> {
        let name = settings.name().to_owned();
        let connection = self.checked(settings, json).await?;
        let _turn = self.switchboard.turn.lock().await;
        if self.switchboard.entry(&name).is_some() {
            return Err(ConnectionError::Exists(name));
        }
        if let Some(twin) = self.switchboard.twin_of(&connection, &name) {
            return Err(ConnectionError::Twin(twin));
        }
        let kept = StoredConnection {
            organisation: OrganisationId::FIRST,
            name: name.clone(),
            channel: settings.channel().to_owned(),
            bot: settings.bot().to_owned(),
            sealed: self.sealed(settings, json)?,
            paused: false,
            created_at: self.clock.now(),
        };
        if !self.store.create_connection(&kept).await? {
            return Err(ConnectionError::Exists(name));
        }
        let told = (settings.channel(), settings.bot());
        let entry = Entry::new(ConnectionSource::Api, told, Ok(connection), Some(&kept));
        self.switchboard.change(|entries| {
            entries.insert(name.clone(), entry);
            find_twins(entries);
        });
        self.plug_in(&name);
        tracing::info!(connection = name, channel = settings.channel(), "connection.made");
        Ok(())
    }

    /// The connection that settings make, if they fit and may call their addresses.
    pub(super) async fn checked(
        &self,
        settings: &ConnectionConfig,
        json: &Value,
    ) -> Result<Connection, ConnectionError> {
        let fence = fence(&self.config);
        let connection = Connection::new(settings, &self.config, &fence)
            .map_err(|mistakes| ConnectionError::Unfit(mistakes.join("; ")))?;
        // A name looks public whatever it stands for.
        match refused(&fence, json).await {
            Some(why) => Err(ConnectionError::Unfit(why)),
            None => Ok(connection),
        }
    }

    /// Settings as they are kept.
    pub(super) fn sealed(
        &self,
        settings: &ConnectionConfig,
        json: &Value,
    ) -> Result<Vec<u8>, ConnectionError> {
        let plain = json.to_string().into_bytes();
        match Vault::read(&self.config.server.key)? {
            Some(vault) => Ok(vault.seal(settings.name(), &plain, self.clock.random())?),
            None if settings.has_credentials() => Err(VaultError::NoKey.into()),
            None => Ok(vault::unsealed(&plain)),
        }
    }
}
