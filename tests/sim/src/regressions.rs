//! Which seeds found something once? One seed on a line of `tests/sim/regressions`; behind # stands what it was.

use anyhow::Context as _;

/// The seeds that are checked in.
pub fn seeds() -> anyhow::Result<Vec<u64>> {
    parse(include_str!("../regressions"))
}

fn parse(text: &str) -> anyhow::Result<Vec<u64>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let seeds = (1..).zip(lines).filter(|(_, line)| !line.is_empty());
    seeds
        .map(|(number, line)| line.parse().with_context(|| format!("line {number}: `{line}` is no seed")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_read_and_comments_are_not() {
        let check = |text: &str, expected: Option<&[u64]>| {
            assert_eq!(parse(text).ok().as_deref(), expected, "{text:?}");
        };
        check("", Some(&[]));
        check("# nothing\n\n", Some(&[]));
        check("17\n  4711   # a reply was lost\n# 3\n", Some(&[17, 4711]));
        check("17\nseventeen", None);
    }
}
