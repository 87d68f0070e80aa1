//! How did the tests of a bot go?

use std::fmt;

use serde::Serialize;

/// Where a conversation went otherwise than its test says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub test: String,
    pub file: String,
    pub line: u32,
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n  {}", self.file, self.line, self.test, self.what)
    }
}

/// The outcome of all tests of a bot.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    pub passed: usize,
    pub failures: Vec<Failure>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(f, "FAILED {failure}")?;
        }
        write!(f, "{} passed, {} failed", self.passed, self.failures.len())
    }
}
