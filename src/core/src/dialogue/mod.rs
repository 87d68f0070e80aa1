//! What happens next in a conversation.
//!
//! [`step`] takes a bot, the state of a conversation and one event, and returns the new state with
//! the effects to perform. It is total and deterministic: it never fails, never panics, asks no clock.

mod effect;
mod event;
mod journal;
mod state;

pub use self::{
    effect::{CallRequest, Effect, Question, Step},
    event::{Act, Body, CallOutcome, Event, RemoteAnswer},
    journal::{Entry, Happening, RepairKind, Speaker, Why},
    state::{Expecting, Frame, Offer, Owner, SearchPurpose, State, Status, Suspended, Timer, TimerKind},
};
