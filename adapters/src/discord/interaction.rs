//! What does an interaction mean, and how must it be acknowledged? (pure)
//!
//! | interaction | body | acknowledged by |
//! |---|---|---|
//! | slash command | the message `/name` | "thinking", which the reply replaces |
//! | button, menu | `Press` | silence; the reply is a message of its own |
//! | button of a form | none; the words on it, where the form is gone | the form, or silence |
//! | form to write in | the message | silence |
//! | form of a bot | `Submitted` | silence |

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use serenity::model::{
    application::{
        ActionRowComponent, ButtonKind, CommandDataOption, CommandDataOptionValue, CommandInteraction,
        CommandType, ComponentInteraction, ComponentInteractionDataKind, ModalInteraction,
    },
    channel::Message,
    guild::Member,
    id::UserId,
    user::User,
};
use studio_core::{content::Content, dialogue::Body, texts};

use super::{
    inbound::{Reader, called, told_as},
    modal::{self, ANSWER, ANSWER_LABEL, Submitted},
    value::{self, Carried},
};
use crate::{host::Incoming, misread};

/// Types of responses, `receiving-and-responding.mdx`.
pub const PONG: u8 = 1;
/// Type of an interaction that asks for one.
const PING: u64 = 1;
pub const THINKING: u8 = 5;
pub const SILENT: u8 = 6;
pub const MODAL: u8 = 9;

/// What an interaction asks of us.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// Discord tries the address.
    Ping,
    /// The form to write in is to be opened. Nothing happened yet.
    ToWrite(Value),
    /// The form of this id is to be opened. Nothing happened yet; where there is no such form any more, the words on the button
    /// were said.
    Form {
        id: String,
        words: Box<Event>,
    },
    Event(Box<Event>),
    /// None of ours: another bot's component, suggestions while typing.
    Nothing,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub incoming: Incoming,
    /// The value of the press is to be found by this token.
    pub token: Option<String>,
    /// Type of the response.
    pub response: u8,
    pub reply: ReplyTo,
}

/// Where the reply can go, for 15 minutes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    pub interaction: String,
    pub application: String,
    pub token: String,
}

/// Whether Discord only looks who is there.
pub fn is_ping(data: &Value) -> bool {
    data["type"] == PING
}

