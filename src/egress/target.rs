//! May this URL be called, and at which addresses?

use std::net::SocketAddr;

use studio_adapters::fence::Barred;
use studio_core::policy::networks::CALLS;
use url::Url;

use super::{Egress, EgressError};

/// A checked URL and where exactly it is called.
#[derive(Debug)]
pub struct Target {
    pub url: Url,
    /// As the author wrote it, for messages.
    pub host: String,
    pub route: Route,
}

/// Where connections go. Two calls share a connection only if all of it is the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    pub encrypted: bool,
    pub host: String,
    /// Sorted.
    pub addresses: Vec<SocketAddr>,
}

impl Egress {
    /// Checks the URL, looks its host up (once), and checks what came of it.
    pub(super) async fn target(&self, url: Url) -> Result<Target, EgressError> {
        let mut addresses = self.fence.find(&url, CALLS).await?;
        addresses.sort_unstable();
        addresses.dedup();
        let host = url.host_str().unwrap_or_default().to_owned();
        let route = Route { encrypted: url.scheme() == "https", host: host.clone(), addresses };
        Ok(Target { url, host, route })
    }
}

impl From<Barred> for EgressError {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Refused(refused) => Self::Refused(refused.0),
            Barred::Unknown(host) => Self::UnknownHost { host },
        }
    }
}
