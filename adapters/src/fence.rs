//! Which addresses may the clients of a connection call?
//!
//! Whoever runs the studio points a connection at any address. Whoever makes one by the API need not be trusted with the
//! studio's own network, and a name can stand for an address in it: today, or only once the connection is made. Such a
//! connection has a fence around all its clients:
//!
//! 1. The address of the platform's API is looked at when the account is made ([`Fence::allows`]): it is none that needs
//!    no look-up and is not allowed.
//! 2. A name is looked up and checked whenever a client connects, and the connection goes to what was checked: the fence
//!    is the client's resolver.
//! 3. Its clients follow no redirect and ask no proxy.
//! 4. A web socket is opened over a connection that was made here ([`Fence::socket`]).
//!
//! What is allowed is said by [`Networks`], the same for all that others than whoever runs the studio let it call.

use std::{
    error::Error,
    fmt, io, iter,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use futures::future::BoxFuture;
use hyper_util::client::legacy::connect::dns;
use studio_core::policy::networks::{CALLS, Networks, Refused, SOCKETS, place};
use tokio::net::{TcpStream, lookup_host};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, client_async_tls_with_config, tungstenite::protocol::WebSocketConfig,
};
use url::{Host, Url};

#[cfg(test)]
mod tests;

/// Finds the addresses of a host.
pub type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// An open web socket.
pub type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

type AnyError = Box<dyn Error + Send + Sync>;

/// Why nothing is connected to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("{0} is not known: check its spelling and its DNS entry")]
    Unknown(String),
}

/// Why a web socket was not opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SocketError {
    #[error(transparent)]
    Barred(#[from] Barred),
    /// What the libraries below say, which may hold the address.
    #[error("{0}")]
    Failed(String),
}

/// What a connection's clients may call. Clones are the same.
#[derive(Clone)]
pub struct Fence {
    /// Absent where whoever runs the studio chose the addresses.
    networks: Option<Arc<Networks>>,
    lookup: Lookup,
}

impl Fence {
    /// Everything may be called.
    pub fn none() -> Self {
        Self { networks: None, lookup: as_the_system() }
    }

    /// The public internet and these networks may be called.
    pub fn around(networks: Networks) -> Self {
        Self::with_lookup(networks, as_the_system())
    }

    /// The same with its own way of finding addresses; they are checked all the same.
    pub fn with_lookup(networks: Networks, lookup: Lookup) -> Self {
        Self { networks: Some(Arc::new(networks)), lookup }
    }

    /// Whether a call may be made, as far as can be said before its host is looked up.
    pub fn allows(&self, url: &Url) -> Result<(), Refused> {
        self.networks.as_ref().and_then(|networks| networks.refused_unseen(url)).map_or(Ok(()), Err)
    }

    /// Why a call will not be made, as its host is looked up now. A host that is not known yet may be later.
    pub async fn refused(&self, url: &Url) -> Option<Refused> {
        if let Err(refused) = self.allows(url) {
            return Some(refused);
        }
        match self.find(url, CALLS).await {
            Err(Barred::Refused(refused)) => Some(refused),
            Err(Barred::Unknown(_)) | Ok(_) => None,
        }
    }

