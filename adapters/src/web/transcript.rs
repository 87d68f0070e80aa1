//! `GET /web/{connection}/transcript`: what was said, as a text to keep.
//!
//! What somebody wrote stays within their own lines: those behind the first are indented, so that none of them looks like a
//! message, and marks of direction end where the line does.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures::stream;
use jiff::SignedDuration;
use serde::Deserialize;
use studio_core::{
    api::Message,
    content::{Capabilities, Content, degrade},
    translation::mark,
};

use super::{
    door::visitor,
    frame::{From, MessageFrame},
    life::Shared,
    outbound,
};
use crate::{
    host::{Host, HostError},
    problem::Problem,
};

const PAGE: usize = 200;
/// The whole of a long conversation is much to read: one at a time for each.
const MOST: u32 = 1;
/// When to ask again while one is being written.
const AGAIN: SignedDuration = SignedDuration::from_secs(5);
/// Before what is written behind the first line of a message.
const INDENT: &str = "    ";
/// Characters of what the visitor is called.
const LONGEST_NAME: usize = 64;

/// A sheet of paper: words without bound, and nothing else.
const PAPER: Capabilities = Capabilities {
    text: usize::MAX,
    interactive_text: 0,
    quick_replies: 0,
    buttons: 0,
    button_title: 0,
    button_value: 0,
    list_rows: 0,
    row_title: 0,
    row_description: 0,
    cards: false,
    card_title: 0,
    card_text: 0,
    carousel: 0,
    images: false,
    caption: 0,
    alt: 0,
    files: false,
    locations: false,
    form_fields: 0,
    link_buttons: false,
    templates: false,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// What the visitor is called in it, in the language of the page: `You` where nothing is said.
    #[serde(default)]
    you: String,
}

pub(super) async fn download<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let host = &shared.host;
    let visitor = visitor(host, &name, &headers)?;
    let Ok(Query(Wanted { you })) = wanted else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the query may hold what the visitor is called: ?you=You",
        ));
    };
    let you: String = you.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    let you = if you.trim().is_empty() { "You" } else { you.trim() };
    // Given back once it is written, or nobody reads it any more.
    let place = shared
        .transcripts
        .take(visitor.conversation, MOST)
        .ok_or_else(|| Problem::too_many("this chat's transcript is being written already", AGAIN))?;
    let title = host.face(&visitor.config.bot).map_or(visitor.config.bot.clone(), |face| face.title);
    let (host, you) = (host.clone(), you.to_owned());
    let standing = host.standing(visitor.conversation).await?;
    // A page at a time, as it is read: the whole may be larger than what many of them leave of the memory. It ends where the
    // conversation stood when it was asked for.
    let pages = stream::try_unfold((Some(standing.erased), place), move |(after, place)| {
        let (host, you, title) = (host.clone(), you.clone(), title.clone());
        async move {
            let Some(after) = after.filter(|after| *after <= standing.sequence) else { return Ok(None) };
            let page = host.messages(visitor.conversation, after, PAGE).await?;
            let mut text = String::new();
            for message in &page {
                write(&mut text, &you, &title, message);
            }
            let last = page.last().filter(|_| page.len() == PAGE).map(|message| message.sequence);
            Ok::<_, HostError>(Some((text, (last, place))))
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"transcript.txt\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(pages)).into_response())
}

fn write(text: &mut String, you: &str, title: &str, message: &Message) {
    let Some(MessageFrame { at, from, name, content, translated, .. }) = outbound::message(message) else {
        return;
    };
    let who = match from {
        From::Visitor => you,
        From::Bot => title,
        From::Agent => name.as_deref().unwrap_or(title),
    };
    let made = message.translation.as_ref().filter(|_| translated).and_then(|made| mark::words(&made.to));
    let who = own_line(who) + &made.map(|words| format!(" ({words})")).unwrap_or_default();
    for message in degrade(content, &PAPER).messages {
        let time = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let words = match message {
            Content::Text { text, .. } => text,
            other => other.plain(),
        };
        text.extend([&time, "  ", &who, ": "]);
        for (number, line) in lines(&words).enumerate() {
            if number > 0 {
                text.push('\n');
            }
            if number > 0 && !line.is_empty() {
                text.push_str(INDENT);
            }
            text.push_str(&own_line(line));
        }
        text.push('\n');
    }
}

/// The lines of a text, whatever a reader's program may take for the end of one.
fn lines(words: &str) -> impl Iterator<Item = &str> {
    words.split('\n').flat_map(|line| {
        line.strip_suffix('\r')
            .unwrap_or(line)
            .split(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
    })
}

/// A line that controls nothing, and whose marks of direction turn nothing round but itself: they stand in an isolate, which
/// none of them can leave.
fn own_line(line: &str) -> String {
    let mut own = String::with_capacity(line.len());
    let (mut open, mut marked) = (0_usize, false);
    for letter in line.chars() {
        match letter {
            '\u{202a}'..='\u{202e}' => marked = true,
            '\u{2066}'..='\u{2068}' => (open, marked) = (open + 1, true),
            '\u{2069}' if open == 0 => continue,
            '\u{2069}' => open -= 1,
            _ => {}
        }
        own.push(if letter.is_control() && letter != '\t' { char::REPLACEMENT_CHARACTER } else { letter });
    }
    if marked {
        own.extend(std::iter::repeat_n('\u{2069}', open));
        own = format!("\u{2068}{own}\u{2069}");
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_turns_nothing_round_but_itself() {
        let check = |line: &str, expected: &str| assert_eq!(own_line(line), expected, "{line:?}");
        check("plain שלום words", "plain שלום words");
        check("tab\tbell\u{7}\u{1b}[2J", "tab\tbell\u{fffd}\u{fffd}[2J");
        check("bill\u{202e}fdp.exe", "\u{2068}bill\u{202e}fdp.exe\u{2069}");
        check("\u{2067}open", "\u{2068}\u{2067}open\u{2069}\u{2069}");
        check("\u{2067}whole\u{2069}", "\u{2068}\u{2067}whole\u{2069}\u{2069}");
        check("\u{2069}\u{202e}out", "\u{2068}\u{202e}out\u{2069}");
        check("\u{2069}alone", "alone");
    }

    #[test]
    fn every_end_of_a_line_is_one() {
        let found: Vec<_> = lines("a\r\nb\rc\u{2028}d\u{85}e\n\nf").collect();
        assert_eq!(found, ["a", "b", "c", "d", "e", "", "f"]);
    }
}
