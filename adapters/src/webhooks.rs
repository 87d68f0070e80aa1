//! Who takes what is sent to `/webhooks/<connection>`? The connection of that name, on whatever channel.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::any,
};
use jiff::SignedDuration;

use crate::{host::Host, http, problem::Problem};

/// Largest body of a platform, in bytes: WhatsApp's page on webhooks says up to 3 MB; 64 KiB are for what stands around it.
const LARGEST_BODY: usize = (3 << 20) + (64 << 10);

/// When to come again to a connection that is broken.
const LATER: SignedDuration = SignedDuration::from_mins(5);

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
        if let Some(problem) = nobody(&shared.host, &name) {
            return problem.into_response();
        }
        if parts.method != Method::POST {
            return other_method("POST");
        }
        let received = http::receive(&shared.http, &name, &parts.uri, &parts.headers, body).await;
        return received.unwrap_or_else(axum::response::IntoResponse::into_response);
    };
    if ![Method::GET, Method::POST].contains(&parts.method) {
        return other_method("GET, POST");
    }
    let Ok(body) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        let detail = "a body may have 3 MiB and a little more";
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail).into_response();
    };
    let query = parts.uri.query();
    platform.webhook(&shared.host, &parts.method, query, &parts.headers, body).await
}

/// Why no connection takes what is sent to its address. A broken one may take it once it is set right.
fn nobody<H: Host>(host: &H, name: &str) -> Option<Problem> {
    if host.is_broken(name) {
        let detail = format!(
            "the connection “{name}” cannot run for now: `studio doctor` says why; send the same again"
        );
        let mut problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail);
        problem.retry_after = Some(LATER);
        return Some(problem);
    }
    host.http(name).is_none().then(|| {
        let detail = format!(
            "there is no connection “{name}” that takes what is sent here: it was deleted, or the address is another"
        );
        Problem::new(StatusCode::NOT_FOUND, detail)
    })
}

/// The answer to a request by none of the methods that an address takes.
pub(crate) fn other_method(allowed: &'static str) -> Response {
    let detail = "this address takes another method; the header `Allow` names it";
    let mut response = Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail).into_response();
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allowed));
    response
}
