//! What was a method given, in whichever of the four ways?

use std::collections::BTreeMap;

use axum::{
    body::Bytes,
    extract::{FromRequest as _, Multipart, Request},
    http::header,
};
use serde_json::{Map, Value};

use super::api::{Refusal, refusal};

/// Parameters and files of one call.
#[derive(Debug, Default)]
pub struct Given {
    pub fields: Map<String, Value>,
    pub files: BTreeMap<String, File>,
}

#[derive(Clone, Debug)]
pub struct File {
    pub name: String,
    pub media_type: String,
    pub bytes: Bytes,
}

pub async fn given(request: Request) -> Result<Given, Refusal> {
    let mut given = Given::default();
    if let Some(query) = request.uri().query() {
        given.fields.extend(pairs(query));
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let broken = |error: &dyn std::fmt::Display| refusal(400, &format!("Bad Request: {error}"));
    if kind.starts_with("multipart/form-data") {
        let mut parts = Multipart::from_request(request, &()).await.map_err(|error| broken(&error))?;
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let media_type = part.content_type().unwrap_or("application/octet-stream").to_owned();
            let too_large = |_| refusal(413, "Request Entity Too Large");
            let bytes = part.bytes().await.map_err(too_large)?;
            if let Some(file) = file {
                given.files.insert(name, File { name: file, media_type, bytes });
            } else {
                let text = String::from_utf8(bytes.to_vec())
                    .map_err(|_| refusal(400, "Bad Request: strings must be encoded in UTF-8"))?;
                given.fields.insert(name, Value::String(text));
            }
        }
        return Ok(given);
    }
    let too_large = |_| refusal(413, "Request Entity Too Large");
    let body = Bytes::from_request(request, &()).await.map_err(too_large)?;
    if kind.starts_with("application/json") && !body.is_empty() {
        let fields = serde_json::from_slice::<Map<String, Value>>(&body)
            .map_err(|_| refusal(400, "Bad Request: can't parse JSON object"))?;
        given.fields.extend(fields);
    } else if !body.is_empty() {
        let text = std::str::from_utf8(&body)
            .map_err(|_| refusal(400, "Bad Request: strings must be encoded in UTF-8"))?;
        given.fields.extend(pairs(text));
    }
    Ok(given)
}

fn pairs(text: &str) -> impl Iterator<Item = (String, Value)> {
    url::form_urlencoded::parse(text.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
}

impl Given {
    /// A field that is not empty.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub fn decimal(&self, name: &str) -> Option<f64> {
        match self.fields.get(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        match self.fields.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.to_lowercase().as_str(), "true" | "1" | "yes"),
            _ => false,
        }
    }

    /// A field that is JSON, or a text of it.
    pub fn json(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| {
                refusal(400, &format!("Bad Request: can't parse {} JSON object", readable(name)))
            }),
            Some(other) => Ok(Some(other.clone())),
        }
    }
}

fn readable(name: &str) -> String {
    name.replace('_', " ")
}
