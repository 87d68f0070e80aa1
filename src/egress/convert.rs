//! How does a flow's call, or a channel's reply, become a request, and its answer an event?

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use reqwest::Method;
use serde_json::Value;
use studio_adapters::http::OutboundRequest;
use studio_core::{
    bot,
    dialogue::{CallRequest, RemoteAnswer},
};

use super::{EgressAnswer, EgressRequest};

impl From<&CallRequest> for EgressRequest {
    fn from(call: &CallRequest) -> Self {
        let method = match call.method {
            bot::Method::Get => Method::GET,
            bot::Method::Post => Method::POST,
            bot::Method::Put => Method::PUT,
            bot::Method::Patch => Method::PATCH,
            bot::Method::Delete => Method::DELETE,
        };
        let mut headers: Vec<(String, String)> =
            call.headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let names = |wanted: &str| call.headers.keys().any(|name| name.eq_ignore_ascii_case(wanted));
        if !names("accept") {
            headers.push(("accept".to_owned(), "application/json".to_owned()));
        }
        if call.body.is_some() && !names("content-type") {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let body = call.body.as_ref().map(Value::to_string).unwrap_or_default();
        let timeout = Some(Duration::from_millis(call.timeout_ms));
        Self { method, url: call.url.clone(), headers, body: body.into(), timeout, follows: true }
    }
}

impl From<OutboundRequest> for EgressRequest {
    fn from(reply: OutboundRequest) -> Self {
        let headers = reply.headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self {
            method: Method::POST,
            url: reply.url.into(),
            headers,
            body: Bytes::from(reply.body),
            timeout: None,
            // Elsewhere it would arrive as something else, and unsigned.
            follows: false,
        }
    }
}

impl From<EgressAnswer> for RemoteAnswer {
    /// The body is JSON where it is JSON, text otherwise; a header that is not text is left out.
    fn from(answer: EgressAnswer) -> Self {
        let headers: BTreeMap<String, String> = answer
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let body = serde_json::from_slice(&answer.body)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&answer.body).into_owned()));
        Self { status: answer.status, headers, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_that_it_speaks_json_unless_it_says_otherwise() {
        let call = |headers: &[(&str, &str)]| CallRequest {
            call: 1,
            method: bot::Method::Post,
            url: "https://shop.example/orders".to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: Some(serde_json::json!({ "number": "4711" })),
            timeout_ms: 1_500,
        };
        let request = EgressRequest::from(&call(&[]));
        assert_eq!(request.method, Method::POST);
        assert_eq!(request.timeout, Some(Duration::from_millis(1_500)));
        assert_eq!(request.body, r#"{"number":"4711"}"#);
        assert_eq!(request.headers.len(), 2);
        let request = EgressRequest::from(&call(&[("Content-Type", "text/plain"), ("ACCEPT", "*/*")]));
        assert_eq!(request.headers.len(), 2, "{:?}", request.headers);
    }
}
