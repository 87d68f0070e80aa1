//! `GET /http/{connection}/messages`: what was said after a place. The query is what is signed, in
//! place of a body, so that a signature opens one conversation and no other.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, RawQuery, State},
    http::{HeaderMap, StatusCode},
};
use serde::{Deserialize, Serialize};
use studio_core::api::DeliveryState;

use super::{life::Shared, outbound::Reply, sign::verify};
use crate::{host::Host, problem::Problem};

const MOST_MESSAGES: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    conversation: String,
    #[serde(default)]
    after: u64,
    #[serde(default = "fifty")]
    limit: usize,
}

fn fifty() -> usize {
    50
}

/// `next` is the `after` of the next request; the same again when nothing came, and a smaller one where this conversation never
/// came so far: the program's place is wrong, or the studio was set up again from a copy. Nothing that it has is to be deleted then.
#[derive(Serialize)]
pub(super) struct Fetched {
    /// What was fetched up to `after` is forgotten here and is to be forgotten there; all that there
    /// is now follows.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    messages: Vec<Reply>,
    next: u64,
}

pub(super) async fn fetch<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Json<Fetched>, Problem> {
    let host = &shared.host;
    let connection = host.http(&name).ok_or_else(|| Problem::no_connection(&name, "http"))?;
    let query = query.unwrap_or_default();
    verify(&connection.secrets, &headers, query.as_bytes(), host.now())
        .map_err(|error| Problem::new(StatusCode::UNAUTHORIZED, error.to_string()))?;
    let address = format!("/?{query}").parse().ok();
    let wanted =
        address.and_then(|address| Query::<Wanted>::try_from_uri(&address).ok()).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "the query holds conversation, and may hold after (a number) and limit (1 to 200)",
            )
        })?;
    let conversation = host.conversation(&name, &wanted.conversation);
    if !(1..=MOST_MESSAGES).contains(&wanted.limit) {
        let detail = format!("limit must be 1 to {MOST_MESSAGES}");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail));
    }
    let standing = host.standing(conversation).await?;
    if wanted.after > standing.sequence {
        return Ok(Json(Fetched { erased: false, messages: Vec::new(), next: standing.sequence }));
    }
    let erased = standing.erases(wanted.after);
    let after = if erased { standing.erased } else { wanted.after };
    let found = host.messages(conversation, after, wanted.limit).await?;
    let next = found.last().map_or(after, |message| message.sequence);
    if connection.is_fetched() {
        host.reached(conversation, DeliveryState::Delivered, after);
        host.reached(conversation, DeliveryState::Sent, next);
    }
    Ok(Json(Fetched { erased, messages: found.iter().filter_map(Reply::of).collect(), next }))
}
