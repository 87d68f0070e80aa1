//! Are these files a model for this task?
//!
//! The engine takes a label's number for its meaning, panics on a key that is not there, and on a number that is too large in
//! the middle of a sentence. What it takes for granted is looked at here.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

use rust_bert::{bart::BartConfig, bert::BertConfig, distilbert::DistilBertConfig, m2m_100::M2M100Config};
use serde::{Deserialize, Serialize};

use super::{
    CONFIG, ModelError, VOCABULARY, json, shape,
    tensors::{self, Head},
    vocabulary,
    weights::{self, Tensors},
    words,
};

/// What a model does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Makes a vector of a text.
    Vectors,
    Sentiment,
    /// Finds names.
    Names,
    /// Finds answers in passages.
    Answers,
    /// Weighs labels that it does not know.
    Labels,
    Summary,
    Translation,
}

impl Task {
    pub const ALL: [Self; 7] = [
        Self::Vectors,
        Self::Sentiment,
        Self::Names,
        Self::Answers,
        Self::Labels,
        Self::Summary,
        Self::Translation,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Vectors => "vectors",
            Self::Sentiment => "sentiment",
            Self::Names => "names",
            Self::Answers => "answers",
            Self::Labels => "labels",
            Self::Summary => "summary",
            Self::Translation => "translation",
        }
    }
}

impl std::str::FromStr for Task {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = Self::ALL.map(Self::as_str);
        Self::ALL
            .into_iter()
            .find(|task| task.as_str() == text)
            .ok_or_else(|| format!("a task is one of {}", all.join(", ")))
    }
}

/// A kind of network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bert,
    DistilBert,
    Bart,
    Marian,
    M2m100,
}

/// A model whose files were looked at.
#[derive(Clone, Debug)]
pub struct Checked {
    pub folder: PathBuf,
    pub weights: PathBuf,
    pub kind: Kind,
    /// Most tokens of a text.
    pub positions: usize,
    pub lower_case: bool,
    /// Of a translator for one pair of languages: from and to.
    pub pair: Option<(String, String)>,
    /// What the network needs.
    pub(crate) tensors: Tensors,
}

/// Fewest tokens that a network must be able to read.
const FEWEST_POSITIONS: i64 = 64;
/// M2M100's languages, which follow its pieces.
const LANGUAGES: i64 = 100;

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    do_lower_case: bool,
    source_lang: Option<String>,
    target_lang: Option<String>,
}

/// Looks at a folder with a model for a task other than vectors.
pub fn verify_task(folder: &Path, task: Task) -> Result<Checked, ModelError> {
    let file = folder.join(CONFIG);
    let kind = kind_of(&file, task)?;
    let look = Look { folder, file: &file, task };
    let (positions, tensors) = match kind {
        Kind::Bert => look.bert()?,
        Kind::DistilBert => look.distilbert()?,
        Kind::Bart => look.bart()?,
        Kind::Marian => look.marian()?,
        Kind::M2m100 => look.m2m100()?,
    };
    let weights = weights::place(folder);
    weights::check(&weights, &tensors)?;
    let tokens = look.tokens()?;
    let pair = match (kind, tokens.source_lang, tokens.target_lang) {
        (Kind::Marian, Some(from), Some(to)) => Some((from, to)),
        (Kind::Marian, _, _) => {
            let problem = "it does not say `source_lang` and `target_lang`".to_owned();
            return Err(ModelError::Unsuitable { file: folder.join("tokenizer_config.json"), problem });
        }
        _ => None,
    };
    Ok(Checked {
        folder: folder.to_owned(),
        weights,
        kind,
        positions: usize::try_from(positions).unwrap_or(0),
        lower_case: tokens.do_lower_case,
        pair,
        tensors,
    })
}

/// The kind of network that a configuration is of, if one of that kind can do the task.
pub(super) fn kind_of(file: &Path, task: Task) -> Result<Kind, ModelError> {
    #[derive(Deserialize)]
    struct Named {
        model_type: String,
    }
    let named: Named = json(file)?;
    kind(&named.model_type, task).ok_or_else(|| {
        let problem = format!("it is of the kind `{}`, wanted is {}", named.model_type, wanted(task));
        ModelError::Unsuitable { file: file.to_owned(), problem }
    })
}

fn kind(name: &str, task: Task) -> Option<Kind> {
    Some(match (name, task) {
        ("bert", Task::Vectors | Task::Sentiment | Task::Names | Task::Answers) => Kind::Bert,
        ("distilbert", Task::Vectors | Task::Sentiment | Task::Names | Task::Answers) => Kind::DistilBert,
        ("bart", Task::Labels | Task::Summary) => Kind::Bart,
        ("marian", Task::Translation) => Kind::Marian,
        ("m2m_100", Task::Translation) => Kind::M2m100,
        _ => return None,
    })
}

