//! Which interactions still wait for their reply? A slash command shows "thinking" until the first message that
//! answers it takes that place; an interaction's token is good for 15 minutes. Whose "thinking" is shown stays known
//! until it is taken away.
//!
//! What waits is kept over restarts, before the interaction is acknowledged; and so is which message takes the place,
//! before it does. What is no longer shown is noted a little later: another try only says the same in the same place.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

use super::interaction::ReplyTo;
use crate::host::{Host, HostError};

/// Discord says 15 minutes.
const GOOD_FOR: SignedDuration = SignedDuration::from_mins(14);
/// How long "thinking" that nobody answered may be taken away behind that.
const GRACE: SignedDuration = SignedDuration::from_secs(45);
/// "Thinking" that is shown in a thread; of more the oldest is taken away.
const MOST_SHOWN: usize = 100;
/// Tokens of a thread with which nothing is shown: only the newest are of use.
const MOST_SPENT: usize = 8;
/// Of a thread in all. Where people ask so much faster than "thinking" can be taken away, the oldest is given up.
const MOST_A_THREAD: usize = 1_000;
const MOST_THREADS: usize = 10_000;
/// What is kept is divided, so that little of it is written at once.
const SHARDS: usize = 32;

/// By thread, the oldest first.
#[derive(Debug, Default)]
pub struct Deferred {
    inner: Mutex<Inner>,
    /// What was kept by the life before this is known.
    recalled: OnceCell<()>,
    /// One writes a shard at a time, so that the newest is written last.
    writing: [tokio::sync::Mutex<()>; SHARDS],
}

#[derive(Debug, Default)]
struct Inner {
    threads: HashMap<String, Vec<Waiting>>,
    /// Shards that differ from what is kept.
    changed: BTreeSet<usize>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Waiting {
    reply: ReplyTo,
    until: Timestamp,
    /// "Thinking" is shown, and is to be replaced.
    shown: bool,
    /// The message that takes its place, the same at every try.
    claimed: Option<String>,
    /// Too many wait: it is to be taken away before its time.
    #[serde(default)]
    over: bool,
}

impl Deferred {
    /// Whether it was not known: what is known of an interaction that is told again stays as it is.
    pub fn put(&self, thread: &str, reply: ReplyTo, shown: bool, now: Timestamp) -> bool {
        let mut inner = self.inner();
        let known = inner.threads.get(thread).into_iter().flatten();
        if known.into_iter().any(|known| known.reply.interaction == reply.interaction) {
            return false;
        }
        if inner.threads.len() >= MOST_THREADS && !inner.threads.contains_key(thread) {
            inner.make_room(now);
        }
        let waiting = inner.threads.entry(thread.to_owned()).or_default();
        let until = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
        waiting.push(Waiting { reply, until, shown, claimed: None, over: false });
        bound(waiting);
        inner.changed.insert(shard(thread));
        true
    }

    /// As if it had never been put.
    pub fn forget(&self, thread: &str, interaction: &str) {
        let mut inner = self.inner();
        inner.changed.insert(shard(thread));
        if let Some(waiting) = inner.threads.get_mut(thread) {
            waiting.retain(|waiting| waiting.reply.interaction != interaction);
            if waiting.is_empty() {
                inner.threads.remove(thread);
            }
        }
    }

    /// Whether "thinking" is shown in a thread.
    pub fn is_shown(&self, thread: &str) -> bool {
        self.inner().threads.get(thread).into_iter().flatten().any(|waiting| waiting.shown)
    }

    /// The "thinking" that the message of this key takes the place of, and whether that is to be kept first: that of the
    /// event which the message answers, where that is known, and the oldest otherwise.
    pub fn claim(
        &self,
        thread: &str,
        key: &str,
        answered: Option<&str>,
        now: Timestamp,
    ) -> Option<(ReplyTo, bool)> {
        let mut inner = self.inner();
        let waiting = inner.threads.get_mut(thread)?;
        let own = waiting.iter().position(|waiting| waiting.claimed.as_deref() == Some(key));
        let free = || {
            waiting.iter().position(|waiting| {
                let fits = answered.is_none_or(|event| event == waiting.reply.interaction);
                fits && waiting.shown && waiting.claimed.is_none() && waiting.is_good(now)
            })
        };
        let place = own.or_else(free)?;
        let found = waiting.get_mut(place).filter(|found| found.is_good(now))?;
        found.claimed = Some(key.to_owned());
        let reply = found.reply.clone();
        inner.changed.insert(shard(thread));
        Some((reply, own.is_none()))
    }

