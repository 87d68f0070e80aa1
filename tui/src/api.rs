//! How is the server asked, over TCP, TLS or its Unix socket?

use std::{collections::HashSet, sync::Arc, time::Duration};

use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode, Upgraded,
    header::{self, HeaderValue},
    redirect::Policy,
};
use serde::{Serialize, de::DeserializeOwned};
use studio_core::api::{AGENT_NAME, Login, Me, Page, ProblemDetails, SessionCreated};
use tokio::time::timeout;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::{client::generate_key, derive_accept_key},
        protocol::{Role, WebSocketConfig},
    },
};
use url::Url;

use crate::{
    error::{ApiError, ConsoleError},
    options::Target,
    scrub,
};

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Larger answers and frames are refused.
const LARGEST: usize = 8 << 20;
/// Rows of one page at most.
const LARGEST_PAGE: &str = "200";
/// How long a visitor's file may take, and how large it may be.
const PATIENCE_FOR_FILE: Duration = Duration::from_mins(5);
const LARGEST_FILE: usize = 256 << 20;

/// A client of `/api/v1`. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    client: Client,
    base: Url,
    token: Option<Arc<str>>,
    name: Option<HeaderValue>,
}

impl Api {
    /// A client without credentials; connects with the first request.
    pub fn new(target: &Target) -> Result<Self, ConsoleError> {
        // A redirect would carry the token elsewhere; HTTP/2 has no upgrade to a WebSocket.
        let builder =
            Client::builder().redirect(Policy::none()).http1_only().connect_timeout(Duration::from_secs(10));
        let (builder, mut base) = match target {
            Target::Unix(path) => {
                (builder.no_proxy().unix_socket(path.clone()), Url::parse("http://localhost"))
            }
            Target::Url(url) => (builder, Ok(url.clone())),
        };
        if let Ok(url) = &mut base {
            url.set_query(None);
            url.set_fragment(None);
        }
        let base = base.ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let base = base.ok_or_else(|| ConsoleError::Address(format!("{target:?}")))?;
        let client = builder.build().map_err(|error| ApiError::unreachable(&error))?;
        Ok(Self { client, base, token: None, name: None })
    }

    /// The same client with a session token or an API key.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        Self { token: Some(token.into()), ..self }
    }

    /// The same client, of somebody who is called so where the Unix socket is the login; `None` if it cannot be sent.
    pub fn with_name(self, name: &str) -> Option<Self> {
        let name = HeaderValue::from_bytes(name.as_bytes()).ok()?;
        Some(Self { name: Some(name), ..self })
    }

    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Opens a session and keeps its token.
    pub async fn log_in(self, email: &str, password: &str) -> Result<(Self, Me), ApiError> {
        let login = Login { email: email.to_owned(), password: password.to_owned() };
        let created: SessionCreated = self.post(&["sessions"], &login).await?;
        Ok((self.with_token(&created.token), created.me))
    }

    /// Ends the session of [`Self::log_in`].
    pub async fn log_out(&self) -> Result<(), ApiError> {
        read(self.request(Method::DELETE, &["sessions", "current"])).await.map(|_| ())
    }

    /// `GET`: every string of the answer is scrubbed.
    pub async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, ApiError> {
        decode(&self.read(path, query).await?)
    }

    /// All pages of a list; a server that leads around is not followed.
    pub async fn all<T: DeserializeOwned>(&self, path: &[&str]) -> Result<Vec<T>, ApiError> {
        let mut query = vec![("limit", LARGEST_PAGE.to_owned())];
        let mut seen = HashSet::new();
        let mut items = Vec::new();
        loop {
            let page: Page<T> = self.get(path, &query).await?;
            items.extend(page.items);
            let Some(cursor) = page.next_cursor.filter(|cursor| seen.insert(cursor.clone())) else {
                return Ok(items);
            };
            query.retain(|(name, _)| *name != "cursor");
            query.push(("cursor", cursor));
        }
    }

    /// `GET` of what is not to be shown but to be sent back: no string of the answer is scrubbed.
    pub async fn get_as_it_is<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
    ) -> Result<T, ApiError> {
        serde_json::from_slice(&self.read(path, query).await?).map_err(|error| unreadable(&error))
    }

    async fn read(&self, path: &[&str], query: &[(&str, String)]) -> Result<Vec<u8>, ApiError> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        read(self.authorised(Method::GET, url)).await
    }

    /// `GET` of what is long: its body is read piece by piece, as it is, for as long as it takes.
    pub async fn stream(&self, path: &[&str]) -> Result<Response, ApiError> {
        let mut request = self.client.get(self.url(path));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|error| ApiError::unreachable(&error))?;
        if response.status().is_success() { Ok(response) } else { Err(refusal(response).await) }
    }

    /// `GET` of a file: its bytes as they are.
    pub async fn file(&self, path: &[&str]) -> Result<Vec<u8>, ApiError> {
        let request = self.request(Method::GET, path).timeout(PATIENCE_FOR_FILE);
        let response = request.send().await.map_err(|error| ApiError::unreachable(&error))?;
        if response.status().is_success() {
            body(response, LARGEST_FILE).await
        } else {
            Err(refusal(response).await)
        }
    }

    /// `POST` with a body: every string of the answer is scrubbed.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        body: &(impl Serialize + Sync),
    ) -> Result<T, ApiError> {
        decode(&read(self.request(Method::POST, path).json(body)).await?)
    }

    /// `POST` without a body or an answer that matters.
    pub async fn order(&self, path: &[&str]) -> Result<(), ApiError> {
        read(self.request(Method::POST, path)).await.map(|_| ())
    }

    /// `POST` with a body, whose answer has none.
    pub async fn tell(&self, path: &[&str], body: &(impl Serialize + Sync)) -> Result<(), ApiError> {
        read(self.request(Method::POST, path).json(body)).await.map(|_| ())
    }

    /// `PUT` with a body, whose answer has none.
    pub async fn put(&self, path: &[&str], body: &(impl Serialize + Sync)) -> Result<(), ApiError> {
        read(self.request(Method::PUT, path).json(body)).await.map(|_| ())
    }

    /// `PATCH` with a body, whose answer does not matter.
    pub async fn patch(&self, path: &[&str], body: &(impl Serialize + Sync)) -> Result<(), ApiError> {
        read(self.request(Method::PATCH, path).json(body)).await.map(|_| ())
    }

    /// `DELETE`.
    pub async fn delete(&self, path: &[&str]) -> Result<(), ApiError> {
        read(self.request(Method::DELETE, path)).await.map(|_| ())
    }

    /// Opens the WebSocket of `/live`.
    ///
    /// The upgrade runs over the same client as every request, so that socket, proxy and
    /// certificates are the same; the steps are those of RFC 6455, section 4.1.
    pub async fn live(&self) -> Result<WebSocketStream<Upgraded>, ApiError> {
        let key = generate_key();
        let request = self
            .client
            .request(Method::GET, self.url(&["live"]))
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let response = timeout(PATIENCE, request.send())
            .await
            .map_err(|_| ApiError::Unreachable("no answer in time".to_owned()))?
            .map_err(|error| ApiError::unreachable(&error))?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refusal(response).await);
        }
        let accepted = response.headers().get(header::SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
        if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(ApiError::Unreadable("the live stream was not accepted as a WebSocket".to_owned()));
        }
        let upgraded = response.upgrade().await.map_err(|error| ApiError::unreachable(&error))?;
        let limits = WebSocketConfig::default().max_message_size(Some(LARGEST)).max_frame_size(Some(LARGEST));
        Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(limits)).await)
    }

    fn request(&self, method: Method, path: &[&str]) -> RequestBuilder {
        self.authorised(method, self.url(path))
    }

    fn authorised(&self, method: Method, url: Url) -> RequestBuilder {
        let mut request = self.client.request(method, url).timeout(PATIENCE);
        if let Some(name) = &self.name {
            request = request.header(AGENT_NAME, name);
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) fn url(&self, path: &[&str]) -> Url {
        let mut url = self.base.clone();
        // `new` lets only addresses with a host in, which always have segments.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1"]).extend(path);
        }
        url
    }
}

