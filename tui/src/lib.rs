//! The console: a client of the HTTP interface, nothing else.
//!
//! | module | the question it answers |
//! |---|---|
//! | `options` | which studio, who is asking, in which language? |
//! | `api` | how is the server asked? |
//! | `scrub` | how does foreign text reach the screen without harm? |
//! | `model` | what does the console know? |
//! | `message` | what can happen to it, and what can it want done? |
//! | `keys` | which key does what, where? |
//! | `update` | what changes when something happens? |
//! | `view` | what does the operator see? |
//! | `perform`, `link` | how is a command done, how does the live stream stay up? |
//! | `files` | how is a visitor's file kept on this machine, and opened? |
//! | `terminal`, `signals`, `life` | how is the terminal taken and given back, which signals end or stop the console, how does all of it live? |

mod api;
mod draft;
mod error;
mod files;
mod keys;
mod life;
mod link;
mod log_in;
mod message;
mod model;
mod options;
mod perform;
#[cfg(test)]
mod samples;
mod scrub;
mod signals;
mod terminal;
#[cfg(test)]
mod tests;
mod update;
mod view;
mod words;
mod wrap;

pub use self::{
    api::Api,
    error::{ApiError, ConsoleError},
    options::{Credentials, Language, Options, Target},
    view::told,
};

/// Runs the console on this process's terminal until the operator ends it.
///
/// Asks for e-mail and password first where an address is given without credentials. The terminal is
/// given back on every way out: error, panic, signal, closed window.
pub async fn run(options: Options) -> Result<(), ConsoleError> {
    let (api, session) = log_in::log_in(&options.target, options.credentials).await?;
    let result = life::live(api.clone(), options.language, options.folder).await;
    if session {
        // The session would end by itself; a server that is gone is no reason for an error now.
        let _ = api.log_out().await;
    }
    result
}
