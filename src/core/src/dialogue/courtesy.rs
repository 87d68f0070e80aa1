//! What does a message say besides its courtesy: "no, cancel please", "actually no", "nein, vielen Dank"?

use std::{collections::BTreeSet, sync::Arc};

use super::words::{STOPS, normalise};
use crate::texts;

/// Most words of a message that is looked at.
const MOST_WORDS: usize = 12;
/// Languages whose "no" negates neither a verb nor a noun, and needs no comma behind it: "nein abbrechen", but "no cancelar".
const PLAIN_NO: [&str; 5] = ["de", "fr", "it", "nl", "tr"];

/// The words of courtesy of a language.
pub struct Courtesy {
    yes: List,
    no: List,
    polite: List,
    thanks: List,
    greetings: List,
    /// The "no" that needs no comma.
    plain_no: Option<String>,
}

/// What a message of nothing but courtesy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nicety {
    /// Also "no thanks".
    Thanks,
    /// Hello, or good-bye.
    Greeting,
    Agreement,
}

/// Normalised phrases.
struct List(Vec<Arc<[String]>>);

impl Courtesy {
    pub fn of(language: &str) -> Self {
        let list = |key| List(texts::lists([language], key));
        let no = list("no-words");
        let is_plain = language.split('-').next().is_some_and(|primary| PLAIN_NO.contains(&primary));
        let plain_no = no.phrases().next().filter(|_| is_plain).cloned();
        Self {
            yes: list("yes-words"),
            polite: list("polite-words"),
            thanks: list("thanks-words"),
            greetings: list("greeting-words"),
            no,
            plain_no,
        }
    }

    /// Whether a text is one or several of the wanted phrases (normalised) and otherwise courtesy, yes, and a no before them.
    pub fn surrounds(&self, text: &str, wanted: impl Fn(&str) -> bool) -> bool {
        if self.says(text).is_some() {
            return false;
        }
        let wanted = |words: &str| wanted(words) && !self.is_kind(words);
        let beside = |words: &str| self.is_kind(words) || self.yes.has(words);
        let stands = |text: &str| made_of(text, [&wanted, &beside]).iter().any(|[wanted, _]| *wanted);
        let rest = self.behind_no(text);
        is_short(&rest) && (stands(&rest) || stands(&self.without_politeness(&rest)))
    }

    /// Whether a text is a yes or a no as it stands.
    pub fn says(&self, text: &str) -> Option<bool> {
        let words = normalise(text);
        if self.yes.has(&words) { Some(true) } else { self.no.has(&words).then_some(false) }
    }

