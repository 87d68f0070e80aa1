//! `DELETE /web/{connection}/conversation`: the visitor wants all of it forgotten.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
};
use studio_core::dialogue::Body;

use super::{door::visitor, life::Shared};
use crate::{
    host::{Host, Incoming},
    problem::Problem,
};

/// 202 once the wish is stored; the sockets of the conversation get `erased` once it is done.
pub(super) async fn erase<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let host = &shared.host;
    let visitor = visitor(host, &name, &headers)?;
    shared
        .messages
        .take(visitor.session.clone(), visitor.config.limits.messages(), host.now())
        .map_err(|after| Problem::too_many("too many requests of this visitor", after))?;
    // Each request is a wish of its own: between two of them something may have been said that had no turn yet.
    let now = host.now();
    host.accept(Incoming {
        connection: name,
        thread: visitor.session.clone(),
        external: visitor.session.clone(),
        native: format!("{}:forget:{}", visitor.session, now.as_nanosecond()),
        body: Body::Forget,
        fingerprint: None,
        said_at: None,
        author: None,
        attachments: Vec::new(),
    })
    .await?;
    Ok(StatusCode::ACCEPTED)
}
