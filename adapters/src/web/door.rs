//! Who may come in? Pages by their origin, visitors by their token.

use std::sync::Arc;

use axum::{
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use studio_core::id::ConversationId;

use super::{
    config::Config,
    life::Shared,
    token::{self, Claims, Kind},
};
use crate::{host::Host, problem::Problem};

/// Lets pages of the connection's origins in, and tells browsers so.
pub(super) async fn guard<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    parameters: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let name = parameters.iter().find(|(key, _)| *key == "connection").map_or("", |(_, name)| name);
    let origin = request.headers().get(header::ORIGIN).cloned();
    let Some(config) = shared.host.web(name) else {
        return refusal(Problem::no_connection(name, "web"), request.method(), origin);
    };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let allowed = match &origin {
        Some(origin) => origin.to_str().is_ok_and(|origin| config.allows(origin, host)),
        // Browsers leave it out where a page reads from its own server; whoever else does so needs a token.
        None => {
            matches!(*request.method(), Method::GET | Method::HEAD)
                && !request.headers().contains_key(header::UPGRADE)
        }
    };
    if !allowed {
        let detail = match origin.as_ref().map(|origin| origin.to_str().unwrap_or("?")) {
            Some(shown) => {
                format!("pages of “{shown}” may not use this; add it to `origins` of the connection “{name}”")
            }
            None => {
                "browsers send an `Origin`, and this needs one: the page's, as it stands in `origins` of the \
                     connection. Programs use a connection of the channel http"
                    .to_owned()
            }
        };
        return refusal(Problem::new(StatusCode::FORBIDDEN, detail), request.method(), origin);
    }
    let mut response =
        if request.method() == Method::OPTIONS { preflight() } else { next.run(request).await };
    tell_browsers(&mut response, origin);
    response
}

/// Who reads may read why not: the widget's first question, for its settings, says in the page's console what to do.
fn refusal(problem: Problem, method: &Method, origin: Option<HeaderValue>) -> Response {
    let mut response = problem.into_response();
    if matches!(*method, Method::GET | Method::HEAD) {
        tell_browsers(&mut response, origin);
    }
    response
}

fn tell_browsers(response: &mut Response, origin: Option<HeaderValue>) {
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST, DELETE"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// One visitor of one connection.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub config: Arc<Config>,
    pub session: String,
    pub conversation: ConversationId,
    /// Seconds since 1970: when the token ends.
    pub until: i64,
}

/// The visitor of a request with an `Authorization` header.
pub(super) fn visitor<H: Host>(host: &H, name: &str, headers: &HeaderMap) -> Result<Visitor, Problem> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    visitor_of(host, name, value.strip_prefix("Bearer ").unwrap_or_default())
}

/// The visitor of an access token.
pub(super) fn visitor_of<H: Host>(host: &H, name: &str, token: &str) -> Result<Visitor, Problem> {
    let config = host.web(name).ok_or_else(|| Problem::no_connection(name, "web"))?;
    let Claims { session, until, .. } =
        token::check(&host.token_key(), token, Kind::Access, name, host.now())
            .map_err(|error| Problem::new(StatusCode::UNAUTHORIZED, error.to_string()))?;
    let conversation = host.conversation(name, &session);
    Ok(Visitor { config, session, conversation, until })
}
