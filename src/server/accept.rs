//! How do connections come in? No more of them than there are file descriptors for, and the owner's always.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{Extensions, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    select,
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use super::{
    paced::{Alarm, Paced, Read},
    steady::Steady,
};
use crate::{
    http::{ApiError, LocalPeer},
    seldom::Seldom,
};

/// Largest head of a request, and what is read of a body at once, in bytes.
const BUFFER: usize = 64 << 10;
/// Before connections are taken again, where that failed. No shorter, or a full table of descriptors would cost a core.
const AFTER_FAILURE: Duration = Duration::from_millis(200);

static FULL: Seldom = Seldom::every(Duration::from_secs(10));
static FAILED: Seldom = Seldom::every(Duration::from_secs(10));
static SLOW_HEAD: Seldom = Seldom::every(Duration::from_secs(10));
static SLOW_BODY: Seldom = Seldom::every(Duration::from_secs(10));
static TOO_MUCH: Seldom = Seldom::every(Duration::from_secs(10));

/// In seconds: when what was too much together may come again.
const AGAIN: u64 = 5;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) enum Peer {
    Address(SocketAddr),
    /// Whoever may open the socket in the data folder.
    Owner,
}

impl Peer {
    fn introduce(self, extensions: &mut Extensions) {
        match self {
            Self::Address(address) => _ = extensions.insert(ConnectInfo(address)),
            Self::Owner => _ = extensions.insert(LocalPeer),
        }
    }
}

/// What connections come from.
pub(super) trait Door: Send + Sync + 'static {
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    fn next(&self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

impl Door for TcpListener {
    type Stream = TcpStream;

    async fn next(&self) -> io::Result<(TcpStream, Peer)> {
        let (stream, address) = self.accept().await?;
        // Answers are written whole: there is nothing to wait for.
        let _ = stream.set_nodelay(true);
        Ok((stream, Peer::Address(address)))
    }
}

impl Door for UnixListener {
    type Stream = UnixStream;

    async fn next(&self) -> io::Result<(UnixStream, Peer)> {
        Ok((self.accept().await?.0, Peer::Owner))
    }
}

/// What the connections of a door may take.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    /// Connections at a time.
    pub places: Arc<Semaphore>,
    /// For how long one may make no headway.
    pub patience: Duration,
    /// What is being read of the bodies of requests.
    pub read: Read,
}

/// Serves until `stop`, and then until the last connection has ended.
pub(super) async fn serve(door: impl Door, router: Router, bounds: Bounds, stop: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some(place) = place(&bounds.places, &stop).await {
        let came = select! {
            came = door.next() => came,
            () = stop.cancelled() => break,
        };
        match came {
            Ok((stream, peer)) => {
                let stream = Steady::new(stream, bounds.patience, place);
                let talk = talk(stream, peer, router.clone(), bounds.clone(), stop.clone());
                connections.spawn(talk);
            }
            Err(error) if is_its_own(&error) => {}
            Err(error) => {
                if let Some(times) = FAILED.count() {
                    tracing::error!(%error, times, "server.accept.failed");
                }
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
    drop(door);
    connections.close();
    connections.wait().await;
}

/// A place for one more connection; who comes meanwhile waits in the system's queue.
async fn place(places: &Arc<Semaphore>, stop: &CancellationToken) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    if let Some(times) = FULL.count() {
        tracing::warn!(times, "server.connections.full");
    }
    select! {
        place = Arc::clone(places).acquire_owned() => place.ok(),
        () = stop.cancelled() => None,
    }
}

/// Whether only the connection that was to come is concerned.
fn is_its_own(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn talk<S>(stream: Steady<S>, peer: Peer, router: Router, bounds: Bounds, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let asked = AtomicBool::new(false);
    let service = service_fn(|request| {
        asked.store(true, Ordering::Relaxed);
        answer(router.clone(), request, peer, &bounds)
    });
    // The time for the head of a request is also that for which a connection may rest before one.
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.patience)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    tokio::pin!(connection);
    let ended = select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // One that rested after an answer has done nothing wrong.
        if error.is_timeout()
            && !asked.load(Ordering::Relaxed)
            && let Some(times) = SLOW_HEAD.count()
        {
            tracing::warn!(?peer, times, "server.head.too_slow");
        }
        tracing::debug!(%error, ?peer, "server.connection.broken");
    }
}

async fn answer(
    router: Router,
    request: hyper::Request<Incoming>,
    peer: Peer,
    bounds: &Bounds,
) -> Result<Response, std::convert::Infallible> {
    let alarm = Arc::new(Alarm::default());
    let paced = |body| Paced::new(body, bounds.patience, bounds.read.clone(), Arc::clone(&alarm));
    let mut request: Request = request.map(|body| Body::new(paced(body)));
    peer.introduce(request.extensions_mut());
    select! {
        response = router.oneshot(request) => response,
        () = alarm.late.notified() => {
            if let Some(times) = SLOW_BODY.count() {
                tracing::warn!(?peer, times, "server.body.too_slow");
            }
            Ok(unread(ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                "the body came too slowly; nothing was stored",
            )))
        }
        () = alarm.full.notified() => {
            if let Some(times) = TOO_MUCH.count() {
                tracing::warn!(?peer, times, "server.bodies.too_much");
            }
            Ok(unread(ApiError::busy(AGAIN)))
        }
    }
}

/// The answer to a request whose body was not read to its end.
fn unread(error: ApiError) -> Response {
    let mut response = error.into_response();
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}
