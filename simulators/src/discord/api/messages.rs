//! Channels and what is said in them.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequest as _, Multipart, Path, Query, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post, put},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    super::{
        Simulator, check,
        components::is_menu,
        emoji::is_emoji,
        world::{BOT, COMPONENTS_ALONE, GUILD, SILENT, VOICE, WITHOUT_CARDS, World, age, merge, now},
    },
    boxed, invalid, refusal, unknown_channel, unknown_message,
};

/// Of one file, `reference.mdx`.
const LARGEST_FILE: usize = 10 << 20;

pub fn router() -> Router<Simulator> {
    Router::new()
        .route("/users/@me/channels", post(open))
        .route("/channels/{channel}", get(channel))
        .route("/channels/{channel}/typing", post(typing))
        .route("/channels/{channel}/messages", get(list).post(send))
        .route("/channels/{channel}/messages/{message}", get(one).patch(edit).delete(delete))
        .route("/channels/{channel}/messages/{message}/reactions/{emoji}/@me", put(react))
}

/// What a request wants to be said, with its files: name, type, bytes.
pub struct Wanted {
    pub body: Value,
    pub files: Vec<(String, String, Bytes)>,
}

impl Wanted {
    pub async fn read(request: Request) -> Result<Self, Response> {
        let bad = |why: &str| refusal(StatusCode::BAD_REQUEST, 50_109, why);
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        if kind.starts_with("application/json") {
            let bytes = axum::body::to_bytes(request.into_body(), 25 << 20).await.unwrap_or_default();
            let not_json = "The request body contains invalid JSON.";
            let body = serde_json::from_slice(&bytes).map_err(|_| bad(not_json))?;
            return Ok(Self { body, files: Vec::new() });
        }
        let Ok(mut form) = Multipart::from_request(request, &()).await else {
            return Err(bad(
                "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.",
            ));
        };
        let mut wanted = Self { body: json!({}), files: Vec::new() };
        while let Ok(Some(field)) = form.next_field().await {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().map(str::to_owned);
            let kind = field.content_type().unwrap_or("application/octet-stream").to_owned();
            let bytes = field.bytes().await.unwrap_or_default();
            match file {
                Some(file) if name.starts_with("file") => wanted.files.push((file, kind, bytes)),
                _ if name == "payload_json" => {
                    wanted.body =
                        serde_json::from_slice(&bytes).map_err(|_| bad("payload_json is not JSON"))?;
                }
                _ => {}
            }
        }
        if wanted.files.iter().any(|(.., bytes)| bytes.len() > LARGEST_FILE) {
            return Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, 40_005, "Request entity too large"));
        }
        Ok(wanted)
    }

    /// The fields of the message that it becomes.
    pub fn fields(self, simulator: &Simulator, world: &mut World, channel: u64) -> Value {
        let described = self.body["attachments"].as_array().cloned().unwrap_or_default();
        let mut attachments = Vec::new();
        for (place, (name, kind, bytes)) in self.files.into_iter().enumerate() {
            let more = described
                .iter()
                .find(|more| more["id"] == json!(place) || more["id"] == json!(place.to_string()));
            let alt = more.and_then(|more| more["description"].as_str()).map(str::to_owned);
            attachments.push(simulator.keep_file(world, channel, &name, &kind, bytes.to_vec(), alt));
        }
        let mut fields = json!({ "attachments": attachments });
        for field in ["content", "tts"] {
            if let Some(value) = self.body.get(field).filter(|value| !value.is_null()) {
                fields[field] = value.clone();
            }
        }
        if let Some(flags) = self.body["flags"].as_u64() {
            fields["flags"] = json!(flags & (WITHOUT_CARDS | SILENT | VOICE | COMPONENTS_ALONE));
        }
        if let Some(rows) = self.body["components"].as_array() {
            fields["components"] = Value::from(numbered(rows));
        }
        if let Some(embeds) = self.body["embeds"].as_array() {
            let shown = embeds.iter().map(|embed| {
                let mut shown = embed.clone();
                merge(&mut shown, json!({ "type": "rich" }));
                without_nothing(&mut shown);
                let picture =
                    shown["image"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
                let file = picture.and_then(|name| attachments.iter().find(|file| file["filename"] == name));
                if let Some(url) = file.map(|file| file["url"].clone()) {
                    shown["image"]["url"] = url;
                }
                shown
            });
            fields["embeds"] = Value::from(shown.collect::<Vec<_>>());
        }
        fields
    }
}

