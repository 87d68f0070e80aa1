//! What happens next in a conversation.
//!
//! [`step`] takes a bot, the state of a conversation and one event, and returns the new state with
//! the effects to perform. It is total and deterministic: it never fails, never panics, asks no clock.
//!
//! | module | the question it answers |
//! |---|---|
//! | `step`, `on` | what does this event mean for the conversation? |
//! | `utterance`, `trigger`, `reason`, `entities`, `implied`, `suspended`, `validate`, `courtesy`, `language` | what did the visitor say? |
//! | `translate` | what of that is said in a language that the author did not write? |
//! | `flows`, `forms`, `nodes`, `answered`, `aside`, `offers` | what does the flow do? |
//! | `repairs` | what if the conversation leaves its path? |
//! | `people` | how does it pass to people? |
//! | `queue` | what waits while a remote call is out? |
//! | `speech`, `fill`, `evaluate` | what is said? |
//! | `turn`, `mask` | what is recorded of it? |
//! | `faults` | what may a log say of a flow that faults? |
//! | `next_step` | what will make it go on? |

mod answered;
mod aside;
mod courtesy;
mod effect;
mod entities;
pub(crate) mod evaluate;
mod event;
mod faults;
mod fill;
mod flows;
mod forms;
mod implied;
mod journal;
mod language;
mod mask;
mod next_step;
mod nodes;
mod offers;
mod on;
mod people;
mod queue;
mod reason;
mod repairs;
mod speech;
mod state;
mod step;
mod suspended;
mod translate;
mod trigger;
mod turn;
mod utterance;
mod validate;
mod words;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use self::{courtesy::Courtesy, validate::as_date};
pub use self::{
    effect::{CallRequest, Effect, Question, Step},
    evaluate::names::told_contact,
    event::{Act, Body, CallOutcome, Event, Filled, RemoteAnswer},
    faults::FaultReason,
    fill::{fill_known, known_address},
    journal::{Entry, Given, Happening, LanguageReason, Refusal, RepairKind, Speaker, Why},
    language::{Drift, of_bot, own_wish},
    next_step::NextStep,
    state::{
        Answered, Expecting, Frame, Known, Offer, Owner, SearchPurpose, Spoken, State, Status, Suspended,
        Timer, TimerKind, Unanswered,
    },
    step::{Context, step, step_translated},
    trigger::is_keyword,
    validate::time::written as write_time,
};
pub(crate) use self::{
    forms::{FEWEST as FEWEST_FIELDS, questions as form_questions},
    validate::{pattern::compiles as answer_pattern, time::read as read_time},
    words::normalise,
};
