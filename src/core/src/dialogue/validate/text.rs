//! Is it words, and as many as wanted?

use super::{Answer, Fit, Misfit};
use crate::bot::MisfitKind;

/// Bounds in characters, inclusive.
pub fn fit(min: Option<usize>, max: Option<usize>, answer: &Answer<'_>) -> Fit {
    let text = answer.text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Misfit::of(MisfitKind::Empty);
    }
    if let Some(min) = min.filter(|min| length < *min) {
        return Misfit::with(MisfitKind::TooShort, "min", &min);
    }
    if let Some(max) = max.filter(|max| length > *max) {
        return Misfit::with(MisfitKind::TooLong, "max", &max);
    }
    Fit::Whole(text.into())
}