/// The components as Discord tells of them: each has a number, and menus say how many may be chosen.
fn numbered(rows: &[Value]) -> Vec<Value> {
    let mut rows = rows.to_vec();
    let mut last = 0;
    for row in &mut rows {
        number(row, &mut last);
    }
    rows
}

/// Gives a component and those within it the numbers that follow.
fn number(component: &mut Value, last: &mut u64) {
    *last += 1;
    if component["id"].as_u64().is_none_or(|id| id == 0) {
        component["id"] = json!(*last);
    }
    if is_menu(component) {
        for field in ["min_values", "max_values"] {
            let told = component.get(field).filter(|value| !value.is_null()).cloned();
            component[field] = told.unwrap_or(json!(1));
        }
    }
    let inner = component.get_mut("components").and_then(Value::as_array_mut);
    for inner in inner.into_iter().flatten() {
        number(inner, last);
    }
    if let Some(accessory) = component.get_mut("accessory").filter(|accessory| accessory.is_object()) {
        number(accessory, last);
    }
}

/// Leaves out what is null.
fn without_nothing(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, value| !value.is_null());
        fields.values_mut().for_each(without_nothing);
    }
}

impl Simulator {
    /// Keeps a file and tells of it as an attachment.
    pub fn keep_file(
        &self,
        world: &mut World,
        channel: u64,
        name: &str,
        kind: &str,
        bytes: Vec<u8>,
        alt: Option<String>,
    ) -> Value {
        let id = world.id();
        let name = name
            .chars()
            .map(|letter| if letter.is_alphanumeric() || ".-_".contains(letter) { letter } else { '_' });
        let name = name.collect::<String>();
        let url = format!(
            "{}/attachments/{channel}/{id}/{name}?ex=70000000&is=60000000&hm=0",
            self.settings().address
        );
        let mut told = json!({
            "id": id.to_string(), "filename": name, "size": bytes.len(), "url": url, "proxy_url": url,
            "content_type": kind,
        });
        if let Some(alt) = alt {
            told["description"] = Value::from(alt);
        }
        world.files.insert(id, (name, kind.to_owned(), bytes));
        told
    }
}

async fn open(State(simulator): State<Simulator>, Json(body): Json<Value>) -> Response {
    let person = body["recipient_id"].as_str().and_then(|id| id.parse().ok());
    let mut world = simulator.world();
    let Some(person) = person.filter(|person| world.users.contains_key(person)) else {
        return invalid(json!({ "message": "Invalid Recipient(s)", "code": 50_033 }));
    };
    let channel = world.direct(person);
    Json(world.describe(channel)).into_response()
}

async fn channel(State(simulator): State<Simulator>, Path(channel): Path<u64>) -> Response {
    match simulator.world().describe(channel) {
        Some(channel) => Json(channel).into_response(),
        None => unknown_channel(),
    }
}

async fn typing(State(simulator): State<Simulator>, Path(channel): Path<u64>) -> Response {
    let mut world = simulator.world();
    if let Some(refused) = kept_out(&world, channel) {
        return refused;
    }
    world.typing.push((channel, now().to_string()));
    StatusCode::NO_CONTENT.into_response()
}

#[derive(Deserialize)]
struct Range {
    before: Option<u64>,
    after: Option<u64>,
    around: Option<u64>,
    limit: Option<usize>,
}

/// The newest first; with `after` those that follow it at once.
async fn list(
    State(simulator): State<Simulator>,
    Path(channel): Path<u64>,
    Query(range): Query<Range>,
) -> Response {
    let world = simulator.world();
    if let Some(refused) = kept_out(&world, channel) {
        return refused;
    }
    let limit = range.limit.unwrap_or(50);
    if !(1..=100).contains(&limit) {
        let error = json!([{ "code": "NUMBER_TYPE_MAX", "message": "int value should be less than or equal to 100." }]);
        return invalid(
            json!({ "message": "Invalid Form Body", "code": 50_035, "errors": { "limit": { "_errors": error } } }),
        );
    }
    let Some(messages) = world.channels.get(&channel).map(|channel| &channel.messages) else {
        return unknown_channel();
    };
    let seen = |(_, message): (&u64, &Value)| simulator.as_seen(&world, channel, message);
    let is_found = |(id, _): &(&u64, &Value)| world.found(channel, **id).is_some();
    let mut found: Vec<Value> = match (range.after, range.before.or(range.around)) {
        (Some(after), _) => messages.range(after + 1..).filter(is_found).take(limit).map(seen).collect(),
        (None, before) => {
            let upto = messages.range(..before.unwrap_or(u64::MAX)).rev();
            let upto = upto.filter(is_found).take(limit).map(seen);
            let mut upto = upto.collect::<Vec<_>>();
            upto.reverse();
            upto
        }
    };
    found.reverse();
    Json(found).into_response()
}

