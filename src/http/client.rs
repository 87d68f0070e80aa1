//! From which address does a request really come?

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use studio_adapters::host::ClientAddress;

use crate::studio::Studio;

/// Puts the client's address into the request, for the limits by address.
pub async fn name(State(studio): State<Arc<Studio>>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    if let Some(peer) = peer {
        let address = client(peer, request.headers(), &studio.config.server.trusted_proxies);
        request.extensions_mut().insert(ClientAddress(address));
    }
    next.run(request).await
}

/// The peer, or, where the peer is a trusted proxy, the last address of `X-Forwarded-For` that is none of ours.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    // A listener for both families tells of version 4 in version 6.
    let peer = peer.to_canonical();
    let trusted = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    if !trusted(&peer) {
        return peer;
    }
    let mut seen = peer;
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    for text in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        // What is not an address was not written by a proxy of ours: nothing before it can be believed.
        let Ok(address) = text.trim().parse::<IpAddr>() else { break };
        let address = address.to_canonical();
        seen = address;
        if !trusted(&address) {
            break;
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], expected: &str) {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        let found = client(peer.parse().expect("an address"), &headers, &proxies);
        assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        check("198.51.100.7", &["203.0.113.1"], "198.51.100.7");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.1"], "203.0.113.1");
        check("10.0.0.1", &["1.2.3.4, 203.0.113.1, 10.0.0.2"], "203.0.113.1");
        check("10.0.0.1", &["1.2.3.4", "203.0.113.1"], "203.0.113.1");
        check("10.0.0.1", &["nonsense, 203.0.113.1"], "203.0.113.1");
        check("10.0.0.1", &["203.0.113.1, nonsense"], "10.0.0.1");
        check("::ffff:10.0.0.1", &["::ffff:203.0.113.1, ::ffff:10.0.0.2"], "203.0.113.1");
    }
}
