//! What came in by each connection on a messaging platform, and what became of it?

use std::fmt::Write as _;

use studio_adapters::platform::{Counts, Platform};

use crate::studio::{Connection, Studio};

/// What each connection has counted since the studio started.
pub fn counts(studio: &Studio) -> Vec<(String, Counts)> {
    let count = |line: &Connection| line.platform().map(Platform::standing)?.counts;
    let entries = studio.switchboard.entries().into_iter();
    entries.filter_map(|(name, entry)| Some((name, count(entry.line.as_ref().ok()?)?))).collect()
}

/// Names of connections and kinds of events are letters, digits, hyphens, dots and underscores, so nothing in a label needs to be
/// escaped.
pub fn add(text: &mut String, connections: &[(String, Counts)]) {
    head(text, "events_total", "What came in by a connection, by what became of it.");
    for (name, counts) in connections {
        let outcomes = [
            ("received", counts.received),
            ("refused", counts.refused),
            ("ignored", counts.ignored),
            ("unread", counts.unread),
            ("dropped", counts.dropped),
        ];
        for (outcome, times) in outcomes {
            let labels = format!("connection=\"{name}\",outcome=\"{outcome}\"");
            let _ = writeln!(text, "studio_connection_events_total{{{labels}}} {times}");
        }
    }
    head(text, "ignored_total", "What came in by a connection and means nothing to a bot, by its kind.");
    for (name, counts) in connections {
        for (kind, times) in &counts.ignored_kinds {
            let labels = format!("connection=\"{name}\",kind=\"{kind}\"");
            let _ = writeln!(text, "studio_connection_ignored_total{{{labels}}} {times}");
        }
    }
}

fn head(text: &mut String, name: &str, help: &str) {
    let _ = writeln!(text, "# HELP studio_connection_{name} {help}\n# TYPE studio_connection_{name} counter");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_reads_what_became_of_events_and_which_were_ignored() {
        let counts = Counts {
            received: 5,
            refused: 1,
            ignored: 3,
            ignored_kinds: [("MESSAGE_CREATE", 2), ("PRESENCE_UPDATE", 1)].into(),
            unread: 4,
            dropped: 2,
        };
        let mut text = String::new();
        add(&mut text, &[("support".to_owned(), counts), ("quiet".to_owned(), Counts::default())]);
        for line in [
            "# TYPE studio_connection_events_total counter",
            "studio_connection_events_total{connection=\"support\",outcome=\"received\"} 5",
            "studio_connection_events_total{connection=\"support\",outcome=\"refused\"} 1",
            "studio_connection_events_total{connection=\"support\",outcome=\"ignored\"} 3",
            "studio_connection_events_total{connection=\"support\",outcome=\"unread\"} 4",
            "studio_connection_events_total{connection=\"support\",outcome=\"dropped\"} 2",
            "studio_connection_events_total{connection=\"quiet\",outcome=\"received\"} 0",
            "# TYPE studio_connection_ignored_total counter",
            "studio_connection_ignored_total{connection=\"support\",kind=\"MESSAGE_CREATE\"} 2",
            "studio_connection_ignored_total{connection=\"support\",kind=\"PRESENCE_UPDATE\"} 1",
        ] {
            assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
        }
    }
}
