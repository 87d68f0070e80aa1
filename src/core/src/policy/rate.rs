//! How fast may messages leave? One table for all channels, and the bucket that counts them.
//!
//! A [`Bucket`] is one time stamp (the generic cell rate algorithm): when it will be full again. It
//! lets a burst through at once and the rest evenly, so that within any stretch of
//! [`Limit::per`] no more than [`Limit::most`] leave, wherever the platform begins to count.

use jiff::{SignedDuration, Timestamp};

/// So many in so long, and where that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Most messages within any stretch of `per`; at least 1.
    pub most: u32,
    pub per: SignedDuration,
    /// Most at once after a rest: 1 to `most` - 1, or `most` where that is 1.
    pub burst: u32,
    pub source: &'static str,
}

/// What a channel allows. A message must be let through by every limit that concerns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Of all messages of a connection.
    pub connection: &'static [Limit],
    /// Of the messages to one conversation.
    pub chat: &'static [Limit],
    /// Of the messages to one conversation of more than two, beside those of `chat`.
    pub group: &'static [Limit],
    /// Of the calls of one method, by its tier; messages are counted by the limits above.
    pub calls: &'static [(Tier, Limit)],
}

/// How often a method may be called, as Slack sorts them (docs.slack.dev, "Rate limits").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    One,
    Two,
    Three,
    Four,
}

impl Rates {
    /// The limits of a channel by its name in `config.toml`.
    pub fn of(channel: &str) -> Option<&'static Self> {
        TABLE.iter().find(|(name, _)| *name == channel).map(|(_, rates)| rates)
    }

    /// The limit of each method of a tier.
    pub fn of_calls(&self, tier: Tier) -> Option<&'static Limit> {
        self.calls.iter().find(|(found, _)| *found == tier).map(|(_, limit)| limit)
    }
}

const SECOND: SignedDuration = SignedDuration::from_secs(1);
const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

const UNLIMITED: Rates = Rates { connection: &[], chat: &[], group: &[], calls: &[] };

/// One table for all channels, read in August and November 2026. What a platform says with a 429 counts for more
/// than what stands here; so do the buckets that Discord tells of with every answer.
pub const TABLE: [(&str, Rates); 6] = [
    // Our own socket and the receiver's own server: what limits them is that they answer.
    ("web", UNLIMITED),
    ("http", UNLIMITED),
    (
        "telegram",
        Rates {
            connection: &[Limit {
                most: 30,
                per: SECOND,
                burst: 5,
                source: "Telegram's bot FAQ, quoted in grammY's flood.md: about 30 messages a second in all",
            }],
            chat: &[Limit {
                most: 60,
                per: MINUTE,
                burst: 5,
                source: "Telegram's bot FAQ: about one message a second in one chat, short bursts allowed",
            }],
            group: &[Limit {
                most: 20,
                per: MINUTE,
                burst: 5,
                source: "Telegram's bot FAQ: 20 messages a minute in one group",
            }],
            calls: &[],
        },
    ),
    (
        "discord",
        Rates {
            connection: &[Limit {
                most: 50,
                per: SECOND,
                burst: 10,
                source: "discord-api-docs of 2026-08-06, rate-limits.mdx: 50 requests a second of one bot",
            }],
            // Learned from the headers of every answer; not to be written down, says the same page.
            chat: &[],
            group: &[],
            calls: &[],
        },
    ),
    (
        "slack",
        Rates {
            connection: &[Limit {
                most: 300,
                per: MINUTE,
                burst: 60,
                source: "our own: Slack's page on rate limits says several hundred messages a minute of one workspace",
            }],
            chat: &[Limit {
                most: 60,
                per: MINUTE,
                burst: 3,
                source: "Slack's page on rate limits: chat.postMessage about once a second in one channel, short bursts allowed",
            }],
            group: &[],
            calls: &[
                (Tier::One, of_tier(2, 1)), // it says 1+
                (Tier::Two, of_tier(20, 3)),
                (Tier::Three, of_tier(50, 5)),
                (Tier::Four, of_tier(100, 10)),
            ],
        },
    ),
    (
        "whatsapp",
        Rates {
            connection: &[Limit {
                most: 80,
                per: SECOND,
                burst: 16,
                source: "Meta's page on throughput: 80 messages a second of one number; error 130429",
            }],
            chat: &[Limit {
                most: 600,
                per: HOUR,
                burst: 45,
                source: "Meta's page on pair rate limits: one message in 6 seconds to one person, up to 45 at once on credit; error 131056",
            }],
            group: &[],
            calls: &[],
        },
    ),
];

