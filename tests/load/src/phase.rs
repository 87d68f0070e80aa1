//! How far has a studio come? Its log says so, and says it still when the studio was killed.

use std::{fmt, time::Duration};

use jiff::Timestamp;

/// The parts of a run, in their order. Each begins with a line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The system loads the program, which reads its settings.
    Loading,
    /// The store is opened: the engine reads its log, tables are brought up to date.
    Opening,
    /// Bots are published, the search index is healed.
    Preparing,
    /// What the last run left behind is taken up.
    Recovering,
    Ready,
    /// What was begun is finished.
    Stopping,
    /// The store is closed: what stands in the log is written into tables.
    Closing,
    Stopped,
}

/// The lines; the first phase has none.
const SIGNS: [(Phase, &str); 7] = [
    (Phase::Opening, "store.opening"),
    (Phase::Preparing, "store.opened"),
    (Phase::Recovering, "pipeline.recovering"),
    (Phase::Ready, "server.ready"),
    (Phase::Stopping, "server.stopping"),
    (Phase::Closing, "store.closing"),
    (Phase::Stopped, "server.stopped"),
];

impl Phase {
    /// Those in which a kill may be aimed before the studio is ready.
    pub const OF_START: [Self; 3] = [Self::Opening, Self::Preparing, Self::Recovering];
    /// The same of a stop.
    pub const OF_STOP: [Self; 2] = [Self::Closing, Self::Stopping];

    /// The last that a run came to, by what it said.
    pub fn of(said: &str) -> Self {
        SIGNS
            .iter()
            .rev()
            .find(|(_, sign)| line(said, sign).is_some())
            .map_or(Self::Loading, |(phase, _)| *phase)
    }

    /// How long it took in a run that said this; `None` where it has not ended.
    pub fn duration(self, said: &str) -> Option<Duration> {
        let began = |sign: &str| line(said, sign)?.split_whitespace().next()?.parse::<Timestamp>().ok();
        let place = SIGNS.iter().position(|(phase, _)| *phase == self)?;
        let (from, to) = (began(SIGNS[place].1)?, began(SIGNS.get(place + 1)?.1)?);
        to.duration_since(from).try_into().ok()
    }
}

fn line<'a>(said: &'a str, sign: &str) -> Option<&'a str> {
    said.lines().find(|line| line.split_whitespace().any(|word| word == sign))
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Loading => "while it was loaded",
            Self::Opening => "while the store was opened",
            Self::Preparing => "while bots and index were prepared",
            Self::Recovering => "while what was left was taken up",
            Self::Ready => "while it was ready",
            Self::Stopping => "while it finished what was begun",
            Self::Closing => "while the store was closed",
            Self::Stopped => "when it had stopped",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "\
2026-11-29T10:00:00.000100Z  INFO store.opening
2026-11-29T10:00:00.040100Z  INFO store.opened milliseconds=40
2026-11-29T10:00:00.100100Z  INFO pipeline.recovering
";

    #[test]
    fn a_run_tells_how_far_it_came() {
        assert_eq!(Phase::of(""), Phase::Loading);
        assert_eq!(Phase::of(SAID), Phase::Recovering);
        assert_eq!(Phase::of(&SAID[..50]), Phase::Opening);
        // A line that a kill cut off, and a word that only begins like a sign.
        assert_eq!(Phase::of("2026-11-29T10:00:00Z  INFO store.openings"), Phase::Loading);
    }

    #[test]
    fn a_phase_that_ended_has_its_length() {
        assert_eq!(Phase::Opening.duration(SAID), Some(Duration::from_millis(40)));
        assert_eq!(Phase::Preparing.duration(SAID), Some(Duration::from_millis(60)));
        assert_eq!(Phase::Recovering.duration(SAID), None);
        assert_eq!(Phase::Loading.duration(SAID), None);
    }
}
