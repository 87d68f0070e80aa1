//! Which account numbers (IBAN) and card numbers does a text hold? Only those whose checksum is right,
//! whatever stands between their groups: what is masked is what is found here.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{
    Find,
    grouped::{Parting, is_as_printed, run},
};

/// What an account number begins with.
static HEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[a-z]{2}[\s.,/_|:-]{0,5}[0-9]").expect("a constant pattern is valid"));
/// Where the number of a card may begin.
static GROUP: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[0-9]+").expect("a constant pattern is valid"));
/// Characters of an IBAN by country (the registry of SWIFT, release 99).
const LENGTHS: [(&str, usize); 89] = [
    ("ad", 24),
    ("ae", 23),
    ("al", 28),
    ("at", 20),
    ("az", 28),
    ("ba", 20),
    ("be", 16),
    ("bg", 22),
    ("bh", 22),
    ("bi", 27),
    ("br", 29),
    ("by", 28),
    ("ch", 21),
    ("cr", 22),
    ("cy", 28),
    ("cz", 24),
    ("de", 22),
    ("dj", 27),
    ("dk", 18),
    ("do", 28),
    ("ee", 20),
    ("eg", 29),
    ("es", 24),
    ("fi", 18),
    ("fk", 18),
    ("fo", 18),
    ("fr", 27),
    ("gb", 22),
    ("ge", 22),
    ("gi", 23),
    ("gl", 18),
    ("gr", 27),
    ("gt", 28),
    ("hn", 28),
    ("hr", 21),
    ("hu", 28),
    ("ie", 22),
    ("il", 23),
    ("iq", 23),
    ("is", 26),
    ("it", 27),
    ("jo", 30),
    ("kw", 30),
    ("kz", 20),
    ("lb", 28),
    ("lc", 32),
    ("li", 21),
    ("lt", 20),
    ("lu", 20),
    ("lv", 21),
    ("ly", 25),
    ("mc", 27),
    ("md", 24),
    ("me", 22),
    ("mk", 19),
    ("mn", 20),
    ("mr", 27),
    ("mt", 31),
    ("mu", 30),
    ("ni", 28),
    ("nl", 18),
    ("no", 15),
    ("om", 23),
    ("pk", 24),
    ("pl", 28),
    ("ps", 29),
    ("pt", 25),
    ("qa", 29),
    ("ro", 24),
    ("rs", 22),
    ("ru", 33),
    ("sa", 24),
    ("sc", 31),
    ("sd", 18),
    ("se", 24),
    ("si", 19),
    ("sk", 24),
    ("sm", 27),
    ("so", 23),
    ("st", 25),
    ("sv", 28),
    ("tl", 23),
    ("tn", 24),
    ("tr", 26),
    ("ua", 29),
    ("va", 22),
    ("vg", 24),
    ("xk", 20),
    ("ye", 30),
];

/// No account and no card has fewer digits.
const FEWEST: usize = 8;

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// International account numbers, without what stands between their groups.
pub(crate) fn ibans(text: &str) -> Vec<Find> {
    if digits(text) < FEWEST {
        return Vec::new();
    }
    let mut finds: Vec<Find> = Vec::new();
    for head in HEAD.find_iter(text) {
        let start = head.start();
        if finds.last().is_none_or(|last| last.end <= start) && !is_part_of_a_word(&text[..start]) {
            finds.extend(iban(text, start, Parting::Tight).or_else(|| iban(text, start, Parting::Loose)));
        }
    }
    finds
}

fn is_part_of_a_word(before: &str) -> bool {
    before.ends_with(|letter: char| letter.is_ascii_alphanumeric())
}

/// The account number that begins at a place, as long as its country has them.
fn iban(text: &str, start: usize, parting: Parting) -> Option<Find> {
    let (_, wanted) = LENGTHS.iter().find(|(country, _)| text[start..].starts_with(country))?;
    let (plain, ends) = run(&text[start..], *wanted, parting, |letter| letter.is_ascii_alphanumeric());
    let end = start + ends.last()?;
    let ended = !text[end..].starts_with(|next: char| next.is_ascii_alphanumeric());
    // Words in a row are as long as many an account: "de 12 …".
    let is_whole_head = ends.get(3) == Some(&4);
    let is_number = (parting == Parting::Tight && is_whole_head) || 2 * digits(&plain) > plain.len();
    // "no. 4006381333931" is the number of an article, not an account in Norway.
    let is_article = plain.starts_with("no")
        && ends.get(2).is_some_and(|third| *third > 3 && end - start - third == ends.len() - 3);
    let is_headed = plain.get(2..4).is_some_and(|check| check.bytes().all(|it| it.is_ascii_digit()));
    let plain = plain.to_ascii_uppercase();
    (plain.len() == *wanted && ended && is_number && !is_article && is_headed && remainder(&plain)? == 1)
        .then(|| Find { start, end, value: Value::from(plain), confidence: 1.0 })
}

