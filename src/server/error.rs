//! Why can a server not listen, or why did it end?

use std::{io, net::SocketAddr};

#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    #[error("cannot make the data folder {folder}: {error}")]
    DataFolder { folder: String, error: io::Error },
    #[error(
        "{address} is in use: stop the program that listens there, or choose another port \
         (`studio serve --listen {}:8081`)", .address.ip()
    )]
    PortInUse { address: SocketAddr },
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: io::Error },
    #[error(
        "a studio is running already on this data folder (it answers at {socket}): stop it, or give this one \
         another folder (`studio serve --data …`)"
    )]
    Running { socket: String },
    #[error("cannot remove the stale socket {socket}: {error}")]
    Stale { socket: String, error: io::Error },
    #[error("cannot make the socket {socket} (is its path over 100 bytes?): {error}")]
    Socket { socket: String, error: io::Error },
    #[error("cannot keep others from the socket {socket}: {error}")]
    Open { socket: String, error: io::Error },
    #[error(
        "too many events were thought about without end (`pipeline.turn.hung` in the log names them): start the \
         studio again; each of them is parked, and can be replayed once the cause is mended"
    )]
    Stuck,
    #[error(
        "the disk refused a write ({0}): make room on it, or see why it fails, and start the studio again; \
         what was acknowledged is safe, and what was not will be sent again"
    )]
    DiskRefused(String),
    #[error(
        "another studio has taken the store over ({0}), for this one was not heard of for too long: nothing more was \
         taken or sent. Stop the other before this one is started again"
    )]
    Taken(String),
    #[error(
        "what the database has in its log could not be written into a table when it was closed (`An error occurred \
         closing the database` in the log says why): make room on the disk, or see why it fails, and start the \
         studio again. Nothing is lost: the next start reads the log"
    )]
    TableRefused,
    #[error(
        "the log of the database cannot be looked at ({0}), so that nobody knows whether it holds what is in no \
         table: see why, before you start the studio again. What was acknowledged is in its tables or in that log, \
         which the next start must read"
    )]
    LogUnread(String),
}