async fn one(State(simulator): State<Simulator>, Path((channel, message)): Path<(u64, u64)>) -> Response {
    let world = simulator.world();
    if let Some(refused) = kept_out(&world, channel) {
        return refused;
    }
    match world.found(channel, message) {
        Some(message) => Json(simulator.as_seen(&world, channel, message)).into_response(),
        None => unknown_message(),
    }
}

async fn send(State(simulator): State<Simulator>, Path(channel): Path<u64>, request: Request) -> Response {
    let wanted = match Wanted::read(request).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let mut world = simulator.world();
    if let Some(refused) = kept_out(&world, channel) {
        return refused;
    }
    if let Err(errors) = check::message(&wanted.body, wanted.files.len()) {
        return invalid(errors);
    }
    if let Some(refused) = answers_nothing(&world, channel, &wanted.body["message_reference"]) {
        return refused;
    }
    let nonce = match &wanted.body["nonce"] {
        Value::String(nonce) => Some(nonce.clone()),
        Value::Number(nonce) => Some(nonce.to_string()),
        _ => None,
    };
    let known = nonce.as_ref().and_then(|nonce| world.channels.get(&channel)?.nonces.get(nonce).copied());
    let is_known = |id: &u64| age(*id) < simulator.settings().nonce_known;
    if let Some(known) = known.filter(is_known).filter(|_| wanted.body["enforce_nonce"] == true) {
        let message = world.channels.get(&channel).and_then(|channel| channel.messages.get(&known));
        return Json(message).into_response();
    }
    let mut fields = wanted.fields(&simulator, &mut world, channel);
    if let Some(nonce) = &nonce {
        fields["nonce"] = Value::from(nonce.as_str());
    }
    let message = world.write(channel, BOT, fields);
    let id = message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
    if let (Some(nonce), Some(channel)) = (nonce, world.channels.get_mut(&channel)) {
        channel.nonces.insert(nonce, id);
    }
    world.announce("MESSAGE_CREATE", channel, message.clone());
    Json(message).into_response()
}

/// Refuses what answers a message that is not there.
fn answers_nothing(world: &World, channel: u64, reference: &Value) -> Option<Response> {
    if reference.is_null() || reference["fail_if_not_exists"] == false {
        return None;
    }
    // discord.py writes them as numbers.
    let snowflake =
        |field: &str| reference[field].as_u64().or_else(|| reference[field].as_str()?.parse().ok());
    let channel = world.channels.get(&snowflake("channel_id").unwrap_or(channel));
    let id = snowflake("message_id");
    if channel.zip(id).is_some_and(|(channel, id)| channel.messages.contains_key(&id)) {
        return None;
    }
    let error = json!([{ "code": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "message": "Unknown message" }]);
    let errors = json!({ "message_reference": { "_errors": error } });
    Some(invalid(json!({ "message": "Invalid Form Body", "code": 50_035, "errors": errors })))
}

async fn edit(
    State(simulator): State<Simulator>,
    Path((channel, message)): Path<(u64, u64)>,
    request: Request,
) -> Response {
    let wanted = match Wanted::read(request).await {
        Ok(wanted) => wanted,
        Err(refused) => return refused,
    };
    let mut world = simulator.world();
    if let Some(refused) = out_of_reach(&world, channel, message) {
        return refused;
    }
    match change(&simulator, &mut world, channel, message, wanted) {
        Ok(changed) => {
            world.announce("MESSAGE_UPDATE", channel, changed.clone());
            Json(changed).into_response()
        }
        Err(refused) => *refused,
    }
}

