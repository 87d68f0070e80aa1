//! How does the server listen, and how does it stop?

mod accept;
mod descriptors;
mod error;
mod paced;
mod steady;

use std::{
    io::{self, Write as _},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use studio_store::Left;
use tokio::{
    net::{TcpListener, UnixListener, UnixStream},
    signal::unix::{Signal, SignalKind, signal},
    sync::Semaphore,
    task::JoinHandle,
    time::{Instant, timeout},
};

pub use self::error::ServerError;
use self::{accept::Bounds, paced::Read};
use crate::{
    config::{Config, std_duration},
    http::router,
    studio::Studio,
};

/// Of the time for a stop, what is left to say goodbye to clients and to close the store: half of it for either.
const CLOSING: Duration = Duration::from_secs(8);
/// What closing the store has in any case, however short a stop is to be.
const LEAST_FOR_STORE: Duration = Duration::from_secs(3);
/// How long clients have to take the goodbye.
const GOODBYE: Duration = Duration::from_secs(3);
/// Connections of the data folder's owner; they are not taken from those of others, so that a flood shuts nobody out.
const OWNERS: usize = 64;

/// The open ports of the server, before anything else is begun: a port in use is found at once.
pub struct Listening {
    tcp: TcpListener,
    unix: UnixListener,
    socket: PathBuf,
}

impl Listening {
    /// The settings with the port that was really given, where port 0 asked for any.
    pub fn settled(&self, mut config: Config) -> Config {
        if let Ok(address) = self.tcp.local_addr() {
            config.server.listen = address;
        }
        config
    }
}

pub async fn listen(config: &Config) -> Result<Listening, ServerError> {
    let data = &config.server.data;
    make_private_folder(data)
        .map_err(|error| ServerError::DataFolder { folder: data.display().to_string(), error })?;
    // Before the port: who starts a studio twice is to stop the first, not to look for another port.
    let socket = config.server.socket();
    let unix = bind_socket(&socket).await?;
    let address = config.server.listen;
    let tcp = TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ServerError::PortInUse { address },
        _ => ServerError::Listen { address, error },
    });
    let tcp = tcp.inspect_err(|_| _ = std::fs::remove_file(&socket))?;
    Ok(Listening { tcp, unix, socket })
}