    /// Whether a text says yes or no and otherwise nothing but courtesy; nothing where it says both.
    pub fn yes_or_no(&self, text: &str) -> Option<bool> {
        let ways = self.answers(text);
        let says = |yes: bool, no: bool| ways.iter().any(|way| (way[0], way[1]) == (yes, no));
        match (says(true, false), says(false, true)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }

    /// Whether a text is a no with thanks.
    pub fn declines(&self, text: &str) -> bool {
        self.answers(text).iter().any(|[yes, no, thanks, _]| !yes && *no && *thanks)
    }

    /// What a text says that is nothing but courtesy. A bare "please" or "no" says more.
    pub fn nicety(&self, text: &str) -> Option<Nicety> {
        let lists = [&self.greetings, &self.thanks, &self.yes, &self.no, &self.polite];
        let [greets, thanks, agrees, denies, polite] = lists.map(|list| move |words: &str| list.has(words));
        let ways = made_of(&normalise(text), [&greets, &thanks, &agrees, &denies, &polite]);
        let says = |[greets, thanks, agrees, denies, _]: [bool; 5]| match (denies, thanks) {
            (true, true) => (!agrees).then_some(Nicety::Thanks),
            (true, false) => None,
            (false, true) => Some(Nicety::Thanks),
            (false, false) if greets => Some(Nicety::Greeting),
            (false, false) => agrees.then_some(Nicety::Agreement),
        };
        ways.into_iter().filter_map(says).min()
    }

    /// Which of yes, no, thanks and other courtesy a text may be made of.
    fn answers(&self, text: &str) -> BTreeSet<[bool; 4]> {
        let lists = [&self.yes, &self.no, &self.thanks, &self.polite];
        let [yes, no, thanks, polite] = lists.map(|list| move |words: &str| list.has(words));
        made_of(&normalise(text), [&yes, &no, &thanks, &polite])
    }

    fn is_kind(&self, words: &str) -> bool {
        self.polite.has(words) || self.thanks.has(words)
    }

    /// The words behind a no that a pause sets off.
    fn behind_no(&self, text: &str) -> String {
        let no = |words: &str| self.no.has(words);
        let kind = |words: &str| self.is_kind(words);
        let is_no = |part: &String| made_of(part, [&no, &kind]).iter().any(|[no, _]| *no);
        let parts = text.split(STOPS).map(normalise).filter(|part| !part.is_empty());
        let rest = parts.skip_while(is_no).collect::<Vec<_>>().join(" ");
        let plain = self.plain_no.as_deref().and_then(|no| rest.strip_prefix(no)?.strip_prefix(' '));
        plain.map_or_else(|| rest.clone(), str::to_owned)
    }

    /// "Could you please repeat that" is "could you repeat that".
    fn without_politeness(&self, text: &str) -> String {
        let words: Vec<&str> = text.split(' ').take(MOST_WORDS).collect();
        let mut left = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let mut ends = (at + 1..=words.len()).rev();
            if let Some(end) = ends.find(|end| self.polite.has(&words[at..*end].join(" "))) {
                at = end;
            } else {
                left.push(words[at]);
                at += 1;
            }
        }
        left.join(" ")
    }
}

impl List {
    fn phrases(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(|list| list.iter())
    }

    fn has(&self, words: &str) -> bool {
        self.phrases().any(|phrase| phrase == words)
    }
}

/// Whether a normalised text is short enough to be looked at.
pub fn is_short(text: &str) -> bool {
    text.split(' ').nth(MOST_WORDS).is_none()
}