/// ISO 7064, mod 97-10, of the account number with its head moved to the end.
fn remainder(iban: &str) -> Option<u32> {
    let (head, rest) = iban.split_at_checked(4)?;
    rest.chars().chain(head.chars()).try_fold(0, |remainder, character| {
        let value = character.to_digit(36)?;
        Some((remainder * if value > 9 { 100 } else { 10 } + value) % 97)
    })
}

/// Digits of the longest and of the shortest number of a card.
const CARD: std::ops::RangeInclusive<usize> = 12..=19;
/// Fewest digits of one whose groups are loosely parted: three orders in a row have twelve.
const FEWEST_LOOSE: usize = 14;

/// Numbers of payment cards, without what stands between their groups.
pub(crate) fn cards(text: &str) -> Vec<Find> {
    if digits(text) < FEWEST {
        return Vec::new();
    }
    let mut finds: Vec<Find> = Vec::new();
    for group in GROUP.find_iter(text) {
        let start = group.start();
        if finds.last().is_none_or(|last| last.end <= start) && !is_part_of_a_word(&text[..start]) {
            finds.extend(card(text, start, Parting::Tight).or_else(|| card(text, start, Parting::Loose)));
        }
    }
    finds
}

/// The longest number of a card that begins at a place and ends with a group of digits.
fn card(text: &str, start: usize, parting: Parting) -> Option<Find> {
    let before = &text[..start];
    let loose = parting == Parting::Loose;
    let (digits, ends) = run(&text[start..], *CARD.end(), parting, |letter| letter.is_ascii_digit());
    let fewest = if loose { FEWEST_LOOSE } else { *CARD.start() };
    (fewest..=*CARD.end()).rev().filter(|length| *length <= digits.len()).find_map(|length| {
        let (digits, ends) = (&digits[..length], &ends[..length]);
        let end = start + ends[length - 1];
        let goes_on = text[end..].starts_with(|next: char| {
            next.is_ascii_alphanumeric() || next == '@' || (!loose && matches!(next, '_' | '/'))
        });
        let is_unbroken = ends[length - 1] == length;
        let is_card = !goes_on
            && is_of_a_network(digits)
            && luhn(digits)
            && (!loose || is_as_printed(ends))
            && !is_led_to(before, parting, is_unbroken);
        is_card.then(|| Find { start, end, value: Value::from(digits), confidence: 0.95 })
    })
}

/// Whether what stands before digits says that they are the rest of something else: "+49", "#", "order-", the path of an address,
/// the point of a decimal. What is parted into groups may stand behind other digits.
fn is_led_to(before: &str, parting: Parting, is_unbroken: bool) -> bool {
    let behind_digits = |sign: char| {
        before.strip_suffix(sign).is_some_and(|before| before.ends_with(|it: char| it.is_ascii_digit()))
    };
    let leads = before.ends_with(['+', '-', '/', '#', '_']);
    match (parting, is_unbroken) {
        (Parting::Tight, _) => (leads || before.ends_with('.')) && !behind_digits('-'),
        (Parting::Loose, true) => leads || behind_digits('.'),
        (Parting::Loose, false) => leads && !['-', '/', '_'].into_iter().any(behind_digits),
    }
}

/// Whether the beginning and the length are those of a network's cards.
fn is_of_a_network(digits: &str) -> bool {
    let begins =
        |length: usize| digits.get(..length).and_then(|begin| begin.parse::<u32>().ok()).unwrap_or_default();
    let (two, four, length) = (begins(2), begins(4), digits.len());
    match two {
        34 | 37 => length == 15,
        30 | 36 | 38 | 39 => length == 14,
        40..=49 => matches!(length, 13 | 16 | 19),
        35 | 51..=55 => length == 16,
        22..=27 => length == 16 && (2_221..=2_720).contains(&four),
        50 | 56..=59 | 63 | 67 => (12..=19).contains(&length),
        60 | 62 | 64 | 65 => (16..=19).contains(&length),
        _ => false,
    }
}

