//! What does an update mean? (pure)
//!
//! | update | is |
//! |---|---|
//! | message, business_message | [`Body::Message`]; `/start` is [`Body::Opened`]; one of an album is kept for the others |
//! | edited_message, edited_business_message | [`Body::Edited`] |
//! | deleted_business_messages | [`Body::Deleted`] |
//! | callback_query | [`Body::Press`] |
//! | message_reaction | [`Body::Custom`] `reaction` |
//! | my_chat_member | `blocked`, `unblocked`; in groups `added`, `removed` |
//! | business_connection | `business_connected`, `business_disconnected` |
//! | a message that holds nothing a bot can read | `unsupported` |
//! | everything else | nothing |

mod address;
mod files;
mod read;
mod said;

use serde_json::{Value, json};
use studio_core::dialogue::Body;
use teloxide_core::types::{
    BusinessConnection, CallbackQuery, Chat, ChatMemberKind, ChatMemberUpdated, MediaKind, Message,
    MessageKind, MessageReactionUpdated, ReactionType, Update, UpdateKind, User,
};

pub use self::read::read;
use self::said::{Said, drop_silence, said, words};
use super::{config::Groups, place::Place};
use crate::{fingerprint::fingerprint, host::Incoming, http::is_language, platform::Attachment};

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
    /// A group became a supergroup.
    Moved {
        from: String,
        to: String,
    },
    /// Nothing that concerns a bot.
    Nothing,
}

/// A button was pressed; what it means is still to be found.
#[derive(Clone, Debug, PartialEq)]
pub struct Pressed {
    /// What is to be answered at once.
    pub query: String,
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
            Meaning::Moved { .. } | Meaning::Nothing => &mut [],
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
        let Some(speaker) = Self::speaker(message, &place) else { return Heard::NOTHING };
        if speaker.owner {
            return heard(vec![self.custom(id, &place, &speaker.external, "owner_wrote", json!({}))]);
        }
        let Some(Said { mut bodies, attachments, own_phone }) = said(self.connection, message) else {
            return self.service(id, message, &place, &speaker);
        };
        let language = language(speaker.user);
        // Of a group nobody is the contact alone.
        let mut attributes = if place.is_group() { json!({}) } else { attributes(speaker.user) };
        let person = if place.is_group() {
            self.group(&place, &message.chat, topic_name(message))
        } else {
            if let Some(phone) = own_phone {
                // Telegram vouches for a number that someone shares as his own.
                attributes["phone"] = phone.into();
                attributes["phone_verified"] = true.into();
            }
            Some(self.person(&place, &speaker.external, language.clone(), &attributes))
        };
        let author = place.is_group().then(|| called(message));
        let native = self.message_native(&place, message.id.0);
        let mut natives = Vec::new();
        let album = message.media_group_id().map(|group| format!("{place} {}", group.0));
        let stands_below = !attachments.is_empty();
        let concerns = match words(&mut bodies) {
            Some(text) => match address::of(self, message, &place, text) {
                Some(address) => {
                    *text = address.text;
                    if let Some(payload) = address.start.filter(|_| !stands_below) {
                        if !payload.is_empty() {
                            attributes["start"] = payload.into();
                            // What a link carries is for the bot, not something that was said.
                            "/start".clone_into(text);
                        }
                        let attributes = fields(&attributes);
                        // A bot with words of its own for it says those alone.
                        let own = self.commands.iter().any(|command| command == "start");
                        let language = language.clone().filter(|_| !place.is_group());
                        let begun = if own {
                            Body::Introduced { language, attributes }
                        } else {
                            Body::Opened { language, attributes }
                        };
                        let event = self.incoming(id, &place, &speaker.external, begun);
                        natives.push(Incoming { native: native.clone(), ..event });
                        if !own {
                            return Heard { person, meaning: Meaning::Events(natives) };
                        }
                    }
                    true
                }
                None => false,
            },
            None => address::concerns(self, message, &place),
        };
        // Whether an album does is known when all of it is there.
        if !concerns && album.is_none() {
            return Heard::NOTHING;
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
        if let Some(text) = words(&mut bodies) {
            let Some(address) = address::of(self, message, &place, text) else { return Heard::NOTHING };
            *text = address.text;
        } else if !address::concerns(self, message, &place) {
            return Heard::NOTHING;
        }
        // The words of a file count as a message of their own; they are what can be edited of it.
        let Some(Body::Message { content, .. }) = bodies.pop() else { return Heard::NOTHING };
        let edited = part_of(&self.message_native(&place, message.id.0), bodies.len());
        let body = Body::Edited { id: edited, content };
        let mut incoming = self.incoming(id, &place, &speaker.external, body);
        incoming.author = place.is_group().then(|| called(message));
        incoming.attachments = attachments;
        heard(vec![incoming])
    }

