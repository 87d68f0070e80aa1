//! Is it some chats that have to wait, or all that leaves by the connection? Telegram and Slack do not tell them apart.

use std::collections::HashMap;

use jiff::Timestamp;

/// So many chats that have to wait at the same time are the whole connection; fewer wait each for itself.
const MANY: usize = 5;

/// Chats that have to wait, and until when.
#[derive(Debug, Default)]
pub(crate) struct Floods(HashMap<String, Timestamp>);

impl Floods {
    /// Another chat has to wait, or the same anew; whether the others have to as well.
    pub fn add(&mut self, chat: &str, until: Timestamp, now: Timestamp) -> bool {
        self.0.retain(|_, until| *until > now);
        self.0.insert(chat.to_owned(), until);
        self.0.len() >= MANY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_chats_wait_for_themselves_and_many_are_the_connection() {
        let at = |second: i64| Timestamp::from_second(1_700_000_000 + second).expect("a time");
        let mut floods = Floods::default();
        for chat in ["1", "2", "2", "3", "4"] {
            assert!(!floods.add(chat, at(30), at(0)), "{chat}");
        }
        assert!(floods.add("5", at(40), at(0)));
        assert!(!floods.add("6", at(60), at(30)), "the first four wait no more");
    }
}
