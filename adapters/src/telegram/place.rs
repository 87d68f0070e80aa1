//! Where on Telegram does a conversation take place, and what is it called among us?
//!
//! | thread | is |
//! |---|---|
//! | `4711` | a private chat, or a group (negative) |
//! | `-1001234/56` | the topic 56 of a forum |
//! | `4711@abc` | a customer's chat with a business account, by the business connection `abc` |

use std::{fmt, str::FromStr};

use teloxide_core::types::{BusinessConnectionId, ChatId, Message, MessageId, MessageKind, ThreadId};

/// One conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    pub chat: i64,
    /// A forum's topic: a conversation of its own.
    pub topic: Option<i32>,
    /// The business account in whose name we speak.
    pub business: Option<String>,
}

/// A thread of ours that no chat of Telegram has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no chat of Telegram")]
pub struct NoPlace(String);

impl Place {
    pub fn chat(chat: i64) -> Self {
        Self { chat, topic: None, business: None }
    }

    pub fn of(message: &Message) -> Self {
        // A reply in a group without topics names a thread as well, which is no conversation of its own.
        let topic = message.thread_id.filter(|_| message.is_topic_message).map(|thread| thread.0.0);
        let business = match &message.kind {
            MessageKind::Common(common) => common.business_connection_id.clone().map(|id| id.0),
            _ => None,
        };
        Self { chat: message.chat.id.0, topic, business }
    }

    /// Groups and channels have negative ids.
    pub fn is_group(&self) -> bool {
        self.chat < 0
    }

    pub fn chat_id(&self) -> ChatId {
        ChatId(self.chat)
    }

    pub fn thread_id(&self) -> Option<ThreadId> {
        self.topic.map(|topic| ThreadId(MessageId(topic)))
    }

    pub fn business_id(&self) -> Option<BusinessConnectionId> {
        self.business.clone().map(BusinessConnectionId)
    }
}

/// The group of a topic.
pub fn chat_of(thread: &str) -> Option<&str> {
    thread.split_once('/').map(|(chat, _)| chat)
}

/// The chat of a thread: all that Telegram tells of where some messages are, beside their numbers.
pub fn chat_told(thread: &str) -> &str {
    thread.split(['/', '@']).next().unwrap_or(thread)
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.chat)?;
        if let Some(topic) = self.topic {
            write!(f, "/{topic}")?;
        }
        if let Some(business) = &self.business {
            write!(f, "@{business}")?;
        }
        Ok(())
    }
}

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(thread: &str) -> Result<Self, NoPlace> {
        let error = || NoPlace(thread.to_owned());
        let (place, business) = match thread.split_once('@') {
            Some((_, "")) => return Err(error()),
            Some((place, business)) => (place, Some(business.to_owned())),
            None => (thread, None),
        };
        let (chat, topic) = match place.split_once('/') {
            Some((chat, topic)) => (chat, Some(topic.parse().map_err(|_| error())?)),
            None => (place, None),
        };
        Ok(Self { chat: chat.parse().map_err(|_| error())?, topic, business })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_is_written() {
        let check = |thread: &str, chat, topic, business: Option<&str>| {
            let place = Place { chat, topic, business: business.map(str::to_owned) };
            assert_eq!(thread.parse(), Ok(place.clone()), "{thread}");
            assert_eq!(place.to_string(), thread);
        };
        assert_eq!(chat_of("-1001234567890/56"), Some("-1001234567890"));
        assert_eq!(chat_of("4711@aBc_1"), None);
        for thread in ["-1001", "-1001/56", "-1001@aBc_1", "-1001/56@x/y"] {
            assert_eq!(chat_told(thread), "-1001", "{thread}");
        }
        check("4711", 4711, None, None);
        check("-1001234567890/56", -1_001_234_567_890, Some(56), None);
        check("4711@aBc_1", 4711, None, Some("aBc_1"));
        check("-7/8@x@y", -7, Some(8), Some("x@y"));
        for wrong in ["", "shop", "12/", "12/x", "/3", "12@", "1.5"] {
            assert_eq!(wrong.parse::<Place>(), Err(NoPlace(wrong.to_owned())));
        }
    }
}