/// Reads JSON; every string in it is scrubbed.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut value = serde_json::from_slice(bytes).map_err(|error| unreadable(&error))?;
    scrub::json(&mut value);
    serde_json::from_value(value).map_err(|error| unreadable(&error))
}

fn unreadable(error: &serde_json::Error) -> ApiError {
    ApiError::Unreadable(scrub::line(&error.to_string()))
}

async fn read(request: RequestBuilder) -> Result<Vec<u8>, ApiError> {
    let response = request.send().await.map_err(|error| ApiError::unreachable(&error))?;
    if !response.status().is_success() {
        return Err(refusal(response).await);
    }
    body(response, LARGEST).await
}

async fn body(mut response: Response, largest: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| ApiError::unreachable(&error))? {
        if bytes.len() + chunk.len() > largest {
            return Err(ApiError::Unreadable(format!("it is larger than {} MB", largest >> 20)));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

async fn refusal(response: Response) -> ApiError {
    let status = response.status();
    let problem = match body(response, LARGEST).await {
        Ok(bytes) => decode::<ProblemDetails>(&bytes).ok(),
        Err(_) => None,
    };
    let detail = problem.map_or_else(
        || status.canonical_reason().unwrap_or("refused").to_owned(),
        |problem| {
            for_people(&scrub::line(if problem.detail.is_empty() { &problem.title } else { &problem.detail }))
        },
    );
    if status == StatusCode::UNAUTHORIZED {
        ApiError::Unauthorised(detail)
    } else {
        ApiError::Refused { status: status.as_u16(), detail }
    }
}

/// A text of the interface without what only programs can do: requests in brackets, and where the interface is described.
fn for_people(detail: &str) -> String {
    let mut told = String::new();
    let mut rest = detail;
    while let Some((before, after)) = rest.split_once('(') {
        let Some((inside, behind)) = after.split_once(')') else { break };
        if ["GET ", "POST ", "PUT ", "PATCH ", "DELETE "].iter().any(|verb| inside.contains(verb)) {
            told.push_str(before.trim_end());
            // A command of the studio in the same brackets is for people.
            if let Some((_, command)) = inside.split_once(", or ") {
                for part in [" (", command, ")"] {
                    told += part;
                }
            }
        } else {
            for part in [before, "(", inside, ")"] {
                told += part;
            }
        }
        rest = behind;
    }
    told.push_str(rest);
    told.split("; the API's description").next().unwrap_or(&told).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_told_nothing_of_requests() {
        let check = |detail: &str, expected: &str| assert_eq!(for_people(detail), expected);
        check("take the conversation over first", "take the conversation over first");
        check(
            "the session has ended: log in again (POST /api/v1/sessions)",
            "the session has ended: log in again",
        );
        check(
            "nobody else is an owner: add another one first (POST /api/v1/members, or `studio user add … --role owner`)",
            "nobody else is an owner: add another one first (`studio user add … --role owner`)",
        );
        check(
            "take it over first (POST …/take-over), then (or later) reply (now",
            "take it over first, then (or later) reply (now",
        );
        check(
            "`limit` is none; the API's description, /api/v1/openapi.json, says what does",
            "`limit` is none",
        );
    }
}
