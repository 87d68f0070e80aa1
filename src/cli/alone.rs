//! What do the platforms say where no server runs? They are asked with the credentials of the settings, and of the store.

use std::{convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::body::Bytes;
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use studio_adapters::{
    host::{AcceptError, Acceptance, BotFace, Host, HostError, HostEvent, Incoming, MediaFacts, Standing},
    http,
    platform::{ConnectionStanding, Platform, Report},
    web,
};
use studio_core::{
    api::{Connection, ConnectionState, DeliveryState, Message},
    content::Content,
    id::{ConversationId, MediaId, OrganisationId},
};
use studio_store::StoredConnection;
use tokio::sync::{broadcast, watch};
use url::Url;

use crate::{
    cli::patience::{self, Seen},
    clock::Clock,
    config::Config,
    http::v1::connections::{health, standing},
    studio::{Entry, Switchboard, webhook_address, without_mistakes},
};

/// Longest wait for a platform.
const LONGEST: Duration = Duration::from_secs(25);

/// Every connection that can be made as it stands, its platform having been asked; again where it may have been chance that it
/// did not let the connection through.
pub async fn ask(config: &Config, stored: &[StoredConnection]) -> anyhow::Result<Vec<Seen>> {
    let switchboard = Switchboard::new(without_mistakes(config), stored, config).await?;
    let config = Arc::new(config.clone());
    let entries = switchboard.entries();
    let asked = entries.iter().map(|(name, entry)| ask_patiently(Arc::clone(&config), name, entry));
    Ok(futures::future::join_all(asked).await)
}

async fn ask_patiently(config: Arc<Config>, name: &str, entry: &Entry) -> Seen {
    let asking = || async { Ok::<_, Infallible>(ask_one(Arc::clone(&config), name, entry).await) };
    let Ok(seen) = patience::ask(patience::PAUSE, asking).await;
    seen
}

async fn ask_one(config: Arc<Config>, name: &str, entry: &Entry) -> Connection {
    let platform = entry.line.as_ref().ok().and_then(|line| line.platform());
    let host = &Alone { config, clock: Clock::default(), platform: platform.cloned() };
    let mut seen = Connection {
        name: name.to_owned(),
        channel: entry.channel.clone(),
        bot: entry.bot.clone(),
        source: entry.source,
        state: entry.state(),
        problem: entry.problem(),
        webhook: host.webhook_address(name).map(String::from),
        standing: None,
    };
    let Some(platform) = platform.filter(|_| entry.problem().is_none()) else { return seen };
    let asked = AssertUnwindSafe(platform.examine(host)).catch_unwind();
    let found = if let Ok(Ok(found)) = tokio::time::timeout(LONGEST, asked).await {
        found
    } else {
        let why = format!("the platform did not answer within {} s", LONGEST.as_secs());
        ConnectionStanding { last_error: Some((host.now(), why)), ..platform.standing() }
    };
    if let (ConnectionState::Running, Some(why)) = (seen.state, health::failing(&found)) {
        (seen.state, seen.problem) = (ConnectionState::Failing, Some(why));
    }
    seen.standing = Some(standing(found));
    seen
}

/// The little of a server that asking needs: it takes nothing in and keeps nothing.
#[derive(Clone)]
struct Alone {
    config: Arc<Config>,
    clock: Clock,
    /// The one that is asked.
    platform: Option<Platform>,
}

fn not_here() -> HostError {
    HostError("no server runs here".to_owned())
}

impl Host for Alone {
    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn random(&self) -> [u8; 32] {
        self.clock.random()
    }

    /// Nothing is signed, and nothing that was signed comes back.
    fn token_key(&self) -> [u8; 32] {
        [0; 32]
    }

    async fn accept(&self, _: Incoming) -> Result<Acceptance, AcceptError> {
        Err(AcceptError::Busy { retry_after: SignedDuration::from_mins(5) })
    }

    fn conversation(&self, connection: &str, thread: &str) -> ConversationId {
        ConversationId::of_thread(OrganisationId::FIRST, connection, thread)
    }

    fn newest(&self, _: &str, thread: &str) -> String {
        thread.to_owned()
    }

    async fn standing(&self, _: ConversationId) -> Result<Standing, HostError> {
        Err(not_here())
    }

    async fn has_begun(&self, _: ConversationId) -> Result<bool, HostError> {
        Err(not_here())
    }

    fn awaits_turn(&self, _: ConversationId) -> bool {
        false
    }

    async fn change_of(&self, _: ConversationId, _: &str) -> Result<Option<Content>, HostError> {
        Err(not_here())
    }

    async fn has_come(&self, _: &str, _: &str) -> Result<bool, HostError> {
        Err(not_here())
    }

    async fn threads_told(&self, _: &str, _: &str, _: &str) -> Result<Vec<String>, HostError> {
        Err(not_here())
    }

    async fn messages(&self, _: ConversationId, _: u64, _: usize) -> Result<Vec<Message>, HostError> {
        Err(not_here())
    }

    async fn turns(&self, _: &str, _: ConversationId, _: u64) -> Result<Vec<(String, u64)>, HostError> {
        Err(not_here())
    }

    fn goodbye(&self) -> watch::Receiver<bool> {
        watch::Sender::new(true).subscribe()
    }

    fn subscribe(&self, _: ConversationId) -> broadcast::Receiver<HostEvent> {
        broadcast::channel(1).1
    }

    fn typing(&self, _: ConversationId) {}

    fn reached(&self, _: ConversationId, _: DeliveryState, _: u64) {}

    fn masked_name(&self, _: &str, _: &str, name: String) -> Result<String, AcceptError> {
        Ok(name)
    }

    async fn save_media(&self, _: ConversationId, _: MediaFacts, _: Bytes) -> Result<MediaId, HostError> {
        Err(not_here())
    }

    async fn media_facts(&self, _: ConversationId, _: MediaId) -> Result<Option<MediaFacts>, HostError> {
        Err(not_here())
    }

    async fn load_media(
        &self,
        _: ConversationId,
        _: MediaId,
    ) -> Result<Option<(MediaFacts, Bytes)>, HostError> {
        Err(not_here())
    }

    async fn reports(&self, _: &str, _: Vec<Report>) -> Result<(), HostError> {
        Err(not_here())
    }

    fn take_turn(&self, _: &str, _: ConversationId, _: &str) -> Result<(), SignedDuration> {
        Err(SignedDuration::from_mins(5))
    }

    async fn told_of(&self, _: ConversationId, _: &str) -> Result<Option<String>, HostError> {
        Err(not_here())
    }

    async fn moved(&self, _: &str, _: &str, _: &str) -> Result<(), HostError> {
        Err(not_here())
    }

    async fn joined(&self, _: &str, _: &str, _: &str) -> Result<(), HostError> {
        Err(not_here())
    }

    /// What the platform says now it says to the next server as well.
    async fn remember(&self, _: &str, _: &str, _: String) -> Result<(), HostError> {
        Ok(())
    }

    async fn recall(&self, _: &str, _: &str) -> Result<Option<String>, HostError> {
        Err(not_here())
    }

    fn is_paused(&self, _: &str) -> bool {
        false
    }

    async fn keep_unread(&self, _: &str, _: Bytes, _: &str) -> Result<(), HostError> {
        Err(not_here())
    }

    async fn keep_unread_once(&self, _: &str, _: &str, _: Bytes, _: &str) -> Result<bool, HostError> {
        Err(not_here())
    }

    async fn put_aside(&self, _: &str, _: Option<&str>, _: Bytes, _: &str) -> Result<bool, HostError> {
        Err(not_here())
    }

    fn webhook_address(&self, connection: &str) -> Option<Url> {
        webhook_address(&self.config, connection, self.platform.as_ref()?.api())
    }

    fn web(&self, _: &str) -> Option<Arc<web::Config>> {
        None
    }

    fn http(&self, _: &str) -> Option<Arc<http::Connection>> {
        None
    }

    fn platform(&self, _: &str) -> Option<Platform> {
        self.platform.clone()
    }

    fn sample(&self) -> Option<Arc<web::Config>> {
        None
    }

    fn face(&self, _: &str) -> Option<BotFace> {
        None
    }
}
