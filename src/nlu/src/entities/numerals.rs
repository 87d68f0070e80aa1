//! Which number do words name, in English and in German?

const ENGLISH: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const ENGLISH_TENS: [&str; 8] =
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const GERMAN: [&str; 20] = [
    "null",
    "ein",
    "zwei",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwölf",
    "dreizehn",
    "vierzehn",
    "fünfzehn",
    "sechzehn",
    "siebzehn",
    "achtzehn",
    "neunzehn",
];
const GERMAN_TENS: [&str; 8] =
    ["zwanzig", "dreissig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"];

/// The number that a run of words begins with, and how many of the words name it.
///
/// "two hundred and five thousand" is read left to right: units add up, "hundred" multiplies what stands before
/// it, "thousand" and "million" close a group.
pub(super) fn english(words: &[&str]) -> Option<(i64, usize)> {
    let (mut total, mut group) = (0_i64, 0_i64);
    // What may still follow within the group: 100 after nothing or a scale, 10 after tens, 1 after a unit.
    let mut room = 100_i64;
    let mut scale_room = i64::MAX;
    let mut used = 0;
    let mut place = 0;
    while let Some(word) = words.get(place) {
        let unit = position(&ENGLISH, word);
        let tens = position(&ENGLISH_TENS, word).map(|tens| 20 + 10 * tens);
        let article = place == 0
            && *word == "a"
            && words.get(1).is_some_and(|next| matches!(*next, "hundred" | "thousand" | "million"));
        if let Some(value) = unit.filter(|unit| if room == 10 { (1..10).contains(unit) } else { room == 100 })
        {
            group += value;
            room = 1;
        } else if let Some(value) = tens.filter(|_| room == 100) {
            group += value;
            room = 10;
        } else if article {
            group = 1;
            room = 1;
        } else if *word == "hundred" && (1..100).contains(&group) {
            group *= 100;
            room = 100;
        } else if let Some(scale) = scale(word).filter(|scale| *scale < scale_room && group > 0) {
            total += group * scale;
            (group, room, scale_room) = (0, 100, scale);
        } else if *word == "and" && used > 0 && matches!(words[place - 1], "hundred" | "thousand" | "million")
        {
            place += 1;
            continue;
        } else {
            break;
        }
        place += 1;
        used = place;
    }
    (used > 0).then_some((total + group, used))
}

fn scale(word: &str) -> Option<i64> {
    match word {
        "thousand" => Some(1_000),
        "million" => Some(1_000_000),
        _ => None,
    }
}

/// The number that one German word names: `zweihundertfünfundzwanzig`. Not `ein` and its forms, which are
/// articles more often than numbers; `eins` is one.
pub(super) fn german(word: &str) -> Option<i64> {
    if word.len() > 80 {
        return None;
    }
    let word = word.replace("fuenf", "fünf").replace("zwoelf", "zwölf").replace("dreißig", "dreissig");
    let word = word.replace("zwo", "zwei");
    match word.as_str() {
        "ein" => None,
        "eins" => Some(1),
        "million" => Some(1_000_000),
        other => german_thousands(other),
    }
}

fn german_thousands(word: &str) -> Option<i64> {
    let Some((thousands, rest)) = word.split_once("tausend") else { return german_hundreds(word) };
    let thousands = if thousands.is_empty() { 1 } else { german_hundreds(thousands)? };
    let rest = if rest.is_empty() { 0 } else { german_hundreds(rest.strip_prefix("und").unwrap_or(rest))? };
    Some(thousands * 1_000 + rest)
}

fn german_hundreds(word: &str) -> Option<i64> {
    let Some((hundreds, rest)) = word.split_once("hundert") else { return german_tens(word) };
    let hundreds =
        if hundreds.is_empty() { 1 } else { position(&GERMAN, hundreds).filter(|value| *value < 20)? };
    let rest = if rest.is_empty() { 0 } else { german_tens(rest.strip_prefix("und").unwrap_or(rest))? };
    Some(hundreds * 100 + rest)
}

fn german_tens(word: &str) -> Option<i64> {
    if word == "eins" {
        return Some(1);
    }
    if let Some(value) = position(&GERMAN, word) {
        return Some(value);
    }
    if let Some(tens) = position(&GERMAN_TENS, word) {
        return Some(20 + 10 * tens);
    }
    let (unit, tens) = word.split_once("und")?;
    let unit = position(&GERMAN, unit).filter(|unit| (1..10).contains(unit))?;
    Some(unit + 20 + 10 * position(&GERMAN_TENS, tens)?)
}

