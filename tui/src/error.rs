//! Why did the console not start, or why did it end?

use std::{io, process::ExitCode};

use crate::scrub;

/// Why the console ended otherwise than by the operator's wish. Every text in it is scrubbed, so it
/// can be printed once the terminal is restored.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    #[error("no studio is running here: start it with `studio serve`, or give --url ({0})")]
    NotRunning(String),
    #[error("nobody answers at {url}: is the studio running there, and the address right? ({why})")]
    NotThere { url: String, why: String },
    #[error("the login was refused: {0}")]
    Login(String),
    #[error("the name of --name cannot be sent: it must be one line of text without control characters")]
    Name,
    #[error("the login has ended: start the console again and log in, or give a token that holds")]
    SessionEnded,
    #[error(
        "the console needs a terminal for input and output; scripts use the HTTP interface, see /api/v1/openapi.json"
    )]
    NotATerminal,
    #[error("cannot work with the address {0}: give one that begins with http:// or https://")]
    Address(String),
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
    #[error("the console has a bug and stopped: {0}")]
    Panicked(String),
    #[error("interrupted")]
    Interrupted,
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl ConsoleError {
    /// What the process should exit with (the numbers of BSD `sysexits.h`).
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.number())
    }

    pub(crate) fn number(&self) -> u8 {
        match self {
            Self::NotRunning(_) | Self::NotThere { .. } => 69,
            Self::Login(_) | Self::SessionEnded => 77,
            Self::NotATerminal | Self::Address(_) | Self::Name => 64,
            Self::Terminal(_) => 74,
            Self::Panicked(_) => 70,
            Self::Interrupted => 130,
            Self::Api(_) => 75,
        }
    }
}

/// Why a request was not answered as hoped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiError {
    /// No connection, or it broke.
    #[error("the studio cannot be reached: {0}")]
    Unreachable(String),
    /// The token is unknown or has ended.
    #[error("not logged in: {0}")]
    Unauthorised(String),
    /// The server says no, and why.
    #[error("{detail}")]
    Refused { status: u16, detail: String },
    /// An answer of another shape: most likely another version of the studio.
    #[error("the answer of the studio could not be read, is it of another version? {0}")]
    Unreadable(String),
}

impl ApiError {
    pub(crate) fn unreachable(error: &dyn std::error::Error) -> Self {
        // The outermost error of reqwest says "error sending request"; the innermost says why.
        let mut innermost = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        Self::Unreachable(scrub::line(&innermost.to_string()))
    }
}
