//! How are translators on the network asked? One file a vendor; what is common to them stands here.

mod deepl;
mod google;
mod libretranslate;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;
use studio_core::translation::{Marking, TranslateError, Translator};
use tokio::runtime::Handle;

pub use self::{deepl::DeepL, google::Google, libretranslate::LibreTranslate};
use crate::egress::{Egress, EgressAnswer, EgressError, EgressRequest};

/// Tries of one request.
const TRIES: u32 = 2;
/// Between two tries, where the service does not say.
const PAUSE: Duration = Duration::from_millis(300);
/// Characters of what a service says that are told on.
const TOLD: usize = 200;

/// A vendor's way of being asked. Pure.
pub trait Vendor: Send + Sync + 'static {
    const ENGINE: &str;
    const MARKING: Marking;
    /// Texts, and bytes of them, in one request.
    const MOST: (usize, usize);

    /// A request whose answer must be known before the others, if there is one and it is not, or was learned too long ago. Who
    /// gets it sends it: for a while nobody else does. `missed` where a pair of languages was not in it.
    fn first(&self, _missed: bool, _now: Instant) -> Option<EgressRequest> {
        None
    }

    /// Takes in the answer to it.
    fn learn(&self, _: &Value, _now: Instant) -> Result<(), TranslateError> {
        Ok(())
    }

    /// Nothing where the pair of languages is not known to it.
    fn request(&self, from: &str, to: &str, texts: &[String]) -> Option<EgressRequest>;

    /// What stands in an answer of success.
    fn read(&self, answer: &Value) -> Option<Vec<String>>;

    /// What another answer means, where this vendor means something of its own.
    fn error(&self, _: u16, _: &str) -> Option<TranslateError> {
        None
    }
}

/// A vendor, asked over the one client for addresses that others chose.
pub struct Service<V> {
    vendor: Arc<V>,
    egress: Egress,
    runtime: Handle,
    /// Of one call of [`Translator::translate`].
    limit: Duration,
}

impl<V: Vendor> fmt::Debug for Service<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(V::ENGINE).finish_non_exhaustive()
    }
}

impl<V: Vendor> Service<V> {
    pub fn new(vendor: V, egress: Egress, limit: Duration) -> Self {
        Self { vendor: Arc::new(vendor), egress, runtime: Handle::current(), limit }
    }

    fn ask(&self, request: &EgressRequest, end: Instant) -> Result<Value, TranslateError> {
        let mut tries = TRIES;
        loop {
            tries -= 1;
            let (error, pause) = match self.send(request.clone(), end)? {
                Ok(answer) if (200..300).contains(&answer.status) => {
                    let broken = |_| TranslateError::Failed("its answer is not JSON".to_owned());
                    return serde_json::from_slice(&answer.body).map_err(broken);
                }
                Ok(answer) => {
                    let error = self.error(&answer);
                    if !matches!(answer.status, 429 | 500.. | 408) || error == TranslateError::UsedUp {
                        return Err(error);
                    }
                    (error, retry_after(&answer.headers).unwrap_or(PAUSE))
                }
                Err(error) if error.retryable() => (failed(&error), PAUSE),
                Err(error) => return Err(failed(&error)),
            };
            let left = end.saturating_duration_since(Instant::now());
            if tries == 0 || pause >= left {
                return Err(error);
            }
            std::thread::sleep(pause);
        }
    }

    /// Sends on the runtime's threads and waits on this one.
    fn send(
        &self,
        mut request: EgressRequest,
        end: Instant,
    ) -> Result<Result<EgressAnswer, EgressError>, TranslateError> {
        let left = end.saturating_duration_since(Instant::now());
        request.timeout = Some(left);
        let (sender, answer) = mpsc::sync_channel(1);
        let egress = self.egress.clone();
        self.runtime.spawn(async move { sender.send(egress.send(request).await) });
        // A little more than the client itself waits, which knows better what happened.
        answer.recv_timeout(left + PAUSE).map_err(|_| TranslateError::Late)
    }

    fn error(&self, answer: &EgressAnswer) -> TranslateError {
        let said = said(&answer.body);
        if let Some(error) = self.vendor.error(answer.status, &said) {
            return error;
        }
        match answer.status {
            401 | 403 => TranslateError::Key,
            429 | 529 => TranslateError::Busy,
            456 => TranslateError::UsedUp,
            status if said.is_empty() => TranslateError::Failed(format!("it answered {status}")),
            status => TranslateError::Failed(format!("it answered {status}: {said}")),
        }
    }

    fn learn(&self, first: &EgressRequest, now: Instant, end: Instant) -> Result<(), TranslateError> {
        self.vendor.learn(&self.ask(first, end)?, now)
    }

