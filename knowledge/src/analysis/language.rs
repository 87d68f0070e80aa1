//! How do the words of one language become terms?

use tantivy::tokenizer::{Language, Stemmer, TextAnalyzer, TokenStream, WhitespaceTokenizer};

use super::{Role, Weight, Word, fold::without_marks, kin, stop::StopWords, words::words};

/// Signs behind which another clause begins.
const CLAUSE_ENDS: [char; 12] = [',', ';', ':', '.', '!', '?', '\n', '，', '。', '；', '！', '？'];

/// The steps from a text to its terms, for one language.
pub struct Analyzer {
    code: String,
    stemmer: Option<TextAnalyzer>,
    stop: StopWords,
    compounds: bool,
}

/// A word of a question and the terms it may stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub word: Word,
    /// One term, or two where stemming with and without marks differs.
    pub terms: Vec<String>,
    pub weight: Weight,
    pub role: Role,
    /// Number of its clause in the question, from 0.
    pub clause: usize,
}

impl Analyzer {
    /// The analyzer of `code` (ISO 639-1); a language that has no stemmer is folded and cut only.
    pub fn of(code: &str) -> Self {
        let language = stemmed(code);
        let stemmer = language.map(|language| {
            TextAnalyzer::builder(WhitespaceTokenizer::default()).filter(Stemmer::new(language)).build()
        });
        let compounds = matches!(code, "de" | "nl" | "sv" | "da" | "no" | "nb" | "nn" | "fi" | "hu");
        Self { code: code.to_owned(), stemmer, stop: StopWords::of(code, language), compounds }
    }

    /// Whether the language writes several words as one, so that a part of a word may be what was asked for.
    pub fn has_compounds(&self) -> bool {
        self.compounds
    }

    /// The terms that may be of one family with `term`: "storage" of "store".
    pub fn kin(&self, term: &str) -> Vec<String> {
        kin::kin(&self.code, term)
    }

    /// The terms of a text that is put into the index, in order; the second form of a word follows the first.
    pub fn terms(&mut self, text: &str) -> Vec<String> {
        let words = words(text, true);
        self.forms(&words).into_iter().flatten().collect()
    }

    /// The words of a question, in order, with their terms and what they weigh.
    pub fn question(&mut self, text: &str) -> Vec<Asked> {
        let (words, clauses): (Vec<Word>, Vec<usize>) = in_clauses(text).into_iter().unzip();
        let forms = self.forms(&words);
        let words = words.into_iter().zip(clauses).zip(forms);
        let asked = |((word, clause), terms): ((Word, usize), Vec<String>)| {
            let (weight, role) = (self.stop.weight(&word), self.stop.role(&word));
            Asked { word, terms, weight, role, clause }
        };
        words.map(asked).collect()
    }

    fn forms(&mut self, words: &[Word]) -> Vec<Vec<String>> {
        let plain: Vec<String> = words.iter().map(|word| without_marks(&word.text)).collect();
        let stems = self.stems(words.iter().map(|word| word.text.as_str()));
        let plain_stems = self.stems(plain.iter().map(String::as_str));
        let both = stems.into_iter().zip(plain_stems).zip(words);
        let both = both.map(|((stem, plain), word)| {
            if word.gram {
                return vec![word.text.clone()];
            }
            let (stem, plain) = (without_marks(&stem), without_marks(&plain));
            if stem == plain { vec![stem] } else { vec![stem, plain] }
        });
        both.collect()
    }

    /// Stems word by word. The words have no spaces within, so that one pass over all of them keeps their number.
    fn stems<'a>(&mut self, words: impl Iterator<Item = &'a str> + Clone) -> Vec<String> {
        let Some(stemmer) = &mut self.stemmer else { return words.map(str::to_owned).collect() };
        let text = words.clone().collect::<Vec<_>>().join(" ");
        let mut stems = Vec::new();
        let mut stream = stemmer.token_stream(&text);
        while stream.advance() {
            stems.push(stream.token().text.clone());
        }
        debug_assert_eq!(stems.len(), words.count(), "a word was lost or parted while stemming");
        stems
    }
}

/// The words of a question with the numbers of their clauses.
fn in_clauses(text: &str) -> Vec<(Word, usize)> {
    let mut found: Vec<(Word, usize)> = Vec::new();
    for (clause, part) in text.split(CLAUSE_ENDS).enumerate() {
        // A comma follows it, at least.
        if let Some((last, _)) = found.last_mut() {
            last.open = false;
        }
        found.extend(words(part, false).into_iter().map(|word| (word, clause)));
    }
    found
}

/// `de` of `de-AT` and `DE_at`; empty where there is no code.
pub fn code_of(language: &str) -> String {
    let code = language.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
    if (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase()) {
        code
    } else {
        String::new()
    }
}

/// The language (ISO 639-1) that `text` is clearly written in, of those in `among`, or of all if that is empty.
pub fn detect(text: &str, among: &[&str]) -> Option<&'static str> {
    let allowed: Vec<whatlang::Lang> = KNOWN
        .iter()
        .filter(|(_, code)| among.is_empty() || among.contains(code))
        .map(|(lang, _)| *lang)
        .collect();
    let info = whatlang::Detector::with_allowlist(allowed).detect(text)?;
    if !info.is_reliable() {
        return None;
    }
    KNOWN.iter().find(|(lang, _)| *lang == info.lang()).map(|(_, code)| *code)
}

const KNOWN: &[(whatlang::Lang, &str)] = {
    use whatlang::Lang as L;
    &[
        (L::Ara, "ar"),
        (L::Ces, "cs"),
        (L::Cmn, "zh"),
        (L::Dan, "da"),
        (L::Deu, "de"),
        (L::Ell, "el"),
        (L::Eng, "en"),
        (L::Fin, "fi"),
        (L::Fra, "fr"),
        (L::Heb, "he"),
        (L::Hin, "hi"),
        (L::Hrv, "hr"),
        (L::Hun, "hu"),
        (L::Ind, "id"),
        (L::Ita, "it"),
        (L::Jpn, "ja"),
        (L::Kor, "ko"),
        (L::Nld, "nl"),
        (L::Nob, "no"),
        (L::Pol, "pl"),
        (L::Por, "pt"),
        (L::Ron, "ro"),
        (L::Rus, "ru"),
        (L::Spa, "es"),
        (L::Swe, "sv"),
        (L::Tam, "ta"),
        (L::Tha, "th"),
        (L::Tur, "tr"),
        (L::Ukr, "uk"),
        (L::Vie, "vi"),
    ]
};

fn stemmed(code: &str) -> Option<Language> {
    Some(match code {
        "ar" => Language::Arabic,
        "da" => Language::Danish,
        "nl" => Language::Dutch,
        "en" => Language::English,
        "fi" => Language::Finnish,
        "fr" => Language::French,
        "de" => Language::German,
        "el" => Language::Greek,
        "hu" => Language::Hungarian,
        "it" => Language::Italian,
        "no" | "nb" | "nn" => Language::Norwegian,
        "pt" => Language::Portuguese,
        "ro" => Language::Romanian,
        "ru" => Language::Russian,
        "es" => Language::Spanish,
        "sv" => Language::Swedish,
        "ta" => Language::Tamil,
        "tr" => Language::Turkish,
        _ => return None,
    })
}
