//! What has come of this event so far?

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Body, CallRequest, Context, Effect, Entry, Event, Expecting, FaultReason, Frame, Happening, Owner,
    Question, State, Status, Step, Suspended, Timer, TimerKind, answered,
    evaluate::{
        Fault, MAX_VALUE_BYTES,
        names::{self, Names},
        size,
    },
};
use crate::{
    bot::{Bot, Flow, Node},
    id::MediaId,
    privacy::PersonalKind,
    translation::Translations,
};

/// Most nodes that one event may run.
const FUEL: u32 = 200;
/// Most remote calls, searches and waits without a person or a pause between them. [`FUEL`] bounds one turn; this
/// bounds the turns that answers and timers set off, one after the other.
const MOST_UNATTENDED: u32 = 100;
/// A wait of this length is a pause: what goes round once a minute or less keeps nobody busy.
pub const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// One event at work.
pub struct Turn<'a> {
    pub bot: &'a Bot,
    pub context: &'a Context<'a>,
    pub event: &'a Event,
    pub now: Timestamp,
    pub state: State,
    /// Asked of the knowledge base; becomes the last effect.
    pub question: Option<Question>,
    /// Bytes of the files in the message, as its platform told them.
    pub sizes: BTreeMap<MediaId, u64>,
    /// Slots filled by this very event.
    pub just_filled: BTreeSet<String>,
    /// Slots for which the message names a value that their questions do not take, with the value in words.
    pub refused: BTreeMap<String, String>,
    /// Other ways in which this event's message wrote the value of a sensitive slot.
    hidden: Vec<String>,
    /// Whether the bot said something already.
    pub spoke: bool,
    /// Whether what runs only says something before another flow begins.
    pub in_passing: bool,
    /// Whether a form begins here: its first questions needed no asking.
    pub begins_form: bool,
    /// What is said in other languages than the author wrote.
    pub translations: &'a dyn Translations,
    effects: Vec<Effect>,
    fuel: u32,
}

impl<'a> Turn<'a> {
    pub fn new(
        bot: &'a Bot,
        mut state: State,
        event: &'a Event,
        context: &'a Context<'a>,
        translations: &'a dyn Translations,
    ) -> Self {
        if event.body.is_from_visitor() || matches!(event.body, Body::Act { .. }) {
            state.unattended = 0;
        }
        Self {
            bot,
            context,
            event,
            now: event.at,
            state,
            question: None,
            sizes: event.sizes.clone(),
            just_filled: BTreeSet::new(),
            refused: BTreeMap::new(),
            hidden: Vec::new(),
            spoke: false,
            in_passing: false,
            begins_form: false,
            translations,
            effects: Vec::new(),
            fuel: FUEL,
        }
    }

    /// The step that this turn comes to.
    pub fn finish(mut self) -> Step {
        self.settle_session();
        self.keep_refused();
        let lease = self.state.lease;
        for effect in &mut self.effects {
            if let Effect::Send { lease: said_under, .. } = effect {
                *said_under = lease;
            }
        }
        self.effects.extend(self.question.map(Effect::Ask));
        Step { state: self.state, effects: self.effects }
    }

    /// Turns to the next of several messages that this event lets the bot react to.
    pub fn begin_next(&mut self) {
        self.just_filled.clear();
        self.sizes.clear();
        self.keep_refused();
        self.spoke = false;
        self.begins_form = false;
        self.fuel = FUEL;
    }

    /// Writes into the journal; the entry's number.
    pub fn record(&mut self, mut what: Happening) -> u64 {
        let written = super::mask::again(&mut what, &self.secrets());
        self.hidden.extend(written);
        self.state.sequence += 1;
        let sequence = self.state.sequence;
        let author = self.event.author.clone().filter(|_| what.is_of_the_visitor());
        self.effects.push(Effect::Record(Entry { sequence, at: self.now, author, what }));
        sequence
    }

    pub fn send(&mut self, sequence: u64, content: crate::content::Content) {
        self.effects.push(Effect::Send { sequence, lease: self.state.lease, content });
    }

    pub fn call(&mut self, request: CallRequest) {
        self.effects.push(Effect::Call(request));
    }

    pub fn erase(&mut self) {
        self.effects.push(Effect::Erase);
    }

    /// The next number for a call, question or timer.
    pub fn number(&mut self) -> u64 {
        self.state.counter += 1;
        self.state.counter
    }

    /// Whether something is asked or said as soon as what runs is over: the question that it interrupted, or what else a
    /// message asks for.
    pub fn is_interruption(&self) -> bool {
        let asks =
            |it: &Suspended| matches!(it.expecting, Expecting::Reply { .. } | Expecting::Rating { .. });
        let goes_on = |it: &Suspended| asks(it) || it.begins.is_some();
        self.in_passing || self.state.interrupted.last().is_some_and(goes_on)
    }

    /// Whether the bot may speak.
    pub fn bot_owns(&self) -> bool {
        self.state.owner == Owner::Bot
    }

