//! How does a visitor of a web page talk to a bot? With the widget: one script, one socket.
//!
//! | request | what for |
//! |---|---|
//! | `GET /widget.js`, `GET /` | the widget, and a page that shows it |
//! | `GET /widget/words/{language}.json` | what the widget says in a language that is not built in |
//! | `GET /web/{connection}/settings` | title, theme and limits, before there is a session |
//! | `POST /web/{connection}/sessions` | a new session, or new tokens for one |
//! | `GET /web/{connection}/socket` | the conversation, live |
//! | `GET`, `POST /web/{connection}/messages` | the same where sockets are blocked |
//! | `POST /web/{connection}/files`, `GET …/media/{id}` | files |
//! | `GET /web/{connection}/transcript` | all that was said, as text |
//! | `DELETE /web/{connection}/conversation` | forget all that was said |
//!
//! Pages are let in by an exact list of origins, visitors by a signed token in the
//! `Authorization` header or the first frame, never in an address. See `docs/widget.md`.

mod assets;
mod config;
mod deliver;
mod door;
mod encoded;
mod erase;
mod files;
mod frame;
mod inbound;
mod life;
mod media;
mod messages;
mod outbound;
mod session;
mod socket;
#[cfg(test)]
mod tests;
mod token;
mod transcript;

pub use self::{
    config::{Config, Limits, Origin, Position, Theme, Uploads},
    files::media_type,
    frame::{
        ClientFrame, CloseCode, ErrorCode, ErrorFrame, From, MessageFrame, NewSession, OwnerFace,
        ServerFrame, SessionOpened, Settings, Uploaded,
    },
    life::router,
    outbound::fits_a_socket,
};
pub(crate) use self::{media::SAFE_PICTURES, outbound::owner as owner_face};
