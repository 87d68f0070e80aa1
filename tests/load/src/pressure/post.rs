//! What is a message answered with? Signed posts over one connection that is kept.

use std::net::SocketAddr;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;

use crate::{
    home::{HTTP, SECRET},
    sign::signature,
};

/// What the studio says to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Acknowledged,
    /// Not now: in so many seconds.
    Refused {
        retry_after: u64,
    },
    /// What it must never say; a sentence.
    Wrong(String),
}

/// A sender's connection, opened when it is needed.
pub(super) struct Line {
    address: SocketAddr,
    connection: Option<SendRequest<Body>>,
}

impl Line {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, connection: None }
    }

    /// An error where the connection broke: whether the message is stored is not known.
    pub async fn say(&mut self, thread: &str, id: &str, text: &str) -> anyhow::Result<Answer> {
        let body = json!({ "conversation": thread, "id": id, "message": { "text": text }, "language": "en" });
        let body = body.to_string();
        let webhook = format!("{thread}-{id}");
        #[expect(clippy::disallowed_methods, reason = "a client has no clock but the machine's")]
        let timestamp = jiff::Timestamp::now().as_second();
        let request = Request::post(format!("/webhooks/{HTTP}"))
            .header(header::HOST, self.address.to_string())
            .header(header::CONTENT_TYPE, "application/json")
            .header("webhook-signature", signature(SECRET, &webhook, timestamp, &body))
            .header("webhook-id", webhook)
            .header("webhook-timestamp", timestamp)
            .body(Body::from(body))?;
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(self.address).await?,
        };
        connection.ready().await?;
        let answer = connection.send_request(request).await?;
        let (head, body) = answer.into_parts();
        axum::body::to_bytes(Body::new(body), 1 << 20).await?;
        self.connection = Some(connection);
        Ok(judge(head.status, &head.headers))
    }
}

async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Body>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

fn judge(status: StatusCode, headers: &HeaderMap) -> Answer {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match status {
        StatusCode::ACCEPTED | StatusCode::OK => Answer::Acknowledged,
        StatusCode::SERVICE_UNAVAILABLE => match text(header::RETRY_AFTER).parse() {
            Ok(retry_after @ 1..) if text(header::CONTENT_TYPE) == "application/problem+json" => {
                Answer::Refused { retry_after }
            }
            Ok(_) | Err(_) => Answer::Wrong(format!("503 with the headers {headers:?}")),
        },
        other => Answer::Wrong(format!("status {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_when_to_come_again() {
        let check = |status: u16, headers: &[(&'static str, &str)], expected: fn(&Answer) -> bool| {
            let status = StatusCode::from_u16(status).expect("a status");
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(*name, value.parse().expect("a value"));
            }
            let answer = judge(status, &map);
            assert!(expected(&answer), "{answer:?}");
        };
        let problem = ("content-type", "application/problem+json");
        check(202, &[], |answer| *answer == Answer::Acknowledged);
        check(503, &[problem, ("retry-after", "2")], |answer| *answer == Answer::Refused { retry_after: 2 });
        check(503, &[problem], |answer| matches!(answer, Answer::Wrong(_)));
        check(503, &[problem, ("retry-after", "0")], |answer| matches!(answer, Answer::Wrong(_)));
        check(503, &[("retry-after", "2")], |answer| matches!(answer, Answer::Wrong(_)));
        check(500, &[], |answer| matches!(answer, Answer::Wrong(_)));
    }
}