    /// Takes one node's worth of fuel.
    pub fn burn(&mut self) -> Result<(), Fault> {
        self.fuel = self.fuel.checked_sub(1).ok_or_else(|| {
            let error = format!("more than {FUEL} steps without waiting for anything");
            Fault::of(FaultReason::TooManySteps, error)
        })?;
        Ok(())
    }

    /// Counts that the flow will go on by itself: when a call or a search is answered, or after a wait.
    pub fn go_on_unattended(&mut self, wait: Option<SignedDuration>) -> Result<(), Fault> {
        if wait.is_some_and(|wait| wait >= PAUSE) {
            self.state.unattended = 0;
            return Ok(());
        }
        if self.state.unattended >= MOST_UNATTENDED {
            let error = format!(
                "more than {MOST_UNATTENDED} remote calls, searches and short waits in a row, and nobody there"
            );
            return Err(Fault::of(FaultReason::NobodyThere, error));
        }
        self.state.unattended += 1;
        Ok(())
    }

    /// Flow and node at the top of the stack.
    pub fn here(&self) -> Option<(&'a Flow, &'a Node)> {
        self.state.stack.last().and_then(|frame| node_of(self.bot, frame))
    }

    pub fn names(&self) -> Names {
        names::names(self)
    }

    /// Fills a slot, or empties it with `null`.
    pub fn fill(&mut self, slot: &str, value: Value) -> Result<(), Fault> {
        let bytes = size(&value);
        if bytes > MAX_VALUE_BYTES {
            let error =
                format!("the value for `{slot}` has {bytes} bytes; at most {MAX_VALUE_BYTES} are kept");
            return Err(Fault::of(FaultReason::TooLarge, error));
        }
        if value.is_null() {
            if self.state.slots.remove(slot).is_none() {
                return Ok(());
            }
        } else {
            self.take_refused(slot);
            self.state.slots.insert(slot.to_owned(), value.clone());
            self.just_filled.insert(slot.to_owned());
        }
        let value = if self.is_sensitive(slot) && !value.is_null() { json!("***") } else { value };
        self.record(Happening::SlotFilled { slot: slot.to_owned(), value });
        Ok(())
    }

    pub fn is_sensitive(&self, slot: &str) -> bool {
        self.bot.slots.get(slot).is_some_and(|slot| slot.sensitive)
    }

    pub fn is_filled(&self, slot: &str) -> bool {
        self.state.slots.get(slot).is_some_and(|value| !value.is_null())
    }

    /// The value that was named for a slot before its question comes, and that the question does not take.
    pub fn take_refused(&mut self, slot: &str) -> Option<String> {
        let before = self.state.refused.remove(slot);
        self.refused.remove(slot).or(before)
    }

    /// Keeps what was refused for a later turn, as long as a flow is under way that asks for it.
    fn keep_refused(&mut self) {
        self.state.refused.append(&mut self.refused);
        if self.state.refused.is_empty() {
            return;
        }
        let bot = self.bot;
        let aside = self.state.interrupted.iter().flat_map(|suspended| &suspended.stack);
        let under_way = self.state.stack.iter().chain(aside).filter_map(|frame| bot.flows.get(&frame.flow));
        let asks = under_way.flat_map(|flow| answered::with_called(bot, flow)).flat_map(answered::asks);
        let asked = asks.map(|ask| ask.slot.as_str()).collect::<BTreeSet<_>>();
        self.state.refused.retain(|slot, _| asked.contains(slot.as_str()));
    }

    /// Hides what fills a sensitive slot from what was recorded of this event.
    pub fn mask_received(&mut self, secret: &str) {
        if PersonalKind::ALL.iter().any(|kind| kind.mask() == secret) {
            // It is masked already, and its mask says what it was.
            return;
        }
        for effect in &mut self.effects {
            if let Effect::Record(entry) = effect {
                super::mask::received(&mut entry.what, secret);
            }
        }
    }

    /// A text for the journal without the values of sensitive slots.
    pub fn masked(&self, text: &str) -> String {
        super::mask::text(text, &self.secrets())
    }

    /// The values of the sensitive slots, also as flows that were put aside know them.
    fn secrets(&self) -> Vec<String> {
        let aside = self.state.interrupted.iter().flat_map(|suspended| &suspended.known);
        let slots = self.state.slots.iter().chain(aside.map(|known| (&known.slot, &known.value)));
        let sensitive = slots.filter(|(slot, _)| self.is_sensitive(slot));
        let values = sensitive.filter_map(|(_, value)| super::mask::secret(value));
        values.chain(self.hidden.iter().cloned()).collect()
    }

    pub fn remind(&mut self, kind: TimerKind, at: Timestamp) -> u64 {
        let timer = self.number();
        self.state.timers.insert(timer, (kind, at));
        self.effects.push(Effect::Remind { timer: Timer { timer, kind }, at });
        timer
    }

    pub fn unremind(&mut self, timer: u64) {
        if let Some((kind, at)) = self.state.timers.remove(&timer) {
            self.effects.push(Effect::Unremind { timer: Timer { timer, kind }, at });
        }
    }

