//! Which sessions of the gateway are there, and what is each told?

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    Simulator,
    world::{BOT, World},
};
use crate::faults::{EventFault, Faults};

/// Events that a session keeps for a resume.
const MOST_KEPT: usize = 10_000;
pub const MESSAGE_CONTENT: u64 = 1 << 15;
const DAY: Duration = Duration::from_hours(24);

/// The sessions of the bot, open and to be resumed.
pub struct Sessions {
    pub all: HashMap<String, Session>,
    faults: Faults,
    pub message_content: bool,
    /// No heartbeat is acknowledged.
    pub silent: bool,
    /// Sessions opened so far.
    pub identified: u64,
    /// When the last was opened.
    pub identified_at: Option<Instant>,
    /// Sessions that were begun since `begun_since`.
    pub begun: usize,
    begun_since: Option<Instant>,
    /// The bot has begun more of them than it may: its token is another one from then on.
    pub token_reset: bool,
    pub resumed: u64,
    /// What is not told yet although it has happened.
    late: Vec<Late>,
}

/// An event that is told late: to whichever sessions there are then, as the way to them is what takes so long.
struct Late {
    due: Instant,
    kind: String,
    direct: bool,
    event: Value,
}

pub struct Session {
    pub sequence: u64,
    pub log: VecDeque<(u64, String)>,
    pub intents: u64,
    pub out: Option<mpsc::UnboundedSender<Out>>,
    /// To be told after the next.
    pub held: Option<(String, Value)>,
}

pub enum Out {
    Event(String),
    Close(u16, &'static str),
    /// The connection breaks without a word.
    Break,
}

impl Sessions {
    pub fn new(message_content: bool, faults: Faults) -> Self {
        Self {
            all: HashMap::new(),
            faults,
            message_content,
            silent: false,
            identified: 0,
            identified_at: None,
            begun: 0,
            begun_since: None,
            token_reset: false,
            resumed: 0,
            late: Vec::new(),
        }
    }

    /// How many sessions may still be begun, and when there may be as many as ever.
    pub fn left(&mut self, a_day: usize, now: Instant) -> (usize, Duration) {
        let since = *self.begun_since.get_or_insert(now);
        let passed = now.duration_since(since);
        if passed >= DAY {
            (self.begun, self.begun_since) = (0, Some(now));
            return (a_day, DAY);
        }
        (a_day.saturating_sub(self.begun), DAY.saturating_sub(passed))
    }

    /// Tells every session that wants to hear of it.
    pub fn tell(&mut self, kind: &str, direct: bool, event: &Value) {
        if let Some(after) = self.faults.next_late() {
            let due = Instant::now() + after;
            self.late.push(Late { due, kind: kind.to_owned(), direct, event: event.clone() });
            return;
        }
        let fault = self.faults.next_event();
        self.tell_now(kind, direct, event, fault);
    }

    fn tell_now(&mut self, kind: &str, direct: bool, event: &Value, fault: EventFault) {
        let mut lost = Vec::new();
        for (id, session) in &mut self.all {
            let wanted = match kind {
                _ if kind.starts_with("MESSAGE_REACTION") => 1 << if direct { 13 } else { 10 },
                _ if kind.starts_with("MESSAGE") => 1 << if direct { 12 } else { 9 },
                "TYPING_START" => 1 << if direct { 14 } else { 11 },
                "INTERACTION_CREATE" => 0,
                _ => 1,
            };
            if session.intents & wanted != wanted {
                continue;
            }
            let seen = if kind.starts_with("MESSAGE_") && session.intents & MESSAGE_CONTENT == 0 {
                without_words(event, direct)
            } else {
                event.clone()
            };
            let was_held = session.held.is_some();
            session.happened(kind, seen, fault);
            if was_held && session.held.is_none() {
                self.faults.note_swapped();
            }
            if fault.dropped {
                session.send(Out::Break);
                if fault.session_lost {
                    lost.push(id.clone());
                }
            }
        }
        for id in lost {
            self.all.remove(&id);
        }
    }

    /// Closes every connection with a code; sessions stay, unless the code ends them.
    pub fn close_all(&mut self, code: u16, reason: &'static str) {
        for session in self.all.values_mut() {
            session.send(Out::Close(code, reason));
        }
    }

    /// Sends a frame that is no event.
    pub fn send_all(&mut self, frame: &Value) {
        for session in self.all.values_mut() {
            session.send(Out::Event(frame.to_string()));
        }
    }

    /// Tells every session a frame as it stands, but for its number: one that resumes before it is told it again.
    pub fn tell_raw(&mut self, frame: &str) {
        for session in self.all.values_mut() {
            let numbered = frame.replace("{s}", &(session.sequence + 1).to_string());
            session.tell(numbered);
        }
    }

    pub fn break_all(&mut self) {
        for session in self.all.values_mut() {
            session.send(Out::Break);
        }
    }

