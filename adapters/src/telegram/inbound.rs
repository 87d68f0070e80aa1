//! What does an update mean? (pure)
//!
//! | update | is |
//! |---|---|
//! | message, business_message | [`Body::Message`]; `/start` is [`Body::Opened`]; one of an album is kept for the others |
//! | edited_message, edited_business_message | [`Body::Edited`]; in a group, where it is for others by now, [`Meaning::Changed`] |
//! | the same of one of an album | [`Meaning::PartChanged`] |
//! | deleted_business_messages | [`Body::Deleted`] |
//! | callback_query | [`Body::Press`] |
//! | message_reaction | [`Body::Custom`] `reaction` |
//! | my_chat_member | `blocked`, `unblocked`; in groups `added`, `removed` |
//! | business_connection | `business_connected`, `business_disconnected` |
//! | a message that holds nothing a bot can read | `unsupported` |
//! | a message of a kind that nobody knows yet | [`Meaning::Empty`] |
//! | a new title of a group, a new name of a topic | [`Meaning::Renamed`] |
//! | what is said in a group to others | [`Meaning::Overheard`] |
//! | everything else | nothing |

mod address;
mod chat;
mod files;
mod read;
mod said;
mod speaker;

use serde_json::{Value, json};
use studio_core::{content::Card, dialogue::Body};
use teloxide_core::types::{CallbackQuery, MediaKind, Message, MessageKind, Update, UpdateKind};

pub use self::{
    chat::blocks,
    read::{read, unknown},
};
#[cfg(test)]
pub use self::{
    files::UNREADABLE,
    read::{SAID, SILENT},
};
use self::{
    said::{Said, drop_silence, said, words},
    speaker::{attributes, called, fields, language, topic_name},
};
use super::{album, config::Groups, place::Place};
use crate::{fingerprint::fingerprint, host::Incoming, platform::Attachment};

/// What is told beside what is said, pressed, changed and taken back: names of [`Body::Custom`].
pub const TOLD: [&str; 12] = [
    "added",
    "blocked",
    "business_connected",
    "business_disconnected",
    "joined",
    "left",
    "owner_wrote",
    "reaction",
    "removed",
    "unblocked",
    "unsupported",
    "web_app_data",
];

/// Who listens, and to what.
#[derive(Clone, Debug)]
pub struct Ear<'a> {
    pub connection: &'a str,
    /// The bot's own id: what stands before the colon of its token.
    pub bot: u64,
    /// The bot's own name without `@`; `None` while Telegram was not asked yet.
    pub username: Option<&'a str>,
    pub groups: Groups,
    /// Names of the bot's commands.
    pub commands: &'a [String],
    /// See [`crate::host::Host::token_key`].
    pub key: &'a [u8; 32],
    /// Where an update takes place that tells only the chat; `None` where that is all there is to tell.
    pub found: Option<&'a Place>,
}

/// What was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Who speaks, or the group in which it is said: to be told before what is said, unless that tells it itself.
    pub person: Option<Incoming>,
    pub meaning: Meaning,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// In this order.
    Events(Vec<Incoming>),
    /// One of several that make one message: to be kept until the others are there.
    Part {
        album: String,
        /// Whether the bot is meant by this part; one that is meant by any is meant by all.
        concerns: bool,
        events: Vec<Incoming>,
    },
    Pressed(Box<Pressed>),
    /// What a message became is not for the bot: it counts where the message of this native id was taken in.
    Changed {
        message: String,
        event: Box<Incoming>,
    },
    /// What a message became that is one of several that were one message together.
    PartChanged(Box<PartChanged>),
    /// A group became a supergroup.
    Moved {
        from: String,
        to: String,
    },
    /// A group or a topic is called otherwise from now on; the person tells how.
    Renamed,
    /// It is not for the bot; the person tells how the group is called.
    Overheard,
    /// A message to the bot in which nothing was found that is known: [`unknown`] tells whether it holds something else.
    Empty,
    /// Nothing that concerns a bot.
    Nothing,
}

/// One message of an album was changed; the album is still to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct PartChanged {
    /// The message's native id.
    pub message: String,
    /// The album's name in the pen.
    pub album: String,
    /// Whether it is for the bot as it is now.
    pub is_meant: bool,
    /// What stands in the album for it.
    pub card: Card,
    /// The change as it is where the message is alone.
    pub event: Incoming,
}

