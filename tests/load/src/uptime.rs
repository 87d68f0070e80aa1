//! For how long was the studio up?

use jiff::{SignedDuration, Timestamp};

/// When it came back, and when it was told to stop or something went wrong, each in its order. Clones are of their moment.
#[derive(Clone, Debug, Default)]
pub struct Uptime {
    pub back: Vec<Timestamp>,
    pub wrong: Vec<Timestamp>,
}

impl Uptime {
    /// Whether anybody took down when it came back. Where nobody did, no time is known to be one at which it was up.
    pub fn is_known(&self) -> bool {
        !self.back.is_empty()
    }

    /// Of the time between these moments, how much it was up for certain.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let after = |moments: &[Timestamp], moment: Timestamp| {
            moments.get(moments.partition_point(|it| *it <= moment)).copied()
        };
        let up = self.back.iter().map(|back| {
            let ends = [after(&self.wrong, *back), after(&self.back, *back)];
            let end = ends.into_iter().flatten().fold(to, Timestamp::min);
            end.duration_since(from.max(*back)).max(SignedDuration::ZERO)
        });
        up.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_up_from_when_it_came_back_until_something_went_wrong() {
        let second = |second: i64| Timestamp::from_second(second).expect("a time");
        let seconds = |moments: &[i64]| moments.iter().map(|moment| second(*moment)).collect();
        let check = |from: i64, to: i64, expected: i64| {
            let uptime = Uptime { back: seconds(&[10, 15, 40]), wrong: seconds(&[5, 20, 21]) };
            let found = uptime.between(second(from), second(to));
            assert_eq!(found, SignedDuration::from_secs(expected), "{from} to {to}");
        };
        check(0, 9, 0);
        check(0, 30, 10);
        check(12, 17, 5);
        check(12, 100, 8 + 60);
        check(50, 45, 0);
    }
}
