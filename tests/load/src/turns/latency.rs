//! How long was the wait?

use std::{fmt, time::Duration};

use crate::table::waits;

/// Waits, from the shortest to the longest.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    sorted: Vec<Duration>,
}

impl Latency {
    pub fn of(mut sorted: Vec<Duration>) -> Self {
        sorted.sort_unstable();
        Self { sorted }
    }

    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// p50 and p99.
    pub fn two(&self) -> String {
        waits([500, 990].map(|share| self.at(share)))
    }

    /// The wait that a share of all, in thousandths, did not exceed; zero where nothing was measured.
    pub fn at(&self, thousandths: usize) -> Duration {
        let place = (self.sorted.len() * thousandths).div_ceil(1_000).saturating_sub(1);
        self.sorted.get(place).copied().unwrap_or_default()
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&waits([500, 990, 999].map(|share| self.at(share))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_waits() {
        let latency = Latency::of((1..=1_000).rev().map(Duration::from_millis).collect());
        let at = |share| latency.at(share).as_millis();
        assert_eq!((at(500), at(990), at(999), at(1_000)), (500, 990, 999, 1_000));
        assert_eq!(Latency::default().at(990), Duration::ZERO);
        assert_eq!(Latency::of(vec![Duration::from_secs(1)]).at(1), Duration::from_secs(1));
        assert_eq!(
            (latency.to_string(), latency.two()),
            ("500.0 / 990.0 / 999.0 ms".to_owned(), "500.0 / 990.0 ms".to_owned())
        );
    }
}
