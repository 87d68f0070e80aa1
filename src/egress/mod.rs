//! How is a URL that somebody else chose called safely?
//!
//! Every call that the studio makes to an address out of a bot's file, a setting or a message goes through [`Egress`].
//! The danger is the studio's own network: a URL must not reach what only the studio can reach. So, for the first URL and
//! for each redirect alike:
//!
//! 1. the URL is checked: http or https, no user name, a usual port ([`target`]);
//! 2. its host is looked up once, and *all* its addresses must be public ([`Networks`]);
//! 3. the connection goes to exactly those addresses: nothing is looked up again, and no proxy is asked ([`send`]).
//!
//! Time and size are bounded over all of it. What may be reached besides is a [`Policy`]. The clients of the platforms'
//! connections that were made by the API are held to the same rules by a [`Fence`].

mod convert;
mod error;
mod redirect;
mod send;
mod target;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use reqwest::{Client, Method, header::HeaderMap};
use studio_adapters::fence::{Fence, Lookup};
use studio_core::policy::networks::Networks;
use url::Url;

pub use error::EgressError;

/// Calls of one connection at once, each of which keeps its socket for the next.
pub const AT_ONCE: usize = 32;

/// What may be called, and how much it may take.
#[derive(Clone, Debug)]
pub struct Policy {
    pub networks: Networks,
    /// Redirects that are followed.
    pub max_redirects: usize,
    /// Time for the whole call: look-up, all redirects, and the body. A request may ask for less.
    pub timeout: Duration,
    /// Bytes of a body.
    pub max_bytes: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            networks: Networks::default(),
            max_redirects: 3,
            timeout: Duration::from_secs(10),
            max_bytes: 5 * 1024 * 1024,
        }
    }
}

/// A call to make.
#[derive(Clone)]
pub struct EgressRequest {
    pub method: Method,
    pub url: String,
    /// Name and value. Those that describe the connection (`host`, `content-length`…) are the client's own.
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
    /// At most the policy's.
    pub timeout: Option<Duration>,
    /// Whether redirects are followed, as many as the policy allows; where not, one is an answer like any other.
    pub follows: bool,
}

impl EgressRequest {
    /// A request without headers and body, which follows redirects.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        let (headers, body) = (Vec::new(), Bytes::new());
        Self { method, url: url.into(), headers, body, timeout: None, follows: true }
    }
}

/// Headers, body and query may hold secrets and stay out of logs.
impl fmt::Debug for EgressRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = Url::parse(&self.url).map(|url| url.origin().ascii_serialization());
        f.debug_struct("EgressRequest")
            .field("method", &self.method)
            .field("origin", &origin.unwrap_or_default())
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What was answered, whatever its status.
#[derive(Clone, Debug)]
pub struct EgressAnswer {
    pub status: u16,
    pub headers: HeaderMap,
    /// As sent: nothing is unpacked.
    pub body: Bytes,
    /// Where the answer came from, after all redirects.
    pub final_url: Url,
}

/// The studio's client for URLs that others chose. A clone shares its connections.
#[derive(Clone)]
pub struct Egress {
    policy: Arc<Policy>,
    fence: Fence,
    clients: Arc<Mutex<HashMap<target::Route, Client>>>,
}

impl Egress {
    /// A client that looks hosts up as the system does.
    pub fn new(policy: Policy) -> Self {
        let fence = Fence::around(policy.networks.clone());
        Self { policy: Arc::new(policy), fence, clients: Arc::default() }
    }

    /// A client with its own way of finding addresses; they are checked all the same.
    pub fn with_lookup(policy: Policy, lookup: Lookup) -> Self {
        let fence = Fence::with_lookup(policy.networks.clone(), lookup);
        Self { policy: Arc::new(policy), fence, clients: Arc::default() }
    }
}
