//! Which languages are asked for a text, in which order?

use super::FALLBACK;

/// Other names of the same language, and those whose readers read another one that the studio has.
const ALIASES: [(&str, &str); 7] =
    [("no", "nb"), ("nn", "nb"), ("iw", "he"), ("in", "id"), ("tl", "fil"), ("mo", "ro"), ("sh", "sr-Latn")];

/// What [`is_tag`] takes, in words.
pub const TAG: &str = "a tag of BCP 47 such as `en` or `de-AT`: the two or three letters of a language first";

/// Longest tag of a language.
const LONGEST_TAG: usize = 35;

/// Whether a text is the tag of a language, though maybe of one that nobody speaks here: `en`, `de-AT`, `zh-Hant-TW`, but not `english`.
pub fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    let language = parts.next().unwrap_or_default();
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    tag.len() <= LONGEST_TAG
        && matches!(language.len(), 2 | 3)
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(is_part)
}

/// A language tag as it is written in `locales/`: `pt_br` is `pt-BR`, `zh-tw` is `zh-Hant`.
///
/// Only language, script and region count. Chinese and Serbian have a script, by the region if none is said.
pub fn canonical(tag: &str) -> String {
    let Parts { language, script, region } = parts(tag);
    [Some(language), script, region].into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// The language of a tag without script and region: `pt_BR` is `pt`.
pub fn primary(tag: &str) -> String {
    parts(tag).language
}

/// The tag, what it is a kind of, and English at last: `de-AT`, `de`, `en`.
pub fn chain(tag: &str) -> Vec<String> {
    let Parts { language, script, region } = parts(tag);
    let joined = |parts: &[Option<&String>]| {
        let parts = [Some(&language)].into_iter().chain(parts.iter().copied()).collect::<Option<Vec<_>>>()?;
        Some(parts.into_iter().map(String::as_str).collect::<Vec<_>>().join("-"))
    };
    let (script, region) = (script.as_ref(), region.as_ref());
    let links = [joined(&[script, region]), joined(&[script]), joined(&[region]), joined(&[])];
    let mut chain = Vec::new();
    for link in links.into_iter().flatten().chain([FALLBACK.to_owned()]) {
        if !chain.contains(&link) {
            chain.push(link);
        }
    }
    chain
}

struct Parts {
    language: String,
    script: Option<String>,
    region: Option<String>,
}

fn parts(tag: &str) -> Parts {
    let mut subtags = tag.split(['-', '_', '.', '@']).map(str::trim);
    let first = subtags.next().unwrap_or_default().to_lowercase();
    let alias = ALIASES.iter().find(|(other, _)| *other == first).map_or(first.as_str(), |(_, name)| *name);
    let (language, mut script) = match alias.split_once('-') {
        Some((language, script)) => (language.to_owned(), Some(script.to_owned())),
        None => (alias.to_owned(), None),
    };
    let mut region = None;
    for subtag in subtags {
        let letters = subtag.chars().all(|letter| letter.is_ascii_alphabetic());
        match subtag.len() {
            4 if letters && region.is_none() => script = Some(title(subtag)),
            2 if letters && region.is_none() => region = Some(subtag.to_uppercase()),
            3 if subtag.chars().all(|letter| letter.is_ascii_digit()) => region = Some(subtag.to_owned()),
            _ => {}
        }
    }
    let script = script.or_else(|| usual_script(&language, region.as_deref()).map(str::to_owned));
    Parts { language, script, region }
}

fn usual_script(language: &str, region: Option<&str>) -> Option<&'static str> {
    match (language, region) {
        ("zh", Some("TW" | "HK" | "MO")) => Some("Hant"),
        ("zh", _) => Some("Hans"),
        ("sr", Some("ME")) => Some("Latn"),
        _ => None,
    }
}

fn title(subtag: &str) -> String {
    let (first, rest) = subtag.split_at(1);
    first.to_uppercase() + &rest.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_asked_for_along_a_chain() {
        let check = |tag: &str, expected: &str| assert_eq!(chain(tag).join(" "), expected, "{tag}");
        check("en", "en");
        check("en-GB", "en-GB en");
        check("de_at", "de-AT de en");
        check("pt-br", "pt-BR pt en");
        check("zh", "zh-Hans zh en");
        check("zh-TW", "zh-Hant-TW zh-Hant zh-TW zh en");
        check("zh-hant", "zh-Hant zh en");
        check("sr-Latn-RS", "sr-Latn-RS sr-Latn sr-RS sr en");
        check("sr", "sr en");
        check("no-NO", "nb-NO nb en");
        check("iw", "he en");
        check("tl", "fil en");
        check("de-CH-1996-u-co-phonebk", "de-CH de en");
        check("es-419", "es-419 es en");
        check("de_DE.UTF-8", "de-DE de en");
        check("", " en");
        check("é-ü", "é en");
    }

    #[test]
    fn a_language_has_two_or_three_letters() {
        for tag in ["en", "de-AT", "pt_BR", "zh-Hant-TW", "yue", "es-419", "de-CH-1996"] {
            assert!(is_tag(tag), "{tag}");
        }
        for tag in
            ["", "e", "klingon", "english", "en-", "de AT", "12", "-en", "de-Österreich", &"en-a".repeat(9)]
        {
            assert!(!is_tag(tag), "{tag}");
        }
    }

    #[test]
    fn tags_are_written_as_in_locales() {
        let check = |tag: &str, expected: &str| assert_eq!(canonical(tag), expected, "{tag}");
        check("PT_br", "pt-BR");
        check("zh", "zh-Hans");
        check("zh-hk", "zh-Hant-HK");
        check("SH", "sr-Latn");
    }
}
