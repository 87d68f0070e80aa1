//! Which words of a passage answer a question?

use std::path::Path;

use rust_bert::{
    RustBertError,
    pipelines::question_answering::{QaInput, QuestionAnsweringConfig, QuestionAnsweringModel},
};
use studio_core::{
    embedding::EmbedError,
    models::{Answer, Answerer},
};

use super::{Model, byte_of, checked, head, local, model_type, plain, weights};
use crate::{
    service::{Engine, Settings},
    stats::Stats,
    verify::{CONFIG, Checked, ModelError, Task, VOCABULARY},
};

/// Only so much of a question and of a passage is read, in bytes.
const MOST_OF_QUESTION: usize = 500;
const MOST_OF_PASSAGE: usize = 10_000;
/// Most tokens that are read at once, question and a part of the passage.
const MOST_TOKENS: usize = 384;
/// Most tokens of an answer.
const MOST_OF_ANSWER: usize = 30;
/// Parts of passages that go through the network together.
const PARTS: usize = 8;

struct Network(QuestionAnsweringModel);

fn load(checked: &Checked) -> Result<Network, RustBertError> {
    let tokens = MOST_TOKENS.min(checked.positions);
    let mut config = QuestionAnsweringConfig::custom_new(
        model_type(checked.kind),
        weights(checked),
        local(checked.folder.join(CONFIG)),
        local(checked.folder.join(VOCABULARY)),
        None,
        checked.lower_case,
        None,
        None,
        tokens,
        // A quarter for what two parts have in common, a quarter for the question.
        (tokens / 4).min(128),
        (tokens / 4).min(64),
        MOST_OF_ANSWER,
    );
    config.device = tch::Device::Cpu;
    QuestionAnsweringModel::new(config).map(Network)
}

type Question = (String, String);

impl Engine for Network {
    type Question = Question;
    type Answer = Option<Answer>;
    const BATCH: usize = 4;

    fn run(&self, questions: &[Question]) -> Result<Vec<Option<Answer>>, String> {
        // One by one: a passage whose parts fall into two batches would have its answers mixed up with another's.
        let one = |(question, passage): &Question| {
            let input = QaInput { question: question.clone(), context: passage.clone() };
            let best = self.0.predict(&[input], 1, PARTS).pop().and_then(|mut answers| answers.pop())?;
            let (start, end) = (byte_of(passage, best.start), byte_of(passage, best.end));
            (start < end && best.score.is_finite()).then_some(Answer { start, end, score: best.score })
        };
        Ok(questions.iter().map(one).collect())
    }
}

/// A model that finds answers, in its own thread.
#[derive(Debug)]
pub struct Answers(Model<Question, Option<Answer>>);

impl Answers {
    /// Looks at the files of a folder and loads them.
    pub fn open(folder: &Path, settings: Settings) -> Result<Self, ModelError> {
        let checked = checked(folder, Task::Answers)?;
        let first = ("Who?".to_owned(), "hello".to_owned());
        Model::open(checked, &[], settings, load, first).map(Self)
    }

    pub fn stats(&self) -> Stats {
        self.0.stats()
    }
}

impl Answerer for Answers {
    fn identity(&self) -> &str {
        &self.0.identity
    }

    fn answer_now(&self, question: &str, passage: &str) -> Result<Option<Answer>, EmbedError> {
        let question = plain(head(question, MOST_OF_QUESTION));
        let passage = plain(head(passage, MOST_OF_PASSAGE));
        self.0.service.ask_now(&format!("{question}\n{passage}"), (question, passage))
    }
}
