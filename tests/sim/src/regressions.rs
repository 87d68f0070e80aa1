//! Which seeds found something once? One seed on a line of `tests/sim/regressions`, and behind it the sabotage that shows there, if it is one;
//! behind # stands what it was.

use anyhow::{Context as _, anyhow, ensure};
use clap::ValueEnum as _;

use crate::sabotage::Sabotage;

/// A seed that is checked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Regression {
    pub seed: u64,
    /// The studio that does this one thing wrong fails there, and the one that does not goes well.
    pub sabotage: Option<Sabotage>,
}

/// All that are checked in.
pub fn all() -> anyhow::Result<Vec<Regression>> {
    parse(include_str!("../regressions"))
}

/// Their seeds.
pub fn seeds() -> anyhow::Result<Vec<u64>> {
    Ok(all()?.into_iter().map(|regression| regression.seed).collect())
}

fn parse(text: &str) -> anyhow::Result<Vec<Regression>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let lines = (1..).zip(lines).filter(|(_, line)| !line.is_empty());
    lines.map(|(number, line)| regression(line).with_context(|| format!("line {number}: `{line}`"))).collect()
}

fn regression(line: &str) -> anyhow::Result<Regression> {
    let mut words = line.split_whitespace();
    let seed = words.next().unwrap_or_default().parse::<u64>().context("it begins with no seed")?;
    let sabotage = words.next().map(|word| Sabotage::from_str(word, false)).transpose();
    let sabotage = sabotage.map_err(|_| anyhow!("there is no such sabotage"))?;
    ensure!(words.next().is_none(), "a seed and a sabotage are enough");
    Ok(Regression { seed, sabotage })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_and_sabotages_are_read_and_comments_are_not() {
        let check = |text: &str, expected: Option<&[(u64, Option<Sabotage>)]>| {
            let found: Option<Vec<_>> =
                parse(text).ok().map(|all| all.into_iter().map(|it| (it.seed, it.sabotage)).collect());
            assert_eq!(found, expected.map(<[_]>::to_vec), "{text:?}");
        };
        check("", Some(&[]));
        check("# nothing\n\n", Some(&[]));
        check("17\n  4711   # a reply was lost\n# 3\n", Some(&[(17, None), (4711, None)]));
        check("17 forget-mark # as it says\n", Some(&[(17, Some(Sabotage::ForgetMark))]));
        check("17\nseventeen", None);
        check("17 forget-nothing", None);
        check("17 forget-mark mark-all", None);
    }
}
