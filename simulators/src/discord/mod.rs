//! How can a bot be tried on Discord without an account there?
//!
//! One port serves the REST API (`/api/v10`), the gateway (`/gateway`), the files (`/attachments`), and what can
//! be done in a person's place (`/simulator`, see `people.rs`). There is one bot, one server with the channels
//! `general` and `support`, and a direct message channel for each person who writes to the bot.

mod api;
mod bans;
mod check;
mod commands;
mod components;
mod emoji;
mod events;
mod forms;
mod limits;
mod people;
mod posts;
mod presses;
mod requests;
mod sessions;
mod views;
mod world;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{Json, Router, extract::State, middleware, routing::put};
use ed25519_dalek::{Signer as _, SigningKey};
use tokio::{net::TcpListener, sync::mpsc};

use self::{bans::Bans, limits::Limits, requests::Requests, world::World};
use crate::{
    faults::{Faults, Plan},
    met, refusals,
};

/// What a simulator is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// Address under which clients reach it, without a slash at the end: `http://127.0.0.1:4000`.
    pub address: String,
    /// Whether the Message Content Intent is switched on.
    pub message_content: bool,
    pub heartbeat: Duration,
    /// How long an interaction waits for its answer.
    pub patience: Duration,
    /// How long a nonce is known again: "the past few minutes" (`message.mdx`).
    pub nonce_known: Duration,
    /// Within which one session may be opened: `max_concurrency` 1 in 5 seconds.
    pub identify_pause: Duration,
    /// How many sessions may be begun in 24 hours (discord-api-docs of 2026-08-06, gateway.mdx: 1,000); whoever begins more loses
    /// all of them and the token.
    pub sessions_a_day: usize,
    /// Secret half of the application's key.
    pub key: [u8; 32],
}

impl Settings {
    /// For clients at this address.
    pub fn at(address: impl Into<String>) -> Self {
        Self {
            // The first piece is the bot's id, as in real ones: clients read it.
            token: "OTAwMDAwMDAwMDAwMDAwMDAx.simulator.a-token-that-opens-nothing".into(),
            address: address.into(),
            message_content: true,
            heartbeat: Duration::from_millis(41_250),
            patience: Duration::from_secs(3),
            nonce_known: Duration::from_mins(3),
            identify_pause: Duration::from_secs(5),
            sessions_a_day: 1_000,
            key: [7; 32],
        }
    }
}

/// A running simulator; its clones are the same.
#[derive(Clone)]
pub struct Simulator(Arc<Inner>);

struct Inner {
    settings: Settings,
    key: SigningKey,
    world: Mutex<World>,
    limits: Limits,
    requests: Requests,
    bans: Bans,
    faults: Faults,
    /// Interactions on their way to the address that the application has set.
    posts: mpsc::UnboundedSender<posts::Post>,
}

impl Simulator {
    /// Starts one on a listener that is bound already.
    pub fn start(listener: TcpListener, settings: Settings) -> Self {
        let (posts, waiting) = mpsc::unbounded_channel();
        let faults = Faults::default();
        let world = World::new(settings.message_content, faults.clone());
        let simulator = Self(Arc::new(Inner {
            key: SigningKey::from_bytes(&settings.key),
            world: Mutex::new(world),
            limits: Limits::default(),
            requests: Requests::default(),
            bans: Bans::default(),
            faults,
            posts,
            settings,
        }));
        tokio::spawn(posts::post(simulator.clone(), waiting));
        let router = simulator.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        simulator
    }

    /// All its addresses.
    pub fn router(&self) -> Router {
        let bots = api::router().layer(middleware::from_fn_with_state(self.clone(), requests::watch));
        Router::new()
            .nest("/api/v10", bots)
            .merge(events::router())
            .merge(api::files::router())
            .merge(people::router())
            .merge(views::router())
            .merge(bans::router())
            .route("/simulator/faults", put(set_faults).get(planned))
            .merge(met::router(self.0.faults.clone()))
            .layer(middleware::from_fn(refusals::in_json))
            .with_state(self.clone())
    }

    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The application's public key, as the developer portal shows it.
    pub fn public_key(&self) -> String {
        hex::encode(self.0.key.verifying_key().to_bytes())
    }

    /// The value of `X-Signature-Ed25519`.
    pub fn sign(&self, timestamp: &str, body: &[u8]) -> String {
        let signed = [timestamp.as_bytes(), body].concat();
        hex::encode(self.0.key.sign(&signed).to_bytes())
    }

    /// Whether the token opens nothing any more.
    fn is_revoked(&self) -> bool {
        self.faults().plan().token_revoked || self.world().sessions.token_reset
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn set_faults(State(simulator): State<Simulator>, Json(plan): Json<Plan>) {
    let revoked = plan.token_revoked;
    simulator.0.faults.set(plan);
    if revoked {
        simulator.world().sessions.close_all(4004, "Authentication failed.");
    }
}

async fn planned(State(simulator): State<Simulator>) -> Json<Plan> {
    Json(simulator.0.faults.plan())
}

/// Serves one until the end of the program.
pub async fn serve(listener: TcpListener, settings: Settings) -> io::Result<()> {
    Simulator::start(listener, settings);
    std::future::pending().await
}

/// Whether Discord would open a form; the error is the body of its answer.
pub fn judge_form(form: &serde_json::Value) -> Result<(), serde_json::Value> {
    forms::form(form)
}

/// Whether Discord would take a message with so many files; the error is the body of its answer.
pub fn judge(message: &serde_json::Value, files: usize) -> Result<(), serde_json::Value> {
    check::message(message, files)
}