    /// Where exactly a URL with one of these schemes leads: its host is looked up once, and what came of it is checked.
    pub async fn find(&self, url: &Url, schemes: [&str; 2]) -> Result<Vec<SocketAddr>, Barred> {
        let (host, port) = place(url, schemes)?;
        let name = host.to_string();
        let addresses = match host {
            Host::Ipv4(address) => vec![IpAddr::V4(address)],
            Host::Ipv6(address) => vec![IpAddr::V6(address)],
            Host::Domain(domain) => self.look_up(&domain).await?,
        };
        if let Some(networks) = &self.networks {
            networks.allow(&name, port, &addresses).inspect_err(|_| log(&name, &addresses))?;
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, port)).collect())
    }

    /// Opens a web socket at the address that was checked.
    pub async fn socket(&self, url: &Url, config: Option<WebSocketConfig>) -> Result<Socket, SocketError> {
        let failed = |error: &dyn fmt::Display| SocketError::Failed(error.to_string());
        let addresses = self.find(url, SOCKETS).await?;
        let stream = TcpStream::connect(&*addresses).await.map_err(|error| failed(&error))?;
        stream.set_nodelay(true).map_err(|error| failed(&error))?;
        let opened = client_async_tls_with_config(url.as_str(), stream, config, None).await;
        opened.map(|(socket, _)| socket).map_err(|error| failed(&error))
    }

    /// A client that stays within.
    pub fn within(&self, client: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
        if self.networks.is_none() {
            return client;
        }
        client.no_proxy().redirect(reqwest::redirect::Policy::none()).dns_resolver(self.clone())
    }

    /// The same of the version that Telegram's library uses.
    pub fn within_teloxide(
        &self,
        client: reqwest_of_teloxide::ClientBuilder,
    ) -> reqwest_of_teloxide::ClientBuilder {
        if self.networks.is_none() {
            return client;
        }
        let none = reqwest_of_teloxide::redirect::Policy::none();
        client.no_proxy().redirect(none).dns_resolver(Arc::new(self.clone()))
    }

    async fn look_up(&self, host: &str) -> Result<Vec<IpAddr>, Barred> {
        match (self.lookup)(host.to_owned()).await {
            Ok(addresses) if !addresses.is_empty() => Ok(addresses),
            Ok(_) | Err(_) => Err(Barred::Unknown(host.to_owned())),
        }
    }

    /// What a client is told of a name. It knows the port itself.
    async fn resolved(self, host: String) -> Result<vec::IntoIter<SocketAddr>, AnyError> {
        let addresses = self.look_up(&host).await?;
        if let Some(networks) = &self.networks {
            let allowed = networks.allow_addresses(&host, &addresses);
            allowed.inspect_err(|_| log(&host, &addresses)).map_err(Barred::from)?;
        }
        let found: Vec<_> = addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect();
        Ok(found.into_iter())
    }
}

impl fmt::Debug for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fence").field(&self.networks).finish()
    }
}

impl reqwest::dns::Resolve for Fence {
    fn resolve(&self, name: reqwest::dns::Name) -> reqwest::dns::Resolving {
        let found = self.clone().resolved(name.as_str().to_owned());
        Box::pin(async { found.await.map(|found| Box::new(found) as reqwest::dns::Addrs) })
    }
}

impl reqwest_of_teloxide::dns::Resolve for Fence {
    fn resolve(&self, name: reqwest_of_teloxide::dns::Name) -> reqwest_of_teloxide::dns::Resolving {
        let found = self.clone().resolved(name.as_str().to_owned());
        Box::pin(async { found.await.map(|found| Box::new(found) as reqwest_of_teloxide::dns::Addrs) })
    }
}

/// The resolver of hyper's clients.
impl tower_service::Service<dns::Name> for Fence {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = AnyError;
    type Future = BoxFuture<'static, Result<Self::Response, AnyError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), AnyError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: dns::Name) -> Self::Future {
        Box::pin(self.clone().resolved(name.as_str().to_owned()))
    }
}

/// What bars a call, where the error of a client comes of that.
pub fn barred<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Barred> {
    iter::successors(Some(error), |error| (*error).source()).find_map(|error| error.downcast_ref())
}

fn as_the_system() -> Lookup {
    Arc::new(|host| Box::pin(system_lookup(host)))
}

async fn system_lookup(host: String) -> io::Result<Vec<IpAddr>> {
    Ok(lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
}

/// Whoever wrote the address is not told where it leads; whoever runs the studio may look.
fn log(host: &str, addresses: &[IpAddr]) {
    tracing::debug!(host, ?addresses, "egress.refused");
}
