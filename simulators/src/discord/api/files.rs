//! The bytes of what was sent: the addresses that attachments name.

use axum::{
    Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};

use super::{super::Simulator, refusal};

pub fn router() -> Router<Simulator> {
    Router::new().route("/attachments/{channel}/{file}/{name}", get(file))
}

async fn file(
    State(simulator): State<Simulator>,
    Path((_channel, file, _name)): Path<(u64, u64, String)>,
) -> Response {
    if simulator.faults().next_media() || simulator.faults().next_address(&file.to_string()) {
        return refusal(StatusCode::NOT_FOUND, 0, "This content is no longer available.");
    }
    match simulator.world().files.get(&file) {
        Some((_, kind, bytes)) => ([(header::CONTENT_TYPE, kind.clone())], bytes.clone()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
