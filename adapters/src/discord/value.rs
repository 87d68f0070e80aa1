//! How does a value travel with a button or an option, and what is it when it comes back?
//!
//! Discord refuses two components of a message with one id, so each has its place before it: `3=yes`.
//! A value that is too long goes as a token, a keyed hash: `3#dGhl…`; it is found again among the
//! values that were offered in the conversation. A form goes by its id: `3&9f2c…`.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use studio_core::{content::Form, id::ConversationId};

use crate::{
    host::{Host, HostError},
    offered,
};

/// Longest id of a component and longest value of an option, in characters.
const LONGEST: usize = 100;

/// What a component's id or an option's value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carried {
    Value(String),
    /// [`find`] knows the value.
    Token(String),
    /// [`find_form`] knows the form of this id.
    Form(String),
}

/// The id of the component at `place` of a message.
pub fn carry(key: &[u8; 32], place: usize, value: &str) -> String {
    let plain = format!("{place}={value}");
    if plain.chars().count() <= LONGEST { plain } else { format!("{place}#{}", token(key, value)) }
}

/// The id of the button at `place` of a message that opens a form.
pub fn carry_form(place: usize, form: &Form) -> String {
    format!("{place}&{}", form.id)
}

/// What an id says; `None` for an id that is not one of ours.
pub fn read(id: &str) -> Option<Carried> {
    let digits = id.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = id.get(digits..)?.chars();
    let sort = rest.next()?;
    match sort {
        _ if digits == 0 => None,
        '=' => Some(Carried::Value(rest.as_str().to_owned())),
        '#' => Some(Carried::Token(rest.as_str().to_owned())),
        '&' => Some(Carried::Form(rest.as_str().to_owned())),
        _ => None,
    }
}

/// The value that a token stands for, if it was offered in this conversation.
pub async fn find<H: Host>(
    host: &H,
    conversation: ConversationId,
    wanted: &str,
) -> Result<Option<String>, HostError> {
    let key = host.token_key();
    offered::find(host, conversation, |message| {
        let mut values = message.content.values().into_iter();
        values.find(|(value, _)| token(&key, value) == wanted).map(|(value, _)| value.to_owned())
    })
    .await
}

/// The form of this id, if it was offered in this conversation.
pub async fn find_form<H: Host>(
    host: &H,
    conversation: ConversationId,
    id: &str,
) -> Result<Option<Form>, HostError> {
    offered::find(host, conversation, |message| message.content.form(id).cloned()).await
}

fn token(key: &[u8; 32], value: &str) -> String {
    URL_SAFE_NO_PAD.encode(offered::mark(key, "discord", value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: [u8; 32] = [42; 32];

    #[test]
    fn a_value_comes_back_as_itself_or_as_its_token() {
        assert_eq!(carry(&KEY, 3, "yes"), "3=yes");
        assert_eq!(read("3=yes"), Some(Carried::Value("yes".into())));
        assert_eq!(read("12=a=b#c"), Some(Carried::Value("a=b#c".into())));
        assert_eq!(read("0="), Some(Carried::Value(String::new())));
        for foreign in ["", "answer", "=yes", "3", "3?yes", "é=1"] {
            assert_eq!(read(foreign), None, "{foreign}");
        }
        let long = "y".repeat(200);
        assert_eq!(read(&carry(&KEY, 0, &long)), Some(Carried::Token(token(&KEY, &long))));
        assert_ne!(token(&KEY, &long), token(&[0; 32], &long), "nobody else can make one");
    }

    proptest! {
        #[test]
        fn any_value_fits_and_is_told_apart(values in prop::collection::vec("\\PC{0,150}", 1..25)) {
            let ids = values.iter().enumerate().map(|(place, value)| carry(&KEY, place, value));
            let ids = ids.collect::<Vec<_>>();
            for (id, value) in ids.iter().zip(&values) {
                prop_assert!(id.chars().count() <= LONGEST && !id.is_empty());
                match read(id) {
                    Some(Carried::Value(read)) => prop_assert_eq!(&read, value),
                    Some(Carried::Token(read)) => prop_assert_eq!(read, token(&KEY, value)),
                    Some(Carried::Form(_)) | None => prop_assert!(false, "{} is not read", id),
                }
            }
            let distinct = ids.iter().collect::<std::collections::BTreeSet<_>>();
            prop_assert_eq!(distinct.len(), ids.len());
        }
    }
}
