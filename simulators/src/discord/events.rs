//! How is a bot told what happened? By the gateway: heartbeats, sessions, resumes, and closes with their codes.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::{
        Query, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket},
    },
    response::Response,
    routing::get,
};
use flate2::{Compress, Compression, FlushCompress};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    Simulator,
    sessions::{MESSAGE_CONTENT, Out, Session},
    world::{BOT, GUILD, World, token},
};

/// Largest frame of a client, and most frames a minute.
const LARGEST_FRAME: usize = 4096;
const MOST_FRAMES: usize = 120;
const ALL_INTENTS: u64 = 0x7f_ffff_ffff;

pub fn router() -> Router<Simulator> {
    Router::new().route("/gateway", get(open)).route("/gateway/", get(open))
}

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    v: String,
    #[serde(default)]
    encoding: String,
    #[serde(default)]
    compress: String,
}

async fn open(
    State(simulator): State<Simulator>,
    Query(options): Query<Options>,
    upgrade: WebSocketUpgrade,
) -> Response {
    upgrade.on_upgrade(move |socket| async move {
        let compress = (options.compress == "zlib-stream").then(|| Compress::new(Compression::fast(), true));
        let mut wire = Wire { socket, compress };
        let end = if options.v != "10" {
            Some((4012, "Invalid API version."))
        } else if options.encoding != "json" {
            Some((4002, "Only the encoding json is simulated."))
        } else {
            let (sender, events) = mpsc::unbounded_channel();
            let end = hold(&simulator, &mut wire, &sender, events).await;
            simulator.world().sessions.gone(&sender);
            end
        };
        if let Some((code, reason)) = end {
            let close = Message::Close(Some(CloseFrame { code, reason: reason.into() }));
            let _ = wire.socket.send(close).await;
        }
    })
}

struct Wire {
    socket: WebSocket,
    compress: Option<Compress>,
}

impl Wire {
    async fn say(&mut self, text: &str) -> bool {
        let message = match &mut self.compress {
            None => Message::text(text),
            Some(compress) => Message::Binary(deflate(compress, text.as_bytes()).into()),
        };
        self.socket.send(message).await.is_ok()
    }
}

/// One message of the stream, which ends with an empty block: 00 00 FF FF.
fn deflate(compress: &mut Compress, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let start = compress.total_in();
    loop {
        let done = usize::try_from(compress.total_in() - start).unwrap_or(bytes.len());
        out.reserve(bytes.len() - done + 64);
        if compress.compress_vec(&bytes[done..], &mut out, FlushCompress::Sync).is_err() {
            return out;
        }
        let done = usize::try_from(compress.total_in() - start).unwrap_or(bytes.len());
        if done == bytes.len() && out.ends_with(&[0, 0, 0xff, 0xff]) {
            return out;
        }
    }
}

