//! A stand-in for Meta's Graph API as WhatsApp businesses see it: one phone number of one account.
//!
//! | address | what |
//! |---|---|
//! | `POST /v23.0/{phone number}/messages` | send, mark as read, show that someone types |
//! | `POST /v23.0/{phone number}/media`, `GET`, `DELETE /v23.0/{media}` | files |
//! | `GET`, `POST /v23.0/{phone number}`, `…/conversational_automation` | the number, its webhook, its commands |
//! | `GET`, `POST`, `DELETE /v23.0/{account}/subscribed_apps` | whether and where events go |
//! | `GET`, `POST`, `DELETE /v23.0/{account}/message_templates` | templates |
//! | `POST /v23.0/{app}/subscriptions` | the app's own webhook |
//! | `/simulator/…` | see [`people`] |
//!
//! What it checks was read in Meta's pages and OpenAPI description of v23.0, in August and November 2026.

mod api;
mod events;
mod interactive;
mod media;
mod messages;
pub mod people;
mod registration;
mod templates;
mod world;

use std::{io, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header::DATE},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get, post, put},
};
use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::{faults::Faults, met, refusals};

pub use self::world::World;

/// Who the simulator is.
#[derive(Clone, Debug)]
pub struct Settings {
    pub phone_number_id: String,
    pub display_phone_number: String,
    pub account_id: String,
    pub app_id: String,
    /// Signs events.
    pub app_secret: String,
    /// Lets a bot in.
    pub token: String,
    /// How long an event that was not taken waits before it is sent again; twice as long each time.
    pub first_retry: Duration,
    /// Most people within 24 hours who are written to first: 250 for a new account at Meta, in the end without a limit. `/simulator/limit` sets
    /// another.
    pub people_a_day: usize,
    pub clock: fn() -> Timestamp,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            phone_number_id: "106540352242922".to_owned(),
            display_phone_number: "15550783881".to_owned(),
            account_id: "102290129340398".to_owned(),
            app_id: "670843887433847".to_owned(),
            app_secret: "app-secret-of-the-simulator".to_owned(),
            token: "token-of-the-simulator".to_owned(),
            first_retry: Duration::from_millis(500),
            people_a_day: 250,
            clock,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one clock of the simulator; people move it from outside")]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// Largest file that is uploaded, with what stands around it.
const LARGEST_BODY: usize = 105 << 20;

/// Answers until it is dropped.
pub async fn serve(listener: TcpListener, settings: Settings) -> io::Result<()> {
    axum::serve(listener, router(settings)).await
}

/// The addresses of one simulator; must be called within a runtime.
pub fn router(settings: Settings) -> Router {
    let (world, outgoing) = World::new(settings, Faults::default());
    let world = Arc::new(world);
    tokio::spawn(events::deliver(Arc::clone(&world), outgoing));
    Router::new()
        .route("/{version}/{node}", any(api::node))
        .route("/{version}/{node}/{edge}", any(api::edge))
        .route("/media/{id}", get(media::download))
        .route("/simulator/people", post(people::join))
        .route("/simulator/do", post(people::act))
        .route("/simulator/said", get(people::said))
        .route("/simulator/marks", get(people::marks))
        .route("/simulator/state", get(people::state))
        .route("/simulator/template", post(people::template))
        .route("/simulator/raw", post(people::raw))
        .route("/simulator/hold", post(people::hold))
        .route("/simulator/release", post(people::release))
        .route("/simulator/limit", post(people::limit))
        .route("/simulator/clock", post(people::clock))
        .route("/simulator/faults", put(people::faults).get(people::plan))
        .route("/simulator/{act}", any(refusals::unknown))
        .merge(met::router(world.faults.clone()))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn(refusals::in_json))
        .layer(from_fn_with_state(Arc::clone(&world), dated))
        .with_state(world)
}

/// Every answer tells the clock of the world.
async fn dated(State(world): State<Arc<World>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&world.now());
    if let Some(date) = date.ok().and_then(|date| HeaderValue::from_str(&date).ok()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}
