//! When is something that failed tried again, and when not any more?

use jiff::SignedDuration;

/// Waits before the second to the eighth attempt at somebody's own address: the schedule that Svix uses and
/// recommends for webhooks. After the last one a row is dead, visible and replayable by hand.
pub const WEBHOOK: [SignedDuration; 7] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(10),
];

/// Waits before the second to the fifteenth attempt at a messaging platform, or for a flow. A person waits in that chat, and
/// all that is said to them waits behind what failed: so soon at first, seldom once it is an outage.
pub const CHAT: [SignedDuration; 14] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(3),
    SignedDuration::from_secs(10),
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(20),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(6),
];

/// Waits before a message leaves once more that its platform took, and refused later for a reason that passes by itself.
pub const LATE: [SignedDuration; 5] = [
    SignedDuration::from_secs(10),
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
];

/// What was said longer ago leaves no more by itself after such a refusal: it may hold no longer.
pub const TOO_LATE: SignedDuration = SignedDuration::from_hours(6);

/// Longest `Retry-After` that is obeyed; who asks for more is asked again after that.
pub const LONGEST_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How long to wait before the next attempt of a delivery, `None` if there is none.
///
/// `attempts` were made so far, at least one. `schedule` has the wait after each. `jitter`, 0 to 1, is a random number of the caller:
/// the wait is that share of the schedule's ("full jitter"), so that what failed together does not
/// come back together. What the other side asks for in `retry_after` is the least.
pub fn next_attempt(
    schedule: &[SignedDuration],
    attempts: u32,
    retry_after: Option<SignedDuration>,
    jitter: f64,
) -> Option<SignedDuration> {
    wait(schedule, attempts, jitter).map(|wait| match retry_after {
        Some(least) => wait.max(least.clamp(SignedDuration::ZERO, LONGEST_RETRY_AFTER)),
        None => wait,
    })
}

/// How long to wait before a message leaves once more that was taken, and refused later; `None` if it does not.
///
/// `refusals` of it were told so far, at least one; it was said `age` ago. `after` is the least, and `jitter` as in [`next_attempt`].
pub fn late_attempt(
    refusals: u32,
    age: SignedDuration,
    after: SignedDuration,
    jitter: f64,
) -> Option<SignedDuration> {
    let wait = next_attempt(&LATE, refusals, Some(after), jitter)?;
    (age.saturating_add(wait) <= TOO_LATE).then_some(wait)
}

/// Whether a part of a message leaves once more in another form that was taken, and refused later. `changed` where what was refused had
/// left in another form already; it was said `age` ago.
pub fn otherwise_once(changed: bool, age: SignedDuration) -> bool {
    !changed && age <= TOO_LATE
}

fn wait(schedule: &[SignedDuration], attempts: u32, jitter: f64) -> Option<SignedDuration> {
    let place = usize::try_from(attempts).ok()?.saturating_sub(1);
    let longest = schedule.get(place)?;
    // Not a number: as long as can be, which is always safe.
    let share = if jitter.is_nan() { 1.0 } else { jitter.clamp(0.0, 1.0) };
    SignedDuration::try_from_secs_f64(longest.as_secs_f64() * share).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn deliveries_follow_the_schedule() {
        let check = |attempts: u32, retry_after: Option<i64>, jitter: f64, expected: Option<i64>| {
            let retry_after = retry_after.map(SignedDuration::from_secs);
            let expected = expected.map(SignedDuration::from_secs);
            assert_eq!(
                next_attempt(&WEBHOOK, attempts, retry_after, jitter),
                expected,
                "{attempts} {jitter}"
            );
        };
        check(0, None, 1.0, Some(5));
        check(1, None, 1.0, Some(5));
        check(2, None, 1.0, Some(300));
        check(3, None, 0.5, Some(900));
        check(4, None, 1.0, Some(7_200));
        check(5, None, 1.0, Some(18_000));
        check(6, None, 1.0, Some(36_000));
        check(7, None, 1.0, Some(36_000));
        check(8, None, 1.0, None);
        check(1, None, 0.0, Some(0));
        check(1, Some(60), 1.0, Some(60));
        check(2, Some(60), 1.0, Some(300));
        check(1, Some(-5), 1.0, Some(5));
        check(1, Some(1_000_000), 1.0, Some(86_400));
        check(8, Some(60), 1.0, None);
        check(1, None, f64::NAN, Some(5));
    }

    #[test]
    fn the_schedule_is_the_one_that_is_documented() {
        let page = include_str!("../../../../docs/http-channel.md");
        let cells: Vec<_> = WEBHOOK
            .iter()
            .map(|wait| match wait.as_secs() {
                seconds @ 0..60 => format!(" {seconds} s "),
                seconds @ 60..3_600 => format!(" {} min ", seconds / 60),
                seconds => format!(" {} h ", seconds / 3_600),
            })
            .collect();
        let row = format!("| waits at most |{}|", cells.join("|"));
        assert!(page.lines().any(|line| line == row), "docs/http-channel.md has no line {row}");
        let hours = WEBHOOK.iter().map(SignedDuration::as_secs).sum::<i64>() / 3_600;
        assert!(page.contains(&format!("within some {hours} hours")), "{hours}");
    }

    #[test]
    fn a_chat_waits_seconds_at_first_and_is_given_up_within_a_day() {
        let waits: Vec<_> = (1..).map_while(|attempts| next_attempt(&CHAT, attempts, None, 1.0)).collect();
        let within = |count: usize| waits.iter().take(count).map(SignedDuration::as_secs).sum::<i64>();
        assert!(within(3) < 15, "{waits:?}");
        assert!(waits.is_sorted() && within(usize::MAX) < 86_400, "{waits:?}");
    }

    #[test]
    fn what_is_refused_later_leaves_again_a_few_times_while_it_is_new() {
        let check = |refusals: u32, age: i64, after: i64, expected: Option<i64>| {
            let [age, after] = [age, after].map(SignedDuration::from_secs);
            let expected = expected.map(SignedDuration::from_secs);
            assert_eq!(late_attempt(refusals, age, after, 1.0), expected, "{refusals} {age} {after}");
        };
        check(1, 3, 5, Some(10));
        check(1, 3, 60, Some(60));
        check(5, 3_600, 5, Some(7_200));
        check(6, 3_600, 5, None);
        check(1, 6 * 3_600 - 10, 5, Some(10));
        check(1, 6 * 3_600 - 9, 5, None);
        check(1, 3, 7 * 3_600, None);
    }

    proptest! {
        #[test]
        fn waits_are_bounded(attempts: u32, seconds in prop::option::of(any::<i64>()), jitter: f64) {
            let wait = next_attempt(&CHAT, attempts, seconds.map(SignedDuration::from_secs), jitter);
            if let Some(wait) = wait {
                prop_assert!(!wait.is_negative() && wait <= LONGEST_RETRY_AFTER);
            }
        }
    }
}
