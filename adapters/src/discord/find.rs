//! Has a part left already, though nobody heard so, longer ago than Discord knows its nonce?
//!
//! 1. Lists do not tell the nonce. But what the studio says in a channel leaves in order: if the part has left, it is
//!    the last that the bot said there, but for the parts behind it that have left as well.
//! 2. The bot may have said the same just before. So as many of them have left as fit best to what was to be said before
//!    them: below them in the channel, it goes on with that.
//! 3. Where the channel cannot be read, at least once is what can be had.

use reqwest::Method;
use serde_json::Value;
use studio_core::{api::Sender, id::ConversationId};

use super::{
    life::Account,
    modal::ANSWER,
    outbound::{Part, render},
    rest::{Payload, Refusal, Route},
    send::Try,
};
use crate::{host::Host, platform::Leaving};

/// How many of the newest messages are looked at.
const PAGE: usize = 50;
const THINKING: u64 = 1 << 7;

/// What may stand in a channel.
pub(super) struct Sought<'a> {
    pub conversation: ConversationId,
    pub thread: &'a str,
    /// Ids of parts that are known to have left before those.
    pub known: Vec<&'a str>,
    /// Those that may have left, in their order, with all their files.
    pub parts: &'a [Part],
}

impl Account {
    /// The ids of the part and of those behind it, as far as they stand in the channel.
    pub(super) async fn find<H: Host>(&self, host: &H, try_: &Try<'_>) -> Result<Vec<String>, Refusal> {
        let Try { leaving, index, sent, rest, .. } = *try_;
        let before = if index == 0 { self.said_before(host, leaving).await? } else { Vec::new() };
        let known = leaving.parts.iter().chain(sent).map(String::as_str).collect();
        let Leaving { conversation, thread, .. } = leaving;
        let sought = Sought { conversation: *conversation, thread, known, parts: rest };
        self.find_behind(host, &sought, &before).await
    }

    /// The ids of those of the parts that a change adds which stand in the channel.
    pub(super) async fn find_added<H: Host>(
        &self,
        host: &H,
        sought: &Sought<'_>,
    ) -> Result<Vec<String>, Refusal> {
        self.find_behind(host, sought, &[]).await
    }

    async fn find_behind<H: Host>(
        &self,
        host: &H,
        sought: &Sought<'_>,
        before: &[Shown],
    ) -> Result<Vec<String>, Refusal> {
        let Some(me) = self.me() else {
            return Err(Refusal::Failed("it is not known yet who we are".into()));
        };
        let route = Route::messages(Method::GET, sought.thread, &format!("?limit={PAGE}"));
        let listed = match self.rest.call(&route, Payload::None).await {
            Ok(answer) => answer.body,
            Err(error @ Refusal::Refused { .. }) if !error.is_foreign() => {
                let why = "a message may have been sent twice, as the channel cannot be read";
                self.failed(host, format!("{why}: {error}"));
                return Ok(Vec::new());
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
        let named = own.into_iter().filter_map(|message| Some((message["id"].as_str()?, message)));
        let (ids, channel): (Vec<_>, Vec<_>) = named
            .take_while(|(id, _)| !sought.known.contains(id))
            .map(|(id, message)| (id.to_owned(), shown_of(message)))
            .unzip();
        let mut wanted = Vec::new();
        for part in sought.parts {
            let found = self.with_file(host, sought.conversation, part.clone(), &mut Vec::new()).await;
            let (part, _) = found.map_err(|_| Refusal::Failed("a kept file cannot be read".into()))?;
            wanted.push(shown_of_part(&part));
        }
        let mut left = ids;
        left.truncate(have_left(&channel, &wanted, before));
        left.reverse();
        Ok(left)
    }

    /// What the parts show that were to leave just before the message, the newest first.
    async fn said_before<H: Host>(&self, host: &H, leaving: &Leaving) -> Result<Vec<Shown>, Refusal> {
        let sequence = leaving.message.sequence;
        // Not every number is a message.
        let after = sequence.saturating_sub(4 * PAGE as u64);
        let said = host.messages(leaving.conversation, after, 4 * PAGE).await;
        let said =
            said.map_err(|error| Refusal::Failed(format!("the conversation cannot be read: {error}")))?;
        let said = said.into_iter().rev().filter(|message| message.sequence < sequence);
        let label = self.answer_label(&leaving.language);
        let of_ours = said.filter(|message| matches!(message.from, Sender::Speaker { .. }));
        let parts = of_ours.flat_map(|message| {
            let rendered = render(host.as_told(message).content, &host.token_key(), label.as_deref());
            rendered.parts.into_iter().rev().map(|part| shown_of_part(&part)).collect::<Vec<_>>()
        });
        Ok(parts.take(PAGE).collect())
    }
}

/// How many of the wanted have left: `channel` is what the bot said there and `before` what it was to say before them, both
/// the newest first.
fn have_left(channel: &[Shown], wanted: &[Shown], before: &[Shown]) -> usize {
    let fits = |count: &usize| {
        let newest = channel.get(..*count);
        newest.is_some_and(|newest| newest.iter().eq(wanted[..*count].iter().rev()))
    };
    let goes_on = |count: &usize| {
        let below = channel[*count..].iter().zip(before);
        (below.take_while(|(shown, expected)| shown == expected).count(), *count)
    };
    (0..=wanted.len()).filter(fits).max_by_key(goes_on).unwrap_or_default()
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
        // What stands on the button to write follows the language, which may have changed since.
        let label = if name == ANSWER { String::new() } else { text(&one["label"]) };
        format!("{name} {label}")
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_label_of_the_button_to_write_tells_no_messages_apart() {
        let shown = |name: &str, label: &str| {
            let button = json!({ "type": 2, "custom_id": name, "label": label });
            shown_of(&json!({ "content": "Hi", "components": [{ "type": 1, "components": [button] }] }))
        };
        assert_eq!(shown(ANSWER, "Answer"), shown(ANSWER, "Antworten"));
        assert_ne!(shown("0=a", "Answer"), shown("0=a", "Antworten"));
        assert_ne!(shown(ANSWER, "Answer"), shown("0=a", "Answer"));
    }

    #[test]
    fn as_many_have_left_as_fit_best_to_what_was_said_before() {
        let shown = |words: &str| {
            let each = words.chars().map(|letter| Shown {
                content: letter.into(),
                card: None,
                components: Vec::new(),
                has_file: false,
            });
            each.collect::<Vec<_>>()
        };
        let check = |channel: &str, wanted: &str, before: &str, expected: usize| {
            let left = have_left(&shown(channel), &shown(wanted), &shown(before));
            assert_eq!(left, expected, "{channel} of {wanted} after {before}");
        };
        check("", "a", "", 0);
        check("a", "a", "", 1);
        check("x", "a", "x", 0);
        // The same was said just before.
        check("a", "a", "a", 0);
        check("aa", "a", "a", 1);
        check("aaax", "a", "aax", 1);
        check("aax", "a", "aax", 0);
        // Of several parts the first, the first two, all.
        check("ax", "abc", "x", 1);
        check("bax", "abc", "x", 2);
        check("cbax", "abc", "x", 3);
        check("bx", "abc", "x", 0);
        // And the same was said just before.
        check("cbax", "abc", "cbax", 0);
        check("bacbax", "abc", "cbax", 2);
        check("aax", "aa", "x", 2);
        check("ax", "aa", "x", 1);
    }
}
