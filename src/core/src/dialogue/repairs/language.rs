//! Language: "in English, please". The bot goes on in a language that it speaks, and keeps to it.

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
    let language = named(&bot.languages, &text).or_else(|| named(&machine, &text))?.to_owned();
    (!trigger::is_exact(turn, utterance)).then_some(language)
}

/// Changes the language, says so in it, and asks again what was asked.
pub fn run(turn: &mut Turn<'_>, language: String) -> Result<(), Fault> {
    change(turn, language, LanguageReason::Asked, None);
    turn.state.misunderstood = 0;
    turn.say_own("language-changed", &[], None);
    ask_again(turn, None)
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
}
