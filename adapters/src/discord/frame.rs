//! What do frames and closes of the gateway say? (pure)

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::misread;

/// What to do where Discord does not know the token.
pub const TOKEN_REFUSED: &str = "Discord refuses the bot's token: it was reset, or is another app's or a person's; in the developer portal choose Bot → Reset Token and set the new one";

/// One frame, both ways.
#[derive(Clone, Debug, Deserialize)]
pub struct Frame {
    pub op: u8,
    #[serde(default)]
    pub d: Value,
    #[serde(default)]
    pub s: Option<u64>,
    #[serde(default)]
    pub t: Option<String>,
}

/// What a frame of the gateway asks of us.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    Hello {
        interval_milliseconds: u64,
    },
    Event(Dispatch),
    /// A heartbeat is wanted now.
    Beat,
    Acknowledged,
    Reconnect,
    InvalidSession {
        resumable: bool,
    },
    /// It says nothing that is known.
    Unknown(Unread),
    Unread(Unread),
}

/// A frame that cannot be read, or says nothing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    pub frame: String,
    /// Its number within the session, where that much can be read.
    pub sequence: Option<u64>,
    pub why: String,
}

/// Something happened. `sequence` counts within the session.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    pub sequence: u64,
    pub kind: String,
    pub data: Value,
}

/// A session that can be taken up again, over a restart as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub url: String,
    /// The last event that needs not be told again.
    pub sequence: u64,
}

/// What a close means for what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    Resume,
    Identify,
    /// Trying again changes nothing; the sentence says what to do.
    Give(&'static str),
}

impl Told {
    /// What a frame says as it comes.
    pub fn of(text: &str) -> Self {
        let Ok(frame) = serde_json::from_str::<Frame>(text) else { return Self::Unread(Unread::of(text)) };
        let (op, sequence) = (frame.op, frame.s);
        frame.told().unwrap_or_else(|| {
            let why = format!(
                "a frame of the gateway with the opcode {op} lacks a field, or is of a kind that is not known"
            );
            Self::Unknown(Unread { frame: text.to_owned(), sequence, why })
        })
    }
}

impl Unread {
    /// The error without anything that stands in the frame.
    fn of(text: &str) -> Self {
        let read = misread::json(text.as_bytes());
        let sequence = read.as_ref().ok().and_then(|frame| frame["s"].as_u64());
        let why = read.and_then(misread::value::<Frame>).err();
        let why = why.unwrap_or_else(|| "a field stands in it twice".to_owned());
        let why = format!("a frame of the gateway cannot be read: {why}");
        Self { frame: text.to_owned(), sequence, why }
    }
}

impl Frame {
    /// `None` where that is not known.
    fn told(self) -> Option<Told> {
        Some(match (self.op, self.s, self.t) {
            (0, Some(sequence), Some(kind)) => Told::Event(Dispatch { sequence, kind, data: self.d }),
            (1, ..) => Told::Beat,
            (7, ..) => Told::Reconnect,
            (9, ..) => Told::InvalidSession { resumable: self.d.as_bool().unwrap_or(false) },
            (10, ..) => {
                let interval = self.d["heartbeat_interval"].as_u64().filter(|interval| *interval > 0)?;
                Told::Hello { interval_milliseconds: interval }
            }
            (11, ..) => Told::Acknowledged,
            _ => return None,
        })
    }
}

pub fn beat(sequence: Option<u64>) -> String {
    json!({ "op": 1, "d": sequence }).to_string()
}

pub fn identify(token: &str, intents: u64) -> String {
    let properties = json!({ "os": std::env::consts::OS, "browser": "studio", "device": "studio" });
    let data = json!({ "token": token, "intents": intents, "properties": properties, "large_threshold": 50 });
    json!({ "op": 2, "d": data }).to_string()
}

pub fn resume(token: &str, session: &Session) -> String {
    let data = json!({ "token": token, "session_id": session.id, "seq": session.sequence });
    json!({ "op": 6, "d": data }).to_string()
}

