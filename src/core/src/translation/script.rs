//! In which letters is a language wanted that is written in two?

use crate::texts::canonical;

/// A text in the letters that a tag asks for. Machines know one Serbian and write it in Cyrillic; each of its letters is
/// one of the Latin alphabet, or a pair of them. What is not Serbian Cyrillic stays as it is.
pub fn in_script(tag: &str, text: String) -> String {
    let tag = canonical(tag);
    if tag != "sr-Latn" && !tag.starts_with("sr-Latn-") {
        return text;
    }
    let letters: Vec<char> = text.chars().collect();
    let mut latin = String::with_capacity(text.len());
    for (place, &letter) in letters.iter().enumerate() {
        let Some(small) = latin_of(letter) else {
            latin.push(letter);
            continue;
        };
        let before = place.checked_sub(1).and_then(|before| letters.get(before));
        let mut beside = before.into_iter().chain(letters.get(place + 1));
        if !letter.is_uppercase() {
            latin.push_str(small);
        } else if beside.any(|letter| letter.is_uppercase()) {
            latin.push_str(&small.to_uppercase());
        } else {
            latin.push_str(&capitalised(small));
        }
    }
    latin
}

/// Letters of the Latin alphabet that may stand in a Serbian text by themselves: a name or two.
const MOST_LATIN: usize = 11;

/// Whether what a machine made for a tag is in its letters. Serbian without more is written in Cyrillic, and some machines answer
/// in Latin letters, which cannot be turned back for sure.
pub fn is_in_script(tag: &str, text: &str) -> bool {
    let tag = canonical(tag);
    if tag.split('-').next() != Some("sr") || tag.starts_with("sr-Latn") {
        return true;
    }
    let (mut latin, mut cyrillic, mut marked) = (0, false, false);
    for letter in text.chars() {
        match letter {
            '<' => marked = true,
            '>' => marked = false,
            _ if marked => {}
            letter if latin_of(letter).is_some() => cyrillic = true,
            letter => latin += usize::from(letter.is_alphabetic()),
        }
    }
    cyrillic || latin <= MOST_LATIN
}

fn capitalised(small: &str) -> String {
    let mut letters = small.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// Of a Serbian letter, in lower case.
fn latin_of(letter: char) -> Option<&'static str> {
    Some(match letter.to_lowercase().next()? {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' => "g",
        'д' => "d",
        'ђ' => "đ",
        'е' => "e",
        'ж' => "ž",
        'з' => "z",
        'и' => "i",
        'ј' => "j",
        'к' => "k",
        'л' => "l",
        'љ' => "lj",
        'м' => "m",
        'н' => "n",
        'њ' => "nj",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'ћ' => "ć",
        'у' => "u",
        'ф' => "f",
        'х' => "h",
        'ц' => "c",
        'ч' => "č",
        'џ' => "dž",
        'ш' => "š",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serbian_is_written_in_the_letters_that_are_asked_for() {
        let check = |tag: &str, text: &str, expected: &str| {
            assert_eq!(in_script(tag, text.to_owned()), expected, "{tag} {text}");
        };
        let pangram = "Љубазни фењерџија чађавог лица хоће да ми покаже штос.";
        check("sr-Latn", pangram, "Ljubazni fenjerdžija čađavog lica hoće da mi pokaže štos.");
        check("sr_latn_RS", "Њива, ЊИВА, Џ", "Njiva, NJIVA, Dž");
        check("sh", "{0} цена <x id=\"1\"/>", "{0} cena <x id=\"1\"/>");
        check("sr-Latn", "Cena je 5 €, ы", "Cena je 5 €, ы");
        for tag in ["sr", "sr-Cyrl", "mk", "ru", ""] {
            check(tag, pangram, pangram);
        }
    }

    #[test]
    fn serbian_in_other_letters_than_were_asked_for_is_seen() {
        let check = |tag: &str, text: &str, expected: bool| {
            assert_eq!(is_in_script(tag, text), expected, "{tag} {text}");
        };
        check("sr", "Где је моја поруџбина?", true);
        check("sr", "Gde je moja porudžbina?", false);
        check("sr-Cyrl-RS", "Gde je moja porudžbina?", false);
        check("sr", "Наш <x id=\"1\"/> Nordlicht shop", true);
        check("sr", "<x id=\"1\"/><x id=\"2\"/><x id=\"3\"/> 18:00", true);
        check("sr", "WhatsApp", true);
        for tag in ["sr-Latn", "hr", "en", ""] {
            check(tag, "Gde je moja porudžbina?", true);
        }
    }
}
