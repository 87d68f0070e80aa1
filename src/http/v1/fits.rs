//! What must fit in more than one operation? What does not is 422, and the text says what would.

use serde::Deserialize;
use studio_core::unseen::{composed, unseen};
use utoipa::IntoParams;

use crate::http::ApiError;

const LONGEST_NAME: usize = 100;

/// What is asked of words besides their number.
pub const TO_BE_SEEN: &str = "and something among them that can be seen";

/// A name of a member or a key, trimmed. It stands in lists and in visitors' chats, so in one line.
pub fn name(text: &str) -> Result<String, ApiError> {
    let name = composed(text.trim());
    // Joiners and the choice of a picture are part of how names are written in some scripts.
    let joins = |letter: char| matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
    let odd = |letter: char| unseen(letter).is_some() && !joins(letter);
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(odd) {
        let detail = format!(
            "`name` must have 1 to {LONGEST_NAME} characters, without line breaks and characters that cannot be seen"
        );
        return Err(ApiError::unfit(detail));
    }
    Ok(name)
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    pub cursor: Option<String>,
    /// 1 to 200; 50 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

impl Range {
    pub fn limit(&self) -> Result<u32, ApiError> {
        limit(self.limit, 50, 200)
    }
}

/// How many are on a page; `usual` where the caller does not say.
pub fn limit(asked: Option<i64>, usual: u32, most: u32) -> Result<u32, ApiError> {
    let Some(asked) = asked else { return Ok(usual) };
    let fitting = u32::try_from(asked).ok().filter(|asked| (1..=most).contains(asked));
    fitting.ok_or_else(|| ApiError::unfit(format!("`limit` must be 1 to {most}")))
}

/// The refusal of a cursor that no page of this list gave.
pub fn no_cursor() -> ApiError {
    ApiError::unfit(
        "`cursor` is none of this list: give back `next_cursor` of the page before, or leave it out",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_line() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(name(text).ok().as_deref(), expected, "{text:?}");
        };
        check(" Ada Lovelace ", Some("Ada Lovelace"));
        check(&"ä".repeat(100), Some(&"ä".repeat(100)));
        check("Zoe\u{308}", Some("Zo\u{eb}"));
        check("نیما\u{200c}زاده", Some("نیما\u{200c}زاده"));
        for bad in ["Ada\u{202e}evE", "Ada\u{200b}", "\u{3164}", "Ada\u{2066}"] {
            check(bad, None);
        }
        for bad in ["", " ", "Ada\nEve", "Ada\r\nx: y", "\u{1b}[31mAda", "Ada\u{2028}Eve", &"a".repeat(101)] {
            check(bad, None);
        }
    }

    #[test]
    fn limits_are_kept() {
        let check = |asked, expected| assert_eq!(limit(asked, 50, 200).ok(), expected, "{asked:?}");
        check(None, Some(50));
        check(Some(-1), None);
        check(Some(0), None);
        check(Some(1), Some(1));
        check(Some(200), Some(200));
        check(Some(201), None);
    }
}
