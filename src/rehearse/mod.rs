//! What would the bot say, without a server?
//!
//! The same understanding, step and search as the server's, in memory, with a clock that is turned by hand.

mod play;
#[cfg(test)]
mod readme;
mod report;

use std::{collections::VecDeque, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use studio_core::{
    bot::{Loaded, TestCase, load},
    content::Content,
    dialogue::{Act, Body, CallOutcome, CallRequest, Event, Happening, State, TimerKind},
    embedding::EmbedError,
    id::{EventKey, MemberId, OrganisationId},
};
use studio_knowledge::{Knowledge, KnowledgeError};
use studio_nlu::TrainError;
use ulid::Ulid;

pub use self::{
    play::play,
    report::{Failure, Report},
};
use crate::{
    bots::BotFolder,
    models::Models,
    translation::{Answers, Interpreter},
    turn::{Mind, Turn},
};

/// How often a turn may want further translations.
const MOST_ROUNDS: u32 = 4;

/// Why a bot cannot rehearse.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("the bot {bot} has errors:\n{errors}")]
    Errors { bot: String, errors: String },
    #[error("the understanding could not be trained: {0}")]
    Train(TrainError),
    #[error("the documents could not be indexed: {0}")]
    Index(KnowledgeError),
    #[error("the documents could not be read by the embedding model: {0}")]
    Meaning(EmbedError),
}

/// A bot ready to rehearse, and its tests.
pub struct Stage {
    pub mind: Mind,
    pub tests: Vec<TestCase>,
}

impl Stage {
    /// Loads, trains and indexes. Fails on a bot with errors; `studio check` lists them.
    pub fn build(
        folder: &BotFolder,
        models: &Models,
        interpreter: Option<Arc<Interpreter>>,
    ) -> Result<Self, StageError> {
        let loaded = load(&folder.files);
        let errors = loaded.errors();
        let Loaded { bot, tests, documents, problems: _ } = loaded;
        let Some(bot) = bot.map(|bot| crate::translation::spoken(bot, interpreter.as_deref())) else {
            return Err(StageError::Errors { bot: folder.name.clone(), errors });
        };
        let model = studio_nlu::train(&bot.lessons(), models.embedder()).map_err(StageError::Train)?;
        let model = models.equip(model);
        let model = crate::translation::hearing(model, &bot);
        let knowledge = Knowledge::in_memory().map_err(StageError::Index)?;
        let documents: Vec<_> = documents.iter().map(crate::bots::document).collect();
        knowledge.publish(OrganisationId::FIRST, &bot.name, 1, &documents).map_err(StageError::Index)?;
        if let Some(embedder) = models.embedder().filter(|_| bot.knowledge.meaning) {
            let learned = knowledge.learn(OrganisationId::FIRST, &bot.name, &documents, &embedder);
            learned.map_err(StageError::Meaning)?;
        }
        let mind = Mind {
            organisation: OrganisationId::FIRST,
            bot: Arc::new(bot),
            model: Arc::new(model),
            knowledge,
            version: 1,
            interpreter,
        };
        Ok(Self { mind, tests })
    }
}

/// One conversation of a rehearsal.
pub struct Rehearsal<'a> {
    mind: &'a Mind,
    channel: String,
    pub state: State,
    pub now: Timestamp,
    events: u64,
    /// Calls that wait for an answer.
    pub calls: VecDeque<CallRequest>,
}

/// What became of one event.
#[derive(Debug, Default)]
pub struct Outcome {
    pub said: Vec<Content>,
    pub entries: Vec<Happening>,
}

impl<'a> Rehearsal<'a> {
    pub fn new(mind: &'a Mind, channel: &str, now: Timestamp) -> Self {
        let channel = channel.to_owned();
        Self { mind, channel, state: State::default(), now, events: 0, calls: VecDeque::new() }
    }

    /// Lets an event happen.
    pub fn happen(&mut self, body: Body) -> Outcome {
        self.events += 1;
        let key = EventKey { source: "rehearsal".to_owned(), native: self.events.to_string() };
        let event = Event::new(key, self.now, body);
        let Turn { state, entries, messages, calls, reminders: _, forgotten_reminders: _, erase: _, .. } =
            self.turn(&event);
        self.state = state;
        self.calls.extend(calls);
        Outcome {
            said: messages.into_iter().map(|message| message.content).collect(),
            entries: entries.into_iter().map(|entry| entry.what).collect(),
        }
    }

    /// Takes a turn; waits for what is translated in it.
    fn turn(&self, event: &Event) -> Turn {
        let mut heard = Answers::new();
        for round in 0.. {
            let gathering = self.mind.gathering(&heard, round == MOST_ROUNDS);
            let mut event = event.clone();
            self.mind.understand(&mut event, &self.state, &gathering);
            let turn = self.mind.turn(self.state.clone(), &event, &self.channel, &gathering);
            let missing = gathering.missing();
            match &self.mind.interpreter {
                Some(interpreter) if !missing.is_empty() => heard.extend(interpreter.translate(missing)),
                Some(_) | None => return turn,
            }
        }
        Turn::default()
    }

    pub fn say(&mut self, text: &str, language: Option<&str>) -> Outcome {
        self.send(Content::text(text), language)
    }

    pub fn send(&mut self, content: Content, language: Option<&str>) -> Outcome {
        self.happen(Body::said(content, language.map(str::to_owned)))
    }

    /// Answers the call that waits longest.
    pub fn answer(&mut self, outcome: CallOutcome) -> Option<Outcome> {
        let call = self.calls.pop_front()?.call;
        Some(self.happen(Body::Answer { call, outcome }))
    }

    pub fn act(&mut self, act: Act) -> Outcome {
        self.happen(Body::Act { by: MemberId(Ulid(1)), name: "Agent".to_owned(), act, overrules: false })
    }

    /// Lets time pass, timer by timer.
    pub fn pass(&mut self, time: SignedDuration) -> Outcome {
        let end = self.now.checked_add(time).unwrap_or(Timestamp::MAX);
        let mut all = Outcome::default();
        while let Some((timer, kind, due)) = self.next_timer(end) {
            self.now = self.now.max(due);
            let outcome = self.happen(Body::Timer { timer, kind });
            all.said.extend(outcome.said);
            all.entries.extend(outcome.entries);
            // A timer that its own turn did not unset would be due for ever.
            if self.state.timers.get(&timer) == Some(&(kind, due)) {
                self.state.timers.remove(&timer);
            }
        }
        self.now = end;
        all
    }

    fn next_timer(&self, end: Timestamp) -> Option<(u64, TimerKind, Timestamp)> {
        self.state
            .timers
            .iter()
            .map(|(timer, (kind, due))| (*timer, *kind, *due))
            .filter(|(_, _, due)| *due <= end)
            .min_by_key(|(timer, _, due)| (*due, *timer))
    }
}