/// Which day of a month a word names: "third", "twenty-first" (as two words), "dritten", "einundzwanzigsten".
pub(super) fn english_ordinal(words: &[&str]) -> Option<(i64, usize)> {
    const UP_TO_NINETEEN: [&str; 20] = [
        "",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
        "eleventh",
        "twelfth",
        "thirteenth",
        "fourteenth",
        "fifteenth",
        "sixteenth",
        "seventeenth",
        "eighteenth",
        "nineteenth",
    ];
    let word = words.first().filter(|word| !word.is_empty())?;
    if let Some(value) = position(&UP_TO_NINETEEN, word) {
        return Some((value, 1));
    }
    match *word {
        "twentieth" => return Some((20, 1)),
        "thirtieth" => return Some((30, 1)),
        "twenty" | "thirty" => {}
        _ => {
            let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending))?;
            let plausible = (1..=2).contains(&digits.len());
            return digits.parse().ok().filter(|_| plausible).map(|value| (value, 1));
        }
    }
    let unit = position(&UP_TO_NINETEEN, words.get(1)?).filter(|unit| (1..10).contains(unit))?;
    Some((if *word == "twenty" { 20 } else { 30 } + unit, 2))
}

/// As [`english_ordinal`], for one German word.
pub(super) fn german_ordinal(word: &str) -> Option<i64> {
    let stem = ["ten", "te", "ter"].iter().find_map(|ending| word.strip_suffix(ending))?;
    match stem {
        "ers" => Some(1),
        "drit" => Some(3),
        "sieb" => Some(7),
        "ach" => Some(8),
        _ => match stem.strip_suffix('s') {
            Some(tens) => german(tens).filter(|value| *value >= 20),
            None => german(stem).filter(|value| (2..20).contains(value)),
        },
    }
}

fn position(names: &[&str], word: &str) -> Option<i64> {
    names.iter().position(|name| *name == word).and_then(|index| i64::try_from(index).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_words_are_numbers() {
        let check = |text: &str, expected: Option<(i64, usize)>| {
            assert_eq!(english(&text.split(' ').collect::<Vec<_>>()), expected, "{text}");
        };
        check("five", Some((5, 1)));
        check("twenty five", Some((25, 2)));
        check("one hundred and five euros", Some((105, 4)));
        check("two thousand three hundred", Some((2300, 4)));
        check("two hundred and five thousand", Some((205_000, 5)));
        check("a hundred", Some((100, 2)));
        check("a hundred and", Some((100, 2)));
        check("five six", Some((5, 1)));
        check("twenty twelve", Some((20, 1)));
        check("a dog", None);
        check("and", None);
        check("hundred", None);
    }

    #[test]
    fn german_words_are_numbers() {
        let check = |word: &str, expected: Option<i64>| assert_eq!(german(word), expected, "{word}");
        check("fünf", Some(5));
        check("fuenf", Some(5));
        check("zwölf", Some(12));
        check("zwo", Some(2));
        check("einundzwanzig", Some(21));
        check("dreissig", Some(30));
        check("hundert", Some(100));
        check("zweihundertdreiundvierzig", Some(243));
        check("tausendeins", Some(1001));
        check("zweitausendsechsundzwanzig", Some(2026));
        check("eins", Some(1));
        check("ein", None);
        check("hund", None);
        check("undzwanzig", None);
    }

    #[test]
    fn ordinals_are_days() {
        let english = |text: &str| english_ordinal(&text.split(' ').collect::<Vec<_>>());
        assert_eq!(english("twenty first"), Some((21, 2)));
        assert_eq!(english("3rd"), Some((3, 1)));
        assert_eq!(english("twelfth of"), Some((12, 1)));
        assert_eq!(english("month"), None);
        for (word, day) in [("ersten", 1), ("dritten", 3), ("siebten", 7), ("achter", 8), ("zwanzigsten", 20)]
        {
            assert_eq!(german_ordinal(word), Some(day), "{word}");
        }
        assert_eq!(german_ordinal("einunddreissigsten"), Some(31));
        assert_eq!(german_ordinal("garten"), None);
    }
}
