//! What does an event of the gateway mean? (pure)
//!
//! | event | body |
//! |---|---|
//! | `MESSAGE_CREATE` | a message for the words and one for each attachment |
//! | `MESSAGE_UPDATE` | `Edited` where a person changed the words; [`Change::overheard`] where they are for others by now |
//! | `MESSAGE_DELETE`, `MESSAGE_DELETE_BULK` | `Deleted` |
//! | `MESSAGE_REACTION_ADD`, `MESSAGE_REACTION_REMOVE` | the custom events `reaction_added`, `reaction_removed`: `emoji`, `message` |
//!
//! The conversation is the channel: a direct message, a server's channel, or a thread. What bots say,
//! ourselves among them, is not read.

use jiff::Timestamp;
use serde_json::json;
use serenity::model::{
    channel::{Attachment as File, Message, MessageType, Reaction, ReactionType},
    event::MessageUpdateEvent,
    id::{ChannelId, MessageId, UserId},
    user::User,
};
use studio_core::{
    content::{Content, Source},
    dialogue::Body,
    id::{MediaId, OrganisationId},
};

use super::{config::GuildMessages, kinds::is_new_type};
use crate::{file_name, host::Incoming, platform::Attachment, web::SAFE_PICTURES};

/// Whose events are read, and which of them are for the bot.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub connection: &'a str,
    /// The bot's own user.
    pub me: UserId,
    pub guild_messages: GuildMessages,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub event: Incoming,
    /// It is not for the bot: it counts where the message was taken in.
    pub overheard: bool,
}

/// What the rules of attention need to know of a message.
struct Said<'a> {
    author: &'a User,
    content: &'a str,
    mentions: &'a [User],
    in_guild: bool,
    from_webhook: bool,
    replies_to: Option<&'a User>,
}

impl<'a> Said<'a> {
    fn of(message: &'a Message) -> Self {
        Self {
            author: &message.author,
            content: &message.content,
            mentions: &message.mentions,
            in_guild: message.guild_id.is_some(),
            from_webhook: message.webhook_id.is_some(),
            replies_to: message.referenced_message.as_deref().map(|answered| &answered.author),
        }
    }
}

/// How a person is called, in a server by what they are called there.
pub(super) fn called(user: &User, nick: Option<&str>) -> String {
    nick.or(user.global_name.as_deref()).unwrap_or(&user.name).to_owned()
}

