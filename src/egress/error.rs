//! Why did a call fail, and does another try make sense?

use std::time::Duration;

/// A failed call. The texts are for the author of the bot: they say what to do, and name no address that the author did
/// not write.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EgressError {
    /// The studio will not make this call.
    #[error("{0}")]
    Refused(String),
    #[error("{host} is not known: check its spelling and its DNS entry")]
    UnknownHost { host: String },
    #[error("{host} cannot be reached: check that it is running and answers on this port")]
    Unreachable { host: String },
    #[error("{host} does not prove who it is: its certificate must be valid for this name and not expired")]
    Untrusted { host: String },
    #[error("{host} did not answer fully within {} ms: make it faster, or allow more time", after.as_millis())]
    Timeout { host: String, after: Duration },
    #[error("the answer of {host} broke off or is not HTTP: look into its log")]
    Broken { host: String },
    #[error("the answer of {host} is larger than {limit} bytes: let it answer with less")]
    TooLarge { host: String, limit: usize },
    #[error("{host} redirects more than {limit} times: use the address that it leads to")]
    TooManyRedirects { host: String, limit: usize },
}

impl EgressError {
    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        match self {
            Self::UnknownHost { .. }
            | Self::Unreachable { .. }
            | Self::Timeout { .. }
            | Self::Broken { .. } => true,
            Self::Refused(_)
            | Self::Untrusted { .. }
            | Self::TooLarge { .. }
            | Self::TooManyRedirects { .. } => false,
        }
    }
}
