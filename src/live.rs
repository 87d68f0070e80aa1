//! Who is watching? Members see every turn of their organisation, visitors the messages of their conversation.
//!
//! Nothing here is the truth: the journal is. A watcher that falls behind is told so and reads again.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use studio_core::{
    api::{Conversation, LiveFrame, LivePosition},
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
};
use tokio::sync::broadcast;

/// Turns that are held for clients that are behind or come back.
const HELD: usize = 4_096;
/// Bytes of them, of one organisation.
const HELD_BYTES: usize = 8 << 20;
/// Largest turn that is held, in bytes: a quarter of what may wait to be written to a socket.
const LARGEST: usize = 256 << 10;
/// Notices that a watcher may lag behind; it then misses who is typing, and nothing else.
const LAG: usize = 64;

/// The live stream of each organisation. Turns are written as JSON once, for all who watch.
#[derive(Debug)]
pub struct Live {
    epoch: u64,
    streams: Mutex<HashMap<OrganisationId, Stream>>,
}

#[derive(Debug)]
struct Stream {
    /// Of the last turn.
    number: u64,
    /// Of the last turn that is no longer held.
    gone: u64,
    held: VecDeque<Held>,
    bytes: usize,
    /// Whether anybody ever watched, and may come back.
    was_watched: bool,
    watchers: broadcast::Sender<Notice>,
}

#[derive(Debug)]
struct Held {
    number: u64,
    conversation: ConversationId,
    frame: Arc<str>,
}

/// What a watcher is woken with; turns are not in it, so that one who sleeps on keeps none alive.
#[derive(Clone, Debug)]
pub enum Notice {
    Turn,
    Typing(Arc<str>),
}

/// Where a watcher stands.
#[derive(Debug)]
pub struct Watch {
    pub position: LivePosition,
    pub caught_up: bool,
    pub notices: broadcast::Receiver<Notice>,
    organisation: OrganisationId,
    /// Number of the last turn that it was given.
    seen: u64,
}

/// What comes next for a watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    Turn(Arc<str>),
    /// It has seen all there is.
    Nothing,
    /// What would come next is no longer held.
    Missed,
}

impl Live {
    /// `epoch` tells one start of the server from another: its time in milliseconds.
    pub fn new(epoch: u64) -> Self {
        Self { epoch, streams: Mutex::default() }
    }

    /// Tells an organisation's watchers of a committed turn.
    pub fn turn(&self, organisation: OrganisationId, conversation: &Conversation, entries: Vec<Entry>) {
        let mut streams = self.streams();
        let stream = streams.entry(organisation).or_default();
        stream.number += 1;
        if !stream.was_watched {
            stream.gone = stream.number;
            return;
        }
        let position = LivePosition { epoch: self.epoch, number: stream.number };
        let id = conversation.id;
        let frame = LiveFrame::Turn { position, conversation: Box::new(conversation.clone()), entries };
        stream.hold(id, write(&frame));
        // No watcher is no error.
        let _ = stream.watchers.send(Notice::Turn);
    }

    /// Passes on that somebody types; never held.
    pub fn typing(&self, organisation: OrganisationId, conversation: ConversationId, who: &str) {
        if let Some(stream) = self.streams().get(&organisation) {
            let frame = write(&LiveFrame::Typing { conversation, who: who.to_owned() });
            let _ = stream.watchers.send(Notice::Typing(frame));
        }
    }

    /// Forgets what is held of a conversation whose texts were erased.
    pub fn erase(&self, organisation: OrganisationId, erased: ConversationId) {
        if let Some(stream) = self.streams().get_mut(&organisation) {
            stream.held.retain(|held| held.conversation != erased);
            stream.bytes = stream.held.iter().map(|held| held.frame.len()).sum();
        }
    }

    /// Starts watching, from where the watcher left off if that is still held.
    pub fn watch(&self, organisation: OrganisationId, after: Option<LivePosition>) -> Watch {
        let mut streams = self.streams();
        let stream = streams.entry(organisation).or_default();
        let caught_up = after.is_none_or(|after| {
            after.epoch == self.epoch && (stream.gone..=stream.number).contains(&after.number)
        });
        stream.was_watched = true;
        let seen = after.filter(|_| caught_up).map_or(stream.number, |after| after.number);
        Watch {
            position: LivePosition { epoch: self.epoch, number: stream.number },
            caught_up,
            notices: stream.watchers.subscribe(),
            organisation,
            seen,
        }
    }

