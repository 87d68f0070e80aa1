//! What does the web channel keep in memory? Counters, and nothing that a restart would miss.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    extract::ConnectInfo,
    http::Extensions,
    middleware::from_fn_with_state,
    routing::{delete, get, post},
};
use studio_core::id::ConversationId;

use super::{assets, door, erase, files, media, messages, session, socket, transcript};
use crate::{
    host::{ClientAddress, Host},
    rate::Limiter,
};

/// Addresses and visitors that are counted at a time.
const MOST_COUNTED: usize = 100_000;

pub(super) struct Shared<H> {
    pub host: H,
    /// New sessions by connection and address.
    pub sessions: Limiter<(String, IpAddr)>,
    /// Messages by session.
    pub messages: Limiter<String>,
    /// Uploads by session.
    pub uploads: Limiter<String>,
    /// Open sockets by address.
    pub address_sockets: Arc<Places<IpAddr>>,
    /// Open sockets by session and address.
    pub visitor_sockets: Arc<Places<(String, IpAddr)>>,
    /// Transcripts that are being written, by conversation.
    pub transcripts: Arc<Places<ConversationId>>,
}

/// The addresses of all web connections, the widget and the sample page.
pub fn router<H: Host>(host: H) -> Router {
    let shared = Arc::new(Shared {
        host,
        sessions: Limiter::new(MOST_COUNTED),
        messages: Limiter::new(MOST_COUNTED),
        uploads: Limiter::new(MOST_COUNTED),
        address_sockets: Arc::default(),
        visitor_sockets: Arc::default(),
        transcripts: Arc::default(),
    });
    let guarded = Router::new()
        .route("/web/{connection}/settings", get(session::settings::<H>))
        .route("/web/{connection}/sessions", post(session::open::<H>))
        .route("/web/{connection}/socket", get(socket::upgrade::<H>))
        .route("/web/{connection}/messages", get(messages::fetch::<H>).post(messages::receive::<H>))
        .route("/web/{connection}/files", post(files::upload::<H>))
        .route("/web/{connection}/media/{id}", get(media::download::<H>))
        .route("/web/{connection}/transcript", get(transcript::download::<H>))
        .route("/web/{connection}/conversation", delete(erase::erase::<H>))
        .route_layer(from_fn_with_state(shared.clone(), door::guard::<H>));
    Router::new()
        .route("/", get(assets::page::<H>))
        .route("/page.js", get(assets::page_script))
        .route("/page.css", get(assets::page_style))
        .route("/page.svg", get(assets::page_icon))
        .route("/widget.js", get(assets::widget))
        .route("/widget/words/{language}", get(assets::words))
        .merge(guarded)
        .with_state(shared)
}

/// Who is calling, for counting: an IPv6 network counts as one.
pub(super) fn address(extensions: &Extensions) -> IpAddr {
    let told = extensions.get::<ClientAddress>().map(|address| address.0);
    let peer = || extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    match told.or_else(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

/// Places that are taken and given back, by key.
#[derive(Debug)]
pub(super) struct Places<K> {
    taken: Mutex<HashMap<K, u32>>,
}

impl<K> Default for Places<K> {
    fn default() -> Self {
        Self { taken: Mutex::default() }
    }
}

/// A place; given back when dropped.
#[derive(Debug)]
pub(super) struct Place<K: std::hash::Hash + Eq> {
    places: Arc<Places<K>>,
    key: K,
}

impl<K: std::hash::Hash + Eq + Clone> Places<K> {
    pub fn take(self: &Arc<Self>, key: K, most: u32) -> Option<Place<K>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(key.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { places: self.clone(), key })
    }
}

impl<K: std::hash::Hash + Eq> Drop for Place<K> {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.key);
            }
        }
    }
}
