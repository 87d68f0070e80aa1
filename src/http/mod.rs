//! How do programs and pages reach the studio?
//!
//! `/api/v1` for members and programs, `/web` and `/webhooks` for the channels, `/health` and `/metrics` for machines.

mod caller;
mod client;
mod error;
mod extract;
mod health;
mod live;
mod metrics;
pub mod v1;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
};
use tower_http::{catch_panic::CatchPanicLayer, set_header::SetResponseHeaderLayer, timeout::TimeoutLayer};

pub use self::{caller::LocalPeer, error::ApiError};
use crate::studio::Studio;

/// Everything that the studio answers.
pub fn router(studio: Arc<Studio>) -> Router {
    let limit = studio.config.limits.body_bytes;
    // Of the API alone: the channels' routes answer `OPTIONS` themselves, for pages of other origins.
    let api = v1::router(Arc::clone(&studio)).method_not_allowed_fallback(other_method);
    let api = api.layer(DefaultBodyLimit::max(limit)).layer(TimeoutLayer::with_status_code(
        StatusCode::GATEWAY_TIMEOUT,
        std::time::Duration::from_secs(30),
    ));
    let host = crate::studio::StudioHost(Arc::clone(&studio));
    let mut router = Router::new()
        .nest("/api/v1", api)
        .nest("/api/v1", live::router(Arc::clone(&studio)).method_not_allowed_fallback(other_method))
        .merge(health::router(Arc::clone(&studio)))
        .merge(metrics::router(Arc::clone(&studio)))
        .merge(studio_adapters::web::router(host.clone()))
        .merge(studio_adapters::http::router(host.clone()))
        .merge(studio_adapters::webhooks::router(host));
    if studio.config.demo.enabled {
        router = router.merge(crate::demo::router(studio.clock.clone()));
    }
    router
        .fallback(async || ApiError::not_found("page"))
        .layer(middleware::from_fn_with_state(studio, client::name))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            HeaderName::from_static("referrer-policy"),
            HeaderValue::from_static("no-referrer"),
        ))
        .layer(CatchPanicLayer::custom(panicked))
}

async fn other_method() -> ApiError {
    let detail = "this address takes other methods; the header `Allow` names them";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over so")]
fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no text");
    ApiError::internal(&format!("a bug: {text}")).into_response()
}