    fn pressed(&self, id: u32, query: &CallbackQuery) -> Heard {
        let (Some(message), Some(data)) = (&query.message, &query.data) else { return Heard::NOTHING };
        let place = message.regular_message().map_or_else(|| Place::chat(message.chat().id.0), Place::of);
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
        let pressed = Pressed { query: query.id.0.clone(), data: data.clone(), title, incoming };
        Heard { person, meaning: Meaning::Pressed(Box::new(pressed)) }
    }

    /// What the chat itself says, and what a bot cannot read.
    fn service(&self, id: u32, message: &Message, place: &Place, speaker: &Speaker<'_>) -> Heard {
        let custom = |name: &str, data: Value| Heard {
            person: self.group(place, &message.chat, topic_name(message)),
            ..heard(vec![self.custom(id, place, &speaker.external, name, data)])
        };
        let people = |users: &[User]| {
            let others = users.iter().filter(|user| user.id.0 != self.bot);
            others.map(|user| json!({"id": user.id.0, "name": user.full_name()})).collect::<Vec<_>>()
        };
        match &message.kind {
            MessageKind::NewChatMembers(joined) => match people(&joined.new_chat_members) {
                none if none.is_empty() => Heard::NOTHING,
                people => custom("joined", json!({ "people": people })),
            },
            MessageKind::LeftChatMember(left) => match people(std::slice::from_ref(&left.left_chat_member)) {
                none if none.is_empty() => Heard::NOTHING,
                people => custom("left", json!({ "people": people })),
            },
            MessageKind::WebAppData(app) => custom(
                "web_app_data",
                json!({"data": app.web_app_data.data, "button": app.web_app_data.button_text}),
            ),
            _ => match files::unsupported(message) {
                Some(kind) if address::concerns(self, message, place) => {
                    custom("unsupported", json!({ "kind": kind }))
                }
                Some(_) | None => Heard::NOTHING,
            },
        }
    }

    fn reaction(&self, id: u32, reaction: &MessageReactionUpdated) -> Heard {
        let external = match (reaction.actor.user(), reaction.actor.chat()) {
            (Some(user), _) => user.id.0.to_string(),
            (None, Some(chat)) => chat.id.0.to_string(),
            (None, None) => return Heard::NOTHING,
        };
        let fresh = |these: &[ReactionType], those: &[ReactionType]| {
            these.iter().filter(|one| !those.contains(one)).map(reaction_name).collect::<Vec<_>>()
        };
        let data = json!({
            "message": reaction.message_id.0.to_string(),
            "added": fresh(&reaction.new_reaction, &reaction.old_reaction),
            "removed": fresh(&reaction.old_reaction, &reaction.new_reaction),
        });
        heard(vec![self.custom(id, &Place::chat(reaction.chat.id.0), &external, "reaction", data)])
    }

    fn membership(&self, id: u32, member: &ChatMemberUpdated) -> Heard {
        if member.chat.is_channel() {
            return Heard::NOTHING;
        }
        let here = |kind: &ChatMemberKind| kind.is_present();
        let (before, after) = (here(&member.old_chat_member.kind), here(&member.new_chat_member.kind));
        let name = match (member.chat.is_private(), before, after) {
            (true, _, false) => "blocked",
            (true, _, true) => "unblocked",
            (false, true, false) => "removed",
            (false, false, true) => "added",
            (false, true, true) | (false, false, false) => return Heard::NOTHING,
        };
        let data = json!({ "chat": member.chat.title() });
        let place = Place::chat(member.chat.id.0);
        let event = self.custom(id, &place, &member.from.id.0.to_string(), name, data);
        Heard { person: self.group(&place, &member.chat, None), ..heard(vec![event]) }
    }

