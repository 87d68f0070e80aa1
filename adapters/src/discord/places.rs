//! Up to where was each channel read? Kept over restarts, so that what was said meanwhile can be fetched.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use crate::host::{Host, HostError};

/// Channels beyond so many are forgotten, those first in which nothing was said for longest.
const MOST_CHANNELS: usize = 5_000;
/// Messages whose author is known when they are deleted.
const MOST_AUTHORS: usize = 10_000;

#[derive(Debug, Default)]
pub struct Places(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    channels: BTreeMap<u64, Place>,
    /// The newest message of all.
    heard: u64,
    changed: HashSet<u64>,
    /// A channel came or went.
    listed: bool,
    authors: HashMap<u64, u64>,
    order: VecDeque<u64>,
}

/// Of one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its newest message that was read.
    pub message: u64,
    /// Who spoke to the bot last.
    pub person: u64,
    /// The server that it belongs to, 0 for direct messages.
    pub guild: u64,
}

impl Places {
    /// A message to the bot is stored.
    pub fn spoken(&self, channel: u64, said: Place) {
        let Place { message, person, guild } = said;
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.authors.insert(message, person).is_none() {
            inner.order.push_back(message);
        }
        if inner.order.len() > MOST_AUTHORS
            && let Some(oldest) = inner.order.pop_front()
        {
            inner.authors.remove(&oldest);
        }
        if !inner.channels.contains_key(&channel) {
            inner.listed = true;
        }
        let place = inner.channels.entry(channel).or_default();
        place.person = person;
        place.guild = guild;
        place.message = place.message.max(message);
        inner.heard = inner.heard.max(message);
        inner.changed.insert(channel);
        if inner.channels.len() > MOST_CHANNELS
            && let Some(quietest) =
                inner.channels.iter().min_by_key(|(_, place)| place.message).map(|(id, _)| *id)
        {
            inner.channels.remove(&quietest);
            inner.changed.remove(&quietest);
        }
    }

    /// A message that is none of the bot's business was passed over.
    pub fn passed(&self, channel: u64, message: u64) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.heard = inner.heard.max(message);
        if let Some(place) = inner.channels.get_mut(&channel) {
            place.message = place.message.max(message);
            inner.changed.insert(channel);
        }
    }

    /// The channel is gone.
    pub fn gone(&self, channel: u64) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.listed |= inner.channels.remove(&channel).is_some();
        inner.changed.remove(&channel);
    }

    pub fn of(&self, channel: u64) -> Option<Place> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).channels.get(&channel).copied()
    }

    pub fn all(&self) -> Vec<(u64, Place)> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.channels.iter().map(|(channel, place)| (*channel, *place)).collect()
    }

    /// The newest message of all; 0 where none was ever heard.
    pub fn heard(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).heard
    }

    pub fn author(&self, message: u64) -> Option<u64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).authors.get(&message).copied()
    }

    /// Reads what was kept.
    pub async fn recall<H: Host>(&self, host: &H, connection: &str) -> Result<(), HostError> {
        let mut channels = BTreeMap::new();
        let listed = host.recall(connection, "channels").await?;
        for channel in
            listed.and_then(|list| serde_json::from_str::<Vec<u64>>(&list).ok()).into_iter().flatten()
        {
            let kept = host.recall(connection, &format!("place:{channel}")).await?;
            if let Some(place) = kept.and_then(|place| serde_json::from_str(&place).ok()) {
                channels.insert(channel, place);
            }
        }
        let heard = host.recall(connection, "heard").await?.and_then(|heard| heard.parse().ok()).unwrap_or(0);
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.heard = inner.heard.max(heard);
        for (channel, place) in channels {
            inner.channels.entry(channel).or_insert(place);
        }
        Ok(())
    }

    /// Keeps what changed since the last time. Repeats are harmless: events are known by their ids.
    pub async fn remember<H: Host>(&self, host: &H, connection: &str) -> Result<(), HostError> {
        let (places, list, heard) = {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if inner.changed.is_empty() && !inner.listed {
                return Ok(());
            }
            let changed = std::mem::take(&mut inner.changed);
            let places =
                changed.into_iter().filter_map(|channel| Some((channel, *inner.channels.get(&channel)?)));
            let places = places.collect::<Vec<_>>();
            let list =
                std::mem::take(&mut inner.listed).then(|| inner.channels.keys().copied().collect::<Vec<_>>());
            (places, list, inner.heard)
        };
        let json =
            |value: Result<String, serde_json::Error>| value.map_err(|error| HostError(error.to_string()));
        let kept = async {
            for (channel, place) in &places {
                let value = json(serde_json::to_string(place))?;
                host.remember(connection, &format!("place:{channel}"), value).await?;
            }
            if let Some(list) = &list {
                host.remember(connection, "channels", json(serde_json::to_string(list))?).await?;
            }
            host.remember(connection, "heard", heard.to_string()).await
        };
        if let Err(error) = kept.await {
            // Again next time.
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            inner.changed.extend(places.into_iter().map(|(channel, _)| channel));
            inner.listed |= list.is_some();
            return Err(error);
        }
        Ok(())
    }
}