/// Changes a message of the bot.
pub fn change(
    simulator: &Simulator,
    world: &mut World,
    channel: u64,
    message: u64,
    wanted: Wanted,
) -> Result<Value, Box<Response>> {
    let Some(known) = world.message_mut(channel, message).cloned() else {
        return Err(Box::new(unknown_message()));
    };
    if known["author"]["id"] != json!(BOT.to_string()) {
        let why = "Cannot edit a message authored by another user";
        return Err(Box::new(refusal(StatusCode::FORBIDDEN, 50_005, why)));
    }
    let flags = known["flags"].as_u64().unwrap_or_default();
    let asked = wanted.body["flags"].as_u64();
    let mut whole = known.clone();
    merge(&mut whole, wanted.body.clone());
    whole["flags"] = json!(flags | asked.unwrap_or_default());
    // Files that stay are named by their own ids.
    let kept = known["attachments"].as_array().map_or(0, Vec::len);
    check::message(&whole, wanted.files.len() + kept).map_err(boxed)?;
    let names_files = wanted.body.get("attachments").is_some() || !wanted.files.is_empty();
    let mut fields = wanted.fields(simulator, world, channel);
    // Cards can be hidden and shown again; what a message is made of stays.
    let asked = asked.map(|asked| (flags & !WITHOUT_CARDS) | (asked & (WITHOUT_CARDS | COMPONENTS_ALONE)));
    fields["flags"] = json!(asked.unwrap_or(flags));
    if !names_files {
        fields["attachments"] = known["attachments"].clone();
    }
    fields["edited_timestamp"] = Value::from(now().strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string());
    let Some(message) = world.message_mut(channel, message) else { return Err(Box::new(unknown_message())) };
    merge(message, fields);
    Ok(message.clone())
}

async fn delete(State(simulator): State<Simulator>, Path((channel, message)): Path<(u64, u64)>) -> Response {
    let mut world = simulator.world();
    if let Some(refused) = out_of_reach(&world, channel, message) {
        return refused;
    }
    let of_bot = |message: &Value| message["author"]["id"] == json!(BOT.to_string());
    if world.is_direct(channel) && world.message_mut(channel, message).is_some_and(|message| !of_bot(message))
    {
        let why = "Cannot execute action on a DM channel";
        return refusal(StatusCode::FORBIDDEN, 50_003, why);
    }
    if world.take_back(channel, message) { StatusCode::NO_CONTENT.into_response() } else { unknown_message() }
}

async fn react(
    State(simulator): State<Simulator>,
    Path((channel, message, emoji)): Path<(u64, u64, String)>,
) -> Response {
    if let Some(refused) = out_of_reach(&simulator.world(), channel, message) {
        return refused;
    }
    if !is_emoji(&emoji) {
        return refusal(StatusCode::BAD_REQUEST, 10_014, "Unknown Emoji");
    }
    StatusCode::NO_CONTENT.into_response()
}

/// Why the bot does not get at a message.
fn out_of_reach(world: &World, channel: u64, message: u64) -> Option<Response> {
    kept_out(world, channel).or_else(|| world.found(channel, message).is_none().then(unknown_message))
}

/// Why the bot may not be in a channel.
fn kept_out(world: &World, channel: u64) -> Option<Response> {
    match world.channels.get(&channel) {
        None => Some(unknown_channel()),
        Some(channel) if channel.closed && channel.kind == 1 => {
            Some(refusal(StatusCode::FORBIDDEN, 50_007, "Cannot send messages to this user"))
        }
        Some(channel) if channel.closed => Some(refusal(StatusCode::FORBIDDEN, 50_001, "Missing Access")),
        Some(_) => None,
    }
}

impl World {
    /// Deletes a message; `false` where there is none.
    pub fn take_back(&mut self, channel: u64, message: u64) -> bool {
        let gone =
            self.channels.get_mut(&channel).and_then(|channel| channel.messages.remove(&message)).is_some();
        if gone {
            let event = json!({ "id": message.to_string(), "channel_id": channel.to_string() });
            self.announce("MESSAGE_DELETE", channel, event);
        }
        gone
    }

    /// Tells sessions of something in a channel; of what one person alone sees, none is told.
    pub fn announce(&mut self, kind: &str, channel: u64, mut event: Value) {
        let message = event["message_id"].as_str().or(event["id"].as_str()).and_then(|id| id.parse().ok());
        let is_hidden =
            |id: u64| self.channels.get(&channel).is_some_and(|place| place.only.contains_key(&id));
        if message.is_some_and(is_hidden) {
            return;
        }
        let direct = self.is_direct(channel);
        if event.get("author").is_some() {
            event["channel_type"] = json!(self.channels.get(&channel).map_or(0, |channel| channel.kind));
        }
        if !direct {
            event["guild_id"] = Value::from(GUILD.to_string());
            let author = event["author"]["id"].as_str().and_then(|id| id.parse().ok());
            if let Some(author) = author.filter(|author| self.users.contains_key(author)) {
                let mut member = self.member(author);
                if let Value::Object(fields) = &mut member {
                    fields.remove("user");
                }
                event["member"] = member;
            }
        }
        self.sessions.tell(kind, direct, &event);
    }
}
