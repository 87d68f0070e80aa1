//! `GET /web/{connection}/transcript`: all that was said, as a text to keep.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use futures::stream;
use serde::Deserialize;
use studio_core::{
    api::Message,
    content::{Capabilities, Content, degrade},
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
/// Messages of the longest transcript.
const MOST: usize = 10_000;
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
    let title = host.face(&visitor.config.bot).map_or(visitor.config.bot.clone(), |face| face.title);
    let (host, you) = (host.clone(), you.to_owned());
    // A page at a time, as it is read: the whole may be larger than what many of them leave of the memory.
    let pages = stream::try_unfold(Some((0, 0)), move |place| {
        let (host, you, title) = (host.clone(), you.clone(), title.clone());
        async move {
            let Some((after, count)) = place.filter(|(_, count)| *count < MOST) else { return Ok(None) };
            let page = host.messages(visitor.conversation, after, PAGE).await?;
            let mut text = String::new();
            for message in &page {
                write(&mut text, &you, &title, message);
            }
            let last = page.last().filter(|_| page.len() == PAGE).map(|message| message.sequence);
            Ok::<_, HostError>(Some((text, last.map(|last| (last, count + page.len())))))
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
    let Some(MessageFrame { at, from, name, content, .. }) = outbound::message(message) else { return };
    let who = match from {
        From::Visitor => you,
        From::Bot => title,
        From::Agent => name.as_deref().unwrap_or(title),
    };
    for message in degrade(content, &PAPER).messages {
        let time = at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let words = match message {
            Content::Text { text, .. } => text,
            other => other.plain(),
        };
        text.extend([&time, "  ", who, ": ", &words, "\n"]);
    }
}