    /// Any token of this thread that is still good: for channels where the bot has no voice of its own.
    pub fn any(&self, thread: &str, now: Timestamp) -> Option<ReplyTo> {
        let inner = self.inner();
        let waiting = inner.threads.get(thread)?.iter().rev();
        waiting.filter(|waiting| waiting.until > now).map(|waiting| waiting.reply.clone()).next()
    }

    /// "Thinking" is gone: it was replaced, or never shown.
    pub fn replaced(&self, thread: &str, interaction: &str) {
        let mut inner = self.inner();
        inner.changed.insert(shard(thread));
        for waiting in inner.threads.get_mut(thread).into_iter().flatten() {
            if waiting.reply.interaction == interaction {
                waiting.shown = false;
                waiting.claimed = None;
            }
        }
    }

    /// Those whose time is over with nothing said, and those that are too many: "thinking" is to be taken away, and told
    /// [`Self::replaced`] then.
    pub fn expired(&self, now: Timestamp) -> Vec<(String, ReplyTo)> {
        let mut inner = self.inner();
        let Inner { threads, changed } = &mut *inner;
        let mut over = Vec::new();
        threads.retain(|thread, waiting| {
            let before = waiting.len();
            waiting.retain(|waiting| {
                let ended = !waiting.is_good(now);
                if ended && waiting.shown {
                    over.push((thread.clone(), waiting.reply.clone()));
                }
                !ended || waiting.shown && waiting.until.saturating_add(GRACE).is_ok_and(|gone| gone > now)
            });
            if waiting.len() < before {
                changed.insert(shard(thread));
            }
            !waiting.is_empty()
        });
        over
    }

    /// Learns what was kept, once.
    pub async fn recall<H: Host>(&self, host: &H, connection: &str) -> Result<(), HostError> {
        let recall = async || {
            for shard in 0..SHARDS {
                let kept = host.recall(connection, &key(shard)).await?.unwrap_or_default();
                let kept = serde_json::from_str::<BTreeMap<String, Vec<Waiting>>>(&kept).unwrap_or_default();
                let mut inner = self.inner();
                for (thread, mut waiting) in kept {
                    let known = inner.threads.entry(thread).or_default();
                    waiting
                        .retain(|old| known.iter().all(|new| new.reply.interaction != old.reply.interaction));
                    known.splice(0..0, waiting);
                }
            }
            Ok(())
        };
        self.recalled.get_or_try_init(recall).await.copied()
    }

    /// Keeps what waits in a thread over restarts.
    pub async fn keep<H: Host>(&self, host: &H, connection: &str, thread: &str) -> Result<(), HostError> {
        self.recall(host, connection).await?;
        self.keep_shard(host, connection, shard(thread)).await
    }

    /// Keeps what changed since.
    pub async fn keep_all<H: Host>(&self, host: &H, connection: &str) -> Result<(), HostError> {
        self.recall(host, connection).await?;
        let changed = self.inner().changed.clone();
        for shard in changed {
            self.keep_shard(host, connection, shard).await?;
        }
        Ok(())
    }

    async fn keep_shard<H: Host>(&self, host: &H, connection: &str, number: usize) -> Result<(), HostError> {
        let _alone = self.writing[number].lock().await;
        let changed = Changed { of: self, shard: Some(number) };
        let value = {
            let mut inner = self.inner();
            inner.changed.remove(&number);
            let own = inner.threads.iter().filter(|(thread, _)| shard(thread) == number);
            let wanted = own.collect::<BTreeMap<_, _>>();
            serde_json::to_string(&wanted).map_err(|error| HostError(error.to_string()))?
        };
        host.remember(connection, &key(number), value).await?;
        changed.kept();
        Ok(())
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A shard that is being kept. Unless it was, it is to be kept again: also where nobody waits any longer for that.
struct Changed<'a> {
    of: &'a Deferred,
    shard: Option<usize>,
}

impl Changed<'_> {
    fn kept(mut self) {
        self.shard = None;
    }
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        if let Some(shard) = self.shard {
            self.of.inner().changed.insert(shard);
        }
    }
}