/// A button was pressed; what it means is still to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    pub data: String,
    /// What stands on the button, where the message is still known.
    pub title: Option<String>,
    /// With an empty press as its body.
    pub incoming: Incoming,
}

impl Heard {
    const NOTHING: Self = Self { person: None, meaning: Meaning::Nothing };
}

impl Ear<'_> {
    pub fn hear(&self, update: &Update) -> Heard {
        let mut heard = self.understand(update);
        // What a repeat must be alike in. Telegram numbers anew after a quiet week, so that the number of
        // an update can come again with another one.
        let mark = fingerprint(self.key, "telegram update", &mark(update));
        let events = match &mut heard.meaning {
            Meaning::Events(events) | Meaning::Part { events, .. } => events.as_mut_slice(),
            Meaning::Pressed(pressed) => std::slice::from_mut(&mut pressed.incoming),
            Meaning::Changed { event, .. } => std::slice::from_mut(&mut **event),
            Meaning::PartChanged(part) => std::slice::from_mut(&mut part.event),
            Meaning::Moved { .. }
            | Meaning::Renamed
            | Meaning::Overheard
            | Meaning::Empty
            | Meaning::Nothing => &mut [],
        };
        for event in events {
            event.fingerprint = Some(mark);
        }
        heard
    }

    fn understand(&self, update: &Update) -> Heard {
        let id = update.id.0;
        match &update.kind {
            UpdateKind::Message(message) | UpdateKind::BusinessMessage(message) => self.message(id, message),
            UpdateKind::EditedMessage(message) | UpdateKind::EditedBusinessMessage(message) => {
                self.edited(id, message)
            }
            UpdateKind::CallbackQuery(query) => self.pressed(id, query),
            UpdateKind::DeletedBusinessMessages(deleted) => {
                let place = Place {
                    business: Some(deleted.business_connection_id.0.clone()),
                    ..Place::chat(deleted.chat.id.0)
                };
                let event = |(index, message): (usize, &teloxide_core::types::MessageId)| {
                    let body = Body::Deleted { id: self.message_native(&place, message.0) };
                    let mut incoming = self.incoming(id, &place, &place.chat.to_string(), body);
                    if index > 0 {
                        incoming.native = format!("{}:{index}", incoming.native);
                    }
                    incoming
                };
                heard(deleted.message_ids.iter().enumerate().map(event).collect())
            }
            UpdateKind::MessageReaction(reaction) => self.reaction(id, reaction),
            UpdateKind::MyChatMember(member) => self.membership(id, member),
            UpdateKind::BusinessConnection(connection) => self.business(id, connection),
            UpdateKind::ChannelPost(_)
            | UpdateKind::EditedChannelPost(_)
            | UpdateKind::MessageReactionCount(_)
            | UpdateKind::InlineQuery(_)
            | UpdateKind::ChosenInlineResult(_)
            | UpdateKind::ShippingQuery(_)
            | UpdateKind::PreCheckoutQuery(_)
            | UpdateKind::PurchasedPaidMedia(_)
            | UpdateKind::Poll(_)
            | UpdateKind::PollAnswer(_)
            | UpdateKind::ChatMember(_)
            | UpdateKind::ChatJoinRequest(_)
            | UpdateKind::ChatBoost(_)
            | UpdateKind::RemovedChatBoost(_)
            | UpdateKind::Error(_) => Heard::NOTHING,
        }
    }

    fn message(&self, id: u32, message: &Message) -> Heard {
        let place = Place::of(message);
        if let Some(moved) = moved(message) {
            return Heard { person: None, meaning: moved };
        }
        if let Some(renamed) = self.renamed(message, &place) {
            return renamed;
        }
        let Some(speaker) = Self::speaker(message, &place) else { return Heard::NOTHING };
        if speaker.owner {
            return heard(vec![self.custom(id, &place, &speaker.external, "owner_wrote", json!({}))]);
        }
        let Some(Said { mut bodies, attachments, own_phone }) = said(self.connection, message) else {
            return self.service(id, message, &place, &speaker);
        };
        let language = language(speaker.user);
        let (person, attributes) = self.introduced(message, &place, &speaker, own_phone);
        let author = place.is_group().then(|| called(message));
        let native = self.message_native(&place, message.id.0);
        let mut natives = Vec::new();
        let album = album_of(&place, message);
        let stands_below = !attachments.is_empty();
        let mut started = None;
        let concerns = match words(&mut bodies) {
            Some(text) => match address::of(self, message, &place, text) {
                Some(address) => {
                    *text = address.text;
                    started = address.start.filter(|_| !stands_below);
                    if started.as_ref().is_some_and(|payload| !payload.is_empty()) {
                        // What a link carries is for the bot, not something that was said.
                        "/start".clone_into(text);
                    }
                    true
                }
                None => false,
            },
            None => address::concerns(self, message, &place),
        };
        // Whether an album does is known when all of it is there.
        if !concerns && album.is_none() {
            let group = person.filter(|_| place.is_group());
            return group
                .map_or(Heard::NOTHING, |group| Heard { person: Some(group), meaning: Meaning::Overheard });
        }
        if let Some(payload) = started {
            let begun = self.begun(payload, language.clone().filter(|_| !place.is_group()), attributes);
            let is_all = matches!(begun, Body::Opened { .. });
            let event = self.incoming(id, &place, &speaker.external, begun);
            natives.push(Incoming { native: native.clone(), ..event });
            if is_all {
                return Heard { person, meaning: Meaning::Events(natives) };
            }
        }
        if stands_below {
            drop_silence(&mut bodies);
        }
        let mut attachments = Some(attachments);
        for mut body in bodies {
            if let Body::Message { language: spoken, .. } = &mut body {
                spoken.clone_from(&language);
            }
            let mut incoming = self.incoming(id, &place, &speaker.external, body);
            incoming.native = part_of(&native, natives.len());
            incoming.author.clone_from(&author);
            incoming.attachments = attachments.take().unwrap_or_default();
            natives.push(incoming);
        }
        // An album that is not for the bot begins nothing.
        let person = person.filter(|_| concerns);
        let meaning = match album {
            Some(album) => Meaning::Part { album, concerns, events: natives },
            None => Meaning::Events(natives),
        };
        Heard { person, meaning }
    }

    /// What `/start` with this payload is; a bot with words of its own for it says those alone.
    fn begun(&self, payload: String, language: Option<String>, mut attributes: Value) -> Body {
        if !payload.is_empty() {
            attributes["start"] = payload.into();
        }
        let attributes = fields(&attributes);
        if self.commands.iter().any(|command| command == "start") {
            Body::Introduced { language, attributes }
        } else {
            Body::Opened { language, attributes }
        }
    }

    fn edited(&self, id: u32, message: &Message) -> Heard {
        let place = Place::of(message);
        // A place that is shared live is edited every few seconds.
        let live = matches!(
            &message.kind,
            MessageKind::Common(common) if matches!(common.media_kind, MediaKind::Location(_))
        );
        let Some(speaker) = Self::speaker(message, &place).filter(|speaker| !speaker.owner && !live) else {
            return Heard::NOTHING;
        };
        let Some(Said { mut bodies, attachments, .. }) = said(self.connection, message) else {
            return Heard::NOTHING;
        };
        let is_meant = if let Some(text) = words(&mut bodies) {
            let address = address::of(self, message, &place, text);
            let is_meant = address.is_some();
            if let Some(address) = address {
                *text = address.text;
            }
            is_meant
        } else {
            address::concerns(self, message, &place)
        };
        let contents = bodies.iter().filter_map(|body| {
            let Body::Message { content, .. } = body else { return None };
            Some(content)
        });
        let part = album_of(&place, message).zip(album::card_of(contents));
        // The words of a file count as a message of their own; they are what can be edited of it.
        let Some(Body::Message { content, .. }) = bodies.pop() else { return Heard::NOTHING };
        let native = self.message_native(&place, message.id.0);
        let edited = part_of(&native, bodies.len());
        let body = Body::Edited { id: edited, content };
        let mut incoming = self.incoming(id, &place, &speaker.external, body);
        incoming.author = place.is_group().then(|| called(message));
        incoming.attachments = attachments;
        if let Some((album, card)) = part {
            let part = PartChanged { message: native, album, is_meant, card, event: incoming };
            return Heard { person: None, meaning: Meaning::PartChanged(Box::new(part)) };
        }
        if is_meant {
            return heard(vec![incoming]);
        }
        Heard { person: None, meaning: Meaning::Changed { message: native, event: Box::new(incoming) } }
    }

    fn pressed(&self, id: u32, query: &CallbackQuery) -> Heard {
        let (Some(message), Some(data)) = (&query.message, &query.data) else { return Heard::NOTHING };
        let place = message.regular_message().map_or_else(|| self.place_in(message.chat().id.0), Place::of);
        let title = message.regular_message().and_then(|message| title_of(message, data));
        let external = query.from.id.0.to_string();
        let body = Body::Press { value: String::new(), title: String::new() };
        let person = (!place.is_group()).then(|| {
            self.person(&place, &external, language(Some(&query.from)), &attributes(Some(&query.from)))
        });
        let topic = message.regular_message().and_then(topic_name);
        let person = person.or_else(|| self.group(&place, message.chat(), topic));
        let mut incoming = self.incoming(id, &place, &external, body);
        incoming.author = place.is_group().then(|| query.from.full_name());
        let pressed = Pressed { data: data.clone(), title, incoming };
        Heard { person, meaning: Meaning::Pressed(Box::new(pressed)) }
    }

    fn custom(&self, id: u32, place: &Place, external: &str, name: &str, data: Value) -> Incoming {
        debug_assert!(TOLD.contains(&name), "{name} is listed, and has a fixture");
        self.incoming(id, place, external, Body::Custom { name: name.to_owned(), data })
    }

    /// A message's own id, by which a change of it is joined to it: the numbers of updates tell nothing of that.
    fn message_native(&self, place: &Place, message: i32) -> String {
        native_of(self.bot, place, message)
    }

    /// Where in a chat an update takes place that names no more than the chat.
    fn place_in(&self, chat: i64) -> Place {
        self.found.cloned().unwrap_or_else(|| Place::chat(chat))
    }

    fn incoming(&self, id: u32, place: &Place, external: &str, body: Body) -> Incoming {
        Incoming {
            connection: self.connection.to_owned(),
            thread: place.to_string(),
            external: external.to_owned(),
            native: format!("{}:{id}", self.bot),
            body,
            fingerprint: None,
            said_at: None,
            author: None,
            attachments: Vec::<Attachment>::new(),
        }
    }
}