    /// The same while nobody waits for it.
    fn learn_anew(&self, first: EgressRequest, now: Instant) {
        let Self { vendor, egress, runtime, limit } = self;
        let (vendor, egress, limit) = (Arc::clone(vendor), egress.clone(), *limit);
        let service = Self { vendor, egress, runtime: runtime.clone(), limit };
        runtime.spawn_blocking(move || {
            if let Err(error) = service.learn(&first, now, now + limit) {
                tracing::warn!(engine = V::ENGINE, %error, "translation.languages.not_renewed");
            }
        });
    }

    fn batch(
        &self,
        from: &str,
        to: &str,
        texts: &[String],
        end: Instant,
    ) -> Result<Vec<String>, TranslateError> {
        let pair = || TranslateError::Pair { from: from.to_owned(), to: to.to_owned() };
        let mut request = self.vendor.request(from, to, texts);
        let now = Instant::now();
        if request.is_none()
            && let Some(first) = self.vendor.first(true, now)
        {
            self.learn(&first, now, end)?;
            request = self.vendor.request(from, to, texts);
        }
        let request = request.ok_or_else(pair)?;
        let answer = self.ask(&request, end).map_err(|error| match error {
            TranslateError::Pair { .. } => pair(),
            other => other,
        })?;
        let unreadable = || TranslateError::Failed("its answer is not as documented".to_owned());
        self.vendor.read(&answer).filter(|read| read.len() == texts.len()).ok_or_else(unreadable)
    }
}

impl<V: Vendor> Translator for Service<V> {
    fn engine(&self, _: &str, _: &str) -> &str {
        V::ENGINE
    }

    fn marking(&self) -> Marking {
        V::MARKING
    }

    fn translates(&self, _: &str, _: &str) -> bool {
        true
    }

    fn translate(&self, from: &str, to: &str, texts: &[String]) -> Result<Vec<String>, TranslateError> {
        let now = Instant::now();
        let end = now + self.limit;
        if let Some(first) = self.vendor.first(false, now) {
            // What was known before may do.
            if self.vendor.request(from, to, texts).is_some() {
                self.learn_anew(first, now);
            } else {
                self.learn(&first, now, end)?;
            }
        }
        let mut all = Vec::with_capacity(texts.len());
        for batch in batches(texts, V::MOST) {
            all.extend(self.batch(from, to, batch, end)?);
        }
        Ok(all)
    }
}

/// Texts that go together, in their order; one that is too large goes alone, for the service to refuse.
fn batches(texts: &[String], (most, bytes): (usize, usize)) -> Vec<&[String]> {
    let (mut batches, mut start, mut size) = (Vec::new(), 0, 0);
    for (place, text) in texts.iter().enumerate() {
        if place > start && (place - start == most || size + text.len() > bytes) {
            batches.push(&texts[start..place]);
            (start, size) = (place, 0);
        }
        size += text.len();
    }
    if start < texts.len() {
        batches.push(&texts[start..]);
    }
    batches
}

/// A refusal that names the languages.
fn pair_is_unknown(status: u16, said: &str) -> Option<TranslateError> {
    let lower = said.to_lowercase();
    let names = lower.contains("_lang") || lower.contains("language");
    (status == 400 && names).then(|| TranslateError::Pair { from: String::new(), to: String::new() })
}

fn failed(error: &EgressError) -> TranslateError {
    match error {
        EgressError::Timeout { .. } => TranslateError::Late,
        EgressError::Refused(_)
        | EgressError::UnknownHost { .. }
        | EgressError::Unreachable { .. }
        | EgressError::Untrusted { .. }
        | EgressError::Broken { .. }
        | EgressError::TooLarge { .. }
        | EgressError::TooManyRedirects { .. } => TranslateError::Failed(error.to_string()),
    }
}

/// What a service says of a failure: `error`, `message`, or `error.message`.
fn said(body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let found =
        [&json["error"]["message"], &json["error"], &json["message"]].into_iter().find_map(Value::as_str);
    found.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(TOLD).collect()
}

/// Seconds alone: dates are of no use for so short a wait.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// A POST of JSON.
fn post(address: String, headers: &[(&str, String)], body: &Value) -> EgressRequest {
    let mut request = EgressRequest::new(reqwest::Method::POST, address);
    request.headers = headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
    request.headers.push(("accept".to_owned(), "application/json".to_owned()));
    request.body = body.to_string().into();
    request
}

/// The strings below `field` of each item of a list.
fn strings(list: &Value, field: &str) -> Option<Vec<String>> {
    list.as_array()?.iter().map(|item| item[field].as_str().map(str::to_owned)).collect()
}

/// The language of a tag, without script and region.
fn primary(tag: &str) -> String {
    let tag = studio_core::texts::canonical(tag);
    tag.split('-').next().unwrap_or_default().to_owned()
}
