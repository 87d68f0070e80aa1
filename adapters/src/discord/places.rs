//! Up to where was each channel read? Kept over restarts, so that what was said meanwhile can be fetched.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::inbound::first_id;
use crate::host::{Host, HostError};

/// Channels beyond so many are forgotten, those first in which nothing was said for longest.
const MOST_CHANNELS: usize = 5_000;
/// Messages whose author is known when they are deleted.
const MOST_AUTHORS: usize = 10_000;

#[derive(Debug, Default)]
pub struct Places {
    inner: Mutex<Inner>,
    /// Who keeps them, one after the other: behind another it is known whether that one could.
    keeping: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Inner {
    channels: BTreeMap<u64, Place>,
    /// The newest message of all.
    heard: u64,
    /// What it was before lists began to be read: what is not read of them yet lies behind it.
    heard_before: Option<u64>,
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
    /// It could not be read on from there: the place stays until it can be.
    #[serde(default)]
    pub unread: bool,
}

impl Place {
    fn read_to(&mut self, message: u64) {
        if !self.unread {
            self.message = self.message.max(message);
        }
    }
}

impl Inner {
    fn heard(&self) -> u64 {
        self.heard_before.unwrap_or(self.heard)
    }
}

impl Places {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A channel is about to be spoken in; `true` where it was not known. Its message is to be read anew where it is not
    /// stored after all.
    pub fn meet(&self, channel: u64, said: Place) -> bool {
        let mut inner = self.lock();
        if inner.channels.contains_key(&channel) {
            return false;
        }
        inner.channels.insert(channel, Place { message: said.message.saturating_sub(1), ..said });
        inner.changed.insert(channel);
        inner.listed = true;
        true
    }

    /// A message to the bot is stored.
    pub fn spoken(&self, channel: u64, said: Place) {
        let Place { message, person, guild, .. } = said;
        let mut inner = self.lock();
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
        place.read_to(message);
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
        let mut inner = self.lock();
        inner.heard = inner.heard.max(message);
        if let Some(place) = inner.channels.get_mut(&channel) {
            place.read_to(message);
            inner.changed.insert(channel);
        }
    }

    /// Whether the channel could be read on. One that could not, and was never spoken in, is kept in mind from `after` on.
    pub fn was_read(&self, channel: u64, guild: u64, after: u64, could: bool) {
        let mut inner = self.lock();
        let known = inner.channels.get(&channel).map(|place| place.unread);
        match known {
            Some(unread) if unread != could => return,
            None if could => return,
            None => inner.listed = true,
            Some(_) => {}
        }
        let place =
            inner.channels.entry(channel).or_insert(Place { message: after, guild, ..Place::default() });
        place.unread = !could;
        place.read_to(after);
        inner.changed.insert(channel);
    }

    /// Lists begin to be read: up to where was heard of everything before.
    pub fn begin_catch_up(&self) {
        let mut inner = self.lock();
        inner.heard_before = inner.heard_before.or(Some(inner.heard));
    }

    /// All lists are read.
    pub fn caught_up(&self, now: Timestamp) {
        let mut inner = self.lock();
        if inner.heard_before.take().is_some() {
            // Of what was said before the very first start nothing is wanted.
            if inner.heard == 0 {
                inner.heard = first_id(now);
            }
            inner.listed = true;
        }
    }

    /// The channel is gone.
    pub fn gone(&self, channel: u64) {
        let mut inner = self.lock();
        inner.listed |= inner.channels.remove(&channel).is_some();
        inner.changed.remove(&channel);
    }

    pub fn of(&self, channel: u64) -> Option<Place> {
        self.lock().channels.get(&channel).copied()
    }

    /// Whether more than two may talk there: what is not known to be a direct message may be anything.
    pub fn is_shared(&self, thread: &str) -> bool {
        self.place(thread).is_none_or(|place| place.guild > 0)
    }

    pub fn is_of_server(&self, thread: &str) -> bool {
        self.place(thread).is_some_and(|place| place.guild > 0)
    }

    fn place(&self, thread: &str) -> Option<Place> {
        self.of(thread.parse().ok()?)
    }

