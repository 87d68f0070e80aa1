//! Is it an e-mail address or a phone number?

use email_address::EmailAddress;

use super::{Answer, Fit, Misfit, entity, fitting};
use crate::{bot::MisfitKind, digits::Plain};

pub fn email(answer: &Answer<'_>) -> Fit {
    let bare = |word: &str| {
        word.trim_matches(|letter: char| letter.is_whitespace() || ",;:!?<>()\"'".contains(letter))
            .trim_end_matches('.')
            .to_owned()
    };
    let valid =
        |word: &str| EmailAddress::is_valid(word) && word.rsplit('@').next().is_some_and(has_top_level);
    let whole = bare(answer.text);
    if valid(&whole) {
        return Fit::Whole(whole.into());
    }
    if let Some((found, whole)) = entity(answer, "email") {
        let address = found.value.as_str().unwrap_or(&found.text);
        if valid(address) {
            return fitting(address, whole, &found.text);
        }
    }
    let mut words = answer.text.split_whitespace().map(bare).filter(|word| word.contains('@') && valid(word));
    words.next().map_or_else(|| Misfit::of(MisfitKind::NotAnEmail), |word| Fit::part(word.clone(), &word))
}

/// Grammatically `me@example` is an address; for a visitor it is a slip.
fn has_top_level(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(_, top)| top.chars().count() >= 2)
}

/// As `+` and digits, or digits alone. E.164 allows 15; below 6 it is an extension.
///
/// Digits within other words are a number only where the understanding says so: they may as well be those of an order.
pub fn phone(answer: &Answer<'_>) -> Fit {
    let is_date = entity(answer, "date").is_some_and(|(_, whole)| whole);
    if let Some(number) = dial(answer.text).filter(|_| !is_date) {
        return Fit::Whole(number.into());
    }
    if let Some((found, whole)) = entity(answer, "phone")
        && let Some(number) = dial(&Plain::new(&found.text).text).or_else(|| dial(found.value.as_str()?))
    {
        return fitting(number, whole, &found.text);
    }
    Misfit::of(MisfitKind::NotAPhone)
}

fn dial(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches(['.', '!', ',']);
    let text = text.strip_prefix("tel:").unwrap_or(text);
    if !text.starts_with(|first: char| first.is_ascii_digit() || "+(".contains(first))
        || !text.chars().all(|letter| letter.is_ascii_digit() || "+ ()/-.\u{a0}".contains(letter))
    {
        return None;
    }
    let digits = text.chars().filter(char::is_ascii_digit).collect::<String>();
    let plus = if text.starts_with('+') { "+" } else { "" };
    (6..=15).contains(&digits.len()).then(|| format!("{plus}{digits}"))
}
