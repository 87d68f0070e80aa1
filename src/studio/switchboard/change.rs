//! How is a connection changed that was made by the API?

use std::sync::Arc;

use serde_json::Value;
use studio_adapters::connection::ConnectionConfig;
use studio_core::{api::ConnectionSource, id::OrganisationId};
use studio_store::StoredConnection;
use tokio_util::sync::CancellationToken;

use super::{ConnectionError, Entry, find_twins, opened, twins_of};
use crate::{
    studio::{Connection, Studio},
    vault::Vault,
};

impl Entry {
    /// From now on it is this one; its earlier life ends. What it was before.
    fn renew(&mut self, connection: Connection) -> Result<Connection, String> {
        self.stop.cancel();
        self.stop = CancellationToken::new();
        connection.channel().clone_into(&mut self.channel);
        connection.bot().clone_into(&mut self.bot);
        self.ended = 0;
        std::mem::replace(&mut self.line, Ok(connection))
    }
}

impl Studio {
    /// Changes a connection of the API, by what `change` makes of its settings, secrets among them, and begins its life anew;
    /// `false` if there is none.
    pub async fn change_connection<E: From<ConnectionError>>(
        self: &Arc<Self>,
        name: &str,
        change: impl FnOnce(Value) -> Result<(ConnectionConfig, Value), E> + Send,
    ) -> Result<bool, E> {
        let _turn = self.switchboard.turn.lock().await;
        let Some(mut kept) = self.kept(name).await? else { return Ok(false) };
        let (settings, json) = change(self.settings_of(&kept)?)?;
        let connection = self.checked(&settings, &json).await?;
        if let Some(twin) = self.switchboard.twin_of(&connection, name) {
            return Err(ConnectionError::Twin(twin).into());
        }
        settings.bot().clone_into(&mut kept.bot);
        settings.channel().clone_into(&mut kept.channel);
        kept.sealed = self.sealed(&settings, &json)?;
        self.store.change_connection(&kept).await.map_err(ConnectionError::from)?;
        let account = |line: &Connection| Some(line.platform()?.account());
        let account_now = account(&connection);
        let (before, freed) = self.switchboard.change(|entries| {
            let freed = twins_of(entries, name);
            let before = entries.get_mut(name).map(|entry| entry.renew(connection));
            find_twins(entries);
            (before, freed)
        });
        self.deliverer.begin_anew(name);
        if let Some(Ok(before)) = before
            && account(&before) != account_now
        {
            self.leave(&before).await;
        }
        self.plug_in(name);
        for twin in freed {
            self.plug_in(&twin);
        }
        tracing::info!(connection = name, channel = settings.channel(), "connection.changed");
        Ok(true)
    }

    async fn kept(&self, name: &str) -> Result<Option<StoredConnection>, ConnectionError> {
        match self.switchboard.entry(name).map(|entry| entry.source) {
            None => Ok(None),
            Some(ConnectionSource::Settings) => Err(self.in_settings(name)),
            Some(ConnectionSource::Api) => {
                Ok(self.store.stored_connection(OrganisationId::FIRST, name).await?)
            }
        }
    }

    fn settings_of(&self, kept: &StoredConnection) -> Result<Value, ConnectionError> {
        let vault = Vault::read(&self.config.server.key)?;
        let plain = opened(kept, vault.as_ref())?;
        serde_json::from_slice(&plain)
            .map_err(|error| ConnectionError::Unfit(format!("its settings cannot be read: {error}")))
    }
}
