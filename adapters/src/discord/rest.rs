//! How is Discord's API called?

use std::time::{Duration, Instant};

use axum::body::Bytes;
use jiff::Timestamp;
use reqwest::{
    Client, Method, Response,
    header::{AUTHORIZATION, HeaderValue, USER_AGENT},
    multipart::{Form, Part},
    redirect::Policy,
};
use serde_json::Value;
use url::Url;

use super::{
    buckets::Buckets,
    frame::TOKEN_REFUSED,
    waits::{asked, lesson, shut_out, text},
};
use crate::{
    bounded::{Unread, bounded},
    credential::Credential,
    fence::{Fence, barred},
    headers,
};

/// The form that `reference.mdx` asks for.
const AGENT: &str = concat!(
    "DiscordBot (https://github.com/neural-marketing-studio/studio, ",
    env!("CARGO_PKG_VERSION"),
    ")"
);
const TIMEOUT: Duration = Duration::from_secs(20);
/// A shorter wait for a bucket is waited here; a longer one is the queue's business.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const LARGEST_ANSWER: u64 = 8 << 20;

pub struct Rest {
    client: Client,
    base: String,
    authorization: HeaderValue,
    buckets: Buckets,
}

/// One address of the API.
#[derive(Clone, Debug)]
pub struct Route {
    pub method: Method,
    /// Below the base address, without a slash before it.
    pub path: String,
    /// The same for all addresses of this kind: what buckets go by.
    pub kind: &'static str,
    /// The channel, server or webhook of it.
    pub major: String,
    /// Answers to interactions are not counted with the others, and need no token.
    pub of_interaction: bool,
}

pub enum Payload {
    None,
    Json(Value),
    /// With the file that it names.
    File {
        json: Value,
        name: String,
        media_type: String,
        bytes: Bytes,
    },
}

#[derive(Clone, Debug)]
pub struct Answer {
    pub body: Value,
    /// Discord's clock.
    pub date: Option<Timestamp>,
}

/// Why a request did not do what it should.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("Discord's limit is reached, again in {after:?}")]
    Limited { after: Duration, everything: bool },
    /// Whether it was done is not known.
    #[error("{0}")]
    Failed(String),
    #[error("Discord refused it with {status}, code {code}: {message}")]
    Refused { status: u16, code: u64, message: String },
}

impl Refusal {
    /// Whether somebody else than Discord refuses it, whose own refusals bear a code: a proxy, a firewall, or whoever is at a wrong
    /// address. What is wrong with a request itself says nothing of that, nor does a token.
    pub fn is_foreign(&self) -> bool {
        match self {
            Self::Refused { status, code, .. } => *code == 0 && !matches!(status, 400 | 401 | 408 | 413),
            Self::Limited { .. } | Self::Failed(_) => false,
        }
    }

    /// With what to do where it is not Discord's.
    pub fn advised(&self) -> String {
        match self {
            Self::Refused { message, .. } if self.is_foreign() && !message.contains("address of api") => {
                format!(
                    "{self}; is api right? Discord's own is https://discord.com/api/v10; what bears no code comes from another place, as a proxy or a firewall"
                )
            }
            Self::Refused { .. } if self.is_of_the_token() => format!("{self}; {TOKEN_REFUSED}"),
            Self::Refused { .. } | Self::Limited { .. } | Self::Failed(_) => self.to_string(),
        }
    }

    /// Whether the bot's token is refused, in contrast to that of an interaction, which has a code of its own.
    pub fn is_of_the_token(&self) -> bool {
        matches!(self, Self::Refused { status: 401, code: 0, .. })
    }
}

impl Route {
    pub fn new(method: Method, kind: &'static str, major: &str, path: String) -> Self {
        Self { method, path, kind, major: major.to_owned(), of_interaction: false }
    }

    pub fn of_interaction(self) -> Self {
        Self { of_interaction: true, ..self }
    }

    pub fn messages(method: Method, channel: &str, query: &str) -> Self {
        let kind = if method == Method::GET { "GET messages" } else { "POST messages" };
        Self::new(method, kind, channel, format!("channels/{channel}/messages{query}"))
    }

    pub fn message(method: Method, channel: &str, message: &str) -> Self {
        let kind = match method.as_str() {
            "GET" => "GET message",
            "DELETE" => "DELETE message",
            _ => "PATCH message",
        };
        Self::new(method, kind, channel, format!("channels/{channel}/messages/{message}"))
    }

    /// The answer to an interaction that was put off.
    pub fn original(method: Method, application: &str, token: &str) -> Self {
        let path = format!("webhooks/{application}/{token}/messages/@original");
        Self::new(method, "original answer", token, path).of_interaction()
    }

    pub fn follow_up(application: &str, token: &str) -> Self {
        Self::new(Method::POST, "follow-up", token, format!("webhooks/{application}/{token}?wait=true"))
            .of_interaction()
    }
}

