//! How does a bot talk on WhatsApp? Over Meta's Cloud API: events come by webhook, messages leave by POST.
//!
//! | file | the question it answers |
//! |---|---|
//! | `webhook.rs` | is it Meta who calls, and what becomes of what it tells? |
//! | `heard.rs` | what can a webhook tell? (pure) |
//! | `order.rs` | what is taken before it, because it was refused when it came? |
//! | `meet.rs` | who is it who is named, and which conversation is theirs? |
//! | `payload.rs` | what does Meta write? (the vendor's types) |
//! | `shape.rs`, `markup.rs`, `value.rs` | how are choices, Markdown and values told in what WhatsApp has? (pure) |
//! | `send.rs`, `media.rs`, `call.rs` | how does a message leave, part after part? |
//! | `error.rs` | what does an error of Meta's mean for the message? (pure) |
//! | `template.rs`, `templates.rs`, `instead.rs` | what may be said when the person has been silent for a day? |
//! | `sendable.rs` | which templates can be sent from here? (pure) |
//! | `window.rs` | may anything be said at all? (pure) |
//!
//! See `docs/whatsapp.md`.

mod call;
mod config;
mod error;
mod heard;
mod inbound;
mod instead;
mod kinds;
mod life;
mod markup;
mod media;
mod meet;
mod order;
mod outbound;
mod payload;
mod people;
mod preview;
mod recent;
mod register;
mod said;
mod send;
mod sendable;
mod shape;
mod sign;
mod template;
mod templates;
#[cfg(test)]
mod tests;
mod value;
mod webhook;
mod window;

pub(crate) use self::register::OFFERS;
pub use self::{
    config::{AccountError, Config, OwnWords, Words},
    life::Account,
    preview::preview,
    template::KnownTemplate,
    templates::TemplateError,
    window::WINDOW,
};
