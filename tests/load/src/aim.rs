//! Is an aim of docs/benchmarks.md met? One line for each, in one form, of which `tools/bench` makes a list. A figure that misses its aim is no failure: the
//! bench says what is, and `tests/it` what must be.

use std::fmt;

/// An aim, and what was found of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    what: String,
    wanted: String,
    found: Found,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Met(String),
    Missed(String),
    /// Nothing was measured, for this reason.
    Skipped(String),
}

impl Aim {
    /// One of which a figure was measured.
    pub fn measured(
        what: impl Into<String>,
        wanted: impl Into<String>,
        figure: impl Into<String>,
        is_met: bool,
    ) -> Self {
        let figure = figure.into();
        let found = if is_met { Found::Met(figure) } else { Found::Missed(figure) };
        Self { what: what.into(), wanted: wanted.into(), found }
    }

    /// One of which none was.
    pub fn skipped(what: impl Into<String>, wanted: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), wanted: wanted.into(), found: Found::Skipped(why.into()) }
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (verdict, said) = match &self.found {
            Found::Met(figure) => ("met", figure),
            Found::Missed(figure) => ("missed", figure),
            Found::Skipped(why) => ("skipped", why),
        };
        // A reason may be anything that a program said.
        let said = said.replace('|', "/").split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "aim {verdict} | {} | {} | {said}", self.what, self.wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_aim_is_one_line_of_one_form() {
        let check = |aim: Aim, expected: &str| assert_eq!(aim.to_string(), expected);
        let (what, wanted) = ("resident when idle", "under 150 MB");
        check(
            Aim::measured(what, wanted, "149 MB", true),
            "aim met | resident when idle | under 150 MB | 149 MB",
        );
        check(
            Aim::measured(what, wanted, "199 MB", false),
            "aim missed | resident when idle | under 150 MB | 199 MB",
        );
        check(
            Aim::skipped(what, wanted, "it said:\n  a | b"),
            "aim skipped | resident when idle | under 150 MB | it said: a / b",
        );
    }
}