impl Rest {
    pub fn new(base: &Url, token: &Credential, fence: &Fence) -> Result<Self, String> {
        let mut authorization = HeaderValue::from_str(&format!("Bot {}", token.expose()))
            .map_err(|_| "the token cannot stand in a header".to_owned())?;
        authorization.set_sensitive(true);
        let client = Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(10))
            .redirect(Policy::none())
            .no_proxy();
        let client = fence.within(client).build().map_err(|error| error.to_string())?;
        let base = base.as_str().trim_end_matches('/').to_owned();
        Ok(Self { client, base, authorization, buckets: Buckets::default() })
    }

    pub async fn get(&self, kind: &'static str, path: &str) -> Result<Answer, Refusal> {
        self.call(&Route::new(Method::GET, kind, "", path.to_owned()), Payload::None).await
    }

    pub async fn call(&self, route: &Route, payload: Payload) -> Result<Answer, Refusal> {
        self.wait_for_room(route).await?;
        let request = self.client.request(route.method.clone(), format!("{}/{}", self.base, route.path));
        let request = request.header(USER_AGENT, AGENT);
        let request = if route.of_interaction {
            request
        } else {
            request.header(AUTHORIZATION, self.authorization.clone())
        };
        let request = match payload {
            Payload::None => request,
            Payload::Json(body) => request.json(&body),
            Payload::File { json, name, media_type, bytes } => {
                let file = Part::stream_with_length(bytes.clone(), bytes.len() as u64).file_name(name);
                let file = file.mime_str(&media_type).unwrap_or_else(|_| Part::stream(bytes));
                let json = Part::text(json.to_string()).mime_str("application/json");
                let json = json.map_err(|error| Refusal::Failed(error.to_string()))?;
                request.multipart(Form::new().part("payload_json", json).part("files[0]", file))
            }
        };
        let lost = |error| Refusal::Failed(format!("Discord was not reached: {}", why(error)));
        let response = request.send().await.map_err(lost)?;
        self.read(route, response).await
    }

    /// Bytes of a file, at most `limit` of them. Without our token: the address came with a message.
    pub async fn download(&self, url: Url, limit: u64) -> Result<Result<Bytes, u16>, Refusal> {
        let lost = |error| Refusal::Failed(format!("the file was not reached: {}", why(error)));
        let response = self.client.get(url).header(USER_AGENT, AGENT).send().await.map_err(lost)?;
        if !response.status().is_success() {
            return Ok(Err(response.status().as_u16()));
        }
        match whole(response, limit).await? {
            Some(bytes) => Ok(Ok(bytes)),
            None => Ok(Err(413)),
        }
    }

    async fn wait_for_room(&self, route: &Route) -> Result<(), Refusal> {
        let until = Instant::now() + LONGEST_PAUSE;
        loop {
            let now = Instant::now();
            if let Some(after) = self.buckets.is_shut_out_for(now) {
                return Err(Refusal::Limited { after, everything: true });
            }
            match self.buckets.take(route.kind, &route.major, route.of_interaction, now) {
                Ok(()) => return Ok(()),
                Err(after) if now + after > until => {
                    return Err(Refusal::Limited { after, everything: false });
                }
                Err(after) => tokio::time::sleep(after).await,
            }
        }
    }

    async fn read(&self, route: &Route, response: Response) -> Result<Answer, Refusal> {
        let status = response.status().as_u16();
        let headers = response.headers();
        let date = headers::date(headers);
        if let Some(lesson) = lesson(headers) {
            self.buckets.learn(route.kind, &route.major, lesson, Instant::now());
        }
        let shared = text(headers, "x-ratelimit-scope") == Some("shared");
        let global = headers.contains_key("x-ratelimit-global");
        let headers = headers.clone();
        let bytes = whole(response, LARGEST_ANSWER).await?.unwrap_or_default();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        match status {
            200..=299 => Ok(Answer { body, date }),
            // Not of Discord, whose own are in JSON, but of Cloudflare before it: the address is shut out, for too much was refused
            // (`rate-limits.mdx`, "Invalid Request Limit"). Whatever is asked meanwhile is asked in vain.
            429 if !body.is_object() => {
                let after = shut_out(&headers);
                self.buckets.shut_out(after, Instant::now());
                Err(Refusal::Limited { after, everything: true })
            }
            429 => {
                let after = asked(&headers, &body);
                let everything = !shared && (global || body["global"].as_bool().unwrap_or(false));
                self.buckets.refused(route.kind, &route.major, after, everything, Instant::now());
                Err(Refusal::Limited { after, everything })
            }
            300..=399 => Err(Refusal::Refused {
                status,
                code: 0,
                message: "the address of api redirects; set the one it leads to".into(),
            }),
            400..=499 => {
                let message = match (body["message"].as_str(), body.get("errors")) {
                    (Some(message), Some(errors)) => format!("{message} {errors}"),
                    (Some(message), None) => message.to_owned(),
                    (None, _) => "no reason given".to_owned(),
                };
                let message = message.chars().take(1_000).collect();
                Err(Refusal::Refused { status, code: body["code"].as_u64().unwrap_or(0), message })
            }
            _ => Err(Refusal::Failed(format!("Discord failed with {status}"))),
        }
    }
}

/// Addresses hold tokens of interactions: they must not stand in an error.
fn why(error: reqwest::Error) -> String {
    if let Some(barred) = barred(&error) {
        return barred.to_string();
    }
    error.without_url().to_string()
}

/// The body; `None` where it is larger than `limit`.
async fn whole(response: Response, limit: u64) -> Result<Option<Bytes>, Refusal> {
    match bounded(response, limit).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(Unread::TooLarge) => Ok(None),
        Err(Unread::Lost(error)) => {
            Err(Refusal::Failed(format!("the answer broke off: {}", error.without_url())))
        }
    }
}