fn wanted(task: Task) -> &'static str {
    match task {
        Task::Vectors | Task::Sentiment | Task::Names | Task::Answers => "`bert` or `distilbert`",
        Task::Labels | Task::Summary => "`bart`",
        Task::Translation => "`marian` or `m2m_100`",
    }
}

pub(super) struct Look<'a> {
    pub(super) folder: &'a Path,
    /// Its configuration.
    pub(super) file: &'a Path,
    pub(super) task: Task,
}

type Found = Result<(i64, Tensors), ModelError>;

impl Look<'_> {
    fn unsuitable(&self, problem: String) -> ModelError {
        ModelError::Unsuitable { file: self.file.to_owned(), problem }
    }

    fn tokens(&self) -> Result<Tokens, ModelError> {
        json(&self.folder.join("tokenizer_config.json"))
    }

    fn bert(&self) -> Found {
        let shape = shape(self.file)?;
        // The engine reads the same file with its own eyes.
        let config: BertConfig = json(self.file)?;
        let head = self.head(config.id2label.as_ref())?;
        self.positions(config.max_position_embeddings)?;
        vocabulary(&self.folder.join(VOCABULARY), shape.vocab_size)?;
        Ok((config.max_position_embeddings, tensors::bert_with(head, &shape)))
    }

    fn distilbert(&self) -> Found {
        let config = self.measures()?;
        let head = self.head(config.id2label.as_ref())?;
        self.positions(config.max_position_embeddings)?;
        vocabulary(&self.folder.join(VOCABULARY), config.vocab_size.unsigned_abs())?;
        Ok((config.max_position_embeddings, tensors::distilbert_with(head, &config)))
    }

    /// Of a DistilBERT.
    pub(super) fn measures(&self) -> Result<DistilBertConfig, ModelError> {
        let config: DistilBertConfig = json(self.file)?;
        if config.sinusoidal_pos_embds {
            return Err(self.unsuitable("positions that are not learned are not known".to_owned()));
        }
        self.heads("dim", config.dim, config.n_heads)?;
        self.within(&[
            ("dim", config.dim, 8192),
            ("hidden_dim", config.hidden_dim, 65_536),
            ("n_layers", config.n_layers, 96),
            ("max_position_embeddings", config.max_position_embeddings, 65_536),
            ("vocab_size", config.vocab_size, 2_000_000),
        ])?;
        Ok(config)
    }

    fn bart(&self) -> Found {
        let config: BartConfig = json(self.file)?;
        self.two_halves(&config)?;
        let special = [
            ("<s>", Some(config.bos_token_id.unwrap_or(0))),
            ("</s>", Some(config.eos_token_id.unwrap_or(2))),
            ("<pad>", Some(config.pad_token_id.unwrap_or(1))),
            ("<unk>", None),
            ("<mask>", None),
        ];
        words::pieces(self.folder, config.vocab_size, 0, &special)?;
        words::merges(self.folder)?;
        let tensors = if self.task == Task::Labels {
            // The engine weighs the third label against the first, whatever they are called.
            self.labels(config.id2label.as_ref(), &["contradiction", "neutral", "entailment"])?;
            tensors::bart_with_labels(&config, 3)
        } else {
            self.start(config.decoder_start_token_id, config.vocab_size)?;
            tensors::bart(&config)
        };
        Ok((config.max_position_embeddings, tensors))
    }

    fn marian(&self) -> Found {
        let config: BartConfig = json(self.file)?;
        self.two_halves(&config)?;
        let special = [
            ("</s>", Some(config.eos_token_id.unwrap_or(0))),
            ("<pad>", Some(config.pad_token_id.unwrap_or(58_100))),
            ("<unk>", None),
        ];
        self.start(config.decoder_start_token_id.or(config.pad_token_id), config.vocab_size)?;
        words::pieces(self.folder, config.vocab_size, 0, &special)?;
        words::cutter(&self.folder.join(words::MARIAN_CUTTER))?;
        Ok((config.max_position_embeddings, tensors::marian(&config)))
    }

    fn m2m100(&self) -> Found {
        let config: M2M100Config = json(self.file)?;
        self.heads("d_model", config.d_model, config.encoder_attention_heads)?;
        self.heads("d_model", config.d_model, config.decoder_attention_heads)?;
        self.within(&[
            ("d_model", config.d_model, 8192),
            ("encoder_layers", config.encoder_layers, 96),
            ("decoder_layers", config.decoder_layers, 96),
            ("encoder_ffn_dim", config.encoder_ffn_dim, 65_536),
            ("decoder_ffn_dim", config.decoder_ffn_dim, 65_536),
            ("vocab_size", config.vocab_size, 2_000_000),
        ])?;
        self.positions(config.max_position_embeddings)?;
        self.start(config.decoder_start_token_id, config.vocab_size)?;
        let special = [
            ("<s>", Some(config.bos_token_id.unwrap_or(0))),
            ("</s>", Some(config.eos_token_id.unwrap_or(2))),
            ("<pad>", Some(config.pad_token_id.unwrap_or(1))),
            ("<unk>", None),
        ];
        words::pieces(self.folder, config.vocab_size, LANGUAGES, &special)?;
        words::cutter(&self.folder.join(words::M2M100_CUTTER))?;
        Ok((config.max_position_embeddings, tensors::m2m100(&config)))
    }

    fn two_halves(&self, config: &BartConfig) -> Result<(), ModelError> {
        self.heads("d_model", config.d_model, config.encoder_attention_heads)?;
        self.heads("d_model", config.d_model, config.decoder_attention_heads)?;
        self.within(&[
            ("d_model", config.d_model, 8192),
            ("encoder_layers", config.encoder_layers, 96),
            ("decoder_layers", config.decoder_layers, 96),
            ("encoder_ffn_dim", config.encoder_ffn_dim, 65_536),
            ("decoder_ffn_dim", config.decoder_ffn_dim, 65_536),
            ("vocab_size", config.vocab_size, 2_000_000),
        ])?;
        self.positions(config.max_position_embeddings)
    }

    /// Every text that is written begins with this piece.
    fn start(&self, start: Option<i64>, size: i64) -> Result<(), ModelError> {
        match start {
            Some(start) if (0..size).contains(&start) => Ok(()),
            Some(start) => {
                Err(self.unsuitable(format!("decoder_start_token_id is {start}, which no piece has")))
            }
            None => Err(self.unsuitable("it has no `decoder_start_token_id`".to_owned())),
        }
    }

    fn heads(&self, name: &str, size: i64, heads: i64) -> Result<(), ModelError> {
        if heads < 1 || size < 1 || size % heads != 0 {
            return Err(self.unsuitable(format!("{name} {size} is not divisible among {heads} heads")));
        }
        Ok(())
    }

    fn within(&self, measures: &[(&str, i64, i64)]) -> Result<(), ModelError> {
        for (key, value, most) in measures {
            if !(1..=*most).contains(value) {
                return Err(self.unsuitable(format!("{key} is {value}, wanted is 1 to {most}")));
            }
        }
        Ok(())
    }

    fn positions(&self, positions: i64) -> Result<(), ModelError> {
        if (FEWEST_POSITIONS..=65_536).contains(&positions) {
            return Ok(());
        }
        Err(self.unsuitable(format!(
            "max_position_embeddings is {positions}, wanted is {FEWEST_POSITIONS} to 65536"
        )))
    }

    /// What an encoder must have on top for the task.
    fn head(&self, labels: Option<&HashMap<i64, String>>) -> Result<Head, ModelError> {
        Ok(match self.task {
            Task::Names => Head::Tokens { labels: self.tags(labels)? },
            Task::Answers => Head::Span,
            // The engine takes number 1 for the good one.
            _ => Head::Text { labels: self.labels(labels, &["negative", "positive"])? },
        })
    }

    /// Exactly these labels, in this order.
    fn labels(&self, found: Option<&HashMap<i64, String>>, wanted: &[&str]) -> Result<u64, ModelError> {
        let found = self.numbered(found)?;
        let right = found.len() == wanted.len()
            && found.values().zip(wanted).all(|(found, wanted)| found.eq_ignore_ascii_case(wanted));
        if right {
            return Ok(wanted.len() as u64);
        }
        let found: Vec<&str> = found.values().map(|label| label.as_str()).collect();
        Err(self.unsuitable(format!(
            "its labels are {}, wanted are {}, in this order",
            found.join(", "),
            wanted.join(", ")
        )))
    }

    /// Labels of names: `O`, and kinds that are known, with `B-` or `I-` before them.
    fn tags(&self, found: Option<&HashMap<i64, String>>) -> Result<u64, ModelError> {
        let found = self.numbered(found)?;
        let known = |label: &str| {
            label == "O"
                || label.split_once('-').is_some_and(|(place, kind)| {
                    ["B", "I"].contains(&place) && ["PER", "LOC", "ORG", "MISC"].contains(&kind)
                })
        };
        if let Some(odd) = found.values().find(|label| !known(label)) {
            return Err(self.unsuitable(format!(
                "the label `{odd}` is not known; wanted are O, and PER, LOC, ORG and MISC with B- or I- before them"
            )));
        }
        if !found.values().any(|label| *label == "O") {
            return Err(self.unsuitable("it has no label `O`".to_owned()));
        }
        Ok(found.len() as u64)
    }

    fn numbered<'l>(
        &self,
        found: Option<&'l HashMap<i64, String>>,
    ) -> Result<BTreeMap<i64, &'l String>, ModelError> {
        let found = found.ok_or_else(|| self.unsuitable("it has no `id2label`".to_owned()))?;
        let found: BTreeMap<i64, &String> = found.iter().map(|(number, label)| (*number, label)).collect();
        let counted = found.keys().zip(0_i64..).all(|(number, expected)| *number == expected);
        if counted && !found.is_empty() {
            return Ok(found);
        }
        Err(self.unsuitable("the labels of `id2label` are not numbered from 0".to_owned()))
    }
}
