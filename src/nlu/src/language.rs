//! In which of the bot's languages is a text written?

use whatlang::{Detector, Lang};

/// Letters below which no guess is made: "ok", "hotel" and "taxi" are words of any language.
const FEWEST_LETTERS: usize = 12;
/// Confidence below which no guess is made.
const LEAST_CONFIDENCE: f64 = 0.5;

/// The languages that a bot speaks.
#[derive(Clone, Debug)]
pub(crate) struct Languages {
    /// ISO 639-1, as the bot names them.
    codes: Vec<String>,
    known: Vec<(Lang, String)>,
}

impl Languages {
    pub(crate) fn new(codes: &[String]) -> Self {
        let known = codes.iter().filter_map(|code| Some((of_code(code)?, code.clone()))).collect();
        Self { codes: codes.to_vec(), known }
    }

    pub(crate) fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The language of a text, where it is clear; always one of the bot's.
    pub(crate) fn detect(&self, text: &str) -> Option<String> {
        if self.known.len() < 2 {
            return None;
        }
        let letters = text.chars().filter(|character| character.is_alphabetic()).count();
        let detector = Detector::with_allowlist(self.known.iter().map(|(language, _)| *language).collect());
        let info = detector.detect(text)?;
        // A script of its own (Greek, Hebrew …) is clear from the first word.
        let own_script = self
            .known
            .iter()
            .all(|(language, _)| *language == info.lang() || !info.script().langs().contains(language));
        if !own_script && (letters < FEWEST_LETTERS || info.confidence() < LEAST_CONFIDENCE) {
            return None;
        }
        self.known.iter().find(|(language, _)| *language == info.lang()).map(|(_, code)| code.clone())
    }
}

/// whatlang speaks ISO 639-3.
fn of_code(code: &str) -> Option<Lang> {
    let three = match code.split(['-', '_']).next()? {
        "af" => "afr",
        "am" => "amh",
        "ar" => "ara",
        "az" => "aze",
        "be" => "bel",
        "bg" => "bul",
        "bn" => "ben",
        "ca" => "cat",
        "cs" => "ces",
        "cy" => "cym",
        "da" => "dan",
        "de" => "deu",
        "el" => "ell",
        "en" => "eng",
        "eo" => "epo",
        "es" => "spa",
        "et" => "est",
        "fa" => "pes",
        "fi" => "fin",
        "fr" => "fra",
        "gu" => "guj",
        "he" => "heb",
        "hi" => "hin",
        "hr" => "hrv",
        "hu" => "hun",
        "hy" => "hye",
        "id" => "ind",
        "it" => "ita",
        "ja" => "jpn",
        "jv" => "jav",
        "ka" => "kat",
        "km" => "khm",
        "kn" => "kan",
        "ko" => "kor",
        "la" => "lat",
        "lt" => "lit",
        "lv" => "lav",
        "mk" => "mkd",
        "ml" => "mal",
        "mr" => "mar",
        "my" => "mya",
        "nb" | "no" => "nob",
        "ne" => "nep",
        "nl" => "nld",
        "or" => "ori",
        "pa" => "pan",
        "pl" => "pol",
        "pt" => "por",
        "ro" => "ron",
        "ru" => "rus",
        "si" => "sin",
        "sk" => "slk",
        "sl" => "slv",
        "sr" => "srp",
        "sv" => "swe",
        "ta" => "tam",
        "te" => "tel",
        "th" => "tha",
        "tk" => "tuk",
        "tl" => "tgl",
        "tr" => "tur",
        "uk" => "ukr",
        "ur" => "urd",
        "uz" => "uzb",
        "vi" => "vie",
        "yi" => "yid",
        "zh" => "cmn",
        "zu" => "zul",
        _ => return None,
    };
    Lang::from_code(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_one_of_the_bots_or_unclear() {
        let bot =
            |codes: &[&str]| Languages::new(&codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>());
        let check = |codes: &[&str], text: &str, expected: Option<&str>| {
            assert_eq!(bot(codes).detect(text).as_deref(), expected, "{text}");
        };
        let both = ["en", "de"];
        check(&both, "where is the order that I placed last week?", Some("en"));
        check(&both, "Wo ist meine Bestellung von letzter Woche?", Some("de"));
        check(&both, "Where is my order?", Some("en"));
        check(&both, "Wo ist meine Bestellung?", Some("de"));
        check(&both, "ok", None);
        check(&both, "", None);
        check(&both, "4711 4711 4711 4711", None);
        check(&["en", "el"], "πού είναι", Some("el"));
        check(&["en"], "Wo ist meine Bestellung von letzter Woche?", None);
        check(&["en", "xx"], "where is the order that I placed last week?", None);
    }
}
