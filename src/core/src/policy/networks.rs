//! May this URL be called, of those that others chose than whoever runs the studio?
//!
//! Those who wrote it may be anybody: it must not reach what only the studio's own network reaches.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

use super::address::is_public;

/// Schemes of calls, and of web sockets.
pub const CALLS: [&str; 2] = ["http", "https"];
pub const SOCKETS: [&str; 2] = ["ws", "wss"];

/// Ports that may be called anywhere.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// Stands for any address on the public internet.
const SOME_PUBLIC: Ipv4Addr = Ipv4Addr::new(1, 1, 1, 1);

/// Why a URL is not called. The text is for whoever wrote it: it says what to do, and names no address that is not
/// written there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// What may be called besides the public internet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks {
    /// Networks that may be called although they are not public, such as `127.0.0.0/8`.
    pub allow_private: Vec<IpNet>,
    /// Single addresses that may be called as well: the studio's own, for its demonstration shop.
    pub allow_endpoints: Vec<SocketAddr>,
    /// Ports besides 80 and 443, in those networks only.
    pub allow_ports: Vec<u16>,
}

/// Host and port of a URL with one of these two schemes, as far as it may be called whoever its host is.
pub fn place(url: &Url, schemes: [&str; 2]) -> Result<(Host<String>, u16), Refused> {
    let refused = |reason: &str| Err(Refused(reason.to_owned()));
    if !schemes.contains(&url.scheme()) {
        let [plain, encrypted] = schemes;
        return refused(&format!("only {plain}:// and {encrypted}:// addresses can be called"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refused("the address holds a user name or password: put them into a header instead");
    }
    match (url.host(), url.port_or_known_default()) {
        (Some(host), Some(port)) => Ok((host.to_owned(), port)),
        _ => refused("the address names no host"),
    }
}

impl Networks {
    /// Whether a call will be refused whatever its host is looked up as: why, if so.
    pub fn refused_unseen(&self, url: &Url) -> Option<Refused> {
        let check = || {
            let (host, port) = place(url, CALLS)?;
            let addresses = match &host {
                Host::Ipv4(address) => vec![IpAddr::V4(*address)],
                Host::Ipv6(address) => vec![IpAddr::V6(*address)],
                Host::Domain(domain) if is_local(domain) => vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
                // No network that is allowed is known of it; of those that are public only the usual ports are open.
                Host::Domain(_) if self.allow_private.is_empty() => vec![IpAddr::V4(SOME_PUBLIC)],
                Host::Domain(_) => return Ok(()),
            };
            self.allow(&host.to_string(), port, &addresses)
        };
        check().err()
    }

    /// Whether a host may be called that was looked up as these addresses, each of which counts.
    pub fn allow(&self, host: &str, port: u16, addresses: &[IpAddr]) -> Result<(), Refused> {
        let endpoint = |address: &IpAddr| self.allow_endpoints.contains(&SocketAddr::new(*address, port));
        if addresses.iter().all(endpoint) {
            return Ok(());
        }
        let is_usual = USUAL_PORTS.contains(&port);
        let is_listed = self.allow_ports.contains(&port);
        match self.allow_addresses(host, addresses) {
            // All that is needed is told at once.
            Err(Refused(reason)) if !is_usual && !is_listed => {
                Err(Refused(format!("{reason} and port {port} there (egress.allow_ports)")))
            }
            Err(refused) => Err(refused),
            Ok(()) if is_usual || (is_listed && addresses.iter().all(|address| self.opens(*address))) => {
                Ok(())
            }
            Ok(()) => Err(Refused(format!(
                "port {port} of {host} may not be called: use 80 or 443, or let whoever runs the studio allow the port \
                 for the host's network (egress.allow_ports)"
            ))),
        }
    }

    /// The same where the port is not known; single addresses that are allowed with theirs are not.
    pub fn allow_addresses(&self, host: &str, addresses: &[IpAddr]) -> Result<(), Refused> {
        if addresses.iter().all(|address| is_public(*address) || self.opens(*address)) {
            return Ok(());
        }
        Err(Refused(format!(
            "{host} is not on the public internet: use a public address, or let whoever runs the studio allow its \
             network (egress.allow_private)"
        )))
    }

    fn opens(&self, address: IpAddr) -> bool {
        self.allow_private.iter().any(|network| network.contains(&address))
    }
}

/// Names that are this machine's own everywhere (RFC 6761).
fn is_local(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.');
    domain == "localhost" || domain.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(private: &[&str], ports: &[u16]) -> Networks {
        let allow_private = private.iter().map(|network| network.parse().expect("a network")).collect();
        Networks { allow_private, allow_ports: ports.to_vec(), ..Networks::default() }
    }

    #[test]
    fn what_is_refused_without_a_look_up_says_why() {
        let check = |networks: &Networks, url: &str, expected: Option<&str>| {
            let refused = networks.refused_unseen(&url.parse().expect("a URL"));
            let fits = match (&refused, expected) {
                (Some(Refused(reason)), Some(words)) => reason.contains(words),
                (None, None) => true,
                _ => false,
            };
            assert!(fits, "{url}: {refused:?}, not {expected:?}");
        };
        let closed = Networks::default();
        check(&closed, "https://api.example/", None);
        check(&closed, "https://api.example:8443/", Some("port 8443 of api.example"));
        check(&closed, "https://1.1.1.1/", None);
        for host in ["localhost", "a.localhost.", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "10.0.0.1"]
        {
            check(&closed, &format!("https://{host}/"), Some("egress.allow_private"));
        }
        check(&closed, "wss://api.example/", Some("only http:// and https://"));
        check(&closed, "https://a@api.example/", Some("user name"));
        let home = networks(&["127.0.0.0/8"], &[8081]);
        check(&home, "http://localhost:8081/", None);
        check(&home, "http://localhost:8082/", Some("egress.allow_ports"));
        check(&home, "http://10.0.0.1:8081/", Some("(egress.allow_private)"));
        check(
            &home,
            "http://10.0.0.1:8082/",
            Some("(egress.allow_private) and port 8082 there (egress.allow_ports)"),
        );
        // It may turn out to be in the network that is allowed.
        check(&home, "http://api.example:8081/", None);
    }

    #[test]
    fn every_address_of_a_host_counts() {
        let check = |networks: &Networks, addresses: &[&str], expected: bool| {
            let addresses: Vec<IpAddr> =
                addresses.iter().map(|address| address.parse().expect("an address")).collect();
            let allowed = networks.allow_addresses("api.example", &addresses);
            assert_eq!(allowed.is_ok(), expected, "{addresses:?}: {allowed:?}");
            assert_eq!(networks.allow("api.example", 443, &addresses), allowed);
        };
        check(&Networks::default(), &["1.1.1.1", "2606:4700::1111"], true);
        check(&Networks::default(), &["1.1.1.1", "10.0.0.7"], false);
        let home = networks(&["10.0.0.0/8"], &[]);
        check(&home, &["1.1.1.1", "10.0.0.7"], true);
        check(&home, &["169.254.169.254"], false);
    }

    #[test]
    fn an_allowed_endpoint_is_allowed_with_its_port_alone() {
        let own: SocketAddr = "127.0.0.1:8080".parse().expect("an address");
        let networks = Networks { allow_endpoints: vec![own], ..Networks::default() };
        assert_eq!(networks.allow("studio", 8080, &[own.ip()]), Ok(()));
        assert!(networks.allow("studio", 443, &[own.ip()]).is_err());
        assert!(networks.allow_addresses("studio", &[own.ip()]).is_err());
    }
}
