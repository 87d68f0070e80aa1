//! What goes wrong on demand?
//!
//! `PUT /simulator/faults` takes a [`Plan`]; a simulator asks [`Faults::next`] before it answers a
//! request of a bot, [`Faults::next_late`] when something happens, and [`Faults::next_event`] before it tells of it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::met::Met;

/// "Something went wrong", at Meta.
const UNKNOWN: i64 = 131_000;

/// What may go wrong, each with its share of all cases (0 to 1). Nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each happens independently of the others")]
pub struct Plan {
    /// The same seed gives the same faults in the same order of requests.
    pub seed: u64,
    /// Requests answered 429, with so many seconds to wait.
    #[serde(deserialize_with = "share")]
    pub too_many: f64,
    pub too_many_seconds: u64,
    /// A part of the path, or of the name of the method: the next request to it is answered 429, with `too_many_seconds`; no other.
    pub too_many_of: Option<String>,
    /// Chats, as the platform calls them: whatever is said there is answered 429, with `too_many_seconds`; nothing elsewhere.
    pub too_many_in: Vec<String>,
    /// Requests answered 500, nothing done.
    #[serde(deserialize_with = "share")]
    pub failed: f64,
    /// Requests that are done, and whose answer is lost with the connection.
    #[serde(deserialize_with = "share")]
    pub answer_lost: f64,
    /// A part of the path, or of the name of the method: the next request to it is done, and its answer is lost; that of no other.
    pub lose_answer_of: Option<String>,
    /// Requests answered after so many milliseconds.
    #[serde(deserialize_with = "share")]
    pub slow: f64,
    pub slow_milliseconds: u64,
    /// Events told twice.
    #[serde(deserialize_with = "share")]
    pub repeated: f64,
    /// Events told after the one that follows them.
    #[serde(deserialize_with = "share")]
    pub swapped: f64,
    /// Events told after so many milliseconds, while those that follow them are told in time.
    #[serde(deserialize_with = "share")]
    pub late: f64,
    pub late_milliseconds: u64,
    /// Events by POST that are told once more, so many milliseconds after they were taken.
    #[serde(deserialize_with = "share")]
    pub echoed: f64,
    pub echoed_milliseconds: u64,
    /// POSTs whose body comes in two halves, with so many milliseconds between.
    #[serde(deserialize_with = "share")]
    pub trickled: f64,
    pub trickled_milliseconds: u64,
    /// Connections of gateways and sockets that end after an event.
    #[serde(deserialize_with = "share")]
    pub dropped: f64,
    /// Those of them whose session cannot be resumed.
    #[serde(deserialize_with = "share")]
    pub session_lost: f64,
    /// Files that are gone when they are asked for.
    #[serde(deserialize_with = "share")]
    pub media_expired: f64,
    /// Addresses of files that have run out when they are asked for, once for each file; a new one is good.
    #[serde(deserialize_with = "share")]
    pub address_expired: f64,
    /// Messages of WhatsApp that are refused at once, with `code`.
    #[serde(deserialize_with = "share")]
    pub refused: f64,
    /// Messages of WhatsApp that are taken and fail later, with `code`.
    #[serde(deserialize_with = "share")]
    pub refused_later: f64,
    /// Meta's error; without one, one that passes by itself (131000).
    pub code: Option<i64>,
    /// Whether the bot's token is refused from now on.
    pub token_revoked: bool,
    /// Whether Slack's app-level token is refused from now on; sockets that are open stay so.
    pub app_token_revoked: bool,
    /// Whether the workspace of Slack's takes no files.
    pub files_disabled: bool,
    /// Whether Telegram takes no marks in words, such as bold ones.
    pub marks_refused: bool,
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    let share = f64::deserialize(from)?;
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    Err(D::Error::custom(format!("a share is a number from 0 to 1, such as 0.5, and not {share}")))
}

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    TooMany { seconds: u64 },
    Failed,
    AnswerLost,
    Slow(Duration),
}

/// What goes wrong with one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each happens independently of the others")]
pub struct EventFault {
    pub repeated: bool,
    pub swapped: bool,
    pub dropped: bool,
    pub session_lost: bool,
}

/// Shared by the parts of a simulator.
#[derive(Clone)]
pub struct Faults(Arc<Mutex<Inner>>);