    /// No session can be resumed any more; open ones end.
    pub fn forget(&mut self) {
        self.break_all();
        self.all.clear();
    }

    /// Tells a session what was kept back although nothing followed it, and all of them what was late until now.
    pub fn release(&mut self, id: &str, now: Instant) {
        if let Some(session) = self.all.get_mut(id)
            && let Some((kind, event)) = session.held.take()
        {
            session.number(&kind, &event);
        }
        let (due, later): (Vec<Late>, Vec<Late>) =
            std::mem::take(&mut self.late).into_iter().partition(|late| late.due <= now);
        self.late = later;
        for Late { kind, direct, event, .. } in due {
            self.tell_now(&kind, direct, &event, EventFault::default());
        }
    }

    /// A connection has ended; its session stays.
    pub fn gone(&mut self, connection: &mpsc::UnboundedSender<Out>) {
        for session in self.all.values_mut() {
            if session.out.as_ref().is_some_and(|out| out.same_channel(connection)) {
                session.out = None;
            }
        }
    }

    pub fn open(&self) -> usize {
        self.all.values().filter(|session| session.out.is_some()).count()
    }
}

impl Session {
    fn happened(&mut self, kind: &str, event: Value, fault: EventFault) {
        let before = self.held.take();
        if fault.swapped && before.is_none() {
            self.held = Some((kind.to_owned(), event));
            return;
        }
        if fault.repeated {
            self.number(kind, &event);
        }
        self.number(kind, &event);
        if let Some((kind, event)) = before {
            self.number(&kind, &event);
        }
    }

    pub fn number(&mut self, kind: &str, event: &Value) {
        let frame = json!({ "op": 0, "s": self.sequence + 1, "t": kind, "d": event }).to_string();
        self.tell(frame);
    }

    fn tell(&mut self, frame: String) {
        self.sequence += 1;
        self.log.push_back((self.sequence, frame.clone()));
        if self.log.len() > MOST_KEPT {
            self.log.pop_front();
        }
        self.send(Out::Event(frame));
    }

    fn send(&mut self, out: Out) {
        if self.out.as_ref().is_some_and(|way| way.send(out).is_err()) {
            self.out = None;
        }
    }
}

/// As an application sees it that may not read every message.
fn without_words(event: &Value, direct: bool) -> Value {
    let mut seen = event.clone();
    let bot = BOT.to_string();
    let mentions = event["mentions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mine = event["author"]["id"] == json!(bot) || mentions.iter().any(|user| user["id"] == json!(bot));
    if !direct && !mine && seen.get("content").is_some() {
        for (field, nothing) in [
            ("content", json!("")),
            ("attachments", json!([])),
            ("embeds", json!([])),
            ("components", json!([])),
        ] {
            seen[field] = nothing;
        }
    }
    seen
}

impl Simulator {
    /// A message as the list of a channel shows it to an application.
    pub fn as_seen(&self, world: &World, channel: u64, message: &Value) -> Value {
        let mut seen = if world.sessions.message_content {
            message.clone()
        } else {
            without_words(message, world.is_direct(channel))
        };
        // Told to the sender and by the gateway alone.
        if let Some(fields) = seen.as_object_mut() {
            fields.remove("nonce");
        }
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Plan;

    fn opened(sessions: &mut Sessions, id: &str) -> mpsc::UnboundedReceiver<Out> {
        let (out, events) = mpsc::unbounded_channel();
        let session =
            Session { sequence: 0, log: VecDeque::new(), intents: u64::MAX, out: Some(out), held: None };
        sessions.all.insert(id.to_owned(), session);
        events
    }

    /// The numbers of the events that came.
    fn heard(events: &mut mpsc::UnboundedReceiver<Out>) -> Vec<u64> {
        let mut numbers = Vec::new();
        while let Ok(Out::Event(frame)) = events.try_recv() {
            let frame: Value = serde_json::from_str(&frame).expect("JSON");
            numbers.extend(frame["d"]["number"].as_u64());
        }
        numbers
    }

    #[test]
    fn what_is_late_is_told_behind_what_followed_it_to_the_session_that_is_there_then() {
        let faults = Faults::default();
        let mut sessions = Sessions::new(true, faults.clone());
        let mut before = opened(&mut sessions, "before");
        let begun = Instant::now();
        faults.set(Plan { late: 1.0, late_milliseconds: 3_600_000, ..Plan::default() });
        sessions.tell("TYPING_START", true, &json!({ "number": 1 }));
        faults.set(Plan::default());
        sessions.tell("TYPING_START", true, &json!({ "number": 2 }));
        sessions.release("before", begun);
        assert_eq!(heard(&mut before), [2]);
        sessions.forget();
        let mut after = opened(&mut sessions, "after");
        sessions.release("after", begun);
        assert!(heard(&mut after).is_empty(), "not yet");
        for hours in [2, 3] {
            sessions.release("after", begun + Duration::from_hours(hours));
        }
        assert_eq!(heard(&mut after), [1], "once");
    }
}