    pub fn all(&self) -> Vec<(u64, Place)> {
        let inner = self.lock();
        inner.channels.iter().map(|(channel, place)| (*channel, *place)).collect()
    }

    /// Up to where was heard of every channel; 0 before the first start.
    pub fn heard(&self) -> u64 {
        self.lock().heard()
    }

    pub fn author(&self, message: u64) -> Option<u64> {
        self.lock().authors.get(&message).copied()
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
        let mut inner = self.lock();
        inner.heard = inner.heard.max(heard);
        for (channel, place) in channels {
            inner.channels.entry(channel).or_insert(place);
        }
        Ok(())
    }

    /// Keeps what changed since the last time. Repeats are harmless: events are known by their ids.
    pub async fn remember<H: Host>(&self, host: &H, connection: &str) -> Result<(), HostError> {
        let _alone = self.keeping.lock().await;
        let Some(taken) = self.take() else { return Ok(()) };
        let json =
            |value: Result<String, serde_json::Error>| value.map_err(|error| HostError(error.to_string()));
        for (channel, place) in &taken.places {
            let value = json(serde_json::to_string(place))?;
            host.remember(connection, &format!("place:{channel}"), value).await?;
        }
        if let Some(list) = &taken.list {
            host.remember(connection, "channels", json(serde_json::to_string(list))?).await?;
        }
        host.remember(connection, "heard", taken.heard.to_string()).await?;
        taken.kept();
        Ok(())
    }

    /// What is to be kept; `None` where nothing changed.
    fn take(&self) -> Option<Taken<'_>> {
        let mut inner = self.lock();
        if inner.changed.is_empty() && !inner.listed {
            return None;
        }
        let changed = std::mem::take(&mut inner.changed);
        let places =
            changed.into_iter().filter_map(|channel| Some((channel, *inner.channels.get(&channel)?)));
        let places = places.collect();
        let list = std::mem::take(&mut inner.listed).then(|| inner.channels.keys().copied().collect());
        Some(Taken { of: self, places, list, heard: inner.heard() })
    }
}

/// Changes that are being kept. Unless they were, they are to be kept again: also where nobody waits any longer for that.
struct Taken<'a> {
    of: &'a Places,
    places: Vec<(u64, Place)>,
    list: Option<Vec<u64>>,
    heard: u64,
}

impl Taken<'_> {
    fn kept(mut self) {
        self.places.clear();
        self.list = None;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut inner = self.of.lock();
        inner.changed.extend(self.places.drain(..).map(|(channel, _)| channel));
        inner.listed |= self.list.is_some();
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;
    use crate::testing::Memory;

    const SAID: Place = Place { message: 306, person: 7, guild: 0, unread: false };

    async fn recalled(memory: &Memory) -> Vec<(u64, Place)> {
        let places = Places::default();
        places.recall(memory, "dc").await.expect("in memory");
        places.all()
    }

    #[tokio::test]
    async fn a_change_whose_keeping_nobody_waits_for_any_longer_is_kept_the_next_time() {
        let (memory, places) = (Memory::new(&[]), Places::default());
        places.spoken(201, SAID);
        memory.stall();
        assert_eq!(places.remember(&memory, "dc").now_or_never(), None, "it is cut off in the middle");
        // What is said meanwhile is not overwritten by what was to be kept.
        let newest = Place { message: 307, ..SAID };
        places.spoken(201, newest);
        memory.resume();
        places.remember(&memory, "dc").await.expect("in memory");
        assert_eq!(recalled(&memory).await, [(201, newest)]);
        let written = memory.remembered();
        places.remember(&memory, "dc").await.expect("in memory");
        assert_eq!(memory.remembered(), written, "what is kept is not kept again");
    }

    #[tokio::test]
    async fn a_change_that_the_store_does_not_take_is_kept_the_next_time() {
        let (memory, places) = (Memory::new(&[]), Places::default());
        places.spoken(201, SAID);
        memory.refuse(Some(crate::host::AcceptError::Store("the disk is full".to_owned())));
        assert!(places.remember(&memory, "dc").await.is_err());
        memory.refuse(None);
        places.remember(&memory, "dc").await.expect("in memory");
        assert_eq!(recalled(&memory).await, [(201, SAID)]);
    }
}
