//! `GET /conversations`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{Conversation, Page, ProblemDetails},
    dialogue::Status,
};
use studio_store::{ConversationFilter, OwnerFilter, is_place};
use utoipa::IntoParams;

use crate::{
    http::{ApiError, caller::Caller, extract::Query, v1::fits},
    studio::Studio,
};

/// Largest page.
const MOST: u32 = 200;
const CHANNELS: [&str; 6] = ["web", "http", "telegram", "whatsapp", "discord", "slack"];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `open` or `closed`
    status: Option<Status>,
    /// `bot`, `team` (waiting for a person), `member` (any), or `me`
    owner: Option<String>,
    bot: Option<String>,
    connection: Option<String>,
    /// `web`, `http`, `telegram`, `whatsapp`, `discord` or `slack`
    channel: Option<String>,
    /// A whole tag, whatever its case
    tag: Option<String>,
    /// Words in the visitor's name, the last message (none before it), a tag, or the name of a channel or a connection
    query: Option<String>,
    cursor: Option<String>,
    /// 1 to 200; 50 where absent
    limit: Option<u32>,
}

/// Conversations, the urgent before the others, the last changed first
#[utoipa::path(
    get, path = "/conversations", tag = "conversations", params(Filter),
    responses(
        (status = 200, body = Page<Conversation>),
        (status = 422, body = ProblemDetails, description = "a part of the query does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<axum::Json<Page<Conversation>>, ApiError> {
    let owner = match filter.owner.as_deref() {
        None => None,
        Some("bot") => Some(OwnerFilter::Bot),
        Some("team") => Some(OwnerFilter::AnyTeam),
        Some("member") => Some(OwnerFilter::AnyMember),
        Some("me") => Some(OwnerFilter::Member(caller.member)),
        Some(_) => return Err(ApiError::unfit("`owner` must be bot, team, member or me")),
    };
    let is_known = |asked: &String| CHANNELS.iter().any(|channel| asked.eq_ignore_ascii_case(channel));
    if filter.channel.as_ref().is_some_and(|asked| !is_known(asked)) {
        return Err(ApiError::unfit(format!("`channel` must be one of {}", CHANNELS.join(", "))));
    }
    let filter_in_store = ConversationFilter {
        status: filter.status,
        owner,
        bot: filter.bot,
        connection: filter.connection,
        channel: filter.channel,
        tag: filter.tag,
        contacts: None,
        query: filter.query.filter(|query| !query.trim().is_empty()),
    };
    let limit = fits::limit(filter.limit, 50, MOST)?;
    if filter.cursor.as_deref().is_some_and(|cursor| !is_place(cursor)) {
        return Err(fits::no_cursor());
    }
    let page = studio
        .store
        .conversations(caller.organisation, &filter_in_store, filter.cursor.as_deref(), limit)
        .await?;
    Ok(axum::Json(page))
}
