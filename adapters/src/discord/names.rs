//! How are servers and their channels called? Discord tells it of all of them when a session begins, and of each that changes.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

/// Channels beyond so many are called nothing.
const MOST_CHANNELS: usize = 50_000;

#[derive(Debug, Default)]
pub struct Names(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    servers: HashMap<u64, String>,
    channels: HashMap<u64, String>,
}

impl Names {
    /// A server with its channels and threads, as `GUILD_CREATE` tells of it.
    pub fn server(&self, told: &Value) {
        if let (Some(id), Some(name)) = (id(&told["id"]), told["name"].as_str()) {
            self.lock().servers.insert(id, name.to_owned());
        }
        let lists = [&told["channels"], &told["threads"]];
        for channel in lists.into_iter().filter_map(Value::as_array).flatten() {
            self.channel(channel);
        }
    }

    /// A channel or thread, as events and interactions tell of it; whether it is called otherwise than was known. One of direct
    /// messages has no name.
    pub fn channel(&self, told: &Value) -> bool {
        let (Some(id), Some(name)) = (id(&told["id"]), told["name"].as_str()) else { return false };
        let is_thread = told["type"].as_u64().is_some_and(|kind| (10..=12).contains(&kind));
        let name = if is_thread { name.to_owned() } else { format!("#{name}") };
        let mut inner = self.lock();
        if inner.channels.len() >= MOST_CHANNELS && !inner.channels.contains_key(&id) {
            return false;
        }
        let before = inner.channels.insert(id, name);
        before.as_ref() != inner.channels.get(&id)
    }

    /// How people call a channel: `server · #channel`.
    pub fn title(&self, server: u64, channel: u64) -> Option<String> {
        let inner = self.lock();
        let channel = inner.channels.get(&channel)?;
        Some(match inner.servers.get(&server) {
            Some(server) => format!("{server} · {channel}"),
            None => channel.clone(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn id(told: &Value) -> Option<u64> {
    told.as_str()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_channel_is_called_with_its_server() {
        let names = Names::default();
        assert_eq!(names.title(1, 2), None);
        names.server(&json!({
            "id": "1", "name": "Outdoor", "channels": [{"id": "2", "type": 0, "name": "help"}],
            "threads": [{"id": "3", "type": 11, "name": "My tent"}],
        }));
        assert_eq!(names.title(1, 2).as_deref(), Some("Outdoor · #help"));
        assert_eq!(names.title(1, 3).as_deref(), Some("Outdoor · My tent"));
        let support = json!({"id": "2", "type": 0, "name": "support"});
        assert_eq!([names.channel(&support), names.channel(&support)], [true, false]);
        assert_eq!(names.title(1, 2).as_deref(), Some("Outdoor · #support"));
        names.channel(&json!({"id": "4", "type": 1}));
        assert_eq!(names.title(0, 4), None);
        assert_eq!(names.title(9, 3).as_deref(), Some("My tent"), "the server did not tell its name");
    }
}
