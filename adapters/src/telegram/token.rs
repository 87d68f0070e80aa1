//! How does the value of a button travel where Telegram carries 64 bytes?
//!
//! What fits goes as it is. What does not goes as a token, a keyed hash of the value; when the token comes
//! back, the value is found among those that the conversation's messages offer.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    host::{Host, HostError},
    offered,
};

/// `callback_data`, in bytes.
const LONGEST: usize = 64;
/// What a token begins with; a value that does as well goes by token too.
const MARK: char = '#';

/// What a button carries for a value.
pub fn carried(key: &[u8; 32], value: &str) -> String {
    if value.is_empty() || value.len() > LONGEST || value.starts_with(MARK) {
        token(key, value)
    } else {
        value.to_owned()
    }
}

/// Whether it stands for a value that must be found.
pub fn is_token(data: &str) -> bool {
    data.starts_with(MARK)
}

fn token(key: &[u8; 32], value: &str) -> String {
    format!("{MARK}{}", URL_SAFE_NO_PAD.encode(offered::mark(key, "telegram", value)))
}

/// Value and title of what carries `data`, the latest first; `None` where no message offers it any more.
pub async fn meant<H: Host>(
    host: &H,
    connection: &str,
    thread: &str,
    data: &str,
) -> Result<Option<(String, String)>, HostError> {
    let key = host.token_key();
    let conversation = host.conversation(connection, thread);
    offered::find(host, conversation, |message| {
        let mut values = message.content.values().into_iter();
        let found = values.find(|(value, _)| carried(&key, value) == data);
        found.map(|(value, title)| (value.to_owned(), title.to_owned()))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_fits_and_no_two_are_the_same() {
        let key = [7; 32];
        let long = "x".repeat(65);
        let values = ["", "yes", "#", "#short", &"é".repeat(32), &"é".repeat(33), &long, "x"];
        let carried = values.map(|value| carried(&key, value));
        for (value, data) in values.iter().zip(&carried) {
            assert!((1..=LONGEST).contains(&data.len()), "{value:?} goes as {data:?}");
            assert_eq!(is_token(data), data != value, "{value:?}");
        }
        let distinct = carried.iter().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(distinct.len(), values.len());
        assert_ne!(super::carried(&[8; 32], &long), carried[6], "the key is needed to make one");
    }
}
