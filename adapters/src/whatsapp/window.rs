//! May anything be said? Within 24 hours of what the person said last; later only by an approved template.

use jiff::{SignedDuration, Timestamp};

/// How long after a person's last message we may say what we like (Meta's "customer service window"; error 131047).
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Why nothing may be said now, if so. Both times are of Meta's clock.
pub fn closed(last_heard: Option<Timestamp>, now: Timestamp) -> Option<String> {
    match last_heard {
        Some(heard) if now.duration_since(heard) < WINDOW => None,
        Some(heard) => Some(format!(
            "the person was last heard at {heard}, more than 24 hours ago: WhatsApp takes only an approved template \
             now; send one, or wait until the person writes"
        )),
        None => Some(
            "the person has never written to this number: WhatsApp takes only an approved template now; send one, or \
             wait until the person writes"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_open_for_a_day() {
        let heard = Timestamp::from_second(1_700_000_000).expect("within jiff's range");
        let check = |seconds: i64, open: bool| {
            let now = heard.saturating_add(SignedDuration::from_secs(seconds)).expect("a short time");
            assert_eq!(closed(Some(heard), now).is_none(), open, "{seconds} s later");
        };
        check(0, true);
        check(86_399, true);
        check(86_400, false);
        check(1_000_000, false);
        // The clock was set back.
        check(-60, true);
        assert!(closed(None, heard).is_some_and(|why| why.contains("approved template")));
    }
}
