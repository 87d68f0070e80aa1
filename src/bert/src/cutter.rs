//! How is a text cut into the pieces that a network of sentences reads?

use std::path::Path;

use rust_tokenizers::{
    TokenizedInput,
    error::TokenizerError,
    tokenizer::{BertTokenizer, Tokenizer as _, TruncationStrategy, XLMRobertaTokenizer},
    vocab::Vocab as _,
};
use tokenizers::{Encoding, Tokenizer, TruncationParams, models::ModelWrapper};

use crate::verify::{DESCRIPTION, PIECES, VOCABULARY};

/// Which of a model's files says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The pieces of words, one a line: [`VOCABULARY`].
    Words,
    /// All that is done with a text, step by step: [`DESCRIPTION`].
    Described,
    /// The pieces of any text, each with its weight: [`PIECES`], numbered as XLM-R does.
    Pieces,
}

impl Cut {
    pub fn file(self) -> &'static str {
        match self {
            Self::Words => VOCABULARY,
            Self::Described => DESCRIPTION,
            Self::Pieces => PIECES,
        }
    }
}

pub(crate) enum Cutter {
    Words(Box<BertTokenizer>),
    Described(Box<Tokenizer>),
    Pieces(Box<XLMRobertaTokenizer>),
}

/// The tokens of a text.
pub(crate) struct Tokens {
    pub(crate) ids: Vec<i64>,
    /// The character of the text that tells where a token stands; none of the marks at both ends.
    pub(crate) places: Vec<Option<usize>>,
}

impl Cutter {
    /// `most` are the tokens at which a text is cut off.
    pub(crate) fn load(folder: &Path, cut: Cut, lower_case: bool, most: usize) -> Result<Self, String> {
        let file = folder.join(cut.file());
        let told = |error: TokenizerError| error.to_string();
        Ok(match cut {
            Cut::Words => {
                Self::Words(Box::new(BertTokenizer::from_file(file, lower_case, lower_case).map_err(told)?))
            }
            Cut::Described => {
                let mut tokenizer = Tokenizer::from_file(file).map_err(|error| error.to_string())?;
                let cut_off = TruncationParams { max_length: most, ..TruncationParams::default() };
                tokenizer.with_truncation(Some(cut_off)).map_err(|error| error.to_string())?;
                // What a run needs is filled up there.
                tokenizer.with_padding(None);
                Self::Described(Box::new(tokenizer))
            }
            Cut::Pieces => {
                Self::Pieces(Box::new(XLMRobertaTokenizer::from_file(file, lower_case).map_err(told)?))
            }
        })
    }

    /// How many word vectors the numbers of its pieces need.
    pub(crate) fn size(&self) -> u64 {
        let last = match self {
            Self::Words(tokenizer) => tokenizer.vocab().values().values().copied().max(),
            Self::Described(tokenizer) => tokenizer.get_vocab(true).into_values().max().map(i64::from),
            Self::Pieces(tokenizer) => tokenizer.vocab().values().values().copied().max(),
        };
        last.map_or(0, |last| last.unsigned_abs() + 1)
    }

    /// The number that stands for whatever it has no piece for; nothing where it has one for everything.
    pub(crate) fn unknown(&self) -> Option<i64> {
        match self {
            Self::Words(tokenizer) => {
                let words = tokenizer.vocab();
                Some(words.token_to_id(words.get_unknown_value()))
            }
            Self::Described(tokenizer) => {
                let named = match tokenizer.get_model() {
                    ModelWrapper::BPE(model) => model.unk_token.as_deref(),
                    ModelWrapper::WordPiece(model) => Some(model.unk_token.as_str()),
                    ModelWrapper::WordLevel(model) => Some(model.unk_token.as_str()),
                    // Only the place of it is told there, and not to us.
                    ModelWrapper::Unigram(_) => Some("<unk>"),
                };
                named.and_then(|piece| tokenizer.token_to_id(piece)).map(i64::from)
            }
            Self::Pieces(tokenizer) => {
                let pieces = tokenizer.vocab();
                Some(pieces.token_to_id(pieces.get_unknown_value()))
            }
        }
    }

    /// The tokens of the texts, in their order, each text with at most `most`.
    pub(crate) fn cut(&self, texts: &[&str], most: usize) -> Result<Vec<Tokens>, String> {
        match self {
            Self::Words(tokenizer) => {
                let cut = tokenizer.encode_list(texts, most, &TruncationStrategy::LongestFirst, 0);
                Ok(cut.into_iter().map(|tokens| Tokens::of(tokens, |begin, _| begin)).collect())
            }
            Self::Described(tokenizer) => {
                let cut = texts.iter().map(|text| tokenizer.encode_char_offsets(*text, true));
                cut.map(|encoding| {
                    encoding.map(|it| Tokens::described(&it)).map_err(|error| error.to_string())
                })
                .collect()
            }
            Self::Pieces(tokenizer) => {
                let cut = tokenizer.encode_list(texts, most, &TruncationStrategy::LongestFirst, 0);
                Ok(cut.into_iter().map(|tokens| Tokens::of(tokens, last_of)).collect())
            }
        }
    }
}

/// A piece may begin with the space before its word.
fn last_of(begin: usize, end: usize) -> usize {
    end.saturating_sub(1).max(begin)
}

impl Tokens {
    fn of(tokens: TokenizedInput, place: impl Fn(usize, usize) -> usize) -> Self {
        let places = tokens.token_offsets.iter();
        let places = places.map(|it| it.map(|it| place(it.begin as usize, it.end as usize))).collect();
        Self { ids: tokens.token_ids, places }
    }

    fn described(encoding: &Encoding) -> Self {
        let places = encoding.get_offsets().iter().zip(encoding.get_special_tokens_mask());
        let places = places.map(|((begin, end), mark)| (*mark == 0).then(|| last_of(*begin, *end))).collect();
        Self { ids: encoding.get_ids().iter().map(|id| i64::from(*id)).collect(), places }
    }
}