    fn business(&self, id: u32, connection: &BusinessConnection) -> Heard {
        let name = if connection.is_enabled { "business_connected" } else { "business_disconnected" };
        let may_reply = connection.rights.as_ref().is_some_and(|rights| rights.can_reply);
        let data = json!({"connection": connection.id.0, "may_reply": may_reply});
        let owner = connection.user.id.0.to_string();
        let chat = i64::try_from(connection.user_chat_id.0).unwrap_or_default();
        heard(vec![self.custom(id, &Place::chat(chat), &owner, name, data)])
    }

    /// Who wrote, if it is someone whom a bot answers.
    fn speaker<'m>(message: &'m Message, place: &Place) -> Option<Speaker<'m>> {
        if message.sender_business_bot.is_some() || message.chat.is_channel() {
            return None;
        }
        let from = message.from.as_ref()?;
        if place.business.is_some() {
            let owner = i64::try_from(from.id.0).ok() != Some(place.chat);
            return Some(Speaker { external: from.id.0.to_string(), user: Some(from), owner });
        }
        match &message.sender_chat {
            // An administrator who wants to be no one in particular.
            Some(sender) if sender.id == message.chat.id => {
                Some(Speaker { external: sender.id.0.to_string(), user: None, owner: false })
            }
            // What a channel posts into its group.
            Some(_) => None,
            None if from.is_bot => None,
            None => Some(Speaker { external: from.id.0.to_string(), user: Some(from), owner: false }),
        }
    }

    /// Told once: the same person with the same name has the same id.
    fn person(
        &self,
        place: &Place,
        external: &str,
        language: Option<String>,
        attributes: &Value,
    ) -> Incoming {
        let looks = fingerprint(self.key, "telegram person", &(&language, attributes));
        let body = Body::Introduced { language, attributes: fields(attributes) };
        Incoming {
            native: format!("{}:person:{place}:{looks:016x}", self.bot),
            fingerprint: None,
            ..self.incoming(0, place, external, body)
        }
    }

    /// How a group is called, and the topic where Telegram says it.
    fn group(&self, place: &Place, chat: &Chat, topic: Option<&str>) -> Option<Incoming> {
        let title = chat.title().filter(|_| place.is_group())?;
        let mut attributes = json!({ "name": title });
        if let Some(topic) = topic.filter(|_| place.topic.is_some()) {
            attributes["topic"] = topic.into();
        }
        Some(self.person(place, &place.chat.to_string(), None, &attributes))
    }

    fn custom(&self, id: u32, place: &Place, external: &str, name: &str, data: Value) -> Incoming {
        self.incoming(id, place, external, Body::Custom { name: name.to_owned(), data })
    }

    /// A message's own id, by which a change of it is joined to it: the numbers of updates tell nothing of that.
    fn message_native(&self, place: &Place, message: i32) -> String {
        let business = place.business.as_deref().unwrap_or_default();
        format!("{}:m{business}:{}:{message}", self.bot, place.chat)
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

/// One of the events of a message.
fn part_of(native: &str, index: usize) -> String {
    if index == 0 { native.to_owned() } else { format!("{native}:{index}") }
}

/// How somebody who writes in a group is called; an administrator who wants to be no one in particular as the group is.
fn called(message: &Message) -> String {
    let sender = message.sender_chat.as_ref().and_then(|sender| sender.title().map(str::to_owned));
    let user = || message.from.as_ref().map(User::full_name);
    sender.or_else(user).unwrap_or_default()
}

/// What is said in a topic to nobody in particular answers the message that made the topic.
fn topic_name(message: &Message) -> Option<&str> {
    Some(message.reply_to_message()?.forum_topic_created()?.name.as_str())
}

struct Speaker<'m> {
    external: String,
    user: Option<&'m User>,
    /// The owner of a business account writes himself.
    owner: bool,
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

fn reaction_name(reaction: &ReactionType) -> String {
    match reaction {
        ReactionType::Emoji { emoji } => emoji.clone(),
        ReactionType::CustomEmoji { custom_emoji_id } => format!("custom:{custom_emoji_id}"),
        ReactionType::Paid => "paid".to_owned(),
    }
}

fn attributes(user: Option<&User>) -> Value {
    let Some(user) = user else { return json!({}) };
    let mut attributes = json!({ "name": user.full_name() });
    if let Some(username) = &user.username {
        attributes["username"] = username.as_str().into();
    }
    attributes
}

fn fields(attributes: &Value) -> std::collections::BTreeMap<String, Value> {
    attributes.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn language(user: Option<&User>) -> Option<String> {
    user?.language_code.clone().filter(|tag| is_language(tag))
}
