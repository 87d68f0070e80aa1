//! LibreTranslate: `POST /translate`, with the codes of languages that `GET /languages` names.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use studio_core::{
    texts,
    translation::{Marking, TranslateError},
};

use super::{Vendor, post, primary};
use crate::egress::EgressRequest;

/// How long its languages are believed: another one may be installed meanwhile.
const BELIEVED: Duration = Duration::from_hours(1);
/// The same where one is wanted that was not there, and between two tries to learn them anew.
const BELIEVED_WITHOUT: Duration = Duration::from_mins(1);

pub struct LibreTranslate {
    address: String,
    key: String,
    languages: Mutex<Option<Known>>,
}

/// What it told of its languages.
#[derive(Clone)]
struct Known {
    at: Instant,
    /// When it was asked last.
    asked: Instant,
    /// Codes, each with those that it is translated into.
    languages: Arc<Vec<(String, Vec<String>)>>,
}

impl LibreTranslate {
    /// Without a key where the service wants none.
    pub fn new(address: &str, key: &str) -> Self {
        Self { address: address.to_owned(), key: key.to_owned(), languages: Mutex::default() }
    }

    /// How the service calls two languages between which it translates. Its versions differ in the codes of varieties.
    fn pair(&self, from: &str, to: &str) -> Option<(String, String)> {
        let languages = self.known().as_ref()?.languages.clone();
        let known = |tag: &str| {
            let names = names(tag);
            names.into_iter().find_map(|name| languages.iter().find(|(code, _)| *code == name))
        };
        let (source, targets) = known(from)?;
        let (target, _) = known(to)?;
        targets.contains(target).then(|| (source.clone(), target.clone()))
    }

    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.languages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a language may be called, the best first.
fn names(tag: &str) -> Vec<String> {
    let tag = texts::canonical(tag);
    let others: &[&str] = match tag.as_str() {
        "pt-BR" => &["pb"],
        tag if tag.starts_with("zh-Hans") => &["zh"],
        tag if tag.starts_with("zh-Hant") => &["zt"],
        "fil" => &["tl"],
        "nb" => &["no"],
        _ => &[],
    };
    let others = others.iter().map(|&name| name.to_owned());
    [tag.clone()].into_iter().chain(others).chain([primary(&tag)]).collect()
}

impl Vendor for LibreTranslate {
    const ENGINE: &str = "libretranslate";
    const MARKING: Marking = Marking::Plain;
    const MOST: (usize, usize) = (50, 20_000);

    fn first(&self, missed: bool, now: Instant) -> Option<EgressRequest> {
        let believed = if missed { BELIEVED_WITHOUT } else { BELIEVED };
        if let Some(known) = self.known().as_mut() {
            let since = |then: Instant| now.duration_since(then);
            if since(known.at) < believed || since(known.asked) < BELIEVED_WITHOUT {
                return None;
            }
            known.asked = now;
        }
        Some(EgressRequest::new(Method::GET, format!("{}/languages", self.address)))
    }

    fn learn(&self, answer: &Value, now: Instant) -> Result<(), TranslateError> {
        let code = |value: &Value| value.as_str().map(str::to_owned);
        let read = || {
            let all = answer.as_array()?.iter();
            all.map(|one| {
                let targets = one["targets"].as_array()?.iter().map(code).collect::<Option<_>>()?;
                Some((code(&one["code"])?, targets))
            })
            .collect::<Option<Vec<_>>>()
        };
        let unreadable = || TranslateError::Failed("its list of languages is not as documented".to_owned());
        let languages = Arc::new(read().ok_or_else(unreadable)?);
        *self.known() = Some(Known { at: now, asked: now, languages });
        Ok(())
    }

    fn request(&self, from: &str, to: &str, texts: &[String]) -> Option<EgressRequest> {
        let (source, target) = self.pair(from, to)?;
        let mut body = json!({ "q": texts, "source": source, "target": target, "format": "text" });
        if !self.key.is_empty() {
            body["api_key"] = self.key.as_str().into();
        }
        Some(post(format!("{}/translate", self.address), &[], &body))
    }

    fn read(&self, answer: &Value) -> Option<Vec<String>> {
        answer["translatedText"].as_array()?.iter().map(|text| text.as_str().map(str::to_owned)).collect()
    }
}
