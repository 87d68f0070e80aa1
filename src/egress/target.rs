//! May this URL be called, and at which addresses?

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use url::{Host, Url};

use super::{Egress, EgressError, Policy, address::is_public};

/// Ports that may be called anywhere.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// Stands for any address on the public internet.
const SOME_PUBLIC: Ipv4Addr = Ipv4Addr::new(1, 1, 1, 1);

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

/// Whether a URL will be refused whatever its host is looked up as: why, if so.
pub fn refused_unseen(policy: &Policy, url: &Url) -> Option<EgressError> {
    let check = || {
        let (host, port) = checked(url)?;
        let addresses = match &host {
            Host::Ipv4(address) => vec![IpAddr::V4(*address)],
            Host::Ipv6(address) => vec![IpAddr::V6(*address)],
            Host::Domain(domain) if is_local(domain) => vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            // No network that is allowed is known of it; of those that are public only the usual ports are open.
            Host::Domain(_) if policy.allow_private.is_empty() => vec![IpAddr::V4(SOME_PUBLIC)],
            Host::Domain(_) => return Ok(()),
        };
        allowed(policy, &host.to_string(), port, &addresses)
    };
    check().err()
}

/// Names that are this machine's own everywhere (RFC 6761).
fn is_local(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    domain == "localhost" || domain.ends_with(".localhost")
}

impl Egress {
    /// Why the URL may not be called, as its host is looked up now. A host that is not known yet may be later.
    pub async fn refused(&self, url: Url) -> Option<EgressError> {
        self.target(url).await.err().filter(|error| !matches!(error, EgressError::UnknownHost { .. }))
    }

    /// Checks the URL, looks its host up (once), and checks what came of it.
    pub(super) async fn target(&self, url: Url) -> Result<Target, EgressError> {
        let (host, port) = checked(&url)?;
        let name = host.to_string();
        let addresses = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(address)],
            Host::Ipv6(address) => vec![IpAddr::V6(address)],
            Host::Domain(domain) => {
                let unknown = || EgressError::UnknownHost { host: name.clone() };
                (self.lookup)(domain).await.map_err(|_| unknown())?
            }
        };
        if addresses.is_empty() {
            return Err(EgressError::UnknownHost { host: name });
        }
        allowed(&self.policy, &name, port, &addresses)?;
        let mut addresses: Vec<SocketAddr> =
            addresses.into_iter().map(|ip| SocketAddr::new(ip, port)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let route = Route { encrypted: url.scheme() == "https", host: name.clone(), addresses };
        Ok(Target { url, host: name, route })
    }
}

/// What can be said of a URL without a look-up.
fn checked(url: &Url) -> Result<(Host<String>, u16), EgressError> {
    let refused = |reason: &str| Err(EgressError::Refused(reason.to_owned()));
    if !matches!(url.scheme(), "http" | "https") {
        return refused("only http:// and https:// addresses can be called");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("the address holds a user name or password: put them into a header instead");
    }
    match (url.host(), url.port_or_known_default()) {
        (Some(host), Some(port)) => Ok((host.to_owned(), port)),
        _ => refused("the address names no host"),
    }
}

fn allowed(policy: &Policy, host: &str, port: u16, addresses: &[IpAddr]) -> Result<(), EgressError> {
    let endpoint = |address: &IpAddr| policy.allow_endpoints.contains(&SocketAddr::new(*address, port));
    if addresses.iter().all(endpoint) {
        return Ok(());
    }
    let opened = |address: &IpAddr| policy.allow_private.iter().any(|net| net.contains(address));
    if let Some(closed) = addresses.iter().find(|address| !is_public(**address) && !opened(address)) {
        tracing::debug!(host, address = %closed, "egress.refused");
        return Err(EgressError::Refused(format!(
            "{host} is not on the public internet: use a public address, or let whoever runs the studio allow its \
             network (egress.allow_private)"
        )));
    }
    if USUAL_PORTS.contains(&port) || (policy.allow_ports.contains(&port) && addresses.iter().all(opened)) {
        return Ok(());
    }
    Err(EgressError::Refused(format!(
        "port {port} of {host} may not be called: use 80 or 443, or let whoever runs the studio allow the port for the \
         host's network (egress.allow_ports)"
    )))
}
