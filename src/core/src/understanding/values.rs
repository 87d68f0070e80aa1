//! How is a value meant by what stands around and within it?

/// Words that may stand between a negation and what it takes back: "not on friday", "nicht am Freitag".
const LINKS: [&str; 34] = [
    "on",
    "at",
    "for",
    "in",
    "by",
    "the",
    "a",
    "this",
    "next",
    "am",
    "an",
    "um",
    "im",
    "für",
    "bis",
    "den",
    "dem",
    "der",
    "die",
    "das",
    "diesen",
    "nächsten",
    "le",
    "la",
    "el",
    "il",
    "o",
    "de",
    "op",
    "w",
    "het",
    "ce",
    "este",
    "questo",
];
const NEGATIONS: [&str; 28] = [
    "not",
    "except",
    "excluding",
    "without",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "keinem",
    "keiner",
    "keines",
    "außer",
    "ausser",
    "ohne",
    "pas",
    "sauf",
    "hormis",
    "excepto",
    "salvo",
    "tranne",
    "eccetto",
    "non",
    "niet",
    "behalve",
    "nie",
    "oprócz",
    "não",
    "exceto",
];
/// What "but" leaves something out of: "any day but friday".
const ALL: [&str; 8] = ["any", "anything", "all", "every", "everything", "each", "no", "nothing"];
/// Bytes before a value that are looked at.
const NEAR: usize = 80;

/// Whether a value is taken back by what stands right before it: "not friday", "any day but friday",
/// "außer Freitag". Only within the clause: "I cannot, friday then" is friday.
pub fn is_negated(before: &str) -> bool {
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(NEAR))..];
    let clause = near.rsplit([',', ';', ':', '.', '!', '?', '\n']).next().unwrap_or_default().to_lowercase();
    let clause = clause.replace('’', "'");
    let words = clause
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>();
    let Some(place) = words.iter().rposition(|word| !LINKS.contains(word)) else { return false };
    let earlier = &words[..place];
    match words[place] {
        "but" => earlier.iter().any(|word| ALL.contains(word)),
        // "why not friday?" proposes it.
        word if earlier.last().is_some_and(|asks| matches!(*asks, "why" | "warum" | "wieso")) => {
            word.ends_with("n't")
        }
        word => NEGATIONS.contains(&word) || word.ends_with("n't"),
    }
}

/// Day and month of `3/4`: the day stands first unless the bot's people write the month first, and
/// the other way round where that is no day of any year. With points the day is always first.
pub fn day_and_month(first: i64, second: i64, separator: char, month_first: bool) -> (i64, i64) {
    let swapped = separator != '.' && if month_first { first <= 12 } else { second > 12 };
    if swapped { (second, first) } else { (first, second) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back() {
        let check = |before: &str, expected: bool| assert_eq!(is_negated(before), expected, "{before}");
        check("not ", true);
        check("any day but ", true);
        check("Nicht am ", true);
        check("alles außer ", true);
        check("it isn’t ", true);
        check("not on the ", true);
        check("kein ", true);
        check("", false);
        check("on ", false);
        check("no, ", false);
        check("I cannot, ", false);
        check("better not, ", false);
        check("I wanted friday but ", false);
        check("why not ", false);
        check("warum nicht am ", false);
        check("pas le ", true);
        check("excepto el ", true);
        check("niet op ", true);
        check("nie w ", true);
        check("not before ", false);
        check("nicht nur ", false);
    }

    #[test]
    fn the_day_stands_first_unless_it_cannot() {
        assert_eq!(day_and_month(1, 2, '/', false), (1, 2));
        assert_eq!(day_and_month(1, 2, '/', true), (2, 1));
        assert_eq!(day_and_month(12, 24, '/', false), (24, 12));
        assert_eq!(day_and_month(24, 12, '/', true), (24, 12));
        assert_eq!(day_and_month(1, 2, '.', true), (1, 2));
    }
}
