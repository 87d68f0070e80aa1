//! `end`: ends this flow; one that was called goes back to its caller.

use super::Go;

pub fn run() -> Go {
    Go::To(None)
}
