//! What may be typed after a slash?

use std::sync::LazyLock;

use regex::Regex;

/// What Discord takes of a name (`application-commands.mdx`); the other platforms take those of ASCII letters among them.
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[_\p{Ll}\p{Lm}\p{Lo}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$").expect("a pattern")
});

/// A keyword, or the words for it in a language, as the name of a command, if they can be one: `Track order` is `track_order`.
pub fn command_name(words: &str) -> Option<String> {
    let lower = words.trim().trim_start_matches('/').to_lowercase();
    let name = lower.split([' ', '-', '_']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
    NAME.is_match(&name).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_names() {
        let check = |words: &str, expected: Option<&str>| {
            assert_eq!(command_name(words).as_deref(), expected, "{words:?}");
        };
        check("Track", Some("track"));
        check("track my-order", Some("track_my_order"));
        check("/start", Some("start"));
        check("Menü", Some("menü"));
        check("заказ", Some("заказ"));
        check("ऑर्डर", Some("ऑर्डर"));
        check("what?", None);
        check(&"a".repeat(33), None);
        check(" ", None);
    }
}