impl Inner {
    /// "Thinking" that is shown stays known: it is to be taken away once.
    fn make_room(&mut self, now: Timestamp) {
        self.threads.retain(|_, all| all.iter().any(|waiting| waiting.shown || waiting.is_good(now)));
        if self.threads.len() < MOST_THREADS {
            return;
        }
        let quiet = self.threads.iter().filter(|(_, all)| all.iter().all(|waiting| !waiting.shown));
        let oldest = quiet.min_by_key(|(_, all)| all.last().map(|waiting| waiting.until));
        if let Some(oldest) = oldest.map(|(thread, _)| thread.clone()) {
            self.threads.remove(&oldest);
            self.changed.insert(shard(&oldest));
        }
    }
}

impl Waiting {
    fn is_good(&self, now: Timestamp) -> bool {
        !self.over && self.until > now
    }
}

/// What shows nothing takes no place of what does.
fn bound(all: &mut Vec<Waiting>) {
    let mut spent = all.iter().filter(|waiting| !waiting.shown).count().saturating_sub(MOST_SPENT);
    all.retain(|waiting| {
        let is_dropped = !waiting.shown && spent > 0;
        spent -= usize::from(is_dropped);
        !is_dropped
    });
    let shown = all.iter().filter(|waiting| waiting.shown && !waiting.over).count();
    if shown > MOST_SHOWN {
        let place = |is_free: bool| {
            let open = |waiting: &Waiting| waiting.shown && !waiting.over;
            all.iter().position(|waiting| open(waiting) && (!is_free || waiting.claimed.is_none()))
        };
        // A message may just be taking the place of one that is claimed.
        if let Some(place) = place(true).or_else(|| place(false)) {
            all[place].over = true;
        }
    }
    let too_many = all.len().saturating_sub(MOST_A_THREAD);
    all.drain(..too_many);
}

/// Where another version of the studio kept it is of no matter: all are read at the start.
fn shard(thread: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    thread.hash(&mut hasher);
    usize::try_from(hasher.finish() % SHARDS as u64).unwrap_or(0)
}

