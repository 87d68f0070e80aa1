//! Which interactions still wait for their reply? A slash command shows "thinking" until the first message that
//! answers it takes that place; an interaction's token is good for 15 minutes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::interaction::ReplyTo;

/// Discord says 15 minutes.
const GOOD_FOR: Duration = Duration::from_mins(14);
const MOST_A_THREAD: usize = 8;
const MOST_THREADS: usize = 10_000;

/// By thread, the oldest first.
#[derive(Debug, Default)]
pub struct Deferred(Mutex<HashMap<String, Vec<Waiting>>>);

#[derive(Clone, Debug)]
struct Waiting {
    reply: ReplyTo,
    until: Instant,
    /// "Thinking" is shown, and is to be replaced.
    shown: bool,
    /// The message that takes its place, the same at every try.
    claimed: Option<String>,
}

impl Deferred {
    pub fn put(&self, thread: &str, reply: ReplyTo, shown: bool, now: Instant) {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if threads.len() >= MOST_THREADS {
            threads.retain(|_, waiting| waiting.iter().any(|waiting| waiting.until > now));
        }
        let waiting = threads.entry(thread.to_owned()).or_default();
        waiting.retain(|known| known.reply.interaction != reply.interaction);
        if waiting.len() >= MOST_A_THREAD {
            waiting.remove(0);
        }
        waiting.push(Waiting { reply, until: now + GOOD_FOR, shown, claimed: None });
    }

    /// The "thinking" that the message of this key takes the place of.
    pub fn claim(&self, thread: &str, key: &str, now: Instant) -> Option<ReplyTo> {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = threads.get_mut(thread)?;
        let own = waiting.iter().position(|waiting| waiting.claimed.as_deref() == Some(key));
        let free = || waiting.iter().position(|waiting| waiting.shown && waiting.claimed.is_none());
        let place = own.or_else(free)?;
        let found = waiting.get_mut(place).filter(|found| found.until > now)?;
        found.claimed = Some(key.to_owned());
        Some(found.reply.clone())
    }

    /// Any token of this thread that is still good: for channels where the bot has no voice of its own.
    pub fn any(&self, thread: &str, now: Instant) -> Option<ReplyTo> {
        let threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = threads.get(thread)?.iter().rev();
        waiting.filter(|waiting| waiting.until > now).map(|waiting| waiting.reply.clone()).next()
    }

    /// "Thinking" is gone: it was replaced, or never shown.
    pub fn replaced(&self, thread: &str, interaction: &str) {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for waiting in threads.get_mut(thread).into_iter().flatten() {
            if waiting.reply.interaction == interaction {
                waiting.shown = false;
                waiting.claimed = None;
            }
        }
    }

    /// Those whose time is over with nothing said: "thinking" is to be taken away.
    pub fn expired(&self, now: Instant) -> Vec<ReplyTo> {
        let mut threads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut over = Vec::new();
        threads.retain(|_, waiting| {
            let ended = waiting.extract_if(.., |waiting| waiting.until <= now);
            over.extend(ended.filter(|ended| ended.shown).map(|ended| ended.reply));
            !waiting.is_empty()
        });
        over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(name: &str) -> ReplyTo {
        ReplyTo { interaction: name.into(), application: "app".into(), token: format!("token of {name}") }
    }

    #[test]
    fn each_reply_takes_the_place_of_one_command() {
        let (deferred, now) = (Deferred::default(), Instant::now());
        for name in ["one", "two"] {
            deferred.put("1", reply(name), true, now);
        }
        deferred.put("1", reply("press"), false, now);
        let claim = |key: &str| deferred.claim("1", key, now).map(|reply| reply.interaction);
        assert_eq!(claim("a").as_deref(), Some("one"));
        assert_eq!(claim("a").as_deref(), Some("one"), "another try");
        assert_eq!(claim("b").as_deref(), Some("two"));
        assert_eq!(claim("c"), None, "a press shows nothing to be replaced");
        deferred.replaced("1", "one");
        assert_eq!(claim("a"), None);
        assert_eq!(deferred.any("1", now), Some(reply("press")));
        assert_eq!(deferred.any("2", now), None);
    }

    #[test]
    fn what_nobody_answered_ends() {
        let (deferred, now) = (Deferred::default(), Instant::now());
        deferred.put("1", reply("one"), true, now);
        deferred.put("1", reply("press"), false, now);
        assert_eq!(deferred.expired(now), []);
        let later = now + GOOD_FOR;
        assert_eq!(deferred.claim("1", "a", later), None);
        assert_eq!(deferred.expired(later), [reply("one")]);
        assert_eq!(deferred.expired(later), []);
    }
}
