//! What does a text say in another language?
//!
//! Networks translate sentences: a text is cut into lines and sentences, each is translated, and all are put together again.
//! A sentence that is too long for the network is refused: it would be cut off in silence.

mod marks;

use std::{
    borrow::Cow,
    path::Path,
    time::{Duration, Instant},
};

use rust_bert::{
    RustBertError,
    m2m_100::M2M100SourceLanguages,
    pipelines::translation::{Language, TranslationConfig, TranslationModel},
};
use studio_core::{
    embedding::EmbedError,
    translation::{Marking, TranslateError, Translator, list_sign},
};

use super::{Model, checked, local, model_type, plain, weights};
use crate::{
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, Kind, ModelError, Task},
};

/// How long a translation may take where nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(20);
/// Most characters of a sentence: below the fewest tokens that a network reads.
const MOST_CHARACTERS: usize = 400;
/// Most tokens of a translated sentence.
const MOST_TOKENS: i64 = 256;
/// Sentences that go through the network together.
const TOGETHER: usize = 8;

/// A sentence, with its language and the one that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Sentence {
    from: Language,
    to: Language,
    text: String,
}

struct Network {
    model: TranslationModel,
    kind: Kind,
}

fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let (from, to) = languages(checked);
    let (pieces, cutter) = match checked.kind {
        Kind::M2m100 => ("vocab.json", "sentencepiece.bpe.model"),
        Kind::Bert | Kind::DistilBert | Kind::Bart | Kind::Marian => ("vocab.json", "source.spm"),
    };
    let mut config = TranslationConfig::new(
        model_type(checked.kind),
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(checked.folder.join(pieces)),
        Some(local(checked.folder.join(cutter))),
        from,
        to,
        tch::Device::Cpu,
    );
    config.max_length = Some(MOST_TOKENS.min(i64::try_from(checked.positions).unwrap_or(MOST_TOKENS)));
    Ok(Network { model: TranslationModel::new(config)?, kind: checked.kind })
}

/// Those that it reads and those that it writes.
fn languages(checked: &Checked) -> (Vec<Language>, Vec<Language>) {
    match &checked.pair {
        Some((from, to)) => (language(from).into_iter().collect(), language(to).into_iter().collect()),
        None => (many().collect(), many().collect()),
    }
}

/// M2M100's languages. The engine's own list has a Chinese without a code; and the codes that it has of Malay and Northern
/// Sotho are not the model's.
fn many() -> impl Iterator<Item = Language> {
    let right = |language: &Language| !matches!(language, Language::Malay | Language::NorthernSotho);
    M2M100SourceLanguages::M2M100_418M.into_iter().filter(right).map(|language| match language {
        Language::ChineseMandarin => Language::Chinese,
        language => language,
    })
}

/// The engine's name of a language, by its tag: `zh-Hans` and `pt-BR` are `zh` and `pt` to it.
fn language(tag: &str) -> Option<Language> {
    let code = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    let code = match code.as_str() {
        "nb" | "nn" => "no",
        "fil" => "tl",
        other => other,
    };
    many().find(|language| language.get_iso_639_1_code() == Some(code))
}

impl Engine for Network {
    type Question = Sentence;
    type Answer = String;
    const BATCH: usize = TOGETHER;

    fn run(&self, sentences: &[Sentence]) -> Result<Vec<String>, String> {
        // Of one pair of languages, and of like length, go together.
        let mut order: Vec<usize> = (0..sentences.len()).collect();
        let pair = |place: usize| (sentences[place].from, sentences[place].to);
        order.sort_by_key(|place| {
            let (from, to) = pair(*place);
            (from.get_iso_639_3_code(), to.get_iso_639_3_code(), sentences[*place].text.len())
        });
        let mut translated = vec![String::new(); sentences.len()];
        for alike in order.chunk_by(|one, other| pair(*one) == pair(*other)) {
            for some in alike.chunks(TOGETHER) {
                let texts: Vec<&str> = some.iter().map(|place| sentences[*place].text.as_str()).collect();
                let (from, to) = pair(some[0]);
                let from = (self.kind == Kind::M2m100).then_some(from);
                let found = self.model.translate(&texts, from, to).map_err(|error| error.to_string())?;
                for (place, text) in some.iter().zip(found) {
                    text.trim().clone_into(&mut translated[*place]);
                }
            }
        }
        Ok(translated)
    }
}

/// Between which languages a model translates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs {
    from: Vec<Language>,
    to: Vec<Language>,
}

impl Pairs {
    /// Looks at the files of a folder, and loads nothing.
    pub fn look(folder: &Path) -> Result<Self, ModelError> {
        Self::of(&checked(folder, Task::Translation)?)
    }

    fn of(checked: &Checked) -> Result<Self, ModelError> {
        let (from, to) = languages(checked);
        if from.is_empty() || to.is_empty() {
            let problem = "its languages are not known".to_owned();
            return Err(ModelError::Unsuitable {
                file: checked.folder.join("tokenizer_config.json"),
                problem,
            });
        }
        Ok(Self { from, to })
    }

