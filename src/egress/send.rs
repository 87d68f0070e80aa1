//! One call, from the first address to the last byte of the body.

use std::{error::Error, sync::Arc, sync::PoisonError, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{
    Client, Response,
    dns::{Name, Resolve, Resolving},
    header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT},
    redirect,
};
use url::Url;

use super::{
    AT_ONCE, Egress, EgressAnswer, EgressError, EgressRequest,
    redirect::{Asked, next},
    target::{Route, Target},
};

/// Routes whose connections are kept. Beyond, all are let go.
const MOST_ROUTES: usize = 64;
/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_secs(30);
/// What describes the connection is the client's own business.
const OWN_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Egress {
    /// Makes the call and reads the whole answer. An answer of any status is an answer.
    pub async fn send(&self, request: EgressRequest) -> Result<EgressAnswer, EgressError> {
        let url = Url::parse(&request.url)
            .map_err(|error| EgressError::Refused(format!("the address cannot be read: {error}")))?;
        let headers = headers(&request.headers)?;
        let after = request.timeout.map_or(self.policy.timeout, |asked| asked.min(self.policy.timeout));
        let host = url.host_str().unwrap_or_default().to_owned();
        let body = !request.body.is_empty();
        let asked = Asked { url, method: request.method, headers, body };
        let call = self.follow(asked, request.body, request.follows);
        tokio::time::timeout(after, call).await.unwrap_or(Err(EgressError::Timeout { host, after }))
    }

    async fn follow(
        &self,
        mut asked: Asked,
        body: Bytes,
        follows: bool,
    ) -> Result<EgressAnswer, EgressError> {
        let limit = self.policy.max_redirects;
        for _ in 0..=limit {
            let target = self.target(asked.url.clone()).await?;
            let answer = self.call(&target, &asked, &body).await?;
            if !follows {
                return self.read(target, answer).await;
            }
            match next(&asked, answer.status(), answer.headers())? {
                Some(next) => asked = next,
                None => return self.read(target, answer).await,
            }
        }
        let host = asked.url.host_str().unwrap_or_default().to_owned();
        Err(EgressError::TooManyRedirects { host, limit })
    }

    async fn call(&self, target: &Target, asked: &Asked, body: &Bytes) -> Result<Response, EgressError> {
        let client = self.client(&target.route)?;
        let mut request =
            client.request(asked.method.clone(), asked.url.clone()).headers(asked.headers.clone());
        if asked.body {
            request = request.body(body.clone());
        }
        request.send().await.map_err(|error| failure(&error, &target.host))
    }

    /// The client that connects to the checked addresses and nowhere else.
    fn client(&self, route: &Route) -> Result<Client, EgressError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(route) {
            return Ok(client.clone());
        }
        let client = connected(route)?;
        if clients.len() >= MOST_ROUTES {
            clients.clear();
        }
        clients.insert(route.clone(), client.clone());
        Ok(client)
    }

    async fn read(&self, target: Target, mut answer: Response) -> Result<EgressAnswer, EgressError> {
        let limit = self.policy.max_bytes;
        let too_large = || EgressError::TooLarge { host: target.host.clone(), limit };
        if answer.content_length().is_some_and(|promised| promised > limit as u64) {
            return Err(too_large());
        }
        let mut body = BytesMut::new();
        while let Some(part) = answer.chunk().await.map_err(|error| failure(&error, &target.host))? {
            if body.len() + part.len() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&part);
        }
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        Ok(EgressAnswer { status, headers, body: body.freeze(), final_url: target.url })
    }
}

fn connected(route: &Route) -> Result<Client, EgressError> {
    let builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(AT_ONCE)
        .pool_idle_timeout(IDLE)
        .resolve_to_addrs(&route.host, &route.addresses)
        .dns_resolver(NothingElse);
    // Where nothing is encrypted, a machine without certificates must do.
    let builder =
        if route.encrypted { builder } else { builder.tls_backend_preconfigured(no_certificates()?) };
    builder.build().map_err(|_| {
        EgressError::Refused(
            "this machine trusts no certificates yet: install its package ca-certificates to call https addresses"
                .to_owned(),
        )
    })
}

/// Whatever would be looked up beside the checked addresses is not found.
struct NothingElse;

impl Resolve for NothingElse {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(async { Err("the host was not checked".into()) })
    }
}

fn no_certificates() -> Result<rustls::ClientConfig, EgressError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config =
        config.map_err(|error| EgressError::Refused(format!("encryption cannot be set up: {error}")))?;
    Ok(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth())
}

fn headers(pairs: &[(String, String)]) -> Result<HeaderMap, EgressError> {
    let mut headers = HeaderMap::new();
    let studio = concat!("studio/", env!("CARGO_PKG_VERSION"));
    headers.insert(USER_AGENT, HeaderValue::from_static(studio));
    for (name, value) in pairs {
        let refused = |why: &str| EgressError::Refused(format!("the header {name:?} {why}"));
        let key = HeaderName::try_from(name).map_err(|_| refused("has a name that no header can have"))?;
        if OWN_HEADERS.contains(&key.as_str()) {
            return Err(refused("cannot be set: it follows from the address and the body"));
        }
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| refused("has a value with line breaks or other control characters"))?;
        value.set_sensitive(true);
        if key == USER_AGENT {
            headers.insert(key, value);
        } else {
            headers.append(key, value);
        }
    }
    Ok(headers)
}

/// What to tell of a failed connection; its own text could name addresses.
fn failure(error: &reqwest::Error, host: &str) -> EgressError {
    let host = host.to_owned();
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(inner) = cause {
        if is_about_certificates(inner) {
            return EgressError::Untrusted { host };
        }
        cause = inner.source();
    }
    if error.is_connect() { EgressError::Unreachable { host } } else { EgressError::Broken { host } }
}

fn is_about_certificates(error: &(dyn Error + 'static)) -> bool {
    // TLS errors arrive wrapped in errors of input and output, which hide them from `source`.
    let wrapped = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let tls = error.downcast_ref::<rustls::Error>().or_else(|| wrapped?.downcast_ref::<rustls::Error>());
    matches!(tls, Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented))
}