type End = Option<(u16, &'static str)>;

/// Holds one connection; the code to close with.
async fn hold(
    simulator: &Simulator,
    wire: &mut Wire,
    sender: &mpsc::UnboundedSender<Out>,
    mut events: mpsc::UnboundedReceiver<Out>,
) -> End {
    let heartbeat = simulator.settings().heartbeat;
    let milliseconds = u64::try_from(heartbeat.as_millis()).unwrap_or(u64::MAX);
    if !wire
        .say(&json!({"op": 10, "d": {"heartbeat_interval": milliseconds}, "s": null, "t": null}).to_string())
        .await
    {
        return None;
    }
    let mut own: Option<String> = None;
    let mut beaten = Instant::now();
    let mut frames = VecDeque::new();
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    loop {
        let frame = tokio::select! {
            frame = wire.socket.recv() => frame,
            out = events.recv() => {
                match out {
                    Some(Out::Event(text)) if wire.say(&text).await => {}
                    Some(Out::Close(code, reason)) => return Some((code, reason)),
                    Some(Out::Event(_) | Out::Break) | None => return None,
                }
                continue;
            }
            _ = tick.tick() => {
                if let Some(own) = &own {
                    simulator.world().sessions.release(own, Instant::now());
                }
                if beaten.elapsed() > heartbeat * 2 {
                    return Some((4000, "No heartbeat."));
                }
                continue;
            }
        };
        let text = match frame {
            Some(Ok(Message::Text(text))) => text.to_string(),
            Some(Ok(Message::Close(close))) => {
                let clean = close.is_none_or(|close| matches!(close.code, 1000 | 1001));
                if let Some(own) = own.filter(|_| clean) {
                    simulator.world().sessions.all.remove(&own);
                }
                return None;
            }
            Some(Ok(Message::Binary(_) | Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Err(_)) | None => return None,
        };
        if text.len() > LARGEST_FRAME {
            return Some((4002, "Error while decoding payload."));
        }
        frames.push_back(Instant::now());
        while frames.front().is_some_and(|at| at.elapsed() > Duration::from_mins(1)) {
            frames.pop_front();
        }
        if frames.len() > MOST_FRAMES {
            return Some((4008, "You are being rate limited."));
        }
        let Ok(frame) = serde_json::from_str::<Value>(&text) else {
            return Some((4002, "Error while decoding payload."));
        };
        let said = match frame["op"].as_u64() {
            Some(1) => {
                if !frame["d"].is_null() && !frame["d"].is_u64() {
                    return Some((4002, "Error while decoding payload."));
                }
                beaten = Instant::now();
                if simulator.world().sessions.silent { vec![] } else { vec![json!({"op": 11}).to_string()] }
            }
            Some(2 | 6) if own.is_some() => return Some((4005, "Already authenticated.")),
            Some(2) => match identify(simulator, &frame["d"], sender) {
                Ok(Some((id, said))) => {
                    own = Some(id);
                    said
                }
                Ok(None) => vec![json!({"op": 9, "d": false}).to_string()],
                Err(end) => return Some(end),
            },
            Some(6) => match resume(simulator, &frame["d"], sender) {
                Ok(Some((id, said))) => {
                    own = Some(id);
                    said
                }
                Ok(None) => vec![json!({"op": 9, "d": false}).to_string()],
                Err(end) => return Some(end),
            },
            Some(3 | 4 | 8 | 31) if own.is_none() => return Some((4003, "Not authenticated.")),
            Some(3 | 4 | 8 | 31) => vec![],
            _ => return Some((4001, "Unknown opcode.")),
        };
        for text in said {
            if !wire.say(&text).await {
                return None;
            }
        }
    }
}

type Opened = (String, Vec<String>);

/// Nothing where one was opened a moment ago.
fn identify(
    simulator: &Simulator,
    data: &Value,
    sender: &mpsc::UnboundedSender<Out>,
) -> Result<Option<Opened>, (u16, &'static str)> {
    may_enter(simulator, data)?;
    let Some(intents) = data["intents"].as_u64() else { return Err((4013, "Invalid intent(s).")) };
    if intents & !ALL_INTENTS != 0 {
        return Err((4013, "Invalid intent(s)."));
    }
    let properties = ["os", "browser", "device"];
    if !properties.into_iter().all(|field| data["properties"][field].is_string()) {
        return Err((4002, "Error while decoding payload."));
    }
    if !is_shard(&data["shard"]) {
        return Err((4010, "Invalid shard."));
    }
    let mut world = simulator.world();
    if intents & MESSAGE_CONTENT != 0 && !world.sessions.message_content {
        return Err((4014, "Disallowed intent(s)."));
    }
    let pause = simulator.settings().identify_pause;
    if world.sessions.identified_at.is_some_and(|at| at.elapsed() < pause) {
        return Ok(None);
    }
    let now = Instant::now();
    if world.sessions.left(simulator.settings().sessions_a_day, now).0 == 0 {
        world.sessions.forget();
        world.sessions.token_reset = true;
        return Err((4004, "Authentication failed."));
    }
    world.sessions.begun += 1;
    world.sessions.identified_at = Some(now);
    let id = token().to_lowercase().chars().take(32).collect::<String>();
    let ready = ready(&world, simulator, &id);
    let guild = world.guild();
    let mut session = Session { sequence: 0, log: VecDeque::new(), intents, out: None, held: None };
    session.number("READY", &ready);
    if intents & 1 != 0 {
        session.number("GUILD_CREATE", &guild);
    }
    let said = session.log.iter().map(|(_, frame)| frame.clone()).collect();
    session.out = Some(sender.clone());
    world.sessions.identified += 1;
    world.sessions.all.insert(id.clone(), session);
    Ok(Some((id, said)))
}

/// A place among so many, or nothing.
fn is_shard(shard: &Value) -> bool {
    let place = shard.get(0).and_then(Value::as_u64).zip(shard.get(1).and_then(Value::as_u64));
    shard.is_null() || place.is_some_and(|(place, of)| place < of)
}

fn ready(world: &World, simulator: &Simulator, session: &str) -> Value {
    let mut user = world.users[&BOT].clone();
    super::world::merge(&mut user, json!({ "verified": true, "mfa_enabled": false, "email": null }));
    json!({
        "v": 10, "user": user, "guilds": [{"id": GUILD.to_string(), "unavailable": true}],
        "session_id": session, "session_type": "normal",
        "resume_gateway_url": format!("{}/gateway", simulator.settings().address.replacen("http", "ws", 1)),
        "application": {"id": BOT.to_string(), "flags": 1 << 19}, "shard": [0, 1],
        "private_channels": [], "relationships": [], "presences": [], "user_settings": {}, "geo_ordered_rtc_regions": [],
    })
}

fn resume(
    simulator: &Simulator,
    data: &Value,
    sender: &mpsc::UnboundedSender<Out>,
) -> Result<Option<Opened>, (u16, &'static str)> {
    may_enter(simulator, data)?;
    let (Some(id), Some(seen)) = (data["session_id"].as_str(), data["seq"].as_u64()) else {
        return Err((4002, "Error while decoding payload."));
    };
    let mut world = simulator.world();
    let Some(session) = world.sessions.all.get_mut(id) else { return Ok(None) };
    if seen > session.sequence {
        return Err((4007, "Invalid seq."));
    }
    // What was already forgotten cannot be told again.
    if session.log.front().is_some_and(|(first, _)| *first > seen + 1) {
        return Ok(None);
    }
    session.out = None;
    if let Some((kind, event)) = session.held.take() {
        session.number(&kind, &event);
    }
    let mut said = session
        .log
        .iter()
        .filter(|(sequence, _)| *sequence > seen)
        .map(|(_, frame)| frame.clone())
        .collect::<Vec<_>>();
    session.sequence += 1;
    let resumed = json!({"op": 0, "s": session.sequence, "t": "RESUMED", "d": {"_trace": []}}).to_string();
    session.log.push_back((session.sequence, resumed.clone()));
    said.push(resumed);
    session.out = Some(sender.clone());
    world.sessions.resumed += 1;
    Ok(Some((id.to_owned(), said)))
}

fn may_enter(simulator: &Simulator, data: &Value) -> Result<(), (u16, &'static str)> {
    let token = data["token"].as_str().unwrap_or_default();
    let token = token.strip_prefix("Bot ").unwrap_or(token);
    if token != simulator.settings().token || simulator.is_revoked() {
        return Err((4004, "Authentication failed."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::{super::Settings, *};

    #[tokio::test]
    async fn sessions_are_opened_one_after_the_other_for_shards_that_are_there() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let simulator = Simulator::start(listener, Settings::at("http://127.0.0.1"));
        let (sender, _events) = mpsc::unbounded_channel();
        let opens = |shard: Value| {
            let data = json!({
                "token": simulator.settings().token, "intents": 1, "shard": shard,
                "properties": {"os": "", "browser": "", "device": ""},
            });
            identify(&simulator, &data, &sender).map(|opened| opened.is_some())
        };
        assert_eq!(opens(json!([5, 2])), Err((4010, "Invalid shard.")));
        assert_eq!(opens(json!([0, 1])), Ok(true));
        assert_eq!(opens(Value::Null), Ok(false), "within five seconds");
    }

    #[tokio::test]
    async fn whoever_begins_more_sessions_than_a_day_has_loses_the_token() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let mut settings = Settings::at("http://127.0.0.1");
        (settings.identify_pause, settings.sessions_a_day) = (std::time::Duration::ZERO, 2);
        let simulator = Simulator::start(listener, settings);
        let (sender, _events) = mpsc::unbounded_channel();
        let opens = || {
            let data = json!({
                "token": simulator.settings().token, "intents": 1,
                "properties": {"os": "", "browser": "", "device": ""},
            });
            identify(&simulator, &data, &sender).map(|opened| opened.is_some())
        };
        let left = || simulator.world().sessions.left(2, Instant::now()).0;
        assert_eq!((left(), opens(), left()), (2, Ok(true), 1));
        assert_eq!((opens(), left(), simulator.is_revoked()), (Ok(true), 0, false));
        assert_eq!(opens(), Err((4004, "Authentication failed.")));
        assert!(simulator.is_revoked() && simulator.world().sessions.all.is_empty());
    }
}
