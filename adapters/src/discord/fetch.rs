//! How are the bytes of a file had that a person sent? Its address is valid for a day: a fresh one is asked for.

use axum::body::Bytes;
use jiff::SignedDuration;
use reqwest::Method;
use url::Url;

use super::{
    life::Account,
    rest::{Payload, Refusal, Route},
};
use crate::platform::{FetchError, Fetched};

/// In bytes.
const LARGEST: u64 = 25 << 20;

impl Account {
    /// `native` is `channel/message/attachment`.
    pub async fn fetch(&self, native: &str) -> Fetched {
        let url = self.address_of(native).await?;
        let mut downloaded = self.rest.download(url, LARGEST).await;
        // An address that ran out meanwhile is asked for anew, which also tells whether the file is there.
        if matches!(downloaded, Ok(Err(403 | 404))) {
            let url = self.address_of(native).await?;
            downloaded = self.rest.download(url, LARGEST).await;
        }
        match downloaded {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(413)) => Err(FetchError::Dead(format!("the file is larger than {} MiB", LARGEST >> 20))),
            Ok(Err(status @ (408 | 425 | 429 | 500..=599))) => {
                Err(FetchError::Retry { after: None, error: format!("Discord's files answer {status}") })
            }
            Ok(Err(status @ (403 | 404))) => Err(FetchError::Retry {
                after: Some(SignedDuration::from_secs(30)),
                error: format!("the file's address is not good ({status})"),
            }),
            Ok(Err(status)) => Err(FetchError::Dead(format!("Discord's files answer {status}"))),
            Err(refusal) => Err(fetch_error(refusal)),
        }
    }

    async fn address_of(&self, native: &str) -> Result<Url, FetchError> {
        let mut parts = native.split('/');
        let (channel, message, file) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(channel), Some(message), Some(file), None)
                if [channel, message, file].into_iter().all(is_id) =>
            {
                (channel, message, file)
            }
            _ => return Err(FetchError::Dead(format!("“{native}” names no file of Discord"))),
        };
        let route = Route::message(Method::GET, channel, message);
        let answer = self.rest.call(&route, Payload::None).await.map_err(fetch_error)?;
        let files = answer.body["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = files.iter().find(|known| known["id"].as_str() == Some(file));
        let url = found.and_then(|file| file["url"].as_str()).and_then(|url| Url::parse(url).ok());
        let url =
            url.ok_or_else(|| FetchError::Dead("the file is no longer there; ask for it again".into()))?;
        if self.is_discords(&url) {
            Ok(url)
        } else {
            Err(FetchError::Dead(format!(
                "the file lies with {}, which is not Discord",
                url.host_str().unwrap_or("nobody")
            )))
        }
    }

    /// Whether Discord, or what stands in its place, keeps files there.
    pub(super) fn is_discords(&self, url: &Url) -> bool {
        let known = |host: &str| {
            ["discordapp.com", "discordapp.net", "discord.com"].into_iter().any(|known| {
                host == known || host.strip_suffix(known).is_some_and(|before| before.ends_with('.'))
            })
        };
        url.origin() == self.config.api.origin()
            || url.scheme() == "https" && url.host_str().is_some_and(known)
    }
}

pub(super) fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn fetch_error(refusal: Refusal) -> FetchError {
    if refusal.is_foreign() {
        return FetchError::Retry { after: Some(SignedDuration::from_mins(1)), error: refusal.advised() };
    }
    match refusal {
        Refusal::Limited { after, .. } => FetchError::Retry {
            after: SignedDuration::try_from(after).ok(),
            error: "Discord's rate limit is reached".into(),
        },
        Refusal::Failed(error) => FetchError::Retry { after: None, error },
        Refusal::Refused { status: 401, .. } => FetchError::Retry {
            after: Some(SignedDuration::from_mins(5)),
            error: "Discord refuses the bot's token; set a new one".into(),
        },
        Refusal::Refused { status, code, message } => {
            FetchError::Dead(format!("Discord does not give the file: {status}, code {code}: {message}"))
        }
    }
}

/// The bytes with the name and type under which they are sent.
pub(super) struct File {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
}