/// Every second digit from the right but the last counts double, and the sum is a multiple of ten.
pub(crate) fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of an account whose checksum is right: the rest with the country and two zeros behind it leaves as much as is
    /// missing to 98 (ISO 7064, by long division).
    fn made(country: &str, length: usize) -> String {
        let rest: String = "7302914586".chars().cycle().take(length - 4).collect();
        let letters: String =
            country.bytes().map(|letter| (u32::from(letter - b'a') + 10).to_string()).collect();
        let digits = format!("{rest}{letters}00");
        let left = digits.bytes().fold(0, |left, digit| (left * 10 + u32::from(digit - b'0')) % 97);
        format!("{country}{:02}{rest}", 98 - left)
    }

    fn found(text: &str) -> Vec<Value> {
        ibans(text).into_iter().map(|find| find.value).collect()
    }

    #[test]
    fn the_accounts_of_every_country_are_found_by_length_and_checksum() {
        assert!(LENGTHS.is_sorted_by(|(one, _), (next, _)| one < next), "each country once");
        for (country, length) in LENGTHS {
            let number = made(country, length);
            let groups: Vec<&str> =
                (0..length).step_by(4).map(|at| &number[at..length.min(at + 4)]).collect();
            let expected = [Value::from(number.to_ascii_uppercase())];
            assert_eq!(found(&number), expected);
            assert_eq!(found(&format!("to {}, please", groups.join(" "))), expected);
            let last = &number[length - 1..];
            let other = format!("{}{}", &number[..length - 1], if last == "0" { "1" } else { "0" });
            assert!(found(&other).is_empty(), "a digit is wrong: {other}");
            assert!(found(&number[..length - 1]).is_empty(), "a digit is missing: {number}");
            assert!(found(&made(country, length + 1)).is_empty(), "a digit too many: {country}");
        }
    }

    #[test]
    fn letters_count_where_a_country_has_them() {
        for number in [
            "sc18sscb11010000000000001497usd",
            "lc55hemm000100010012001200023015",
            "mu17bomm0101101030300200000mur",
            "gt82traj01020000001210029690",
        ] {
            assert_eq!(found(number), [Value::from(number.to_ascii_uppercase())], "{number}");
        }
    }

    #[test]
    fn whatever_stands_between_the_groups_is_passed_over() {
        let told = |text: &str, finds: Vec<Find>| -> Vec<(String, Value)> {
            finds.into_iter().map(|it| (text[it.start..it.end].to_owned(), it.value)).collect()
        };
        let signs = [
            "  ", ".", ". ", "\n", "\r\n", "/", " / ", "_", ",", ", ", " - ", "\t", "\u{2028}", " | ", " -- ",
        ];
        for between in signs {
            let check = |find: fn(&str) -> Vec<Find>, number: &str, value: &str| {
                let number = number.split(' ').collect::<Vec<_>>().join(between);
                let text = format!("it is {number}, or so");
                assert_eq!(told(&text, find(&text)), [(number, Value::from(value))], "{text:?}");
            };
            check(cards, "4111 1111 1111 1111", "4111111111111111");
            check(cards, "3782 822463 10005", "378282246310005");
            check(cards, "3056 9309 0259 04", "30569309025904");
            check(ibans, "de89 3704 0044 0532 0130 00", "DE89370400440532013000");
            check(ibans, "gb82 west 1234 5698 7654 32", "GB82WEST12345698765432");
            check(ibans, "de 89 3704 0044 0532 0130 00", "DE89370400440532013000");
        }
    }

    #[test]
    fn what_is_called_a_number_is_one() {
        for text in [
            "nr.4111 1111 1111 1111",
            "nr.4111111111111111",
            "2) 4111/1111/1111/1111",
            "1.4111 1111 1111 1111",
        ] {
            assert_eq!(cards(text).len(), 1, "{text}");
        }
        assert_eq!(found("no93 8601 1117 947"), [Value::from("NO9386011117947")]);
        assert_eq!(found("no 93 8601 1117 947"), [Value::from("NO9386011117947")]);
    }

    #[test]
    fn other_numbers_in_a_row_are_no_account() {
        for text in [
            "4111  1111  1111  1112",
            "4111;1111;1111;1111",
            "4.1111.1111.1111.111",
            "23.12.2026, 24.12.2026, 25.12.2026",
            "orders 5018, 0000, 0009",
            "#4111/1111/1111/1111",
            "https://example.org/4111111111111111",
            "https://example.org/2026/4111111111111111",
            "order-4111111111111111",
            "inv-4111-1111-1111-1111",
            "invoice_4111111111111111.pdf",
            "1.4111111111111111",
            "no. 9386011117947",
            "no 9386011117947",
            "de89, 3704, 0044, 0532, 0130, 01",
            "de 88 cosas para mi hermana: 1 2 3 4 5 6 7 8",
        ] {
            assert!(cards(text).is_empty() && ibans(text).is_empty(), "{text}");
        }
    }
}