/// The ways in which a normalised text is nothing but phrases of these kinds: of each way, which kinds are in it.
fn made_of<const KINDS: usize>(text: &str, kinds: [&dyn Fn(&str) -> bool; KINDS]) -> BTreeSet<[bool; KINDS]> {
    if text.is_empty() || !is_short(text) {
        return BTreeSet::new();
    }
    let words: Vec<&str> = text.split(' ').collect();
    // The ways of the words before each place.
    let mut ways = vec![BTreeSet::new(); words.len() + 1];
    ways[0].insert([false; KINDS]);
    for start in 0..words.len() {
        let before = std::mem::take(&mut ways[start]);
        for end in start + 1..=words.len() {
            if before.is_empty() {
                break;
            }
            let phrase = words[start..end].join(" ");
            for (kind, _) in kinds.iter().enumerate().filter(|(_, has)| has(phrase.as_str())) {
                let with = before.iter().map(|way: &[bool; KINDS]| {
                    let mut with = *way;
                    with[kind] = true;
                    with
                });
                ways[end].extend(with);
            }
        }
    }
    ways.pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_stand_among_courtesy() {
        let check = |language: &str, text: &str, expected: bool| {
            let wanted = texts::lists([language], "cancel-words");
            let wanted =
                |words: &str| wanted.iter().flat_map(|list| list.iter()).any(|phrase| phrase == words);
            assert_eq!(Courtesy::of(language).surrounds(text, wanted), expected, "{language}: {text}");
        };
        for text in ["no, cancel", "please cancel", "cancel please", "ok cancel", "never mind, thanks"] {
            check("en", text, true);
        }
        check("en", "Oh no, please just stop it, thank you!", true);
        check("en", "never mind, forget it", true);
        check("en", "don't cancel", false);
        check("en", "please do not cancel", false);
        check("en", "cancel? no!", false);
        check("en", "no thanks", false);
        check("en", "please", false);
        check("en", "cancel my order please", false);
        check("en", &"please ".repeat(5_000), false);
        check("de", "nein, abbrechen", true);
        check("de", "nein abbrechen bitte", true);
        check("de", "Brechen Sie bitte ab", true);
        check("de", "bitte nicht abbrechen", false);
        check("de", "niemals abbrechen", false);
        check("fr", "non annuler s'il vous plaît", true);
        check("es", "no, cancelar", true);
        check("es", "no cancelar", false);
        check("pl", "nie anuluj", false);
        check("pl", "nie, anuluj proszę", true);
        check("xx", "please cancel", false);
    }

    #[test]
    fn a_word_of_courtesy_is_nothing_else_among_others() {
        let wanted = texts::lists(["cs"], "repeat-words");
        let wanted = |words: &str| wanted.iter().flat_map(|list| list.iter()).any(|phrase| phrase == words);
        assert!(wanted("prosím"), "\"pardon?\" by itself");
        assert!(!Courtesy::of("cs").surrounds("ne, prosím", wanted));
    }

    #[test]
    fn yes_and_no_stand_among_courtesy() {
        let check = |language: &str, text: &str, expected: Option<bool>| {
            assert_eq!(Courtesy::of(language).yes_or_no(text), expected, "{language}: {text}");
        };
        check("en", "actually no", Some(false));
        check("en", "no actually", Some(false));
        check("en", "yes please do", Some(true));
        check("en", "well, yes, thanks", Some(true));
        check("en", "no problem", None);
        check("en", "ok no", None);
        check("en", "please", None);
        check("de", "nein doch nicht", Some(false));
        check("de", "ja gern", Some(true));
        check("de", "ach ja, bitte", Some(true));
        check("pl", "no tak", Some(true));
        check("es", "no sé", None);
    }

    #[test]
    fn courtesy_and_nothing_else_is_told_apart() {
        let check = |language: &str, text: &str, expected: Option<Nicety>| {
            assert_eq!(Courtesy::of(language).nicety(text), expected, "{language}: {text}");
        };
        for text in ["hello", "Hi there!", "ok, bye", "good evening", "see you later"] {
            check("en", text, Some(Nicety::Greeting));
        }
        for text in ["thanks!", "ok thank you", "no, thanks"] {
            check("en", text, Some(Nicety::Thanks));
        }
        for text in ["ok", "yes, please", "👍"] {
            check("en", text, Some(Nicety::Agreement));
        }
        for text in ["please", "no", "ok, no", "thanks for the tent", "hello where is my order", ""] {
            check("en", text, None);
        }
        check("de", "Vielen Dank", Some(Nicety::Thanks));
        check("de", "Auf Wiedersehen!", Some(Nicety::Greeting));
        check("de", "Tschüss, danke", Some(Nicety::Thanks));
        check("fr", "au revoir", Some(Nicety::Greeting));
    }

    #[test]
    fn a_no_with_thanks_declines() {
        let check = |language: &str, text: &str, expected: bool| {
            assert_eq!(Courtesy::of(language).declines(text), expected, "{language}: {text}");
        };
        check("en", "no thanks", true);
        check("en", "No, thank you very much!", true);
        check("en", "no", false);
        check("en", "thanks", false);
        check("en", "not really", false);
        check("en", "no thanks to you", false);
        check("de", "nein danke", true);
        check("de", "ach nein, vielen Dank", true);
        check("de", "ja danke", false);
        check("fr", "non merci", true);
        check("es", "no, muchas gracias", true);
        check("it", "no grazie", true);
        check("pt", "não obrigada", true);
        check("nl", "nee dank u", true);
        check("pl", "nie dziękuję", true);
        check("tr", "hayır teşekkürler", true);
    }
}
