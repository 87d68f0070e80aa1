//! What does the server in memory answer?

use std::time::Duration;

use studio_core::{api::Sender, content::Content, dialogue::Body, id::ConversationId};

use super::{Memory, Turn};
use crate::host::{Incoming, UnderWay};

impl Memory {
    /// Events are stored, and wait for their turns until [`Self::take_turns`].
    pub fn hold_turns(&self) {
        self.state().waiting.get_or_insert_default();
    }

    pub fn take_turns(&self) {
        let waiting = self.state().waiting.take();
        for (conversation, incoming) in waiting.into_iter().flatten() {
            self.run(conversation, incoming);
        }
    }

    pub(super) fn run(&self, conversation: ConversationId, incoming: Incoming) {
        let Incoming { connection, native, body, .. } = incoming;
        let number = {
            let mut state = self.state();
            let thread = state.conversations.entry(conversation).or_default();
            let first = thread.sequence + 1;
            // Until it is over, all that is said is of it.
            thread.turns.push(Turn { connection, native: native.clone(), first, last: u64::MAX });
            thread.turns.len() - 1
        };
        self.take(conversation, native, body);
        let mut state = self.state();
        let thread = state.conversations.entry(conversation).or_default();
        thread.turns[number].last = thread.sequence;
    }

    fn take(&self, conversation: ConversationId, native: String, body: Body) {
        match body {
            Body::Message { content, .. } => {
                let words = content.plain();
                self.push(conversation, Sender::Visitor, content, Some(native));
                self.answer(conversation, format!("You said: {words}"));
            }
            Body::Press { value, title } => {
                self.push(conversation, Sender::Visitor, Content::text(title), Some(native));
                self.answer(conversation, format!("You pressed: {value}"));
            }
            Body::Forget => {
                self.forget(conversation);
            }
            Body::Opened { .. } | Body::Introduced { .. } => {
                self.state().conversations.entry(conversation).or_default().sequence += 1;
            }
            Body::Submitted { form, .. } => self.answer(conversation, format!("You filled in: {form}")),
            Body::Custom { name, .. } => {
                self.state().conversations.entry(conversation).or_default().sequence += 1;
                self.answer(conversation, format!("It happened: {name}"));
            }
            Body::More { content, .. } => self.say_quietly(conversation, content),
            Body::Edited { id, content } => {
                let mut state = self.state();
                state.conversations.entry(conversation).or_default().changes.insert(id, content);
            }
            Body::Deleted { .. }
            | Body::Wished { .. }
            | Body::Timer { .. }
            | Body::Answer { .. }
            | Body::Found { .. }
            | Body::Act { .. } => {}
        }
    }

    fn answer(&self, conversation: ConversationId, text: String) {
        let after = self.state().answers;
        match after {
            None => {}
            Some(Duration::ZERO) => self.say(conversation, Content::text(text)),
            // As if the bot had asked somebody.
            Some(delay) => {
                let memory = self.clone();
                self.be_at(conversation, UnderWay::Call);
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    memory.be_at(conversation, UnderWay::Nothing);
                    memory.say(conversation, Content::text(text));
                });
            }
        }
    }
}
