//! Has a part left already, though nobody heard so, longer ago than Discord knows its nonce?
//!
//! 1. Lists do not tell the nonce. But what the studio says in a channel leaves in order: if the part has left, it is
//!    the last that the bot said there.
//! 2. The bot may have said the same just before. So it has left if the bot's last messages in the channel are alike
//!    more often than what was to be said before it.
//! 3. Where the channel cannot be read, at least once is what can be had.

use reqwest::Method;
use serde_json::Value;
use studio_core::api::Sender;

use super::{
    life::Account,
    outbound::{Part, render},
    rest::{Payload, Refusal, Route},
};
use crate::{host::Host, platform::Leaving};

/// How many of the newest messages are looked at.
const PAGE: usize = 50;
const THINKING: u64 = 1 << 7;

impl Account {
    /// The id of the part, where it stands in the channel.
    pub(super) async fn find<H: Host>(
        &self,
        host: &H,
        leaving: &Leaving,
        index: usize,
        part: &Part,
    ) -> Result<Option<String>, Refusal> {
        let Some(me) = self.me() else {
            return Err(Refusal::Failed("it is not known yet who we are".into()));
        };
        let route = Route::messages(Method::GET, &leaving.thread, &format!("?limit={PAGE}"));
        let listed = match self.rest.call(&route, Payload::None).await {
            Ok(answer) => answer.body,
            Err(error @ Refusal::Refused { .. }) => {
                let why = "a message may have been sent twice, as the channel cannot be read";
                self.failed(host, format!("{why}: {error}"));
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let me = me.user.to_string();
        let by_us = |message: &&Value| {
            let thinks = message["flags"].as_u64().is_some_and(|flags| flags & THINKING != 0);
            message["author"]["id"] == me.as_str() && !thinks
        };
        let mut own = listed.as_array().into_iter().flatten().filter(by_us).collect::<Vec<_>>();
        own.sort_by_key(|message| std::cmp::Reverse(number(message)));
        let is_known = |message: &Value| leaving.parts.iter().any(|known| message["id"] == known.as_str());
        let shown = shown_of_part(part);
        let alike = own.iter().take_while(|message| !is_known(message) && shown_of(message) == shown).count();
        if alike == 0 {
            return Ok(None);
        }
        let before = if index == 0 { self.said_before(host, leaving, &shown).await? } else { 0 };
        let newest = own.first().and_then(|message| message["id"].as_str());
        Ok(newest.filter(|_| alike > before).map(str::to_owned))
    }

    /// How many parts, that were to leave just before the message, show the same.
    async fn said_before<H: Host>(
        &self,
        host: &H,
        leaving: &Leaving,
        shown: &Shown,
    ) -> Result<usize, Refusal> {
        let sequence = leaving.message.sequence;
        // Not every number is a message.
        let after = sequence.saturating_sub(4 * PAGE as u64);
        let said = host.messages(leaving.conversation, after, 4 * PAGE).await;
        let said =
            said.map_err(|error| Refusal::Failed(format!("the conversation cannot be read: {error}")))?;
        let said = said.into_iter().rev().filter(|message| message.sequence < sequence);
        let of_ours = said.filter(|message| matches!(message.from, Sender::Speaker { .. }));
        let parts = of_ours.flat_map(|message| {
            let rendered = render(message.content, &host.token_key(), self.answer_label());
            rendered.parts.into_iter().rev().map(|part| shown_of_part(&part))
        });
        Ok(parts.take_while(|part| part == shown).count())
    }
}

/// What tells one message from another: words, cards, what can be pressed, files.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    content: String,
    /// Title and text of each; previews of links have neither of ours.
    card: Option<(String, String)>,
    components: Vec<String>,
    has_file: bool,
}

fn shown_of_part(part: &Part) -> Shown {
    let mut body = part.body(None);
    body["attachments"] = Value::from(part.upload.iter().map(|_| Value::Null).collect::<Vec<_>>());
    if part.upload.is_none() && part.embed.is_none() {
        body["embeds"] = Value::Null;
    }
    shown_of(&body)
}

fn shown_of(message: &Value) -> Shown {
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rows = list(&message["components"]);
    let pressed = rows.iter().flat_map(|row| list(&row["components"]));
    let components = pressed.map(|one| {
        let name = [&one["custom_id"], &one["url"]].into_iter().find_map(Value::as_str).unwrap_or_default();
        format!("{name} {}", text(&one["label"]))
    });
    // A preview of a link comes later than the message, and is of another type.
    let cards = list(&message["embeds"]);
    let card = cards.iter().find(|card| card.get("type").is_none_or(|kind| kind == "rich"));
    Shown {
        content: text(&message["content"]),
        card: card.map(|card| (text(&card["title"]), text(&card["description"]))),
        components: components.collect(),
        has_file: !list(&message["attachments"]).is_empty(),
    }
}

fn number(message: &Value) -> u64 {
    message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default()
}