/// See [`Ear::message_native`].
pub(super) fn native_of(bot: u64, place: &Place, message: i32) -> String {
    let business = place.business.as_deref().unwrap_or_default();
    format!("{bot}:m{business}:{}:{message}", place.chat)
}

/// One of the events of a message.
fn part_of(native: &str, index: usize) -> String {
    if index == 0 { native.to_owned() } else { format!("{native}:{index}") }
}

/// The name of the album of which a message is a part.
fn album_of(place: &Place, message: &Message) -> Option<String> {
    message.media_group_id().map(|group| format!("{place} {}", group.0))
}

fn heard(events: Vec<Incoming>) -> Heard {
    Heard { person: None, meaning: Meaning::Events(events) }
}

/// What an update is, apart from its number.
fn mark(update: &Update) -> (i64, i32, i64, String) {
    match &update.kind {
        UpdateKind::Message(message)
        | UpdateKind::BusinessMessage(message)
        | UpdateKind::EditedMessage(message)
        | UpdateKind::EditedBusinessMessage(message) => {
            let at = message.edit_date().unwrap_or(&message.date).timestamp();
            (message.chat.id.0, message.id.0, at, String::new())
        }
        UpdateKind::CallbackQuery(query) => (0, 0, 0, query.id.0.clone()),
        UpdateKind::MessageReaction(reaction) => {
            (reaction.chat.id.0, reaction.message_id.0, reaction.date.timestamp(), String::new())
        }
        UpdateKind::DeletedBusinessMessages(deleted) => {
            (deleted.chat.id.0, deleted.message_ids.first().map_or(0, |id| id.0), 0, String::new())
        }
        _ => (update.chat().map_or(0, |chat| chat.id.0), 0, 0, String::new()),
    }
}

fn moved(message: &Message) -> Option<Meaning> {
    let here = message.chat.id.0;
    let (from, to) = match (message.migrate_to_chat_id(), message.migrate_from_chat_id()) {
        (Some(to), _) => (here, to.0),
        (None, Some(from)) => (from.0, here),
        (None, None) => return None,
    };
    Some(Meaning::Moved { from: Place::chat(from).to_string(), to: Place::chat(to).to_string() })
}

fn title_of(message: &Message, data: &str) -> Option<String> {
    use teloxide_core::types::InlineKeyboardButtonKind::CallbackData;
    let buttons = message.reply_markup()?.inline_keyboard.iter().flatten();
    let mut pressed = buttons.filter(|button| matches!(&button.kind, CallbackData(found) if found == data));
    pressed.next().map(|button| button.text.clone())
}