    /// The turn after the last one that the watcher was given.
    pub fn next(&self, watch: &mut Watch) -> Next {
        let mut streams = self.streams();
        let stream = streams.entry(watch.organisation).or_default();
        if watch.seen < stream.gone {
            return Next::Missed;
        }
        let place = stream.held.partition_point(|held| held.number <= watch.seen);
        match stream.held.get(place) {
            Some(held) => {
                watch.seen = held.number;
                Next::Turn(Arc::clone(&held.frame))
            }
            None => Next::Nothing,
        }
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<OrganisationId, Stream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write(frame: &LiveFrame) -> Arc<str> {
    serde_json::to_string(frame).expect("frames are plain data").into()
}

impl Default for Stream {
    fn default() -> Self {
        let watchers = broadcast::channel(LAG).0;
        Self { number: 0, gone: 0, held: VecDeque::new(), bytes: 0, was_watched: false, watchers }
    }
}

impl Stream {
    /// Holds the frame of the newest turn, and lets go of the oldest ones above the limits.
    fn hold(&mut self, conversation: ConversationId, frame: Arc<str>) {
        if frame.len() > LARGEST {
            // Whoever would get it reads the lists again instead.
            tracing::debug!(size_bytes = frame.len(), "live.turn_too_large");
            self.held.clear();
            self.bytes = 0;
            self.gone = self.number;
            return;
        }
        self.bytes += frame.len();
        self.held.push_back(Held { number: self.number, conversation, frame });
        while self.held.len() > HELD || self.bytes > HELD_BYTES {
            let Some(oldest) = self.held.pop_front() else { break };
            self.bytes -= oldest.frame.len();
            self.gone = oldest.number;
        }
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
    /// Events that a socket may lag behind; it then reads the journal again. Each room has the place for so many.
    const LAG: usize = 16;

    pub fn join(&self, conversation: ConversationId) -> broadcast::Receiver<T> {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        // Rooms that everyone left are swept when one is joined, a few hundred at a time being cheap.
        if rooms.len() > 256 && rooms.len().is_power_of_two() {
            rooms.retain(|_, room| room.receiver_count() > 0);
        }
        rooms.entry(conversation).or_insert_with(|| broadcast::channel(Self::LAG).0).subscribe()
    }

    /// Whether anybody is there. Who comes later reads what there is by then.
    pub fn is_watched(&self, conversation: ConversationId) -> bool {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        let watched = rooms.get(&conversation).is_some_and(|room| room.receiver_count() > 0);
        if !watched {
            rooms.remove(&conversation);
        }
        watched
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
            thread: None,
            bot: "shop".to_owned(),
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            language: "en".to_owned(),
            status: Default::default(),
            owner: Default::default(),
            tags: Default::default(),
            preview: String::new(),
            unanswered: false,
            waiting_since: None,
            urgent: false,
            mood: None,
            trend: None,
            sequence: 1,
            created_at: Default::default(),
            updated_at: Default::default(),
        }
    }

    fn count(live: &Live, watch: &mut Watch) -> usize {
        std::iter::from_fn(|| matches!(live.next(watch), Next::Turn(_)).then_some(())).count()
    }

    #[test]
    fn a_watcher_gets_what_it_missed_or_is_told_that_it_cannot() {
        let live = Live::new(1);
        live.watch(HOUSE, None);
        for name in ["a", "b", "c"] {
            live.turn(HOUSE, &conversation(name), Vec::new());
        }
        let missed = |epoch, number| {
            let mut watch = live.watch(HOUSE, Some(LivePosition { epoch, number }));
            (watch.caught_up, count(&live, &mut watch))
        };
        assert_eq!(missed(1, 0), (true, 3));
        assert_eq!(missed(1, 1), (true, 2));
        assert_eq!(missed(1, 3), (true, 0));
        assert_eq!(missed(1, 9), (false, 0));
        assert_eq!(missed(2, 1), (false, 0));
        let other = OrganisationId(ulid::Ulid(2));
        assert_eq!(count(&live, &mut live.watch(other, None)), 0);
        live.erase(HOUSE, conversation("b").id);
        assert_eq!(missed(1, 1), (true, 1));
    }

    #[test]
    fn nothing_is_held_for_those_who_were_never_there() {
        let live = Live::new(1);
        let turn = || live.turn(HOUSE, &conversation("a"), Vec::new());
        turn();
        assert!(live.streams()[&HOUSE].held.is_empty());
        let first = live.watch(HOUSE, None);
        assert_eq!(first.position.number, 1);
        turn();
        let mut again = live.watch(HOUSE, Some(first.position));
        assert_eq!((again.caught_up, count(&live, &mut again)), (true, 1), "who was there may come back");
        assert!(!live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 0 })).caught_up);
    }

    #[test]
    fn a_room_is_watched_until_the_last_has_left() {
        let rooms = Rooms::default();
        let conversation = conversation("a").id;
        assert!(!rooms.is_watched(conversation));
        let (first, mut second) = (rooms.join(conversation), rooms.join(conversation));
        drop(first);
        assert!(rooms.is_watched(conversation));
        assert!(rooms.tell(conversation, 7));
        assert_eq!(second.try_recv(), Ok(7), "to be asked for took nobody's place");
        drop(second);
        assert!(!rooms.is_watched(conversation));
        assert!(!rooms.tell(conversation, 8));
    }

    #[test]
    fn the_oldest_frames_make_room() {
        let live = Live::new(1);
        let mut asleep = live.watch(HOUSE, None);
        for _ in 0..HELD + 10 {
            live.turn(HOUSE, &conversation("a"), Vec::new());
        }
        assert!(!live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 9 })).caught_up);
        assert!(live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 10 })).caught_up);
        assert_eq!(live.next(&mut asleep), Next::Missed);
    }

    #[test]
    fn what_is_held_is_bounded_in_bytes() {
        let live = Live::new(1);
        let large = |size| Conversation { preview: "x".repeat(size), ..conversation("a") };
        let held = || live.streams()[&HOUSE].held.iter().map(|held| held.frame.len()).sum::<usize>();
        let mut fast = live.watch(HOUSE, None);
        for _ in 0..200 {
            live.turn(HOUSE, &large(100_000), Vec::new());
            assert!(matches!(live.next(&mut fast), Next::Turn(_)));
            assert!(held() <= HELD_BYTES);
        }
        assert!(held() > HELD_BYTES - 200_000, "no more is thrown away than must be");

        // One that is too large for a socket is not held; whoever would get it reads the lists instead.
        live.turn(HOUSE, &large(LARGEST), Vec::new());
        assert_eq!(held(), 0);
        assert_eq!(live.next(&mut fast), Next::Missed);
        assert!(!live.watch(HOUSE, Some(fast.position)).caught_up);
        assert!(live.watch(HOUSE, Some(LivePosition { epoch: 1, number: 201 })).caught_up);
    }
}
