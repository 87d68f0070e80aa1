//! `GET /conversations`

use std::sync::Arc;

use axum::extract::State;
use serde::Deserialize;
use studio_core::{
    api::{ConversationPage, Page, ProblemDetails},
    bot::hint,
    dialogue::Status,
    id::OrganisationId,
};
use studio_store::{ConversationFilter, OwnerFilter, is_place};
use utoipa::IntoParams;

use crate::{
    http::{ApiError, caller::Caller, extract::Query, v1::fits},
    messages::Found,
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
    /// Words that stand in one message, each whole or as it begins; or a part of a name, a tag, the last message or, on the HTTP channel, the `thread`
    query: Option<String>,
    cursor: Option<String>,
    /// 1 to 200; 50 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

/// Conversations, who waits for a person first; with a `query` also the message in which it was found
#[utoipa::path(
    get, path = "/conversations", tag = "conversations", params(Filter),
    responses(
        (status = 200, body = ConversationPage),
        (status = 422, body = ProblemDetails, description = "a part of the query does not fit"),
    )
)]
pub async fn list(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Query(filter): Query<Filter>,
) -> Result<axum::Json<ConversationPage>, ApiError> {
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
    let query = filter.query.filter(|query| !query.trim().is_empty());
    let limit = fits::limit(filter.limit, 50, MOST)?;
    if filter.cursor.as_deref().is_some_and(|cursor| !is_place(cursor)) {
        return Err(fits::no_cursor());
    }
    let found = match &query {
        Some(query) => Some(studio.messages.find(caller.organisation, query, filter.cursor.is_some()).await),
        None => None,
    };
    let filter_in_store = ConversationFilter {
        status: filter.status,
        owner,
        bot: filter.bot,
        connection: filter.connection,
        channel: filter.channel,
        tag: filter.tag,
        contacts: None,
        query,
        said_in: found.as_deref().map(Found::conversations).unwrap_or_default(),
    };
    let Page { mut items, next_cursor } = studio
        .store
        .conversations(caller.organisation, &filter_in_store, filter.cursor.as_deref(), limit)
        .await?;
    if items.is_empty() && filter.cursor.is_none() {
        must_be_known(&studio, caller.organisation, &filter_in_store).await?;
    }
    let search = match found {
        Some(found) => Some(found.show(&studio.store, caller.organisation, &mut items).await?),
        None => None,
    };
    Ok(axum::Json(ConversationPage { items, next_cursor, search }))
}

/// Refuses a bot or a connection that there is not. One that was removed is found by its name as long as a conversation has it.
async fn must_be_known(
    studio: &Studio,
    organisation: OrganisationId,
    filter: &ConversationFilter,
) -> Result<(), ApiError> {
    if let Some(bot) = &filter.bot
        && !studio.registry.runs(organisation, bot)
    {
        let known: Vec<_> =
            studio.registry.summaries(organisation).into_iter().map(|known| known.name).collect();
        let alone = ConversationFilter { bot: Some(bot.clone()), ..ConversationFilter::default() };
        if !known.contains(bot) && has_none(studio, organisation, &alone).await? {
            return Err(unknown("bot", bot, &known));
        }
    }
    match &filter.connection {
        Some(connection) => connection_must_be_known(studio, organisation, connection).await,
        None => Ok(()),
    }
}

/// Refuses a connection that there is not, and that no conversation has.
pub async fn connection_must_be_known(
    studio: &Studio,
    organisation: OrganisationId,
    connection: &str,
) -> Result<(), ApiError> {
    let known: Vec<_> = studio.switchboard.entries().into_iter().map(|(name, _)| name).collect();
    let alone =
        ConversationFilter { connection: Some(connection.to_owned()), ..ConversationFilter::default() };
    let is_known = known.iter().any(|name| name == connection);
    if !is_known && has_none(studio, organisation, &alone).await? {
        return Err(unknown("connection", connection, &known));
    }
    Ok(())
}

async fn has_none(
    studio: &Studio,
    organisation: OrganisationId,
    filter: &ConversationFilter,
) -> Result<bool, ApiError> {
    let Page { items, next_cursor } = studio.store.conversations(organisation, filter, None, 1).await?;
    // Where not all were looked at, nobody knows.
    Ok(items.is_empty() && next_cursor.is_none())
}

fn unknown(what: &str, name: &str, known: &[String]) -> ApiError {
    let instead = hint(name, known.iter().map(String::as_str), &format!("`GET /{what}s` lists all"));
    ApiError::unfit(format!("there is no {what} `{name}`; {instead}"))
}
