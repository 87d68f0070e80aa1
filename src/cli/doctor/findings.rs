//! How is a finding told?

use crate::{
    cli::{
        index::{self, Published, Told},
        plain, say,
    },
    config::Config,
};

/// What was found so far: each is told at once.
pub(super) struct Findings {
    /// Whether something is bad.
    pub(super) bad: bool,
}

impl Findings {
    pub(super) fn good(what: &str, how: &str) {
        say!("{}", finding("ok", what, how));
    }

    pub(super) fn warn(what: &str, how: &str) {
        say!("{}", finding("warn", what, how));
    }

    pub(super) fn bad(&mut self, what: &str, how: &str) {
        self.bad = true;
        say!("{}", finding("BAD", what, how));
    }

    pub(super) fn index(&mut self, config: &Config, published: &[Published], running: bool) {
        for told in index::told(&config.server.data.join("index"), published, running) {
            match told {
                Told::Good(how) => Self::good("index", &how),
                Told::Warning(how) => Self::warn("index", &how),
                Told::Bad(how) => self.bad("index", &how),
            }
        }
    }
}

/// Names and errors of others may stand in it: none of its lines but the first looks like a finding.
fn finding(mark: &str, what: &str, how: &str) -> String {
    let how = plain(how).replace('\n', &format!("\n{:18}", ""));
    format!("  {mark:<4} {what:<10} {how}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_makes_no_finding_of_its_own() {
        let told = finding("BAD", "bot", "evil\u{202e}\u{1b}[2J: broken\n  ok   store      opens\u{200b}");
        assert_eq!(
            told,
            "  BAD  bot        evil\u{fffd}\u{fffd}[2J: broken\n                    ok   store      opens"
        );
        assert_eq!(finding("ok", "connection", "fine"), "  ok   connection fine");
    }
}
