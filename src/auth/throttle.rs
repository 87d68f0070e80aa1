//! How many wrong passwords are too many?
//!
//! Counted by address, and by account and address together; never by account alone, or a stranger could keep a
//! member out by guessing wrong on purpose.

use std::{collections::HashMap, net::IpAddr, sync::Mutex};

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};

use super::token::digest;

/// Counts failures; bounded in memory.
#[derive(Debug)]
pub struct Throttle {
    /// Failures for one account from one address.
    account: u32,
    /// Failures from one address.
    address: u32,
    pause: SignedDuration,
    failures: Mutex<HashMap<Name, Failures>>,
}

/// What failures are counted of. No address: the local socket.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Address(Option<IpNet>),
    /// The digest of the e-mail, for it may be of any length.
    Account(Option<IpNet>, String),
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// A try that was let through, and counts as failed until it has succeeded.
#[derive(Debug)]
pub struct Attempt {
    address: Name,
    account: Name,
}

/// Most names that are remembered; beyond it the oldest half is forgotten.
const MAX_NAMES: usize = 20_000;

impl Throttle {
    pub fn new(account: u32, address: u32, pause: SignedDuration) -> Self {
        Self { account, address, pause, failures: Mutex::default() }
    }

    /// Lets a try through and counts it, before the password is looked at, so that parallel tries count as well.
    ///
    /// # Errors
    /// How long to wait.
    pub fn attempt(
        &self,
        address: Option<IpAddr>,
        email: &str,
        now: Timestamp,
    ) -> Result<Attempt, SignedDuration> {
        let from = address.map(network);
        let attempt = Attempt { address: Name::Address(from), account: Name::Account(from, digest(email)) };
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (name, limit) in [(&attempt.address, self.address), (&attempt.account, self.account)] {
            if let Some(found) = failures.get(name)
                && found.count >= limit
                && now.duration_since(found.last) < self.pause
            {
                return Err(self.pause - now.duration_since(found.last));
            }
        }
        forget_oldest(&mut failures);
        for name in [&attempt.address, &attempt.account] {
            let entry = failures.entry(name.clone()).or_insert(Failures { count: 0, last: now });
            if now.duration_since(entry.last) >= self.pause {
                entry.count = 0;
            }
            *entry = Failures { count: entry.count + 1, last: now };
        }
        Ok(attempt)
    }

    /// The password was right. The address's other failures still count: one right password of its own would
    /// otherwise buy a guesser any number of wrong ones.
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        failures.remove(&attempt.account);
        if let Some(entry) = failures.get_mut(&attempt.address) {
            entry.count = entry.count.saturating_sub(1);
        }
    }
}

/// What one sender can be expected to have for itself: an IPv4 address, or the 64 bits of an IPv6 network.
fn network(address: IpAddr) -> IpNet {
    let address = address.to_canonical();
    let bits = if address.is_ipv4() { 32 } else { 64 };
    IpNet::new(address, bits).map_or(IpNet::from(address), |network| network.trunc())
}

fn forget_oldest(failures: &mut HashMap<Name, Failures>) {
    if failures.len() >= MAX_NAMES {
        let mut times: Vec<_> = failures.values().map(|found| found.last).collect();
        times.sort_unstable();
        let middle = times[times.len() / 2];
        failures.retain(|_, found| found.last > middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: SignedDuration = SignedDuration::from_mins(15);

    fn attempt(throttle: &Throttle, address: &str, email: &str, minute: i64) -> Result<Attempt, i64> {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        let address = address.parse().expect("an address");
        throttle.attempt(Some(address), email, now).map_err(|wait| wait.as_mins())
    }

    #[test]
    fn waits_after_the_limit_and_no_longer_than_the_pause() {
        let throttle = Throttle::new(2, 100, PAUSE);
        for _ in 0..2 {
            attempt(&throttle, "192.0.2.1", "ada", 0).expect("below the limit");
        }
        assert_eq!(attempt(&throttle, "192.0.2.1", "ada", 1).map(drop), Err(14));
        attempt(&throttle, "192.0.2.1", "bob", 1).expect("another account");
        attempt(&throttle, "192.0.2.2", "ada", 1).expect("a stranger keeps nobody out");
        let right = attempt(&throttle, "192.0.2.1", "ada", 15).expect("the pause is over");
        throttle.succeeded(&right);
        for _ in 0..2 {
            attempt(&throttle, "192.0.2.1", "ada", 16).expect("counted anew");
        }
    }

    #[test]
    fn an_address_cannot_try_account_after_account() {
        let throttle = Throttle::new(2, 3, PAUSE);
        for (address, email) in [("2001:db8::1", "a"), ("2001:db8::2", "b"), ("2001:db8::3", "c")] {
            attempt(&throttle, address, email, 0).expect("below the limit");
        }
        assert!(attempt(&throttle, "2001:db8::4", "d", 0).is_err(), "one network of 64 bits is one sender");
        attempt(&throttle, "2001:db8:0:1::1", "d", 0).expect("another network");
        let ours = attempt(&throttle, "192.0.2.1", "a", 0).expect("another address");
        throttle.succeeded(&ours);
        for email in ["a", "b", "c"] {
            attempt(&throttle, "::ffff:192.0.2.1", email, 0).expect("who logs in is not counted");
        }
        assert!(attempt(&throttle, "192.0.2.1", "d", 0).is_err(), "IPv4 within IPv6 is IPv4");
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new(2, 2, PAUSE);
        for number in 0..30_000_u32 {
            let address = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            let now = Timestamp::from_second(i64::from(number)).expect("a time");
            throttle.attempt(Some(address), "ada", now).expect("each its own address");
        }
        assert!(throttle.failures.lock().expect("no panic").len() <= MAX_NAMES + 1);
    }
}
