//! How long is waited before something is tried again? Longer after each failure, and of random length, so that not all come back at
//! once.

use std::time::Duration;

use crate::host::Host;

/// `first`, twice that after one failure more and so on, up to `longest`; between half and all of it.
pub(crate) fn after<H: Host>(host: &H, failures: u32, first: Duration, longest: Duration) -> Duration {
    jittered(first.saturating_mul(1 << failures.min(16)).min(longest), host.random())
}

/// Between half and the whole of it.
pub(crate) fn jittered(pause: Duration, random: [u8; 32]) -> Duration {
    pause.mul_f64(0.5 + fraction(random) / 2.0)
}

/// 0 to 1.
pub(crate) fn fraction(random: [u8; 32]) -> f64 {
    f64::from(u16::from_be_bytes([random[0], random[1]])) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Memory;

    #[test]
    fn a_pause_doubles_up_to_the_longest_and_is_half_of_it_at_least() {
        let host = Memory::new(&[]);
        let (first, longest) = (Duration::from_secs(1), Duration::from_mins(1));
        for (failures, whole) in [(0, 1), (1, 2), (5, 32), (6, 60), (u32::MAX, 60)] {
            let whole = Duration::from_secs(whole);
            let waits = after(&host, failures, first, longest);
            assert!((whole / 2..=whole).contains(&waits), "{failures}: {waits:?}");
        }
        let pause = Duration::from_secs(8);
        assert_eq!([[0; 32], [255; 32]].map(|random| jittered(pause, random)), [pause / 2, pause]);
    }
}