    /// Whether it is one pair alone.
    pub fn is_one(&self) -> bool {
        self.from.len() == 1 && self.to.len() == 1
    }

    /// Whether this pair (tags such as `pt-BR`) is among them.
    pub fn has(&self, from: &str, to: &str) -> bool {
        self.find(from, to).is_some()
    }

    fn find(&self, from: &str, to: &str) -> Option<(Language, Language)> {
        let from = language(from).filter(|from| self.from.contains(from))?;
        let to = language(to).filter(|to| self.to.contains(to))?;
        (from != to).then_some((from, to))
    }
}

/// A model that translates, in its own thread.
#[derive(Debug)]
pub struct Translations {
    model: Model<Sentence, String>,
    engine: &'static str,
    pairs: Pairs,
}

impl Translations {
    /// Looks at the files of a folder and loads them.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Translation)?;
        let pairs = Pairs::of(&checked)?;
        let engine = if checked.kind == Kind::M2m100 { "m2m100" } else { "marian" };
        let settings = Settings { patience: settings.patience.max(PATIENCE), ..settings };
        let first = Sentence { from: pairs.from[0], to: pairs.to[0], text: "hello".to_owned() };
        Ok(Self { model: Model::open(checked, &[], settings, load, first)?, engine, pairs })
    }

    pub fn stats(&self) -> Stats {
        self.model.stats()
    }

    /// Keeps nothing of what visitors said.
    pub fn forget(&self) {
        self.model.forget();
    }

    #[cfg(test)]
    pub(super) fn languages(&self) -> &[Language] {
        &self.pairs.from
    }

    /// Name and hash of the weights.
    pub fn identity(&self) -> &str {
        &self.model.identity
    }

    /// Translates texts within a time, in their order; as many come back.
    pub fn translate_within(
        &self,
        from: &str,
        to: &str,
        texts: &[String],
        limit: Duration,
    ) -> Result<Vec<String>, TranslateError> {
        let until = Instant::now() + limit;
        let pair = || TranslateError::Pair { from: from.to_owned(), to: to.to_owned() };
        let (source, target) = self.pairs.find(from, to).ok_or_else(pair)?;
        let sentences = texts.iter().flat_map(|text| pieces(text));
        let longest = sentences.map(Piece::length).max().unwrap_or(0);
        if longest > MOST_CHARACTERS {
            return Err(TranslateError::Unfit(format!(
                "a sentence has {longest} characters, and the model reads {MOST_CHARACTERS}"
            )));
        }
        let asking = Asking { translations: self, from: source, to: target, until };
        texts.iter().map(|text| asking.text(text).map_err(|error| refused(&error))).collect()
    }
}

/// A pair of languages, and until when there must be an answer.
#[derive(Clone, Copy)]
struct Asking<'t> {
    translations: &'t Translations,
    from: Language,
    to: Language,
    until: Instant,
}

impl Asking<'_> {
    fn text(&self, text: &str) -> Result<String, EmbedError> {
        let mut translated = String::with_capacity(text.len() * 2);
        for piece in pieces(text) {
            match piece {
                Piece::Space(space) => translated.push_str(space),
                Piece::Sentence(sentence) => {
                    // Of some languages no space ends a sentence; of all others one must.
                    let joined = translated.chars().next_back().is_some_and(|last| !last.is_whitespace());
                    if joined && !without_spaces(self.to) {
                        translated.push(' ');
                    }
                    translated.push_str(&self.sentence(sentence)?);
                }
            }
        }
        Ok(translated)
    }

    fn sentence(&self, sentence: &str) -> Result<String, EmbedError> {
        if !marks::has_signs(sentence) {
            return self.words(sentence);
        }
        if let Some(numbered) = marks::numbered(sentence)
            && let Some(whole) = numbered.restore(&self.words(&numbered.text)?)
        {
            return Ok(whole);
        }
        let mut translated = String::with_capacity(sentence.len() * 2);
        let spaced = without_spaces(self.from) && !without_spaces(self.to);
        let mut behind_gap = false;
        for part in marks::parts(sentence) {
            let (made, gap) = match part {
                marks::Part::Sign(sign) => (sign.to_owned(), sign.starts_with('{')),
                marks::Part::Words(words) => {
                    let bare = words.trim();
                    let start = words.len() - words.trim_start().len();
                    let made = marks::inner(bare, &self.words(bare)?);
                    (format!("{}{made}{}", &words[..start], &words[start + bare.len()..]), false)
                }
            };
            let word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            let before = gap && word(translated.chars().next_back());
            if spaced && (before || behind_gap && word(made.chars().next())) {
                translated.push(' ');
            }
            translated.push_str(&made);
            behind_gap = gap;
        }
        Ok(translated)
    }

    /// What the network makes of words; what holds none stays as it is.
    fn words(&self, words: &str) -> Result<String, EmbedError> {
        if !words.chars().any(char::is_alphanumeric) {
            return Ok(words.to_owned());
        }
        let Self { from, to, .. } = *self;
        let question = Sentence { from, to, text: quoted(&plain(words)).into_owned() };
        let left = self.until.saturating_duration_since(Instant::now());
        self.translations.model.service.ask_within(&format!("{from:?} {to:?} {words}"), question, left)
    }
}

