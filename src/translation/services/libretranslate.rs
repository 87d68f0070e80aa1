//! LibreTranslate: `POST /translate`, with the codes of languages that `GET /languages` names.

use std::sync::OnceLock;

use reqwest::Method;
use serde_json::{Value, json};
use studio_core::{
    texts,
    translation::{Marking, TranslateError},
};

use super::{Vendor, post, primary};
use crate::egress::EgressRequest;

pub struct LibreTranslate {
    address: String,
    key: String,
    /// Codes of languages, each with those that it is translated into.
    languages: OnceLock<Vec<(String, Vec<String>)>>,
}

impl LibreTranslate {
    /// Without a key where the service wants none.
    pub fn new(address: &str, key: &str) -> Self {
        Self { address: address.to_owned(), key: key.to_owned(), languages: OnceLock::new() }
    }

    /// How the service calls two languages between which it translates. Its versions differ in the codes of varieties.
    fn pair(&self, from: &str, to: &str) -> Option<(&str, &str)> {
        let languages = self.languages.get()?;
        let known = |tag: &str| {
            let names = names(tag);
            names.into_iter().find_map(|name| languages.iter().find(|(code, _)| *code == name))
        };
        let (source, targets) = known(from)?;
        let (target, _) = known(to)?;
        targets.contains(target).then_some((source, target))
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

    fn first(&self) -> Option<EgressRequest> {
        let address = format!("{}/languages", self.address);
        self.languages.get().is_none().then(|| EgressRequest::new(Method::GET, address))
    }

    fn learn(&self, answer: &Value) -> Result<(), TranslateError> {
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
        // Another thread may have been quicker.
        let _ = self.languages.set(read().ok_or_else(unreadable)?);
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