/// What follows a close, by its code (`opcodes-and-status-codes.mdx`, 2026-08-06).
pub fn after(code: Option<u16>) -> After {
    match code {
        Some(4004) => After::Give(TOKEN_REFUSED),
        Some(4010 | 4011) => After::Give(
            "the bot is in more servers than one gateway session may carry (2,500); ask for sharding",
        ),
        Some(4012) => After::Give("Discord no longer speaks version 10 of its gateway; update the studio"),
        Some(4013) => After::Give("Discord knows none of these intents; update the studio"),
        Some(4014) => After::Give(
            "switch on the Message Content Intent in the developer portal (Bot → Privileged Gateway Intents), or set guild_messages to \"mentions\"",
        ),
        // A clean close ends the session; so do a bad sequence and a timed out session.
        Some(1000 | 1001 | 4003 | 4007 | 4009) => After::Identify,
        _ => After::Resume,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read() {
        let check = |text: &str, expected: Told| {
            assert_eq!(Told::of(text), expected, "{text}");
        };
        let hello = Told::Hello { interval_milliseconds: 41_250 };
        check(r#"{"op":10,"d":{"heartbeat_interval":41250},"s":null,"t":null}"#, hello);
        let event = Dispatch { sequence: 3, kind: "TYPING_START".into(), data: json!({"a": 1}) };
        check(r#"{"op":0,"s":3,"t":"TYPING_START","d":{"a":1}}"#, Told::Event(event));
        check(r#"{"op":9,"d":true}"#, Told::InvalidSession { resumable: true });
        check(r#"{"op":9,"d":false}"#, Told::InvalidSession { resumable: false });
        check(r#"{"op":7,"d":null}"#, Told::Reconnect);
        check(r#"{"op":11}"#, Told::Acknowledged);
        check(r#"{"op":1,"d":null}"#, Told::Beat);
        for (odd, number) in [
            (r#"{"op":0,"d":{}}"#, None),
            (r#"{"op":0,"s":5,"d":{}}"#, Some(5)),
            (r#"{"op":10,"d":{"heartbeat_interval":0}}"#, None),
            (r#"{"op":99,"s":6}"#, Some(6)),
        ] {
            match Told::of(odd) {
                Told::Unknown(Unread { frame, sequence, .. }) => {
                    assert_eq!((frame.as_str(), sequence), (odd, number));
                }
                told => panic!("{odd}: {told:?}"),
            }
        }
    }

    #[test]
    fn of_a_frame_that_cannot_be_read_the_number_is_kept_where_it_has_one() {
        let check = |text: &str, expected: Option<u64>| match Told::of(text) {
            Told::Unread(Unread { frame, sequence, why }) => {
                assert_eq!((frame.as_str(), sequence), (text, expected));
                assert!(!why.contains("zero"), "{why}");
            }
            told => panic!("{text}: {told:?}"),
        };
        check(r#"{"op":"zero","s":7}"#, Some(7));
        check(r#"{"op":0,"s":"7"}"#, None);
        check("[]", None);
        check("not JSON", None);
        check("", None);
        assert_eq!(Told::of(r#"{"op":11}"#), Told::Acknowledged);
    }

    #[test]
    fn a_close_says_how_it_goes_on() {
        let check = |code: Option<u16>, expected: &str| {
            let found = match after(code) {
                After::Resume => "resume",
                After::Identify => "identify",
                After::Give(_) => "give up",
            };
            assert_eq!(found, expected, "{code:?}");
        };
        check(None, "resume");
        for code in [1006, 4000, 4001, 4002, 4005, 4008] {
            check(Some(code), "resume");
        }
        for code in [1000, 1001, 4003, 4007, 4009] {
            check(Some(code), "identify");
        }
        for code in [4004, 4010, 4011, 4012, 4013, 4014] {
            check(Some(code), "give up");
        }
    }
}
