//! `GET` and `POST /web/{connection}/messages`: the conversation where sockets are blocked.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use studio_core::api::DeliveryState;
use tokio::{select, time::timeout};

use super::{
    deliver::deliver,
    door::visitor,
    frame::{ClientFrame, ErrorCode, ServerFrame},
    life::Shared,
    outbound,
};
use crate::{
    host::{Host, HostEvent, told_goodbye},
    problem::Problem,
};

const LARGEST_FRAME: usize = 64 << 10;
const MOST_MESSAGES: usize = 100;
/// In seconds.
const LONGEST_WAIT: u64 = 25;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(default)]
    after: u64,
    /// Seconds to wait where there is nothing yet.
    #[serde(default)]
    wait: u64,
}

/// The frames after a place, as a socket would send them: `welcome`, then messages.
pub(super) async fn fetch<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let host = &shared.host;
    let visitor = visitor(host, &name, &headers)?;
    let Ok(Query(Wanted { mut after, wait })) = wanted else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "the query may hold after (a number) and wait (seconds): ?after=12&wait=20",
        ));
    };
    let mut live = host.subscribe(visitor.conversation);
    let standing = host.standing(visitor.conversation).await?;
    let mut frames = vec![super::socket::welcome(host, &visitor, &standing)];
    if standing.outdates(after) {
        frames.push(ServerFrame::Erased {});
        after = 0;
    }
    host.reached(visitor.conversation, DeliveryState::Delivered, after);
    let mut found = host.messages(visitor.conversation, after, MOST_MESSAGES).await?;
    if found.is_empty() && wait > 0 {
        let mut goodbye = host.goodbye();
        let something = async {
            loop {
                let event = select! {
                    event = live.recv() => event,
                    () = told_goodbye(&mut goodbye) => break,
                };
                let Ok(event) = event else { break };
                match event {
                    HostEvent::Message(_) | HostEvent::LargeMessage => break,
                    HostEvent::Erased => return vec![ServerFrame::Erased {}],
                    HostEvent::OwnerChanged(owner) => {
                        return vec![ServerFrame::Owner { owner: outbound::owner(&owner) }];
                    }
                    HostEvent::Typing { .. } | HostEvent::Silent => {}
                }
            }
            Vec::new()
        };
        let heard = timeout(Duration::from_secs(wait.min(LONGEST_WAIT)), something).await;
        frames.extend(heard.unwrap_or_default());
        found = host.messages(visitor.conversation, after, MOST_MESSAGES).await?;
    }
    if let Some(last) = found.last() {
        host.reached(visitor.conversation, DeliveryState::Sent, last.sequence);
    }
    frames.extend(found.iter().filter_map(outbound::message).map(ServerFrame::Message));
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(frames)).into_response())
}

/// One frame: `message`, `press`, `event`, `typing` or `read`. 202 with the `ack`.
pub(super) async fn receive<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let visitor = visitor(&shared.host, &name, &headers)?;
    let body = axum::body::to_bytes(body, LARGEST_FRAME)
        .await
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "a frame may have 64 KiB"))?;
    let frame = ClientFrame::read(&body)
        .map_err(|message| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, message))?;
    match frame {
        ClientFrame::Typing {} => shared.host.typing(visitor.conversation),
        ClientFrame::Read { sequence } => {
            let newest = shared.host.standing(visitor.conversation).await?.sequence;
            shared.host.reached(visitor.conversation, DeliveryState::Read, sequence.min(newest));
        }
        frame @ (ClientFrame::Hello { .. }
        | ClientFrame::Message { .. }
        | ClientFrame::Press { .. }
        | ClientFrame::Event { .. }) => {
            return Ok(match deliver(&shared, &visitor, frame).await {
                Ok(ack) => (StatusCode::ACCEPTED, Json(ack)).into_response(),
                Err(error) => {
                    let status = match error.code {
                        ErrorCode::Invalid | ErrorCode::Refused => StatusCode::UNPROCESSABLE_ENTITY,
                        ErrorCode::Unauthorized => StatusCode::UNAUTHORIZED,
                        ErrorCode::Conflict => StatusCode::CONFLICT,
                        ErrorCode::TooFast => StatusCode::TOO_MANY_REQUESTS,
                        ErrorCode::Busy => StatusCode::SERVICE_UNAVAILABLE,
                    };
                    let after = error.retry_after_ms.map(|after| after.div_ceil(1000));
                    let mut response = Problem::new(status, error.message).into_response();
                    if let Some(after) = after {
                        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(after));
                    }
                    response
                }
            });
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}
