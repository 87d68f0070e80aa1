//! Which studio, who is asking, in which language?

use std::path::PathBuf;

use url::Url;

pub use crate::words::Language;

/// What the console needs to start.
#[derive(Clone, Debug)]
pub struct Options {
    pub target: Target,
    pub credentials: Credentials,
    pub language: Language,
    /// Where visitors' files are saved; made with the first.
    pub folder: PathBuf,
}

/// Where the server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The server's socket in the data folder of this machine.
    Unix(PathBuf),
    /// The address of the server, without `/api/v1`.
    Url(Url),
}

/// Who is asking.
#[derive(Clone)]
pub enum Credentials {
    /// On the Unix socket the permissions of the file are the login; for an address, e-mail and
    /// password are asked for on the terminal.
    None,
    /// As `None` on the Unix socket, and the name by which visitors read who answers.
    Name(String),
    /// A session token or an API key.
    Token(String),
    Password {
        email: String,
        password: String,
    },
}

/// Secrets never reach a log.
impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Name(name) => write!(f, "Name({name:?})"),
            Self::Token(_) => f.write_str("Token(***)"),
            Self::Password { email, password: _ } => write!(f, "Password({email:?}, ***)"),
        }
    }
}
