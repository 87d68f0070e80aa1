//! One turn: understand, step, look up, step again, until there is nothing left to ask.
//!
//! Shared by the pipeline and by rehearsals, so that `studio chat` and `studio test` are the real thing.

use std::sync::Arc;

use jiff::Timestamp;
use studio_core::{
    bot::Bot,
    content::Content,
    dialogue::{
        Body, CallRequest, Context, Effect, Entry, Event, Owner, State, Status, Timer, step_translated,
    },
    id::OrganisationId,
};
use studio_knowledge::Knowledge;
use studio_nlu::Model;

use crate::translation::{Answers, Gathering, Interpreter};

/// Searches in one turn; a flow that asks more often is cut short.
const MAX_SEARCHES: usize = 8;

/// All that thinking needs: immutable, shared by conversations.
#[derive(Clone)]
pub struct Mind {
    pub organisation: OrganisationId,
    pub bot: Arc<Bot>,
    pub model: Arc<Model>,
    pub knowledge: Knowledge,
    pub version: u32,
    pub interpreter: Option<Arc<Interpreter>>,
}

/// What one event caused.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    pub state: State,
    pub entries: Vec<Entry>,
    pub messages: Vec<Outgoing>,
    pub calls: Vec<CallRequest>,
    pub reminders: Vec<(Timer, Timestamp)>,
    pub forgotten_reminders: Vec<(Timer, Timestamp)>,
    pub erase: bool,
}

/// A message that leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub sequence: u64,
    pub lease: u64,
    pub content: Content,
}

impl Mind {
    /// Fills in what the models say of a message. Done once; a replay finds it in the journal.
    /// What is said to people while they have the conversation is nothing to a bot, and no translator gets it.
    pub fn understand(&self, event: &mut Event, state: &State, gathering: &Gathering<'_>) {
        let spoken = state.language.as_str();
        // What the door could not mask, while the bot did not run or the model for names was not heard.
        self.mask_at_the_door(&mut event.body, &state.offered, event.at);
        if let Body::Edited { content, .. } = &mut event.body {
            self.mask_edited(content, event.at);
        }
        if let Body::Submitted { fields, .. } = &mut event.body {
            let language = self.spoken(Some(spoken).filter(|spoken| !spoken.is_empty()));
            for field in fields {
                field.understanding =
                    self.understand_masked(&mut field.text, language, &self.local(event.at));
            }
        }
        if let Body::Message { content, understanding, language } = &mut event.body {
            let spoken = Some(spoken).filter(|spoken| !spoken.is_empty());
            let language = self.spoken(spoken.or(language.as_deref()));
            *understanding = match content {
                Content::Text { text, .. } => {
                    let now = self.local(event.at);
                    let mut understanding = self.understand_masked(text, language, &now);
                    // One that was closed is the bot's with the next message.
                    if state.owner == Owner::Bot || state.status == Status::Closed {
                        self.understand_through(&mut understanding, text, language, &now, gathering);
                    }
                    understanding
                }
                Content::Buttons { .. }
                | Content::List { .. }
                | Content::Card(_)
                | Content::Carousel { .. }
                | Content::Image { .. }
                | Content::File { .. }
                | Content::Location { .. } => {
                    self.mask_edited(content, event.at);
                    Default::default()
                }
            };
        }
    }

    /// Where a turn finds its translations; `heard` are those of this very event.
    pub fn gathering<'a>(&'a self, heard: &'a Answers, last: bool) -> Gathering<'a> {
        Gathering::new(self.interpreter.as_deref(), &self.bot, heard, last)
    }

    /// Runs an understood event to its end. Where translations are missing then, it is to be run anew with them.
    pub fn turn(&self, state: State, event: &Event, channel: &str, gathering: &Gathering<'_>) -> Turn {
        let context = Context { channel, version: self.version };
        let mut turn = Turn::default();
        let mut result = step_translated(&self.bot, state, event, &context, gathering);
        for search in 0.. {
            let mut question = None;
            for effect in result.effects {
                match effect {
                    Effect::Record(entry) => turn.entries.push(entry),
                    Effect::Send { sequence, lease, content } => {
                        turn.messages.push(Outgoing { sequence, lease, content });
                    }
                    Effect::Call(call) => turn.calls.push(call),
                    Effect::Remind { timer, at } => turn.reminders.push((timer, at)),
                    Effect::Unremind { timer, at } => {
                        // A timer that this very turn set need not be unset in the store.
                        match turn.reminders.iter().position(|set| *set == (timer, at)) {
                            Some(place) => {
                                turn.reminders.remove(place);
                            }
                            None => turn.forgotten_reminders.push((timer, at)),
                        }
                    }
                    Effect::Ask(asked) => question = Some(asked),
                    Effect::Erase => turn.erase = true,
                }
            }
            let Some(question) = question else { break };
            crate::breakpoint::hang("search", &question.query);
            let passages = if search < MAX_SEARCHES {
                self.knowledge.search(
                    self.organisation,
                    &self.bot.name,
                    &question.query,
                    &question.language,
                    question.limit,
                )
            } else {
                Vec::new()
            };
            let found = Event::new(
                event.key.clone(),
                event.at,
                Body::Found { question: question.question, passages },
            );
            result = step_translated(&self.bot, result.state, &found, &context, gathering);
        }
        turn.state = result.state;
        turn
    }
}