/// Makes a folder that only its owner can read, unless it is there already.
pub fn make_private_folder(folder: &Path) -> io::Result<()> {
    if folder.exists() && !folder.is_dir() {
        let text = "it is a file: name a folder (the setting `server.data`, or `studio serve --data FOLDER`)";
        return Err(io::Error::new(io::ErrorKind::NotADirectory, text));
    }
    if !folder.exists() {
        std::fs::create_dir_all(folder)?;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

/// The console's socket: for the owner of the data folder alone.
async fn bind_socket(path: &Path) -> Result<UnixListener, ServerError> {
    let socket = || path.display().to_string();
    if path.exists() {
        if UnixStream::connect(path).await.is_ok() {
            return Err(ServerError::Running { socket: socket() });
        }
        std::fs::remove_file(path).map_err(|error| ServerError::Stale { socket: socket(), error })?;
    }
    let unix = UnixListener::bind(path).map_err(|error| ServerError::Socket { socket: socket(), error })?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| ServerError::Open { socket: socket(), error })?;
    Ok(unix)
}

/// Serves until a signal, then finishes what was begun.
pub async fn serve(
    studio: Arc<Studio>,
    listening: Listening,
    mut signals: Signals,
) -> Result<(), ServerError> {
    let Listening { tcp, unix, socket } = listening;
    let routes = router(Arc::clone(&studio));
    let stop = studio.stopping.clone();
    let patience = std_duration(studio.config.server.patience);
    let read = Read::default();
    let bounds = |places| Bounds { places: Arc::new(Semaphore::new(places)), patience, read: read.clone() };
    let many = bounds(descriptors::connections(studio.config.server.connections));
    let over_tcp = accept::serve(tcp, routes.clone(), many, stop.clone());
    let over_unix = accept::serve(unix, routes, bounds(OWNERS), stop.clone());
    let serving = tokio::spawn(async move { tokio::join!(over_tcp, over_unix) });
    tokio::select! {
        () = signals.next() => {}
        must_end = end_at_once(&studio) => return Err(must_end),
        () = studio.stuck.cancelled() => return Err(ServerError::Stuck),
    }
    let stop_by = StopBy::of(Instant::now(), std_duration(studio.config.server.drain));
    tracing::info!("server.stopping");
    tell("Stopping: finishing what was begun (a second signal stops at once).");
    tokio::spawn(async move {
        signals.next().await;
        std::process::exit(130);
    });
    stop.cancel();
    tokio::select! {
        biased;
        must_end = end_at_once(&studio) => Err(must_end),
        stopped = finish(&studio, serving, &socket, stop_by) => stopped,
    }
}

/// Returns once nothing may be finished any more, with the reason.
async fn end_at_once(studio: &Studio) -> ServerError {
    tokio::select! {
        reason = studio.store.disk_refused() => ServerError::DiskRefused(reason),
        by = studio.store.taken() => ServerError::Taken(by),
    }
}

/// Finishes what was begun. Nobody new comes in; those who are there get what they wait for.
async fn finish(
    studio: &Studio,
    serving: JoinHandle<((), ())>,
    socket: &Path,
    stop_by: StopBy,
) -> Result<(), ServerError> {
    let left_until = |moment: Instant| moment.saturating_duration_since(Instant::now());
    studio.drain(left_until(stop_by.drained)).await;
    studio.say_goodbye(GOODBYE.min(left_until(stop_by.said_goodbye))).await;
    studio.write_marks(left_until(stop_by.wrote_marks)).await;
    if timeout(GOODBYE.min(left_until(stop_by.cut)), serving).await.is_err() {
        tracing::warn!("server.connections.cut");
    }
    tracing::info!("store.closing");
    let left = studio.store.close_within(stop_by.for_store(Instant::now())).await;
    let _ = std::fs::remove_file(socket);
    match left {
        Left::Whole => {}
        // As after a kill.
        Left::Open => tracing::warn!("store.not_closed"),
        Left::Refused(reason) => return Err(ServerError::DiskRefused(reason)),
        Left::InLog { bytes } => {
            tracing::error!(bytes, "store.table_refused");
            return Err(ServerError::TableRefused);
        }
        Left::LogUnread(reason) => {
            tracing::error!(reason, "store.log_unread");
            return Err(ServerError::LogUnread(reason));
        }
    }
    tracing::info!("server.stopped");
    tell("Stopped.");
    Ok(())
}

/// By when each part of a stop is over. What one does not need the next ones have.
#[derive(Clone, Copy, Debug)]
struct StopBy {
    drained: Instant,
    said_goodbye: Instant,
    /// Slow clients take nothing of it: what they told at the last is written.
    wrote_marks: Instant,
    cut: Instant,
    end: Instant,
}

impl StopBy {
    fn of(told: Instant, time: Duration) -> Self {
        let closing = CLOSING.min(time / 2);
        let drained = told + time.saturating_sub(closing);
        let said_goodbye = drained + closing / 4;
        Self {
            drained,
            said_goodbye,
            wrote_marks: said_goodbye + closing / 8,
            cut: drained + closing / 2,
            end: told + time,
        }
    }

    /// How long the store may take.
    fn for_store(self, now: Instant) -> Duration {
        self.end.saturating_duration_since(now).max(LEAST_FOR_STORE)
    }
}

/// A server whose words nobody takes, for their disk is full, stops in good order all the same.
fn tell(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

/// The signals that stop a studio; from when this is made they end the process no more.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub fn new() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_over_in_time_and_the_store_has_its_part() {
        let told = Instant::now();
        let check = |seconds: u64, drained: u64, least_for_store: u64| {
            let stop_by = StopBy::of(told, Duration::from_secs(seconds));
            let StopBy { drained: first, said_goodbye, wrote_marks, cut, end } = stop_by;
            assert_eq!(first, told + Duration::from_secs(drained), "{seconds}");
            assert!(first <= said_goodbye && said_goodbye <= wrote_marks, "{seconds}: {stop_by:?}");
            assert!(wrote_marks <= cut && cut <= end, "{seconds}: {stop_by:?}");
            let for_marks = Duration::from_secs(1).min(Duration::from_secs(seconds) / 16);
            assert_eq!(wrote_marks - said_goodbye, for_marks, "{seconds}: slow clients take nothing of it");
            assert_eq!(end, told + Duration::from_secs(seconds), "{seconds}");
            // Where all parts before it took all that they may, and more.
            assert_eq!(stop_by.for_store(cut), Duration::from_secs(least_for_store), "{seconds}");
            assert_eq!(stop_by.for_store(end + Duration::from_mins(1)), LEAST_FOR_STORE, "{seconds}");
        };
        check(20, 12, 4);
        check(300, 292, 4);
        check(8, 4, 3);
        check(0, 0, 3);
        // Nobody was there, and nothing was begun.
        let stop_by = StopBy::of(told, Duration::from_secs(20));
        assert_eq!(stop_by.for_store(told), Duration::from_secs(20));
    }
}
