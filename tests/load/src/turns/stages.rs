//! Which stage of a turn took how long? By the histograms of `GET /metrics`.

use std::{collections::BTreeMap, fmt, time::Duration};

use anyhow::{Context as _, ensure};

use crate::{
    home::Home,
    stored,
    table::{grouped, waits},
};

const BUCKET: &str = "studio_turn_stage_seconds_bucket";

/// In the order of a turn, and what each is called in a table.
const STAGES: [(&str, &str); 6] = [
    ("gathered", "waits for the transaction that stores it"),
    ("stored", "is stored, and acknowledged"),
    ("woken", "its lane takes it up"),
    ("thought", "read, understood, stepped"),
    ("committed", "committed"),
    ("handed_over", "the reply is sent, and was taken"),
];

/// How often each stage took how long: counts by the upper bound of their bucket, in nanoseconds, each with those before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages(BTreeMap<String, BTreeMap<u128, u64>>);

impl Stages {
    /// What a studio has counted since its start.
    pub async fn of(home: &Home) -> anyhow::Result<Self> {
        let answer = stored::client(home)?.get("http://studio/metrics").send().await?.error_for_status()?;
        Self::read(&answer.text().await?)
    }

    fn read(text: &str) -> anyhow::Result<Self> {
        let mut stages = Self::default();
        for line in text.lines().filter(|line| line.starts_with(BUCKET)) {
            let mut parts = line.split('"');
            let (stage, bound) = (parts.nth(1), parts.nth(1));
            let count = parts.next().and_then(|rest| rest.trim_start_matches('}').trim().parse().ok());
            let (Some(stage), Some(bound), Some(count)) = (stage, bound, count) else {
                anyhow::bail!("the studio's figures have the line {line}");
            };
            let bound = match bound {
                "+Inf" => u128::MAX,
                bound => Duration::try_from_secs_f64(bound.parse()?).context("a bound")?.as_nanos(),
            };
            stages.0.entry(stage.to_owned()).or_default().insert(bound, count);
        }
        ensure!(!stages.0.is_empty(), "the studio tells no {BUCKET}");
        Ok(stages)
    }

    /// What came since.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let less = |(stage, buckets): (&String, &BTreeMap<u128, u64>)| -> (String, BTreeMap<u128, u64>) {
            let of_before = before.0.get(stage);
            let count = |bound: &u128| of_before.and_then(|before| before.get(bound)).copied().unwrap_or(0);
            let since = |(bound, now): (&u128, &u64)| (*bound, now.saturating_sub(count(bound)));
            (stage.clone(), buckets.iter().map(since).collect())
        };
        Self(self.0.iter().map(less).collect())
    }

    /// How often a stage was seen.
    pub fn count(&self, stage: &str) -> u64 {
        self.0.get(stage).and_then(|buckets| buckets.values().max()).copied().unwrap_or(0)
    }

    /// The time that a share of all, in thousandths, did not exceed, as far as the buckets tell: within one it is taken to be spread evenly. Of
    /// those beyond the last bound that bound is told.
    pub fn at(&self, stage: &str, thousandths: u64) -> Duration {
        let wanted = (self.count(stage) * thousandths).div_ceil(1_000);
        let (mut below, mut before) = (0, 0);
        for (bound, count) in self.0.get(stage).into_iter().flatten() {
            if *count >= wanted && wanted > before {
                let top = if *bound == u128::MAX { below } else { *bound };
                let inside = (top - below) * u128::from(wanted - before) / u128::from(count - before);
                return Duration::from_nanos(u64::try_from(below + inside).unwrap_or(u64::MAX));
            }
            (below, before) = (*bound, *count);
        }
        Duration::ZERO
    }
}

/// A table of them, a row for each stage and two figures for each rate.
pub struct Profile<'a>(pub &'a [(u32, Stages)]);

impl fmt::Display for Profile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(rates) = self;
        let heads: Vec<String> =
            rates.iter().map(|(rate, _)| format!(" {}/s: p50 / p99 |", grouped(rate))).collect();
        writeln!(f, "| stage of a turn |{}", heads.concat())?;
        write!(f, "|---|{}", "---|".repeat(rates.len()))?;
        for (stage, what) in STAGES {
            write!(f, "\n| `{stage}`: {what} |")?;
            for (_, stages) in *rates {
                write!(f, " {} |", waits([500, 990].map(|share| stages.at(stage, share))))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# TYPE studio_turn_stage_seconds histogram\n\
        studio_turn_stage_seconds_bucket{stage=\"stored\",le=\"0.001\"} 10\n\
        studio_turn_stage_seconds_bucket{stage=\"stored\",le=\"0.002\"} 90\n\
        studio_turn_stage_seconds_bucket{stage=\"stored\",le=\"0.01\"} 99\n\
        studio_turn_stage_seconds_bucket{stage=\"stored\",le=\"+Inf\"} 100\n\
        studio_turn_stage_seconds_sum{stage=\"stored\"} 0.3\n\
        studio_model_latency_seconds_bucket{model=\"mine\",le=\"1\"} 6\n";

    #[test]
    fn a_share_lies_within_its_bucket() {
        let stages = Stages::read(TEXT).expect("figures");
        let at = |share| stages.at("stored", share).as_micros();
        assert_eq!((at(50), at(100), at(500), at(900), at(990)), (500, 1_000, 1_500, 2_000, 10_000));
        assert_eq!(at(1_000), 10_000, "beyond the last bound nothing is known");
        assert_eq!((stages.count("stored"), stages.count("woken")), (100, 0));
        assert_eq!(stages.at("woken", 990), Duration::ZERO);
        assert!(Stages::read("studio_pipeline_panics_total 0\n").is_err());
    }

    #[test]
    fn what_came_since_is_told_alone() {
        let before = Stages::read(TEXT).expect("figures");
        let now = Stages::read(&TEXT.replace("} 99\n", "} 149\n").replace("} 100\n", "} 150\n"));
        let since = now.expect("figures").since(&before);
        assert_eq!(since.count("stored"), 50);
        assert_eq!(since.at("stored", 500).as_micros(), 6_000);
        let table = Profile(&[(50, since)]).to_string();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[..2], ["| stage of a turn | 50/s: p50 / p99 |", "|---|---|"]);
        assert_eq!(lines[3], "| `stored`: is stored, and acknowledged | 6.0 / 10.0 ms |");
        assert_eq!(lines.len(), 8);
    }
}
