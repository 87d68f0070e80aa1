//! A studio of one conversation, for tests.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::{
        Path as Segment, Query, State,
        ws::{Message as Frame, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde::Deserialize;
use serde_json::json;
use studio_core::{
    api::{
        Accepted, Conversation, LiveFrame, LiveHello, LivePosition, Login, Message, NewMerge, NewReply, Page,
        ProblemDetails, Sender, SessionCreated,
    },
    content::Template,
    dialogue::Owner,
    id::EventKey,
};
use tokio::{
    net::{TcpListener, UnixListener},
    sync::broadcast,
};

use crate::samples;

pub const TOKEN: &str = "secret-token";

#[derive(Clone)]
pub struct Studio {
    /// Whether requests need the token; not on the Unix socket.
    guarded: bool,
    pub seen: Arc<Mutex<Vec<String>>>,
    pub turns: broadcast::Sender<LiveFrame>,
    messages: Arc<Mutex<Vec<Message>>>,
    number: Arc<Mutex<u64>>,
    owner: Arc<Mutex<Owner>>,
}

impl Studio {
    fn new(guarded: bool) -> Self {
        let messages = (1..=250)
            .map(|sequence| {
                samples::message(sequence, Sender::Visitor, &format!("where is my order? {sequence}"))
            })
            .collect();
        Self {
            guarded,
            seen: Arc::default(),
            turns: broadcast::channel(16).0,
            messages: Arc::new(Mutex::new(messages)),
            number: Arc::default(),
            owner: Arc::default(),
        }
    }

    pub async fn on_tcp() -> (Self, url::Url) {
        let studio = Self::new(true);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("is bound");
        let router = studio.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        (studio, format!("http://{address}/").parse().expect("is an address"))
    }

    pub fn on_socket(path: &Path) -> Self {
        let studio = Self::new(false);
        let listener = UnixListener::bind(path).expect("the folder is writable");
        let router = studio.router();
        tokio::spawn(async move { axum::serve(listener, router).await });
        studio
    }

    fn router(&self) -> Router {
        Router::new()
            .route("/api/v1/sessions", post(log_in))
            .route("/api/v1/sessions/current", delete(log_out))
            .route("/api/v1/me", get(me))
            .route("/api/v1/conversations", get(list))
            .route("/api/v1/conversations/{id}", get(detail))
            .route("/api/v1/conversations/{id}/messages", get(messages))
            .route("/api/v1/conversations/{id}/replies", post(reply))
            .route("/api/v1/conversations/{id}/templates", post(template))
            .route("/api/v1/connections/{name}/templates", get(templates))
            .route("/api/v1/conversations/{id}/take-over", post(take_over))
            .route("/api/v1/conversations/{id}/media/{media}", get(media))
            .route("/api/v1/conversations/{id}/typing", post(typing))
            .route("/api/v1/contacts/{id}", get(contact))
            .route("/api/v1/contacts/{id}/messages", get(said))
            .route("/api/v1/contacts/{id}/merge", post(merge))
            .route("/api/v1/contacts/{id}/unmerge", post(unmerge))
            .route("/api/v1/parked/{source}/{native}/replay", post(replay))
            .route("/api/v1/live", get(live))
            .with_state(self.clone())
    }

    fn note(&self, what: impl Into<String>) {
        self.seen.lock().expect("not poisoned").push(what.into());
    }

    fn conversation(&self) -> Conversation {
        let sequence = self.messages.lock().expect("not poisoned").len() as u64;
        let owner = self.owner.lock().expect("not poisoned").clone();
        let preview = "\x1b]0;owned\x07where is my order?".to_owned();
        Conversation { sequence, owner, preview, ..samples::conversation("Grace") }
    }

    /// Tells the live stream of a turn.
    pub fn tell(&self, entries: Vec<studio_core::dialogue::Entry>) {
        let mut number = self.number.lock().expect("not poisoned");
        *number += 1;
        let position = LivePosition { epoch: 1, number: *number };
        let conversation = Box::new(self.conversation());
        let _ = self.turns.send(LiveFrame::Turn { position, conversation, entries });
    }
}

fn problem(status: StatusCode, detail: &str) -> Response {
    let problem = ProblemDetails {
        kind: "about:blank".into(),
        title: "no".into(),
        status: status.as_u16(),
        detail: detail.into(),
    };
    (status, Json(problem)).into_response()
}

async fn log_in(State(studio): State<Studio>, Json(login): Json<Login>) -> Response {
    studio.note(format!("log in {}", login.email));
    if login.password != "correct" {
        return problem(StatusCode::UNAUTHORIZED, "e-mail or password is wrong\x1b[2J");
    }
    let created = SessionCreated { token: TOKEN.into(), expires_at: samples::at(99), me: samples::me() };
    Json(created).into_response()
}

async fn log_out(State(studio): State<Studio>) -> StatusCode {
    studio.note("log out");
    StatusCode::NO_CONTENT
}

async fn me(State(studio): State<Studio>, headers: HeaderMap) -> Response {
    let token = headers.get("authorization").and_then(|value| value.to_str().ok());
    if studio.guarded && token != Some(&format!("Bearer {TOKEN}")) {
        return problem(StatusCode::UNAUTHORIZED, "log in first");
    }
    Json(samples::me()).into_response()
}

async fn list(State(studio): State<Studio>, uri: axum::http::Uri) -> Response {
    studio.note(uri.to_string());
    let open = uri.query().is_some_and(|query| !query.contains("status=closed"));
    let items = if open { vec![studio.conversation()] } else { Vec::new() };
    Json(Page { items, next_cursor: None }).into_response()
}

async fn detail(State(studio): State<Studio>, Segment(_): Segment<String>) -> Response {
    let mut detail = samples::detail("Grace");
    detail.conversation = studio.conversation();
    Json(detail).into_response()
}

#[derive(Deserialize)]
struct After {
    after: u64,
    limit: usize,
}

async fn messages(State(studio): State<Studio>, Query(After { after, limit }): Query<After>) -> Response {
    let all = studio.messages.lock().expect("not poisoned").clone();
    let after = all.into_iter().filter(|message| message.sequence > after);
    let mut items: Vec<_> = after.map(samples::transcript).collect();
    let more = items.len() > limit;
    items.truncate(limit);
    Json(Page { items, next_cursor: more.then(|| "more".to_owned()) }).into_response()
}

async fn reply(State(studio): State<Studio>, Json(reply): Json<NewReply>) -> Response {
    let text = reply.content.plain();
    studio.note(format!("reply {text}"));
    if *studio.owner.lock().expect("not poisoned") == Owner::Bot {
        return problem(StatusCode::CONFLICT, "take the conversation over first");
    }
    let sequence = {
        let mut messages = studio.messages.lock().expect("not poisoned");
        let sequence = messages.len() as u64 + 1;
        messages.push(samples::message(sequence, Sender::Speaker { speaker: samples::ada() }, &text));
        sequence
    };
    studio.tell(vec![samples::said(sequence, samples::ada(), &text)]);
    accepted()
}

async fn templates(Segment(name): Segment<String>) -> Response {
    let items = if name == "phone" { samples::templates() } else { Vec::new() };
    Json(Page { items, next_cursor: None }).into_response()
}

async fn template(State(studio): State<Studio>, Json(template): Json<Template>) -> Response {
    let Template { name, language, parameters, when: _ } = template;
    studio.note(format!("template {name} {language} {:?}", parameters.body));
    accepted()
}

async fn take_over(State(studio): State<Studio>) -> Response {
    studio.note("take over");
    *studio.owner.lock().expect("not poisoned") = samples::owned();
    studio.tell(Vec::new());
    accepted()
}

/// What an answer in JSON could not carry.
pub const BILL: &[u8] = b"%PDF-1.7\n\xff\x1b[2J";

async fn media(Segment((_, media)): Segment<(String, String)>) -> Response {
    if media == samples::BILL.to_string() {
        return BILL.into_response();
    }
    problem(StatusCode::NOT_FOUND, "there is no such file")
}

async fn typing(State(studio): State<Studio>) -> StatusCode {
    studio.note("typing");
    StatusCode::NO_CONTENT
}

async fn contact(Segment(id): Segment<String>) -> Response {
    if id == samples::contact("Grace").to_string() {
        return Json(samples::person("Grace")).into_response();
    }
    problem(StatusCode::NOT_FOUND, "there is no such contact")
}

async fn said(Query(query): Query<HashMap<String, String>>) -> Response {
    let is_first = !query.contains_key("cursor");
    let text = if is_first { "hello" } else { "long ago" };
    let items = vec![samples::transcript(samples::message(1, Sender::Visitor, text))];
    Json(Page { items, next_cursor: is_first.then(|| "before".to_owned()) }).into_response()
}

async fn merge(
    State(studio): State<Studio>,
    Segment(id): Segment<String>,
    Json(new): Json<NewMerge>,
) -> Response {
    studio.note(format!("merge {id} {}", new.into));
    Json(samples::person("Grace")).into_response()
}

async fn unmerge(State(studio): State<Studio>, Segment(id): Segment<String>) -> Response {
    studio.note(format!("unmerge {id}"));
    problem(StatusCode::CONFLICT, "this contact is part of no other")
}

async fn replay(
    State(studio): State<Studio>,
    Segment((source, native)): Segment<(String, String)>,
) -> Response {
    studio.note(format!("replay {source} {native}"));
    (StatusCode::ACCEPTED, Json(json!({}))).into_response()
}

fn accepted() -> Response {
    let event = EventKey { source: "act".into(), native: "1".into() };
    (StatusCode::ACCEPTED, Json(Accepted { event })).into_response()
}

async fn live(State(studio): State<Studio>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| watch(studio, socket))
}

async fn watch(studio: Studio, mut socket: WebSocket) {
    let Some(Ok(Frame::Text(hello))) = socket.recv().await else { return };
    studio.note(format!("hello {hello}"));
    let hello: LiveHello = serde_json::from_str(&hello).expect("the console says hello properly");
    if studio.guarded && hello.token.as_deref() != Some(TOKEN) {
        return;
    }
    let mut turns = studio.turns.subscribe();
    let position = LivePosition { epoch: 1, number: *studio.number.lock().expect("not poisoned") };
    let mut next = Some(LiveFrame::Welcome { position, caught_up: true });
    loop {
        if let Some(frame) = next.take() {
            let text = serde_json::to_string(&frame).expect("serialises");
            let over = matches!(frame, LiveFrame::TooSlow);
            if socket.send(Frame::Text(text.into())).await.is_err() || over {
                return;
            }
        }
        tokio::select! {
            turn = turns.recv() => match turn {
                Ok(turn) => next = Some(turn),
                Err(_) => return,
            },
            heard = socket.recv() => match heard {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
        }
    }
}