impl Reader<'_> {
    /// The events of a message, in their order; none for one that is not the bot's business.
    pub fn message(&self, message: &Message) -> Vec<Incoming> {
        let told = matches!(message.kind, MessageType::Regular | MessageType::InlineReply);
        let said = Said::of(message);
        if !told || !self.concerns(&said) {
            return Vec::new();
        }
        let (channel, id) = (message.channel_id, message.id);
        let nick = message.member.as_ref().and_then(|member| member.nick.as_deref());
        let author = said.in_guild.then(|| called(&message.author, nick));
        let text = self.words(&said);
        let forwarded = || message.message_snapshots.iter().map(|snapshot| snapshot.content.as_str());
        let stickers = message.sticker_items.iter().map(|sticker| format!(":{}:", sticker.name));
        let texts = [text].into_iter().chain(forwarded().map(str::to_owned)).chain(stickers);
        let text = texts.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n");
        let mut events = Vec::new();
        if !text.is_empty() {
            let event = self.event(channel, message.author.id, id.to_string(), words(text));
            events.push(Incoming { author: author.clone(), ..event });
        }
        for file in &message.attachments {
            let native = if events.is_empty() { id.to_string() } else { format!("{id}:{}", file.id) };
            let attachment = self.attachment(channel, id, file);
            let content = shown(&attachment, file.description.as_deref());
            let mut event = self.event(channel, message.author.id, native, told_as(content));
            event.attachments.push(attachment);
            event.author.clone_from(&author);
            events.push(event);
        }
        events
    }

    /// An error where a message for the bot is of a type that Discord has added since; a sentence for the log.
    pub fn known_type(&self, message: &Message) -> Result<(), String> {
        if let MessageType::Unknown(number) = message.kind
            && is_new_type(number)
            && self.concerns(&Said::of(message))
        {
            return Err(format!("messages of type {number} are not known"));
        }
        Ok(())
    }

    /// The change of a message; `None` where Discord changed it (previews, pins), or it is not the bot's business.
    pub fn edited(&self, event: &MessageUpdateEvent) -> Option<Change> {
        let (author, content, at) =
            (event.author.as_ref()?, event.content.as_ref()?, event.edited_timestamp?);
        let replied = event.referenced_message.as_ref().and_then(Option::as_deref);
        let said = Said {
            author,
            content,
            mentions: event.mentions.as_deref().unwrap_or_default(),
            in_guild: event.guild_id.is_some(),
            from_webhook: event.webhook_id.flatten().is_some(),
            replies_to: replied.map(|answered| &answered.author),
        };
        let overheard = !self.is_addressed(&said);
        let text = Some(self.words(&said)).filter(|text| !text.trim().is_empty());
        let text = text.or_else(|| overheard.then(|| UNTOLD.to_owned()))?;
        if !self.is_from_a_person(&said) {
            return None;
        }
        let native = format!("{}:edit:{}", event.id, at.unix_timestamp_nanos());
        let body = Body::Edited { id: event.id.to_string(), content: Content::text(text) };
        let author_name = said.in_guild.then(|| called(author, None));
        let event = self.event(event.channel_id, author.id, native, body);
        Some(Change { event: Incoming { author: author_name, ..event }, overheard })
    }

    /// A person took back a message.
    pub fn deleted(&self, channel: ChannelId, message: MessageId, author: &str) -> Incoming {
        let body = Body::Deleted { id: message.to_string() };
        let native = format!("{message}:delete");
        Incoming { external: author.to_owned(), ..self.event(channel, self.me, native, body) }
    }

    /// A person marked a message with a sign; in a server only one of ours. `occasion` names the event, which has no id.
    pub fn reaction(&self, reaction: &Reaction, added: bool, occasion: &str) -> Option<Incoming> {
        let user = reaction.user_id.filter(|user| *user != self.me)?;
        let of_bot = reaction.member.as_ref().is_some_and(|member| member.user.bot);
        let elsewhere = added && reaction.message_author_id.is_some_and(|author| author != self.me);
        if of_bot || reaction.guild_id.is_some() && elsewhere {
            return None;
        }
        let emoji = match &reaction.emoji {
            ReactionType::Unicode(emoji) => emoji.clone(),
            ReactionType::Custom { name, id, .. } => {
                format!(":{}:", name.clone().unwrap_or_else(|| id.to_string()))
            }
            _ => return None,
        };
        let name = if added { "reaction_added" } else { "reaction_removed" };
        let data = json!({ "emoji": emoji, "message": reaction.message_id.to_string() });
        let body = Body::Custom { name: name.to_owned(), data };
        Some(self.event(reaction.channel_id, user, format!("reaction:{occasion}"), body))
    }

    /// What is known of a person by now, told behind the first message so that nobody is greeted for it.
    pub fn person(&self, channel: ChannelId, author: &User) -> Incoming {
        let name = &called(author, None);
        let attributes = [("name", name), ("discord", &author.name)];
        let attributes = attributes.into_iter().map(|(key, value)| (key.to_owned(), json!(value)));
        let body = Body::Introduced { language: None, attributes: attributes.collect() };
        let native = format!("person:{channel}:{}:{}:{name}", author.id, author.name);
        self.event(channel, author.id, native, body)
    }

    /// How a server's channel is called, told as [`Self::person`] is. The contact is the channel. `occasion` makes each time another
    /// one: a channel may come back to a name.
    pub fn channel(&self, channel: ChannelId, title: &str, occasion: &str) -> Incoming {
        let attributes = [("name".to_owned(), json!(title))].into_iter().collect();
        let body = Body::Introduced { language: None, attributes };
        let native = format!("channel:{channel}:{title}:{occasion}");
        Incoming { external: channel.to_string(), ..self.event(channel, self.me, native, body) }
    }

    pub(super) fn event(&self, channel: ChannelId, person: UserId, native: String, body: Body) -> Incoming {
        Incoming {
            connection: self.connection.to_owned(),
            thread: channel.to_string(),
            external: person.to_string(),
            native,
            body,
            fingerprint: None,
            said_at: None,
            author: None,
            attachments: Vec::new(),
        }
    }

    fn concerns(&self, said: &Said<'_>) -> bool {
        self.is_from_a_person(said) && self.is_addressed(said)
    }

    fn is_from_a_person(&self, said: &Said<'_>) -> bool {
        !said.author.bot && !said.from_webhook && said.author.id != self.me
    }

    fn is_addressed(&self, said: &Said<'_>) -> bool {
        let mentioned = || said.mentions.iter().any(|user| user.id == self.me);
        let answered = || said.replies_to.is_some_and(|author| author.id == self.me);
        match self.guild_messages {
            _ if !said.in_guild => true,
            GuildMessages::All => true,
            GuildMessages::Mentions => mentioned() || answered(),
            GuildMessages::None => false,
        }
    }

    /// The words without the mention that called the bot, other marks of Discord as one reads them.
    fn words(&self, said: &Said<'_>) -> String {
        let mut out = String::with_capacity(said.content.len());
        let mut rest = said.content;
        while let Some(start) = rest.find('<') {
            out.push_str(&rest[..start]);
            rest = &rest[start..];
            let mark = rest.find('>').map(|end| &rest[1..end]);
            if let Some(read) = mark.and_then(|mark| self.read_mark(mark, said.mentions)) {
                out.push_str(&read);
                rest = &rest[mark.map_or(1, str::len) + 2..];
            } else {
                out.push('<');
                rest = &rest[1..];
            }
        }
        out.push_str(rest);
        let words = out.trim();
        // Called by nothing but its name.
        match said.mentions.iter().find(|user| user.id == self.me) {
            Some(me) if words.is_empty() && !said.content.trim().is_empty() => format!("@{}", me.name),
            Some(_) | None => words.to_owned(),
        }
    }

    fn read_mark(&self, mark: &str, mentions: &[User]) -> Option<String> {
        if let Some(user) = mark.strip_prefix("@!").or_else(|| mark.strip_prefix('@')) {
            let id = user.parse().ok().filter(|id| *id > 0).map(UserId::new)?;
            if id == self.me {
                return Some(String::new());
            }
            let user = mentions.iter().find(|user| user.id == id)?;
            return Some(format!("@{}", user.global_name.as_ref().unwrap_or(&user.name)));
        }
        let emoji = mark.strip_prefix("a:").or_else(|| mark.strip_prefix(':'))?;
        let (name, id) = emoji.split_once(':')?;
        let known = !name.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        known.then(|| format!(":{name}:"))
    }

    fn attachment(&self, channel: ChannelId, message: MessageId, file: &File) -> Attachment {
        Attachment {
            media: MediaId::of_native(OrganisationId::FIRST, self.connection, &file.id.to_string()),
            native: format!("{channel}/{message}/{}", file.id),
            name: file_name::clean(&file.filename, &[]),
            media_type: file.content_type.clone().unwrap_or_else(|| "application/octet-stream".into()),
            size: u64::from(file.size),
        }
    }
}

/// A file as content: a picture where those who read it see one.
fn shown(attachment: &Attachment, description: Option<&str>) -> Content {
    let source = Source::Media(attachment.media);
    let (name, media_type) = (attachment.name.clone(), attachment.media_type.clone());
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    if SAFE_PICTURES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        let told = description.map(str::trim).filter(|description| !description.is_empty());
        Content::Image { source, alt: told.map_or(name, str::to_owned), caption: None }
    } else {
        Content::File { source, name, media_type, size: attachment.size }
    }
}

fn words(text: String) -> Body {
    told_as(Content::text(text))
}

pub(super) fn told_as(content: Content) -> Body {
    Body::said(content, None)
}

/// When an id of Discord was made: the upper bits are milliseconds since 2015.
pub(super) fn made_at(id: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(id >> 22).ok()? + EPOCH).ok()
}

/// The first id of a moment.
pub(super) fn first_id(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond() - EPOCH).unwrap_or_default() << 22
}

/// In place of words that Discord does not tell, because they no longer mention the bot.
const UNTOLD: &str = "…";

/// Discord's ids count from the first second of 2015 (`reference.mdx`), in milliseconds.
const EPOCH: i64 = 1_420_070_400_000;
