//! What becomes of a row that was on its way when a bug ended the task?

use jiff::Timestamp;
use studio_core::policy::retry::next_attempt;

use super::{Leaving, attempt::schedule};

impl Leaving {
    /// Where a try was under way it may have left, and would leave again with each further one: it is given up. Where none was it
    /// is put off, as often as one that failed, and given up then. `false` where it was being given up: it stands in the outbox,
    /// and the next start tries it once more.
    pub(super) fn set_aside(&mut self, now: Timestamp, jitter: f64) -> bool {
        if self.is_given_up {
            return false;
        }
        if self.is_begun {
            self.row.uncertain = true;
            self.is_given_up = true;
            return true;
        }
        self.cut_off = self.cut_off.saturating_add(1);
        let failures = self.row.attempts.saturating_add(self.cut_off);
        if let Some(pause) = next_attempt(schedule(&self.row), failures, None, jitter) {
            self.row.next_at = now.checked_add(pause).unwrap_or(now);
        } else {
            // The tries before may have got through.
            self.row.uncertain = self.row.is_uncertain();
            self.is_given_up = true;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use studio_core::{
        content::Content,
        id::{ConversationId, EventKey, OrganisationId},
        policy::retry::CHAT,
    };
    use studio_store::{InboxKey, OutboxKey, OutboxRow, Payload};

    use super::*;

    fn leaving() -> Leaving {
        let event = EventKey { source: "web".to_owned(), native: "1".to_owned() };
        let inbox = InboxKey { arrived: 1, organisation: OrganisationId::FIRST, event };
        Leaving::new(
            OutboxRow {
                key: OutboxKey { inbox, index: 0 },
                conversation: ConversationId::of_thread(OrganisationId::FIRST, "team", "D0ANNA"),
                connection: "team".to_owned(),
                channel: "slack".to_owned(),
                thread: "D0ANNA".to_owned(),
                sequence: 2,
                lease: 0,
                payload: Payload::Message(Content::text("Good day")),
                attempts: 0,
                next_at: Timestamp::UNIX_EPOCH,
                error: None,
                parts: Vec::new(),
                uncertain: false,
                again: false,
                otherwise: Vec::new(),
            },
            None,
        )
    }

    #[test]
    fn what_was_not_being_tried_is_put_off_and_given_up_in_the_end_and_has_not_arrived() {
        let (mut leaving, mut now) = (leaving(), Timestamp::UNIX_EPOCH);
        for pause in CHAT {
            assert!(leaving.set_aside(now, 1.0) && !leaving.is_given_up);
            assert_eq!(leaving.row.next_at, now.checked_add(pause).expect("a time"));
            now = leaving.row.next_at;
        }
        assert!(leaving.set_aside(now, 1.0) && leaving.is_given_up);
        assert!(!leaving.row.is_uncertain());
        assert!(!leaving.set_aside(now, 1.0), "it was being given up");
    }

    #[test]
    fn what_was_being_tried_or_was_before_may_have_arrived_where_it_is_given_up() {
        let mut begun = Leaving { is_begun: true, ..leaving() };
        assert!(begun.set_aside(Timestamp::UNIX_EPOCH, 1.0));
        assert!(begun.is_given_up && begun.row.uncertain);

        let mut before = leaving();
        before.row.attempts = 1;
        while !before.is_given_up {
            assert!(before.set_aside(Timestamp::UNIX_EPOCH, 1.0));
        }
        assert!(before.row.uncertain);
    }
}