    /// Unsets the timers for which nobody waits any more.
    pub fn unremind_waits(&mut self) {
        let waited_for = [&self.state.expecting, &self.state.held]
            .into_iter()
            .chain(self.state.interrupted.iter().map(|suspended| &suspended.expecting))
            .filter_map(|expecting| match expecting {
                Expecting::Timer { timer } => Some(*timer),
                Expecting::Anything
                | Expecting::Reply { .. }
                | Expecting::Rating { .. }
                | Expecting::Answer { .. }
                | Expecting::Found { .. }
                | Expecting::Person => None,
            })
            .collect::<BTreeSet<_>>();
        for timer in self.timers(TimerKind::Wait) {
            if !waited_for.contains(&timer) {
                self.unremind(timer);
            }
        }
    }

    /// Unsets the timers of a kind.
    pub fn unremind_all(&mut self, kind: TimerKind) {
        for timer in self.timers(kind) {
            self.unremind(timer);
        }
    }

    fn timers(&self, wanted: TimerKind) -> Vec<u64> {
        self.state.timers.iter().filter(|(_, (kind, _))| *kind == wanted).map(|(timer, _)| *timer).collect()
    }

    /// The session's timer runs while the visitor's silence would leave something to clean, and not
    /// while the bot itself makes the visitor wait. It is not moved with every message: one that comes
    /// too early does nothing, and is set again here.
    fn settle_session(&mut self) {
        let timeout = self.bot.session.timeout;
        let waits_itself = match &self.state.expecting {
            Expecting::Answer { .. } | Expecting::Timer { .. } | Expecting::Person => true,
            Expecting::Anything
            | Expecting::Reply { .. }
            | Expecting::Rating { .. }
            | Expecting::Found { .. } => false,
        };
        let may_end = self.bot_owns()
            && self.state.status == Status::Open
            && !waits_itself
            && self.bot.repairs.timeout.enabled
            && timeout.is_positive();
        let due = self.session_ends().filter(|due| *due > self.now);
        let due = due.unwrap_or_else(|| self.now.checked_add(timeout).unwrap_or(Timestamp::MAX));
        for timer in self.timers(TimerKind::Session) {
            let too_late = self.state.timers.get(&timer).is_some_and(|(_, at)| *at > due);
            if !may_end || too_late {
                self.unremind(timer);
            }
        }
        if may_end && self.has_something_to_clean() && self.timers(TimerKind::Session).is_empty() {
            self.remind(TimerKind::Session, due);
        }
    }

    /// When the visitor, heard last when they were, has been silent for too long.
    fn session_ends(&self) -> Option<Timestamp> {
        self.ends_after(self.state.heard_at)
    }

    fn ends_after(&self, heard: Option<Timestamp>) -> Option<Timestamp> {
        heard.and_then(|heard| heard.checked_add(self.bot.session.timeout).ok())
    }

    /// Whether the session is over now: the visitor is silent, and left something to clean.
    pub fn session_is_over(&self) -> bool {
        self.bot_owns()
            && self.state.status == Status::Open
            && self.has_something_to_clean()
            && self.session_ends().is_none_or(|due| due <= self.now)
    }

    /// Whether the visitor has been silent for as long as a session lasts, and sessions end. What they said may have had to wait:
    /// it counts as said at `since`.
    pub fn is_long_silent(&self, since: Option<Timestamp>) -> bool {
        let may_end = self.bot.repairs.timeout.enabled && self.bot.session.timeout.is_positive();
        may_end && self.ends_after(self.state.heard_at.max(since)).is_some_and(|due| due <= self.now)
    }

    fn has_something_to_clean(&self) -> bool {
        let state = &self.state;
        !state.stack.is_empty()
            || !state.interrupted.is_empty()
            || state.misunderstood > 0
            || state.slots.keys().any(|slot| !self.is_kept(slot))
    }

    pub fn is_kept(&self, slot: &str) -> bool {
        self.bot.slots.get(slot).is_some_and(|slot| slot.keep)
    }
}

/// Flow and node of a frame, if this bot has them.
pub fn node_of<'a>(bot: &'a Bot, frame: &Frame) -> Option<(&'a Flow, &'a Node)> {
    let flow = bot.flows.get(&frame.flow)?;
    Some((flow, flow.nodes.get(frame.node)?))
}

impl Body {
    /// Whether the visitor showed a sign of life.
    pub fn is_from_visitor(&self) -> bool {
        match self {
            Self::Opened { .. }
            | Self::Message { .. }
            | Self::Press { .. }
            | Self::Submitted { .. }
            | Self::Edited { .. }
            | Self::Deleted { .. }
            | Self::More { .. }
            | Self::Custom { .. }
            | Self::Forget => true,
            Self::Timer { .. }
            | Self::Answer { .. }
            | Self::Found { .. }
            | Self::Act { .. }
            | Self::Introduced { .. }
            | Self::Wished { .. } => false,
        }
    }
}