fn key(shard: usize) -> String {
    format!("deferred:{shard}")
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn reply(name: &str) -> ReplyTo {
        ReplyTo { interaction: name.into(), application: "app".into(), token: format!("token of {name}") }
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).expect("within jiff's range")
    }

    #[test]
    fn each_reply_takes_the_place_of_one_command() {
        let (deferred, now) = (Deferred::default(), now());
        for name in ["one", "two"] {
            deferred.put("1", reply(name), true, now);
        }
        deferred.put("1", reply("press"), false, now);
        let claim =
            |key: &str| deferred.claim("1", key, None, now).map(|(reply, first)| (reply.interaction, first));
        assert_eq!(claim("a"), Some(("one".into(), true)));
        assert_eq!(claim("a"), Some(("one".into(), false)), "another try");
        assert_eq!(claim("b"), Some(("two".into(), true)));
        assert_eq!(claim("c"), None, "a press shows nothing to be replaced");
        deferred.replaced("1", "one");
        assert_eq!(claim("a"), None);
        assert_eq!(deferred.any("1", now), Some(reply("press")));
        assert_eq!(deferred.any("2", now), None);
    }

    #[test]
    fn an_answer_takes_the_place_of_its_own_command_where_that_is_known() {
        let (deferred, now) = (Deferred::default(), now());
        for name in ["one", "two", "three"] {
            deferred.put("1", reply(name), true, now);
        }
        let claim = |key: &str, answered: Option<&str>| {
            deferred.claim("1", key, answered, now).map(|(reply, first)| (reply.interaction, first))
        };
        assert_eq!(claim("a", Some("two")), Some(("two".into(), true)));
        assert_eq!(claim("a", Some("two")), Some(("two".into(), false)), "another try");
        assert_eq!(claim("b", Some("two")), None, "the second message of an answer");
        assert_eq!(claim("c", Some("a message")), None, "the place is another's");
        assert_eq!(claim("d", None), Some(("one".into(), true)), "nobody knows what it answers");
        assert_eq!(claim("e", Some("three")), Some(("three".into(), true)));
    }

    #[test]
    fn what_shows_nothing_takes_no_place_and_what_is_too_much_is_taken_away() {
        let (deferred, now) = (Deferred::default(), now());
        for name in ["first", "second"] {
            deferred.put("1", reply(name), true, now);
        }
        for number in 0..2 * MOST_A_THREAD {
            let name = format!("press {number}");
            deferred.put("1", reply(&name), number.is_multiple_of(2), now);
            deferred.replaced("1", &name);
        }
        assert_eq!(deferred.expired(now), []);
        let newest = format!("press {}", 2 * MOST_A_THREAD - 1);
        assert_eq!(deferred.any("1", now).map(|reply| reply.interaction), Some(newest));
        assert!(deferred.inner().threads["1"].len() < 20);
        assert_eq!(deferred.claim("1", "a", None, now), Some((reply("first"), true)));

        for number in 0..MOST_SHOWN {
            deferred.put("1", reply(&number.to_string()), true, now);
        }
        let over = ["second", "0"].map(|name| ("1".to_owned(), reply(name)));
        assert_eq!(deferred.expired(now), over, "not that whose place is just being taken");
        assert_eq!(deferred.claim("1", "b", Some("second"), now), None);
        assert_eq!(deferred.claim("1", "b", None, now), Some((reply("1"), true)));
        assert_eq!(deferred.expired(now), over, "Discord did not hear of it yet");
        for (thread, reply) in over {
            deferred.replaced(&thread, &reply.interaction);
        }
        assert_eq!(deferred.expired(now), []);
    }

    #[test]
    fn however_many_threads_there_are_what_is_shown_stays_known() {
        let (deferred, now) = (Deferred::default(), now());
        deferred.put("shown", reply("one"), true, now);
        for number in 0..MOST_THREADS + 10 {
            deferred.put(&number.to_string(), reply("press"), false, now);
        }
        assert_eq!(deferred.inner().threads.len(), MOST_THREADS);
        let later = now + GOOD_FOR;
        deferred.put("another", reply("press"), false, later);
        assert_eq!(deferred.inner().threads.len(), 2);
        assert_eq!(deferred.expired(later), [("shown".to_owned(), reply("one"))]);
    }

    #[test]
    fn what_nobody_answered_ends_once_it_was_taken_away() {
        let (deferred, now) = (Deferred::default(), now());
        deferred.put("1", reply("one"), true, now);
        deferred.put("1", reply("press"), false, now);
        assert_eq!(deferred.expired(now), []);
        let later = now + GOOD_FOR;
        assert_eq!(deferred.claim("1", "a", None, later), None);
        let over = [("1".to_owned(), reply("one"))];
        assert_eq!(deferred.expired(later), over);
        assert_eq!(deferred.expired(later), over, "Discord did not hear of it yet");
        deferred.replaced("1", "one");
        assert_eq!(deferred.expired(later), []);
        assert!(deferred.inner().threads.is_empty());
    }

    #[tokio::test]
    async fn a_restart_knows_what_waits_and_which_message_takes_its_place() {
        let (memory, before) = (crate::testing::Memory::new(&[]), Deferred::default());
        for thread in 0..100 {
            before.put(&thread.to_string(), reply("one"), true, now());
            before.keep(&memory, "dc", &thread.to_string()).await.expect("in memory");
        }
        before.claim("7", "a", None, now());
        before.keep(&memory, "dc", "7").await.expect("in memory");

        let after = Deferred::default();
        after.recall(&memory, "dc").await.expect("in memory");
        assert_eq!(after.claim("7", "b", None, now()), None, "it is the place of another message");
        assert_eq!(after.claim("7", "a", None, now()), Some((reply("one"), false)));
        for thread in (0..100).filter(|thread| *thread != 7) {
            assert_eq!(after.claim(&thread.to_string(), "c", None, now()), Some((reply("one"), true)));
        }
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_longer_is_kept_the_next_time() {
        let (memory, before) = (crate::testing::Memory::new(&[]), Deferred::default());
        before.put("7", reply("one"), true, now());
        before.recall(&memory, "dc").await.expect("in memory");
        memory.stall();
        assert_eq!(before.keep(&memory, "dc", "7").now_or_never(), None, "it is cut off in the middle");
        memory.resume();
        before.keep_all(&memory, "dc").await.expect("in memory");

        let after = Deferred::default();
        after.recall(&memory, "dc").await.expect("in memory");
        assert_eq!(after.claim("7", "a", None, now()), Some((reply("one"), true)));
        let written = memory.remembered();
        before.keep_all(&memory, "dc").await.expect("in memory");
        assert_eq!(memory.remembered(), written, "what is kept is not kept again");
    }
}
