//! How can a bot be tried on Slack without a workspace?
//!
//! | address | what it is |
//! |---|---|
//! | `/api/<method>` | the Web API (`api.rs`) |
//! | `/link` | the sockets of Socket Mode (`socket.rs`) |
//! | `/files/…`, `/upload/…`, `/response/…` | files and `response_url`s |
//! | `/simulator/…` | what people do (`people.rs`), what Slack does (`platform.rs`), what the bot did (`seen.rs`) |
//!
//! Events go by signed POSTs to `events` where it is set, with Slack's tries, and by sockets otherwise (`events.rs`). Who
//! takes none of them is told no more (`subscription.rs`).

mod api;
mod blocks;
mod calls;
mod elements;
mod events;
mod files;
mod forms;
mod history;
mod hourly;
mod limits;
mod people;
mod platform;
mod reactions;
mod rich_text;
mod scheduled;
mod scopes;
mod seen;
mod socket;
mod subscription;
mod world;

use std::{io, time::Duration};

use axum::{
    Router,
    middleware::from_fn,
    routing::{any, get, post, put},
};
use jiff::Timestamp;
use tokio::net::TcpListener;

pub use self::{limits::Histories, scopes::SCOPES, world::World};
use crate::{met, refusals};

/// How a simulated workspace is set.
#[derive(Clone, Debug)]
pub struct Settings {
    pub bot_token: String,
    pub app_token: String,
    pub signing_secret: String,
    /// Where events, presses and commands are POSTed; without it they go by sockets.
    pub events: Option<String>,
    /// The time at which its clock stands still, for tests; otherwise it is the machine's.
    pub now: Option<Timestamp>,
    /// When an event that was not acknowledged is sent again (docs.slack.dev: at once, after 1 and 5 minutes).
    pub again_after: [Duration; 3],
    /// How long an acknowledgement is waited for.
    pub patience: Duration,
    /// So few events an hour never have the events turned off.
    pub spared_below: usize,
    /// How many events it tells in an hour (docs.slack.dev: 30,000).
    pub events_an_hour: usize,
    /// The lower limits of histories, which apps have that are sold outside Slack's Marketplace.
    pub histories: Option<Histories>,
    /// What the bot's token may ask; what it lacks is refused with `missing_scope`.
    pub scopes: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bot_token: "xoxb-simulator".to_owned(),
            app_token: "xapp-simulator".to_owned(),
            signing_secret: "signing-secret-of-the-simulator".to_owned(),
            events: None,
            now: None,
            again_after: [Duration::ZERO, Duration::from_mins(1), Duration::from_mins(5)],
            patience: Duration::from_secs(3),
            spared_below: 1_000,
            events_an_hour: 30_000,
            histories: None,
            scopes: SCOPES.map(str::to_owned).to_vec(),
        }
    }
}

/// Serves a workspace until the listener fails.
pub async fn serve(listener: TcpListener, settings: Settings) -> io::Result<()> {
    let world = World::new(&settings, &format!("http://{}", listener.local_addr()?));
    serve_world(listener, world).await
}

/// The same with a workspace that the caller looks into.
pub async fn serve_world(listener: TcpListener, world: World) -> io::Result<()> {
    axum::serve(listener, router(world)).await
}

fn router(world: World) -> Router {
    Router::new()
        .route("/api/{method}", any(api::call))
        .route("/link", get(socket::open))
        .route("/upload/{file}", post(files::upload))
        .route("/files/{file}/{name}", get(files::download))
        .route("/response/{id}", post(calls::respond))
        .route("/simulator/say", post(people::say))
        .route("/simulator/command", post(people::command))
        .route("/simulator/press", post(people::press))
        .route("/simulator/submit", post(forms::submit))
        .route("/simulator/file", post(people::file))
        .route("/simulator/edit", post(people::edit))
        .route("/simulator/delete", post(people::delete))
        .route("/simulator/react", post(people::react))
        .route("/simulator/assistant", post(people::assistant))
        .route("/simulator/invite", post(people::invite))
        .route("/simulator/email", post(people::email))
        .route("/simulator/event", post(platform::event))
        .route("/simulator/verify", post(platform::verify))
        .route("/simulator/events", post(platform::subscribe))
        .route("/simulator/histories", post(platform::limit_histories))
        .route("/simulator/scopes", post(platform::take_scopes))
        .route("/simulator/uninstall", post(platform::uninstall))
        .route("/simulator/rate_limit", post(platform::rate_limit))
        .route("/simulator/flood", post(platform::flood))
        .route("/simulator/disconnect", post(platform::disconnect))
        .route("/simulator/clock", post(platform::clock))
        .route("/simulator/messages", get(seen::messages))
        .route("/simulator/calls", get(seen::calls))
        .route("/simulator/deliveries", get(seen::deliveries))
        .route("/simulator/subscription", get(seen::subscription))
        .route("/simulator/statuses", get(seen::statuses))
        .route("/simulator/views", get(seen::views))
        .route("/simulator/homes", get(seen::homes))
        .route("/simulator/faults", put(platform::set_faults).get(platform::faults))
        .merge(met::router(world.faults().clone()))
        .layer(axum::extract::DefaultBodyLimit::max(64 << 20))
        .layer(from_fn(refusals::in_json))
        .with_state(world)
}

/// Whether Slack would take a message of these blocks if it has the files that they name; the error is what it says against it.
pub fn judge_message(blocks: &serde_json::Value) -> Result<(), String> {
    blocks::check(blocks, blocks::Surface::Message, &|_| true).map_err(said)
}

/// Whether Slack would open a form; the error is what it says against it.
pub fn judge_form(view: &serde_json::Value) -> Result<(), String> {
    calls::fits(view, &|_| true).map_err(said)
}

fn said(refusal: api::Refusal) -> String {
    let api::Refusal { error, messages, .. } = refusal;
    format!("{error}: {}", messages.join("; "))
}
