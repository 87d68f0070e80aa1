//! A widget without a browser, written from `docs/widget.md` alone.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::{
    PATIENCE, Running,
    http_client::{http, runtime, send},
};

/// A session of the web connection `web`.
pub struct Session {
    address: String,
    pub token: String,
}

impl Session {
    pub fn open(studio: &Running) -> Self {
        let request = http()
            .post(format!("{}/web/web/sessions", studio.address))
            .header("origin", &studio.address)
            .json(&json!({ "language": "en" }));
        let answer = send(request).expect("it is up");
        assert_eq!(answer.status, 201, "{answer:?}");
        let token = answer.body["token"].as_str().expect("a token").to_owned();
        Self { address: studio.address.clone(), token }
    }

    /// Sends a frame without a socket; the status of the answer.
    pub fn post(&self, frame: &Value) -> u16 {
        let request = http()
            .post(format!("{}/web/web/messages", self.address))
            .header("origin", &self.address)
            .bearer_auth(&self.token)
            .json(frame);
        send(request).expect("it is up").status
    }

    /// Uploads a file of plain text; what the studio tells of it.
    pub fn upload(&self, name: &str, text: &str) -> Value {
        let mut address = url::Url::parse(&format!("{}/web/web/files", self.address)).expect("an address");
        address.query_pairs_mut().append_pair("name", name);
        let request = http()
            .post(address)
            .header("origin", &self.address)
            .header("content-type", "text/plain")
            .bearer_auth(&self.token)
            .body(text.to_owned());
        let answer = send(request).expect("it is up");
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.body
    }

    /// "Delete my chat"; the status of the answer.
    pub fn forget(&self) -> u16 {
        let request = http()
            .delete(format!("{}/web/web/conversation", self.address))
            .header("origin", &self.address)
            .bearer_auth(&self.token);
        send(request).expect("it is up").status
    }

    /// A socket on which `hello` was said.
    pub fn socket(&self, after: u64) -> Socket {
        self.hello(Socket::open(&self.address, "/web/web/socket"), after)
    }

    /// The same, with as little room as can be for what is not read yet.
    pub fn narrow_socket(&self, after: u64) -> Socket {
        self.hello(Socket::narrow(&self.address, "/web/web/socket"), after)
    }

    fn hello(&self, mut socket: Socket, after: u64) -> Socket {
        socket.say(&json!({ "type": "hello", "token": self.token, "after": after }));
        socket
    }
}

pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    pub fn open(address: &str, path: &str) -> Self {
        Self::connect(address, path, None)
    }

    /// With as little room as can be for what is not read yet.
    pub fn narrow(address: &str, path: &str) -> Self {
        Self::connect(address, path, Some(4 << 10))
    }

    fn connect(address: &str, path: &str, room: Option<u32>) -> Self {
        let host = address.trim_start_matches("http://");
        let mut request = format!("ws://{host}{path}").into_client_request().expect("an address");
        request.headers_mut().insert("origin", address.parse().expect("a header"));
        let connecting = async {
            let stream = TcpSocket::new_v4()?;
            if let Some(room) = room {
                stream.set_recv_buffer_size(room)?;
            }
            stream.connect(host.parse().expect("an address of this machine")).await
        };
        runtime().block_on(async {
            let stream = connecting.await.expect("it listens");
            let (socket, _) = client_async(request, stream).await.expect("a socket");
            Self(socket)
        })
    }

    /// Frame upon frame, without waiting for any answer.
    pub fn say_all(&mut self, frames: &[Value]) {
        runtime().block_on(async {
            for frame in frames {
                self.0.feed(Message::text(frame.to_string())).await.expect("an open socket");
            }
            self.0.flush().await.expect("an open socket");
        });
    }

    pub fn say(&mut self, frame: &Value) {
        runtime().block_on(self.0.send(Message::text(frame.to_string()))).expect("an open socket");
    }

    /// The next frame; `{"close": code}` when the studio closed it, `null` when it is gone without a word.
    pub fn hear(&mut self) -> Value {
        self.hear_within(PATIENCE).expect("a frame in time")
    }

    /// The same, or nothing where none comes in time.
    pub fn hear_within(&mut self, time: Duration) -> Option<Value> {
        runtime().block_on(async {
            loop {
                return match timeout(time, self.0.next()).await.ok()? {
                    Some(Ok(Message::Text(text))) => Some(serde_json::from_str(&text).expect("JSON")),
                    Some(Ok(Message::Close(frame))) => {
                        Some(json!({ "close": frame.map(|frame| u16::from(frame.code)) }))
                    }
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => Some(Value::Null),
                };
            }
        })
    }

    /// The code and the reason with which the studio closes it.
    pub fn closed(&mut self) -> (u16, String) {
        runtime().block_on(async {
            loop {
                match timeout(PATIENCE, self.0.next()).await.expect("a frame in time") {
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return (u16::from(frame.code), frame.reason.to_string());
                    }
                    Some(Ok(_)) => {}
                    other => panic!("gone without a word: {other:?}"),
                }
            }
        })
    }

    /// Waits for a frame that has these words.
    #[track_caller]
    pub fn hears(&mut self, words: &str) -> Value {
        loop {
            let frame = self.hear();
            assert!(frame.is_object() && frame.get("close").is_none(), "no {words:?} before {frame}");
            if frame.to_string().contains(words) {
                return frame;
            }
        }
    }
}
