//! Language: "in English, please". The bot goes on in a language that it speaks, and keeps to it.
//!
//! A wish is understood in the language that is wished for ("in English please"), in English ("German please"), and in the one that is
//! spoken ("auf Englisch bitte").

use std::collections::BTreeSet;

use crate::{
    dialogue::{
        LanguageReason, evaluate::Fault, flows::ask_again, language::change, trigger, turn::Turn,
        utterance::Utterance, words::normalise,
    },
    texts,
    translation::Reach,
};

/// Most characters of a wish that is nothing else.
const LONGEST: usize = 60;
/// What stands around the name of a language where somebody asks for it in English.
const AROUND: [&str; 29] = [
    "answer",
    "can",
    "change",
    "could",
    "do",
    "i",
    "id",
    "in",
    "lets",
    "like",
    "me",
    "now",
    "only",
    "please",
    "prefer",
    "reply",
    "speak",
    "switch",
    "talk",
    "tell",
    "to",
    "understand",
    "use",
    "want",
    "we",
    "with",
    "would",
    "write",
    "you",
];

/// The bot's language that somebody asks for and for nothing else. What the author has written for these very
/// words comes first.
pub fn wished(turn: &Turn<'_>, utterance: &Utterance<'_>) -> Option<String> {
    if utterance.text.len() > LONGEST * 4 || utterance.text.chars().count() > LONGEST {
        return None;
    }
    let bot = turn.bot;
    let machine = match &bot.translation.into {
        Reach::These(languages) => languages.clone(),
        Reach::Any => texts::languages().map(str::to_owned).collect(),
    };
    let text = normalise(utterance.text);
    // First as the conversation speaks, then as the bot may.
    let spoken: Vec<&String> = std::iter::once(&turn.state.language).chain(&bot.languages).collect();
    let wanted = wanted(&bot.languages, &spoken, &text).or_else(|| wanted(&machine, &spoken, &text));
    let language = wanted?.to_owned();
    (!trigger::is_exact(turn, utterance)).then_some(language)
}

/// Changes the language, says so in it, and asks again what was asked.
pub fn run(turn: &mut Turn<'_>, language: String) -> Result<(), Fault> {
    change(turn, language, LanguageReason::Asked, None);
    turn.state.misunderstood = 0;
    turn.say_own("language-changed", &[], None);
    ask_again(turn, None)
}

fn wanted<'l>(languages: &'l [String], spoken: &[&String], text: &str) -> Option<&'l str> {
    named(languages, text).or_else(|| spoken.iter().find_map(|spoken| told(languages, spoken, text)))
}

fn named<'l>(languages: &'l [String], text: &str) -> Option<&'l str> {
    let says = |language: &&String, words: &str| {
        texts::lists([language.as_str()], "language-words")
            .iter()
            .flat_map(|list| &**list)
            .any(|known| known == words)
    };
    let whole = languages.iter().find(|language| says(language, text));
    let bare: Vec<&str> = text.split(' ').filter(|word| !AROUND.contains(word)).collect();
    let bare = bare.join(" ");
    whole.or_else(|| languages.iter().find(|language| says(language, &bare))).map(String::as_str)
}

/// Languages that make endings of a language's name: "angielski", "po angielsku".
const INFLECTED: [&str; 11] = ["bg", "cs", "hr", "hu", "mk", "pl", "ru", "sk", "sl", "sr", "uk"];
/// Languages that call many a language as they call a country: "Italia" is also where a parcel goes.
const LIKE_COUNTRIES: [&str; 6] = ["az", "et", "fi", "id", "ms", "th"];
/// Letters that the forms of such a name begin with in common, at least, and end in, at most.
const COMMON: usize = 4;
const ENDING: usize = 3;

/// The language whose name in the one that is `spoken` stands alone, where it can mean nothing else, or among the words with
/// which that one is wished for: "können wir … sprechen".
fn told<'l>(languages: &'l [String], spoken: &str, text: &str) -> Option<&'l str> {
    let wishes = texts::lists([spoken], "language-words");
    let (around, own): (Vec<&str>, Vec<&str>) =
        wishes.iter().flat_map(|list| list.iter()).map(String::as_str).partition(|wish| wish.contains(' '));
    let around: BTreeSet<&str> =
        around.into_iter().flat_map(|wish| wish.split(' ')).filter(|word| !own.contains(word)).collect();
    let bare = text.split(' ').filter(|word| !around.contains(word)).collect::<Vec<_>>().join(" ");
    let code = first_part(spoken);
    if bare == text && LIKE_COUNTRIES.contains(&code) {
        return None;
    }
    let inflected = INFLECTED.contains(&code);
    let is_meant = |name: &str| name == bare || (inflected && are_forms(name, &bare));
    let (tag, _) = texts::names(spoken).iter().find(|(_, name)| is_meant(name.as_str()))?;
    languages.iter().map(String::as_str).find(|language| first_part(language) == *tag)
}

fn first_part(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// Whether two words are one with two endings.
fn are_forms(one: &str, other: &str) -> bool {
    let common = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let rests = [one, other].map(|word| word.chars().count() - common);
    common >= COMMON && rests.iter().all(|rest| *rest <= ENDING) && !other.contains(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_for_a_language_gets_it() {
        let languages = ["en", "de", "pt-BR", "ja"].map(str::to_owned);
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(named(&languages, &normalise(text)), expected, "{text}");
        };
        check("In English please!", Some("en"));
        check("english", Some("en"));
        check("Can we speak German?", Some("de"));
        check("German please", Some("de"));
        check("auf Deutsch, bitte", Some("de"));
        check("Können wir Deutsch sprechen?", Some("de"));
        check("please write in deutsch", Some("de"));
        check("em português, por favor", Some("pt-BR"));
        check("日本語でお願いします", Some("ja"));
        check("Japanese please", Some("ja"));
        check("en français s'il vous plaît", None);
        check("do you have german shepherds", None);
        check("please", None);
        check("", None);
    }

    #[test]
    fn a_language_is_wished_for_in_the_one_that_is_spoken() {
        let languages = ["en", "de", "pt-BR", "es", "zh-Hans"].map(str::to_owned);
        let check = |spoken: &str, text: &str, expected: Option<&str>| {
            assert_eq!(told(&languages, spoken, &normalise(text)), expected, "{spoken}: {text}");
        };
        check("de", "auf Englisch bitte", Some("en"));
        check("de-AT", "Auf Englisch, bitte!", Some("en"));
        check("de", "Englisch", Some("en"));
        check("de", "Können wir Portugiesisch sprechen?", Some("pt-BR"));
        check("de", "Sprechen Sie Chinesisch?", Some("zh-Hans"));
        check("fr", "en anglais s'il vous plaît", Some("en"));
        check("es", "en alemán por favor", Some("de"));
        check("pl", "po angielsku proszę", Some("en"));
        check("ru", "можно по-английски?", Some("en"));
        check("hu", "németül kérem", Some("de"));
        check("id", "bisa bahasa inggris?", Some("en"));
        check("id", "Jerman", None);
        check("fi", "Espanja", None);
        check("de", "auf Polnisch bitte", None);
        check("de", "ein englisches Buch", None);
        check("de", "Spanien bitte", None);
        check("de", "englisch lernen", None);
        check("de", "bitte", None);
        check("de", "", None);
    }
}