const fn of_tier(most: u32, burst: u32) -> Limit {
    let source = "Slack's page on rate limits: so many calls a minute of one method, app and workspace; bursts are allowed, and how large is not said";
    Limit { most, per: MINUTE, burst, source }
}

impl Limit {
    /// Time between two messages once the burst is used up: what is left of `most` spread over `per`.
    pub fn interval(&self) -> SignedDuration {
        let evenly = self.most.saturating_sub(self.burst).max(1);
        self.per / i32::try_from(evenly).unwrap_or(i32::MAX)
    }
}

/// What has left of late. The same for every limit; a new one is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// When it will be full again; full where absent.
    full_at: Option<Timestamp>,
    /// Nothing leaves before.
    closed_until: Option<Timestamp>,
}

impl Bucket {
    /// How long one more has to wait; zero where it may leave.
    pub fn wait(&self, limit: &Limit, now: Timestamp) -> SignedDuration {
        let credit = limit.interval() * i32::try_from(limit.burst.max(1) - 1).unwrap_or(i32::MAX);
        let owed = self.full_at.map_or(SignedDuration::ZERO, |full| full.duration_since(now));
        let closed = self.closed_until.map_or(SignedDuration::ZERO, |until| until.duration_since(now));
        (owed - credit).max(closed).max(SignedDuration::ZERO)
    }

    /// Counts one that leaves now, whether it might or not.
    pub fn count(&mut self, limit: &Limit, now: Timestamp) {
        let from = self.full_at.map_or(now, |full| full.max(now));
        self.full_at = Some(from.saturating_add(limit.interval()).unwrap_or(Timestamp::MAX));
    }

    /// Nothing leaves before `until`: the platform asked for it.
    pub fn close(&mut self, until: Timestamp) {
        self.closed_until = Some(self.closed_until.map_or(until, |before| before.max(until)));
    }

    /// Whether nothing of it need be remembered any more.
    pub fn is_full(&self, now: Timestamp) -> bool {
        [self.full_at, self.closed_until].into_iter().flatten().all(|at| at <= now)
    }
}

