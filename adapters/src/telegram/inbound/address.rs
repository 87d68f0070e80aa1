//! Is it the bot who is spoken to, and what is left of the words without its name?

use teloxide_core::types::{Message, MessageEntity, MessageEntityKind};

use super::Ear;
use crate::telegram::{config::Groups, place::Place};

/// Words for the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Without the bot's name.
    pub text: String,
    /// `/start`, with what stood behind it.
    pub start: Option<String>,
}

/// `None` where the bot is not meant.
pub(super) fn of(ear: &Ear<'_>, message: &Message, place: &Place, text: &str) -> Option<Address> {
    let command = command(text);
    if let Some((_, Some(addressee))) = &command
        && !is_me(ear, addressee)
    {
        return None;
    }
    let mentioned = mentions(ear, message);
    let meant = !place.is_group()
        || match ear.groups {
            Groups::All => true,
            Groups::Commands => command.is_some(),
            Groups::Mentions => command.is_some() || mentioned || is_reply(ear, message),
        };
    if !meant {
        return None;
    }
    let start = command.as_ref().filter(|(name, _)| *name == "start").map(|_| {
        text.split_once(char::is_whitespace).map_or(String::new(), |(_, payload)| payload.trim().to_owned())
    });
    let text = match &command {
        Some((name, Some(_))) => {
            let rest = text.split_once(char::is_whitespace).map_or("", |(_, rest)| rest);
            format!("/{name} {rest}").trim_end().to_owned()
        }
        None if place.is_group() && mentioned => without_me(ear, text),
        Some((_, None)) | None => text.to_owned(),
    };
    Some(Address { text, start })
}

/// Whether something without words of its own is for the bot.
pub(super) fn concerns(ear: &Ear<'_>, message: &Message, place: &Place) -> bool {
    !place.is_group()
        || match ear.groups {
            Groups::All => true,
            Groups::Commands => false,
            Groups::Mentions => mentions(ear, message) || is_reply(ear, message),
        }
}

/// The command that a text begins with, and to whom it is given: `/track@shop_bot 4711`.
fn command(text: &str) -> Option<(&str, Option<&str>)> {
    let word = text.strip_prefix('/')?.split_whitespace().next()?;
    if !text[1..].starts_with(word) {
        return None;
    }
    let (name, addressee) = match word.split_once('@') {
        Some((name, addressee)) => (name, Some(addressee)),
        None => (word, None),
    };
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    ((1..=32).contains(&name.len()) && name.bytes().all(letters)).then_some((name, addressee))
}

fn is_me(ear: &Ear<'_>, username: &str) -> bool {
    ear.username.is_none_or(|me| me.eq_ignore_ascii_case(username))
}

fn mentions(ear: &Ear<'_>, message: &Message) -> bool {
    let text = message.text().or_else(|| message.caption()).unwrap_or_default();
    let entities = message.entities().or_else(|| message.caption_entities()).unwrap_or_default();
    entities.iter().any(|entity| match &entity.kind {
        MessageEntityKind::Mention => named(text, entity)
            .and_then(|name| name.strip_prefix('@'))
            .is_some_and(|name| ear.username.is_some_and(|me| me.eq_ignore_ascii_case(name))),
        MessageEntityKind::TextMention { user } => user.id.0 == ear.bot,
        _ => false,
    })
}

fn is_reply(ear: &Ear<'_>, message: &Message) -> bool {
    let answered = message.reply_to_message().and_then(|answered| answered.from.as_ref());
    answered.is_some_and(|user| user.id.0 == ear.bot)
}

fn without_me(ear: &Ear<'_>, text: &str) -> String {
    let Some(me) = ear.username else { return text.to_owned() };
    let name = format!("@{me}");
    let is_name = |word: &str| word.trim_end_matches([',', ':', '!', '?', '.']).eq_ignore_ascii_case(&name);
    let left = text.split_whitespace().filter(|word| !is_name(word)).count();
    if left == text.split_whitespace().count() {
        return text.to_owned();
    }
    let mut rest = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        if !is_name(piece.trim_end()) {
            rest.push_str(piece);
        }
    }
    rest.trim().to_owned()
}

/// The words of an entity, whose place is told in units of UTF-16.
pub(super) fn named<'t>(text: &'t str, entity: &MessageEntity) -> Option<&'t str> {
    let start = byte_of(text, entity.offset)?;
    let end = byte_of(text, entity.offset.checked_add(entity.length)?)?;
    text.get(start..end)
}

fn byte_of(text: &str, units: usize) -> Option<usize> {
    let mut counted = 0;
    for (at, letter) in text.char_indices() {
        if counted >= units {
            return (counted == units).then_some(at);
        }
        counted += letter.len_utf16();
    }
    (counted == units).then_some(text.len())
}