impl Translator for Translations {
    fn engine(&self, _: &str, _: &str) -> &str {
        self.engine
    }

    fn marking(&self) -> Marking {
        Marking::Plain
    }

    fn translates(&self, from: &str, to: &str) -> bool {
        self.pairs.has(from, to)
    }

    fn translate(&self, from: &str, to: &str, texts: &[String]) -> Result<Vec<String>, TranslateError> {
        self.translate_within(from, to, texts, PATIENCE)
    }
}

fn refused(error: &EmbedError) -> TranslateError {
    match error {
        EmbedError::Busy => TranslateError::Busy,
        EmbedError::Late => TranslateError::Late,
        EmbedError::Down | EmbedError::Failed(_) => TranslateError::Failed(error.to_string()),
    }
}

/// The tokenisers take what stands between such marks for a language, wherever it is, and panic over it.
fn quoted(text: &str) -> Cow<'_, str> {
    if text.contains(">>") && text.contains("<<") {
        return Cow::Owned(text.replace(">>", "»").replace("<<", "«"));
    }
    Cow::Borrowed(text)
}

fn without_spaces(language: Language) -> bool {
    matches!(
        language,
        Language::Chinese | Language::Japanese | Language::Thai | Language::Lao | Language::Burmese
    )
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Sentence(&'t str),
    /// Between two sentences, also the sign of a list: kept as it is, for networks lose it.
    Space(&'t str),
}

impl Piece<'_> {
    fn length(self) -> usize {
        match self {
            Self::Sentence(text) => text.chars().count(),
            Self::Space(_) => 0,
        }
    }
}

/// A text as sentences and what is between them; put together they are the text.
fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut begins_line) = (text, true);
    while !rest.is_empty() {
        let words = rest.trim_start();
        let (space, from) = rest.split_at(rest.len() - words.len());
        if !space.is_empty() {
            pieces.push(Piece::Space(space));
        }
        begins_line |= space.contains('\n');
        if let Some(length) = begins_line.then(|| list_sign(from)).flatten() {
            pieces.push(Piece::Space(&from[..length]));
            rest = &from[length..];
            continue;
        }
        begins_line = false;
        let end = sentence(from);
        if end > 0 {
            pieces.push(Piece::Sentence(&from[..end]));
        }
        rest = &from[end..];
    }
    pieces
}

/// Where the first sentence ends: before a new line, behind a mark that a space or the end follows, or behind one of Chinese.
fn sentence(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let behind = place + letter.len_utf8();
        let ends = match letter {
            '\n' => return place,
            '。' | '！' | '？' => next.is_none_or(|next| !"”」』）。！？".contains(next)),
            '.' | '!' | '?' | '…' | '।' | '؟' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            return behind;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_into_sentences_and_nothing_is_lost() {
        let check = |text: &str, expected: &[&str]| {
            let found = pieces(text);
            let whole: String = found
                .iter()
                .map(|piece| match piece {
                    Piece::Sentence(text) | Piece::Space(text) => *text,
                })
                .collect();
            assert_eq!(whole, text);
            let sentences: Vec<&str> = found
                .iter()
                .filter_map(|piece| match piece {
                    Piece::Sentence(text) => Some(*text),
                    Piece::Space(_) => None,
                })
                .collect();
            assert_eq!(sentences, expected, "{text:?}");
        };
        check("", &[]);
        check("  \n ", &[]);
        check(
            "Hello! How are you?\n\nVersion 1.5 is out.",
            &["Hello!", "How are you?", "Version 1.5 is out."],
        );
        check("你好。你在哪里？我在家", &["你好。", "你在哪里？", "我在家"]);
        check(
            "We have:\n- Tents. Red\n  * Ropes\n2. Stoves {0}\n-5 degrees. - No",
            &["We have:", "Tents.", "Red", "Ropes", "Stoves {0}", "-5 degrees.", "- No"],
        );
        check("* one", &["one"]);
        check("他说“好。”然后走了。", &["他说“好。”然后走了。"]);
    }

    #[test]
    fn languages_are_found_by_their_tags() {
        assert_eq!(language("zh-Hans"), Some(Language::Chinese));
        assert_eq!(language("pt-BR"), Some(Language::Portuguese));
        assert_eq!(language("nb"), Some(Language::Norwegian));
        assert_eq!(language("xx"), None);
        assert_eq!(many().count(), 98);
        let codes: std::collections::BTreeSet<_> =
            many().map(|one| one.get_iso_639_1_code().unwrap()).collect();
        assert_eq!(codes.len(), 98, "each has its own code");
    }
}
