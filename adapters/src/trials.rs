//! What fails again and again? Once may be chance; what failed so often without succeeding once is told.

use std::collections::BTreeMap;

use serde::Serialize;

/// Failures one after the other of which none is chance any more.
const ENOUGH: u32 = 3;

/// What a connection tries again and again, by its name here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Trials(BTreeMap<&'static str, Failed>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Failed {
    times: u32,
    why: String,
}

impl Trials {
    pub(crate) fn passed(&mut self, what: &'static str) {
        self.0.remove(what);
    }

    pub(crate) fn failed(&mut self, what: &'static str, why: &str) {
        self.fail(what, why, 1);
    }

    /// Somebody has to set it right first: to try again would tell nothing.
    pub(crate) fn refused(&mut self, what: &'static str, why: &str) {
        self.fail(what, why, ENOUGH);
    }

    fn fail(&mut self, what: &'static str, why: &str, times: u32) {
        let before = self.0.get(what).map_or(0, |failed| failed.times);
        self.0.insert(what, Failed { times: before.saturating_add(times), why: why.to_owned() });
    }

    /// Somebody had it tried just now: what fails then is no chance.
    pub(crate) fn was_asked(&mut self) {
        for failed in self.0.values_mut() {
            failed.times = failed.times.max(ENOUGH);
        }
    }

    pub(crate) fn fails(&self, what: &str) -> bool {
        self.0.contains_key(what)
    }

    /// Why something does not succeed, where that is no chance any more.
    pub fn reason(&self) -> Option<&str> {
        self.0.values().find(|failed| failed.times >= ENOUGH).map(|failed| failed.why.as_str())
    }

    /// Why something failed last time.
    pub fn latest(&self) -> Option<&str> {
        self.reason().or_else(|| self.0.values().next().map(|failed| failed.why.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_thrice_is_told_until_it_succeeds() {
        let mut trials = Trials::default();
        trials.failed("call", "no answer");
        trials.failed("call", "no answer");
        assert_eq!((trials.reason(), trials.latest()), (None, Some("no answer")));
        trials.passed("call");
        assert_eq!(trials, Trials::default());
        for why in ["one", "two", "three"] {
            trials.failed("call", why);
        }
        trials.failed("address", "chance");
        assert_eq!(trials.reason(), Some("three"));
        trials.passed("call");
        assert_eq!((trials.reason(), trials.latest()), (None, Some("chance")));
        trials.refused("address", "it is switched off");
        assert_eq!(trials.reason(), Some("it is switched off"));
        trials.passed("address");
        trials.failed("call", "no answer");
        trials.was_asked();
        assert_eq!((trials.reason(), trials.fails("call")), (Some("no answer"), true));
        trials.passed("call");
        assert_eq!((trials.reason(), trials.fails("call")), (None, false));
    }
}
