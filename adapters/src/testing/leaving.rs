//! What is to leave, for the tests of the platforms.

use jiff::Timestamp;
use studio_core::{
    api::{Message, Sender},
    content::Content,
    dialogue::Speaker,
    id::ConversationId,
};

use crate::platform::Leaving;

/// A message as it was committed.
pub fn message(sequence: u64, at: Timestamp, from: Sender, content: Content) -> Message {
    Message {
        sequence,
        at,
        from,
        content,
        author: None,
        client_id: None,
        template: None,
        translated: false,
        translation: None,
    }
}

/// The first message of a conversation, said by the bot when the server in memory begins.
pub fn from_bot(content: Content) -> Message {
    let at = Timestamp::from_second(1_700_000_000).expect("within jiff's range");
    message(1, at, Sender::Speaker { speaker: Speaker::Bot }, content)
}

/// A message that nobody has tried to send yet.
pub fn untried(conversation: ConversationId, thread: &str, key: String, message: Message) -> Leaving {
    Leaving {
        conversation,
        thread: thread.to_owned(),
        key,
        message,
        language: "en".to_owned(),
        parts: Vec::new(),
        uncertain: false,
        last_heard: None,
        otherwise: Vec::new(),
    }
}
