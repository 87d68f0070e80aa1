//! Who takes what is sent to `/webhooks/<connection>`? The connection of that name, on whatever channel.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::any,
};
use jiff::SignedDuration;
use url::Url;

use crate::{
    host::{Host, HostError},
    http,
    misread::KEPT,
    problem::Problem,
};

/// Largest body of a platform, in bytes: WhatsApp's page on webhooks says up to 3 MB; 64 KiB are for what stands around it.
const LARGEST_BODY: usize = (3 << 20) + (64 << 10);

const TOO_LARGE: &str = "a POST of more than 3 MiB and a little was answered 413, and not read: no platform sends as much; see in the \
                         log of the proxy before the studio who calls the address";

/// When to come again to a connection that is broken.
pub(crate) const LATER: SignedDuration = SignedDuration::from_mins(5);

/// Why what a platform has signed is kept and not taken in.
pub(crate) const TWIN: &str = "it came to a connection that does not run, because another one is the same account: remove \
                               one of the two, and read it anew once this one runs";

/// Why it is not even kept.
const CRAMMED: &str = "it came to a connection that does not run, of which as much is kept as there is room for: remove one of \
                                  the two connections that are the same account, or have what is kept read anew";

/// What is answered where what came is not kept: whoever sent it has it still.
pub(crate) fn crammed() -> Problem {
    let detail = "it is not kept; send the same again later";
    let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
    problem.retry_after = Some(LATER);
    problem
}

/// Keeps what came to a connection that does not run. Whether there was room for it, and what is told of it.
pub(crate) async fn put_aside<H: Host>(
    host: &H,
    name: &str,
    body: Bytes,
) -> Result<(bool, String), HostError> {
    let is_kept = host.put_aside(name, None, body, TWIN).await?;
    Ok((is_kept, if is_kept { format!("{TWIN}; {KEPT}") } else { CRAMMED.to_owned() }))
}

struct Shared<H> {
    host: H,
    http: http::Shared<H>,
}

/// The addresses of the webhooks of all connections.
pub fn router<H: Host>(host: H) -> Router {
    let shared = Arc::new(Shared { http: http::Shared::new(host.clone()), host });
    Router::new().route("/webhooks/{connection}", any(receive::<H>)).with_state(shared)
}

async fn receive<H: Host>(
    State(shared): State<Arc<Shared<H>>>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some(platform) = shared.host.platform(&name) else {
        if let Some(response) = nobody(&shared.host, &name, &parts.headers) {
            return response;
        }
        if parts.method != Method::POST {
            return other_method("POST");
        }
        let received = http::receive(&shared.http, &name, &parts.uri, &parts.headers, body).await;
        return received.unwrap_or_else(axum::response::IntoResponse::into_response);
    };
    let allowed = platform.methods();
    if !allowed.split(", ").any(|method| method == parts.method.as_str()) {
        return other_method(allowed);
    }
    let mut bounded = Request::new(body);
    DefaultBodyLimit::max(LARGEST_BODY).apply(&mut bounded);
    let body = match Bytes::from_request(bounded, &()).await {
        Ok(body) => body,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            platform.refuse(TOO_LARGE);
            let detail = "a body may have 3 MiB and a little more";
            return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
        }
        Err(error) => return Problem::new(error.status(), "the body broke off").into_response(),
    };
    let query = parts.uri.query();
    platform.webhook(&shared.host, &parts.method, query, &parts.headers, body).await
}

/// What is answered where no connection takes what is sent to its address.
fn nobody<H: Host>(host: &H, name: &str, headers: &HeaderMap) -> Option<Response> {
    if let Some(channel) = host.turned_away(name) {
        return Some(unbelieved(name, &channel, headers));
    }
    host.http(name).is_none().then(|| {
        let detail = format!(
            "there is no connection “{name}” that takes what is sent here: it was deleted, or the address is another"
        );
        Problem::new(StatusCode::NOT_FOUND, detail).into_response()
    })
}

/// What is answered by a broken connection, whose secrets nobody knows: nothing can be believed, so nothing is kept. Each
/// platform is answered so that it sends what it can again, and goes on calling the address.
fn unbelieved(name: &str, channel: &str, headers: &HeaderMap) -> Response {
    let broken = format!("the connection “{name}” cannot run for now: `studio doctor` says why");
    match channel {
        // It tries an event four times within six minutes, and turns an app off of whose events nearly none is taken within
        // an hour. What was said is read from the histories once the connection runs; a challenge stays unanswered.
        "slack" if is_json(headers) => StatusCode::OK.into_response(),
        // It sends nothing again, and takes the address back where something is believed that is not signed.
        "discord" => Problem::new(StatusCode::UNAUTHORIZED, broken).into_response(),
        // WhatsApp repeats it for seven days, Telegram for one, and neither forgets the address for that. Who presses
        // something or types a command on Slack sees that it failed.
        _ => {
            let mut problem =
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, format!("{broken}; send the same again"));
            problem.retry_after = Some(LATER);
            problem.into_response()
        }
    }
}

/// So Slack sends events; presses, forms and commands come as forms of HTML.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// Of an address that is another program's the host alone is told: the rest of it may hold a secret.
pub(crate) fn host_of(address: &str) -> String {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "an unknown place".to_owned())
}

/// Where a platform says that it sends events, as it may be shown: the studio's own address whole.
pub(crate) fn shown_address(own: Option<&Url>, leads_to: &str) -> String {
    if own.is_some_and(|own| own.as_str() == leads_to) { leads_to.to_owned() } else { host_of(leads_to) }
}

/// The answer to a request by none of the methods that an address takes.
pub(crate) fn other_method(allowed: &'static str) -> Response {
    let detail = "this address takes another method; the header `Allow` names it";
    let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_knows_no_secret_believes_nothing_and_keeps_its_platform_calling() {
        let check = |channel: &str, kind: &'static str, status: u16, again: bool| {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
            let response = unbelieved("support", channel, &headers);
            let told = (response.status().as_u16(), response.headers().contains_key(header::RETRY_AFTER));
            assert_eq!(told, (status, again), "{channel} {kind}");
        };
        let (json, form) = ("application/json; charset=utf-8", "application/x-www-form-urlencoded");
        check("slack", json, 200, false);
        check("slack", form, 503, true);
        check("discord", json, 401, false);
        for channel in ["telegram", "whatsapp", "http", ""] {
            check(channel, json, 503, true);
        }
    }
}