struct Inner {
    plan: Plan,
    random: StdRng,
    /// Files whose address has run out.
    expired: HashSet<String>,
    met: Met,
}

impl Inner {
    fn new(plan: Plan, met: Met) -> Self {
        Self { random: StdRng::seed_from_u64(plan.seed), plan, expired: HashSet::new(), met }
    }

    /// Draws only where the share is above nothing, so that what else is drawn stays the same.
    fn falls_into(&mut self, share: f64) -> bool {
        share > 0.0 && self.random.random::<f64>() < share
    }
}

impl Default for Faults {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Inner::new(Plan::default(), Met::default()))))
    }
}

impl Faults {
    pub fn set(&self, plan: Plan) {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *inner = Inner::new(plan, inner.met);
    }

    pub fn plan(&self) -> Plan {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).plan.clone()
    }

    /// How often each went wrong since the simulator began.
    pub fn met(&self) -> Met {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).met
    }

    /// An event that was to be told behind the one that follows it was: one did follow.
    pub(crate) fn note_swapped(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).met.swapped += 1;
    }

    /// An event that had been taken was told once more, and taken again.
    pub(crate) fn note_echoed(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).met.echoed += 1;
    }

    /// How many seconds nothing can be said in a chat; `None` where something can.
    pub fn flooded(&self, chat: &str) -> Option<u64> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { too_many_in, too_many_seconds, .. } = &inner.plan;
        too_many_in.iter().any(|flooded| flooded == chat).then_some(*too_many_seconds)
    }

    /// What goes wrong with the next request, which is to this path or method.
    pub fn next_of(&self, what: &str) -> Option<Fault> {
        let meant = {
            let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let Plan { too_many_of, too_many_seconds, lose_answer_of, .. } = &mut inner.plan;
            let is_meant = |part: &mut String| what.contains(part.as_str());
            if too_many_of.take_if(is_meant).is_some() {
                Some(Fault::TooMany { seconds: *too_many_seconds })
            } else {
                lose_answer_of.take_if(is_meant).map(|_| Fault::AnswerLost)
            }
        };
        let fault = meant.or_else(|| self.next());
        let met = &mut self.0.lock().unwrap_or_else(PoisonError::into_inner).met;
        match fault {
            Some(Fault::TooMany { .. }) => met.too_many += 1,
            Some(Fault::Failed) => met.failed += 1,
            Some(Fault::AnswerLost) => met.answer_lost += 1,
            Some(Fault::Slow(_)) => met.slow += 1,
            None => {}
        }
        fault
    }

    /// What goes wrong with the next request.
    pub fn next(&self) -> Option<Fault> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { too_many, too_many_seconds, failed, answer_lost, slow, slow_milliseconds, .. } =
            inner.plan;
        let drawn: f64 = inner.random.random();
        let faults = [
            (too_many, Fault::TooMany { seconds: too_many_seconds }),
            (failed, Fault::Failed),
            (answer_lost, Fault::AnswerLost),
            (slow, Fault::Slow(Duration::from_millis(slow_milliseconds))),
        ];
        let mut up_to = 0.0;
        faults
            .into_iter()
            .find(|(share, _)| {
                up_to += share;
                drawn < up_to
            })
            .map(|(_, fault)| fault)
    }

    /// What goes wrong with the next event.
    pub fn next_event(&self) -> EventFault {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { repeated, swapped, dropped, session_lost, .. } = inner.plan;
        let mut happens = |share: f64| inner.random.random::<f64>() < share;
        let fault = EventFault {
            repeated: happens(repeated),
            swapped: happens(swapped),
            dropped: happens(dropped),
            session_lost: happens(session_lost),
        };
        inner.met.repeated += u64::from(fault.repeated);
        inner.met.dropped += u64::from(fault.dropped);
        inner.met.session_lost += u64::from(fault.dropped && fault.session_lost);
        fault
    }

    /// How long the next event waits before it is told; `None` where it is told in time.
    pub fn next_late(&self) -> Option<Duration> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { late, late_milliseconds, .. } = inner.plan;
        let is_late = inner.falls_into(late);
        inner.met.late += u64::from(is_late);
        is_late.then(|| Duration::from_millis(late_milliseconds))
    }

    /// After how long the event that was just taken is told once more; `None` where it is not.
    pub(crate) fn next_echo(&self) -> Option<Duration> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { echoed, echoed_milliseconds, .. } = inner.plan;
        inner.falls_into(echoed).then(|| Duration::from_millis(echoed_milliseconds))
    }

    /// How long the body of the next POST rests in its middle; `None` where it comes at once.
    pub(crate) fn next_trickle(&self) -> Option<Duration> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Plan { trickled, trickled_milliseconds, .. } = inner.plan;
        let is_slow = inner.falls_into(trickled);
        inner.met.trickled += u64::from(is_slow);
        is_slow.then(|| Duration::from_millis(trickled_milliseconds))
    }

    /// The code with which the next message is refused at once.
    pub fn next_refusal(&self) -> Option<i64> {
        self.refusal(|plan| plan.refused)
    }

    /// The code with which the message that was just taken fails.
    pub fn next_late_refusal(&self) -> Option<i64> {
        self.refusal(|plan| plan.refused_later)
    }

    fn refusal(&self, share: impl Fn(&Plan) -> f64) -> Option<i64> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let share = share(&inner.plan);
        let refused = share > 0.0 && inner.random.random::<f64>() < share;
        refused.then(|| inner.plan.code.unwrap_or(UNKNOWN))
    }

    /// Whether the next file that is asked for is gone.
    pub fn next_media(&self) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let share = inner.plan.media_expired;
        inner.random.random::<f64>() < share
    }

    /// Whether the address at which this file is asked for has run out.
    pub fn next_address(&self, file: &str) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let share = inner.plan.address_expired;
        let expired = share > 0.0 && !inner.expired.contains(file) && inner.random.random::<f64>() < share;
        expired && inner.expired.insert(file.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults = Faults::default();
        let plan = Plan { seed: 7, too_many: 0.3, too_many_seconds: 2, failed: 0.3, ..Plan::default() };
        let draw = || {
            faults.set(plan.clone());
            (0..50).map(|_| faults.next()).collect::<Vec<_>>()
        };
        let (first, second) = (draw(), draw());
        assert_eq!(first, second);
        for wanted in [None, Some(Fault::TooMany { seconds: 2 }), Some(Fault::Failed)] {
            assert!(first.contains(&wanted), "{wanted:?} never came");
        }
        faults.set(Plan { address_expired: 1.0, ..Plan::default() });
        let expired = ["a", "a", "b"].map(|file| faults.next_address(file));
        assert_eq!(expired, [true, false, true], "each once");
        faults.set(Plan { lose_answer_of: Some("upload".to_owned()), ..Plan::default() });
        let lost = ["messages", "files/upload", "files/upload"].map(|path| faults.next_of(path));
        assert_eq!(lost, [None, Some(Fault::AnswerLost), None], "once");
        let refused = Some("update".to_owned());
        faults.set(Plan { too_many_of: refused, too_many_seconds: 7, ..Plan::default() });
        let refused = ["chat.delete", "chat.update", "chat.update"].map(|method| faults.next_of(method));
        assert_eq!(refused, [None, Some(Fault::TooMany { seconds: 7 }), None], "once");
        faults.set(Plan { too_many_in: vec!["7".to_owned()], too_many_seconds: 9, ..Plan::default() });
        assert_eq!(["7", "77", "7"].map(|chat| faults.flooded(chat)), [Some(9), None, Some(9)], "on and on");
        faults.set(Plan { late: 1.0, late_milliseconds: 400, ..Plan::default() });
        assert_eq!(faults.next_late(), Some(Duration::from_millis(400)));
        faults.set(Plan { trickled: 1.0, trickled_milliseconds: 200, ..Plan::default() });
        assert_eq!((faults.next_trickle(), faults.next_echo()), (Some(Duration::from_millis(200)), None));
        let Met { late, trickled, too_many, answer_lost, echoed, .. } = faults.met();
        assert_eq!(
            [late, trickled, too_many, answer_lost, echoed],
            [1, 1, 1, 1, 0],
            "another plan forgets none"
        );
        faults.set(Plan::default());
        assert_eq!(faults.next_late(), None);
        assert!((0..50).all(|_| faults.next().is_none()));
    }
}