/// Counts a message in all of these buckets if every one of them lets it leave; otherwise in none, and
/// says how long to wait.
pub fn take(buckets: &mut [(&Limit, &mut Bucket)], now: Timestamp) -> Result<(), SignedDuration> {
    let wait = buckets.iter().map(|(limit, bucket)| bucket.wait(limit, now)).max().unwrap_or_default();
    if wait > SignedDuration::ZERO {
        return Err(wait);
    }
    for (limit, bucket) in buckets {
        bucket.count(limit, now);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + milliseconds).expect("within jiff's range")
    }

    fn all() -> impl Iterator<Item = (&'static str, &'static Limit)> {
        TABLE.iter().flat_map(|(name, rates)| {
            let limits = [rates.connection, rates.chat, rates.group].into_iter().flatten();
            let calls = rates.calls.iter().map(|(_, limit)| limit);
            limits.chain(calls).map(move |limit| (*name, limit))
        })
    }

    #[test]
    fn every_channel_has_its_rates() {
        for channel in ["web", "http", "telegram", "discord", "slack", "whatsapp"] {
            assert!(Rates::of(channel).is_some(), "{channel} has no rates");
        }
        assert_eq!(Rates::of("pigeon"), None);
        let slack = Rates::of("slack").expect("in the table");
        let most = [Tier::One, Tier::Two, Tier::Three, Tier::Four]
            .map(|tier| slack.of_calls(tier).map(|limit| limit.most));
        assert_eq!(most, [Some(2), Some(20), Some(50), Some(100)]);
        for (channel, limit) in all() {
            assert!(limit.burst >= 1 && limit.burst < limit.most, "{channel}: {limit:?}");
            assert!(limit.per > SignedDuration::ZERO && !limit.source.is_empty(), "{channel}: {limit:?}");
        }
    }

    #[test]
    fn a_burst_leaves_at_once_and_the_rest_evenly() {
        let limit = Limit { most: 5, per: SignedDuration::from_secs(6), burst: 2, source: "this test" };
        let mut bucket = Bucket::default();
        let mut leave = |milliseconds: i64| take(&mut [(&limit, &mut bucket)], at(milliseconds));
        assert_eq!(leave(0), Ok(()));
        assert_eq!(leave(0), Ok(()));
        assert_eq!(leave(0), Err(SignedDuration::from_secs(2)));
        assert_eq!(leave(1_500), Err(SignedDuration::from_millis(500)));
        assert_eq!(leave(2_000), Ok(()));
        assert_eq!(leave(2_000), Err(SignedDuration::from_secs(2)));
        assert_eq!(leave(60_000), Ok(()));
        assert_eq!(leave(60_000), Ok(()));
        assert!(leave(60_000).is_err());
    }

    #[test]
    fn one_bucket_that_is_empty_holds_it_up_and_the_others_are_not_charged() {
        let connection = Limit { most: 100, per: SECOND, burst: 50, source: "this test" };
        let chat = Limit { most: 2, per: SignedDuration::from_secs(10), burst: 1, source: "this test" };
        let (mut all, mut one, mut other) = (Bucket::default(), Bucket::default(), Bucket::default());
        assert_eq!(take(&mut [(&connection, &mut all), (&chat, &mut one)], at(0)), Ok(()));
        let before = all;
        let refused = take(&mut [(&connection, &mut all), (&chat, &mut one)], at(0));
        assert_eq!(refused, Err(SignedDuration::from_secs(10)));
        assert_eq!(all, before);
        assert_eq!(take(&mut [(&connection, &mut all), (&chat, &mut other)], at(0)), Ok(()));
        assert_eq!(take(&mut [], at(0)), Ok(()));
    }

    #[test]
    fn a_platform_that_asks_for_quiet_gets_it() {
        let limit = &Rates::of("telegram").expect("in the table").connection[0];
        let mut bucket = Bucket::default();
        assert!(bucket.is_full(at(0)));
        bucket.close(at(7_000));
        bucket.close(at(3_000));
        assert_eq!(bucket.wait(limit, at(1_000)), SignedDuration::from_secs(6));
        assert!(!bucket.is_full(at(6_999)) && bucket.is_full(at(7_000)));
        assert_eq!(bucket.wait(limit, at(7_000)), SignedDuration::ZERO);
    }

    proptest! {
        /// The promise of every limit, for whoever sends as soon as it is allowed and at any odd time.
        #[test]
        fn within_any_stretch_no_more_than_the_most_leave(
            (_, limit) in prop::sample::select(all().collect::<Vec<_>>()),
            pauses in prop::collection::vec(prop_oneof![Just(0_i64), 0..400_i64, 0..30_000_i64], 1..300),
        ) {
            let mut bucket = Bucket::default();
            let mut now = at(0);
            let mut left = Vec::new();
            for pause in pauses {
                now = now.saturating_add(SignedDuration::from_millis(pause)).expect("a short time");
                if let Err(wait) = take(&mut [(limit, &mut bucket)], now) {
                    now = now.saturating_add(wait).expect("a short time");
                    prop_assert_eq!(take(&mut [(limit, &mut bucket)], now), Ok(()), "waiting as told is enough");
                }
                left.push(now);
            }
            for (index, first) in left.iter().enumerate() {
                let until = first.saturating_add(limit.per).expect("a short time");
                let within = left[index..].iter().take_while(|at| **at < until).count();
                prop_assert!(within <= usize::try_from(limit.most).expect("small"), "{within} of {}", limit.most);
            }
        }

        #[test]
        fn a_bucket_never_fails(milliseconds in prop::collection::vec(any::<i32>(), 0..50), burst: u32, most: u32) {
            let limit = Limit { most, per: SECOND, burst, source: "this test" };
            let mut bucket = Bucket::default();
            for time in milliseconds {
                bucket.count(&limit, at(time.into()));
                prop_assert!(bucket.wait(&limit, at(time.into())) >= SignedDuration::ZERO);
            }
        }
    }
}