impl Reader<'_> {
    /// The error is a sentence for the log, without anything of what was said.
    pub fn interaction(&self, data: &Value) -> Result<Asked, String> {
        match data["type"].as_u64() {
            Some(PING) => Ok(Asked::Ping),
            Some(2) => self.command(typed::<CommandInteraction>(data)?),
            Some(3) => self.component(typed::<ComponentInteraction>(data)?),
            Some(4) => Ok(Asked::Nothing),
            Some(5) => {
                // The library's type knows only rows, and labels hold the fields as well.
                let said = modal::read(&data["data"])?;
                let mut envelope = data.clone();
                if let Some(held) = envelope.get_mut("data").and_then(Value::as_object_mut) {
                    held.insert("components".to_owned(), json!([]));
                }
                self.submission(said, typed::<ModalInteraction>(&envelope)?)
            }
            Some(kind) => Err(format!("interactions of type {kind} are not known")),
            None => Err("the interaction has no type".to_owned()),
        }
    }

    fn command(&self, command: CommandInteraction) -> Result<Asked, String> {
        if let CommandType::Unknown(number) = command.data.kind {
            return Err(format!("commands of type {number} are not known"));
        }
        if command.data.kind != CommandType::ChatInput {
            return Ok(Asked::Nothing);
        }
        let mut text = format!("/{}", command.data.name);
        push_options(&mut text, &command.data.options);
        let body = Body::said(Content::text(text), language(&command.locale));
        let reply = ReplyTo {
            interaction: command.id.to_string(),
            application: command.application_id.to_string(),
            token: command.token,
        };
        let author = in_server(&command.user, command.member.as_deref());
        let event = self.event(command.channel_id, person(&command.user)?, command.id.to_string(), body);
        let incoming = Incoming { author, ..event };
        Ok(Asked::Event(Box::new(Event { incoming, token: None, response: THINKING, reply })))
    }

    fn component(&self, press: ComponentInteraction) -> Result<Asked, String> {
        if press.data.custom_id == ANSWER {
            // The form is called as the button that was pressed, which has the language of the conversation.
            let label = title(&press.message, ANSWER);
            let label = label.unwrap_or_else(|| texts::text(&press.locale, ANSWER_LABEL, &[]));
            return Ok(Asked::ToWrite(modal::to_write_in(&label)));
        }
        let id = match &press.data.kind {
            ComponentInteractionDataKind::Button => &press.data.custom_id,
            ComponentInteractionDataKind::StringSelect { values } => {
                values.first().ok_or("nothing was chosen from the menu")?
            }
            ComponentInteractionDataKind::Unknown(number) => {
                return Err(format!("presses on components of type {number} are not known"));
            }
            ComponentInteractionDataKind::UserSelect { .. }
            | ComponentInteractionDataKind::RoleSelect { .. }
            | ComponentInteractionDataKind::MentionableSelect { .. }
            | ComponentInteractionDataKind::ChannelSelect { .. } => return Ok(Asked::Nothing),
        };
        let Some(carried) = value::read(id) else { return Ok(Asked::Nothing) };
        let title = title(&press.message, id);
        let (body, token, form) = match carried {
            Carried::Value(value) => {
                let title = title.unwrap_or_else(|| value.clone());
                (Body::Press { value, title }, None, None)
            }
            Carried::Token(token) => {
                let body = Body::Press { value: String::new(), title: title.unwrap_or_default() };
                (body, Some(token), None)
            }
            Carried::Form(id) => {
                let title = title.unwrap_or_else(|| "…".to_owned());
                (told_as(Content::text(title)), None, Some(id))
            }
        };
        let reply = ReplyTo {
            interaction: press.id.to_string(),
            application: press.application_id.to_string(),
            token: press.token,
        };
        let author = in_server(&press.user, press.member.as_ref());
        let event = self.event(press.channel_id, person(&press.user)?, press.id.to_string(), body);
        let incoming = Incoming { author, ..event };
        let event = Box::new(Event { incoming, token, response: SILENT, reply });
        Ok(match form {
            Some(id) => Asked::Form { id, words: event },
            None => Asked::Event(event),
        })
    }

    fn submission(&self, said: Option<Submitted>, submission: ModalInteraction) -> Result<Asked, String> {
        let body = match said {
            Some(Submitted::Text(text)) => Body::said(Content::text(text), language(&submission.locale)),
            // Discord tells of every field, also where nothing was written.
            Some(Submitted::Form { fields, .. }) if fields.is_empty() => {
                return Err("the form lacks its fields".to_owned());
            }
            Some(Submitted::Form { form, fields }) => Body::Submitted { form, fields },
            None => return Ok(Asked::Nothing),
        };
        // A form that a command opened has no message to be silent below.
        let response = if submission.message.is_some() { SILENT } else { THINKING };
        let reply = ReplyTo {
            interaction: submission.id.to_string(),
            application: submission.application_id.to_string(),
            token: submission.token,
        };
        let author = in_server(&submission.user, submission.member.as_ref());
        let event =
            self.event(submission.channel_id, person(&submission.user)?, submission.id.to_string(), body);
        let incoming = Incoming { author, ..event };
        Ok(Asked::Event(Box::new(Event { incoming, token: None, response, reply })))
    }
}

/// How a person is called in a server; `None` where only one talks with the bot.
fn in_server(user: &User, member: Option<&Member>) -> Option<String> {
    member.map(|member| called(user, member.nick.as_deref()))
}

fn typed<T: DeserializeOwned>(data: &Value) -> Result<T, String> {
    misread::value(data).map_err(|why| format!("the interaction cannot be read: {why}"))
}

fn person(user: &serenity::model::user::User) -> Result<UserId, String> {
    // Where the library finds neither user nor member it makes one up.
    if user.name.is_empty() { Err("the interaction names no person".to_owned()) } else { Ok(user.id) }
}

fn push_options(text: &mut String, options: &[CommandDataOption]) {
    for option in options {
        match &option.value {
            CommandDataOptionValue::SubCommand(inner) | CommandDataOptionValue::SubCommandGroup(inner) => {
                text.extend([" ", &option.name]);
                push_options(text, inner);
            }
            CommandDataOptionValue::String(words) => text.extend([" ", words]),
            CommandDataOptionValue::Integer(number) => text.extend([" ", &number.to_string()]),
            CommandDataOptionValue::Number(number) => text.extend([" ", &number.to_string()]),
            CommandDataOptionValue::Boolean(yes) => text.extend([" ", if *yes { "yes" } else { "no" }]),
            _ => {}
        }
    }
}

/// What was written on the button or option of this id.
fn title(message: &Message, id: &str) -> Option<String> {
    let shown = message.components.iter().flat_map(|row| &row.components);
    let found = shown.into_iter().find_map(|component| match component {
        ActionRowComponent::Button(button) => {
            let own = matches!(&button.data, ButtonKind::NonLink { custom_id, .. } if custom_id == id);
            button.label.clone().filter(|_| own)
        }
        ActionRowComponent::SelectMenu(menu) => {
            menu.options.iter().find(|option| option.value == id).map(|option| option.label.clone())
        }
        _ => None,
    });
    found.filter(|title| !title.trim().is_empty())
}

/// Discord's `de` or `en-US` as ISO 639-1.
fn language(locale: &str) -> Option<String> {
    let language = locale.split('-').next()?;
    (language.len() == 2).then(|| language.to_ascii_lowercase())
}
