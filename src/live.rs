//! Who is watching? Members see every turn of their organisation, visitors the messages of their conversation.
//!
//! Nothing here is the truth: the journal is. A watcher that falls behind is told so and reads again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use studio_core::{
    api::{Conversation, LiveFrame, LivePosition},
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
};
use tokio::sync::broadcast;

/// Frames that are held for clients that come back.
const HELD: usize = 4_096;
/// Frames that a watcher may lag behind before it is told to come again.
const LAG: usize = 1_024;

/// The live stream of each organisation.
#[derive(Debug)]
pub struct Live {
    epoch: u64,
    streams: Mutex<HashMap<OrganisationId, Stream>>,
}

#[derive(Debug)]
struct Stream {
    number: u64,
    held: VecDeque<LiveFrame>,
    watchers: broadcast::Sender<LiveFrame>,
}

/// What a new watcher starts from.
#[derive(Debug)]
pub struct Watch {
    pub position: LivePosition,
    pub caught_up: bool,
    /// What it missed, oldest first.
    pub missed: Vec<LiveFrame>,
    pub frames: broadcast::Receiver<LiveFrame>,
}

impl Live {
    /// `epoch` tells one start of the server from another: its time in milliseconds.
    pub fn new(epoch: u64) -> Self {
        Self { epoch, streams: Mutex::default() }
    }

    /// Tells an organisation's watchers of a committed turn.
    pub fn turn(&self, organisation: OrganisationId, conversation: Conversation, entries: Vec<Entry>) {
        let mut streams = self.streams();
        let stream = streams.entry(organisation).or_default();
        stream.number += 1;
        let position = LivePosition { epoch: self.epoch, number: stream.number };
        let frame = LiveFrame::Turn { position, conversation: Box::new(conversation), entries };
        if stream.held.len() == HELD {
            stream.held.pop_front();
        }
        stream.held.push_back(frame.clone());
        // No watcher is no error.
        let _ = stream.watchers.send(frame);
    }

    /// Passes on that somebody types; never held.
    pub fn typing(&self, organisation: OrganisationId, conversation: ConversationId, who: &str) {
        if let Some(stream) = self.streams().get(&organisation) {
            let _ = stream.watchers.send(LiveFrame::Typing { conversation, who: who.to_owned() });
        }
    }

    /// Forgets what is held of a conversation whose texts were erased.
    pub fn erase(&self, organisation: OrganisationId, erased: ConversationId) {
        if let Some(stream) = self.streams().get_mut(&organisation) {
            stream.held.retain(|frame| match frame {
                LiveFrame::Turn { conversation, .. } => conversation.id != erased,
                LiveFrame::Welcome { .. } | LiveFrame::Typing { .. } | LiveFrame::TooSlow => true,
            });
        }
    }

    /// Starts watching, from where the watcher left off if that is still held.
    pub fn watch(&self, organisation: OrganisationId, after: Option<LivePosition>) -> Watch {
        let mut streams = self.streams();
        let stream = streams.entry(organisation).or_default();
        let position = LivePosition { epoch: self.epoch, number: stream.number };
        let oldest = stream.number.saturating_sub(stream.held.len() as u64);
        let caught_up = after.is_none_or(|after| {
            after.epoch == self.epoch && after.number >= oldest && after.number <= stream.number
        });
        let missed = match after {
            Some(after) if caught_up => stream
                .held
                .iter()
                .filter(|frame| number(frame).is_some_and(|number| number > after.number))
                .cloned()
                .collect(),
            Some(_) | None => Vec::new(),
        };
        Watch { position, caught_up, missed, frames: stream.watchers.subscribe() }
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<OrganisationId, Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Stream {
    fn default() -> Self {
        Self { number: 0, held: VecDeque::new(), watchers: broadcast::channel(LAG).0 }
    }
}

fn number(frame: &LiveFrame) -> Option<u64> {
    match frame {
        LiveFrame::Turn { position, .. } | LiveFrame::Welcome { position, .. } => Some(position.number),
        LiveFrame::Typing { .. } | LiveFrame::TooSlow => None,
    }
}

/// The watchers of single conversations: the sockets of their visitors.
#[derive(Debug)]
pub struct Rooms<T> {
    rooms: Mutex<HashMap<ConversationId, broadcast::Sender<T>>>,
}

impl<T: Clone> Default for Rooms<T> {
    fn default() -> Self {
        Self { rooms: Mutex::default() }
    }
}

impl<T: Clone> Rooms<T> {
    /// Events that a socket may lag behind; it then reads the journal again.
    const LAG: usize = 64;

    pub fn join(&self, conversation: ConversationId) -> broadcast::Receiver<T> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Rooms that everyone left are swept when one is joined, a few hundred at a time being cheap.
        if rooms.len() > 256 && rooms.len().is_power_of_two() {
            rooms.retain(|_, room| room.receiver_count() > 0);
        }
        rooms.entry(conversation).or_insert_with(|| broadcast::channel(Self::LAG).0).subscribe()
    }

    /// Whether anybody was there to hear it.
    pub fn tell(&self, conversation: ConversationId, event: T) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = rooms.get(&conversation).is_some_and(|room| room.send(event).is_ok());
        if !heard {
            rooms.remove(&conversation);
        }
        heard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUSE: OrganisationId = OrganisationId::FIRST;

    fn conversation(name: &str) -> Conversation {
        Conversation {
            id: ConversationId::of_thread(HOUSE, "web", name),
            contact: studio_core::id::ContactId::of_identity(HOUSE, "web", name),
            contact_name: name.to_owned(),
            bot: "shop".to_owned(),
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            language: "en".to_owned(),
            status: Default::default(),
            owner: Default::default(),
            tags: Default::default(),
            preview: String::new(),
            unanswered: false,
            sequence: 1,
            created_at: Default::default(),
            updated_at: Default::default(),
        }
    }

    #[test]
    fn a_watcher_gets_what_it_missed_or_is_told_that_it_cannot() {
        let live = Live::new(1);
        for name in ["a", "b", "c"] {
            live.turn(HOUSE, conversation(name), Vec::new());
        }
        let missed = |epoch, number| {
            let watch = live.watch(HOUSE, Some(LivePosition { epoch, number }));
            (watch.caught_up, watch.missed.len())
        };
        assert_eq!(missed(1, 1), (true, 2));
        assert_eq!(missed(1, 3), (true, 0));
        assert_eq!(missed(1, 9), (false, 0));
        assert_eq!(missed(2, 1), (false, 0));
        let other = OrganisationId(ulid::Ulid(2));
        assert_eq!(live.watch(other, None).missed.len(), 0);
        live.erase(HOUSE, conversation("b").id);
        assert_eq!(missed(1, 1), (true, 1));
    }

    #[test]
    fn the_oldest_frames_make_room() {
        let live = Live::new(1);
        for _ in 0..HELD + 10 {
            live.turn(HOUSE, conversation("a"), Vec::new());
        }
        assert!(!live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 9 })).caught_up);
        assert!(live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 10 })).caught_up);
    }
}
