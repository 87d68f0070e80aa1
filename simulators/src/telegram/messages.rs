//! How does a bot say something?

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    api::{Answered, Refusal, refusal, too_many},
    edit::set,
    files, markdown, marks,
    read::Given,
    world::{Chat, Message, State, World, is_super},
};

/// Longest text and caption, in characters after the marks were read.
pub const LONGEST_TEXT: usize = 4096;
pub const LONGEST_CAPTION: usize = 1024;
const MOST_IN_ALBUM: usize = 10;
/// Longest `callback_data`, in bytes, and most buttons of a message.
const LONGEST_DATA: usize = 64;
const MOST_BUTTONS: usize = 100;
/// Seconds for which a place moves that does so without an end.
const WITHOUT_END: i64 = 0x7fff_ffff;
/// Effects that every account has: fire, thumbs up and down, a heart, a party, dung. Those of paying ones are not listed.
const EFFECTS: [&str; 6] = [
    "5104841245755180586",
    "5107584321108051014",
    "5104858069142078462",
    "5159385139981059251",
    "5046509860389126442",
    "5046589136895476101",
];
/// Messages a second by one bot, and a minute into one group.
const EVERYWHERE: (usize, i64) = (30, 1);
const INTO_GROUP: (usize, i64) = (20, 60);
/// Into one chat it is "about one a second", with bursts. How long one may be is not documented: our own.
const INTO_CHAT: (usize, i64) = (20, 20);

pub fn text(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let (text, entities) = words(world, given, "text")?;
    let text = check_text(&text)?;
    let markup = markup(given)?;
    let mut card = json!({ "text": text });
    if !entities.is_empty() {
        card["entities"] = entities.into();
    }
    target.say(world, card, markup)
}

pub fn file(world: &World, given: &Given, field: &str) -> Answered {
    let target = Target::find(world, given)?;
    let card = of_file(world, given, field)?;
    let markup = markup(given)?;
    target.say(world, card, markup)
}

/// Several files at once, each a message; documents and music only among themselves.
pub fn album(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let media = given.json("media")?.unwrap_or_else(|| json!([]));
    let media = media.as_array().map(Vec::as_slice).unwrap_or_default();
    if !(2..=MOST_IN_ALBUM).contains(&media.len()) {
        return Err(refusal(400, "Bad Request: an album has 2 to 10 items"));
    }
    let kinds = media.iter().map(|item| item["type"].as_str().unwrap_or_default()).collect::<Vec<_>>();
    let fits = |kind: &&str| match *kind {
        "photo" | "video" => !kinds.iter().any(|other| matches!(*other, "document" | "audio")),
        "document" | "audio" => kinds.iter().all(|other| other == kind),
        _ => false,
    };
    if !kinds.iter().all(fits) {
        return Err(refusal(400, "Bad Request: media of these types can't be mixed in an album"));
    }
    let group = world.state().number().to_string();
    let mut cards = Vec::new();
    for (item, kind) in media.iter().zip(&kinds) {
        let mut fields = item.as_object().cloned().unwrap_or_default();
        if let Some(source) = fields.remove("media") {
            fields.insert((*kind).to_owned(), source);
        }
        let mut card = of_file(world, &Given { fields, files: given.files.clone() }, kind)?;
        card["media_group_id"] = group.as_str().into();
        cards.push(card);
    }
    let said = cards.into_iter().map(|card| target.say(world, card, None));
    said.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

fn of_file(world: &World, given: &Given, field: &str) -> Answered {
    let file = files::sent(world, given, field)?;
    let (caption, entities) = words(world, given, "caption")?;
    check_caption(&caption)?;
    let mut card = json!({});
    if field == "photo" {
        let size = |width: u32, height: u32| {
            json!({
                "file_id": file["file_id"], "file_unique_id": file["file_unique_id"],
                "file_size": file["file_size"], "width": width, "height": height,
            })
        };
        card["photo"] = json!([size(90, 60), size(800, 533)]);
    } else {
        let mut file = file;
        if matches!(field, "animation" | "video") {
            (file["width"], file["height"]) = (320.into(), 240.into());
        }
        if field != "document" {
            file["duration"] = 1.into();
        }
        if field == "voice" {
            set(&mut file, "file_name", None);
        }
        card[field] = file;
    }
    if !caption.is_empty() {
        card["caption"] = caption.into();
        if !entities.is_empty() {
            card["caption_entities"] = entities.into();
        }
    }
    Ok(card)
}

pub fn location(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let mut location = coordinates(given)?;
    for (name, number) in live(given)? {
        location[name] = number.into();
    }
    let markup = markup(given)?;
    target.say(world, json!({ "location": location }), markup)
}

pub fn venue(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let location = coordinates(given)?;
    let (title, address) =
        (given.text("title").unwrap_or_default(), given.text("address").unwrap_or_default());
    if title.is_empty() {
        return Err(refusal(400, "Bad Request: title must be non-empty"));
    }
    if address.is_empty() {
        return Err(refusal(400, "Bad Request: address must be non-empty"));
    }
    let markup = markup(given)?;
    let venue = json!({"location": location, "title": title, "address": address});
    target.say(world, json!({"venue": venue, "location": location}), markup)
}

pub fn action(world: &World, given: &Given) -> Answered {
    let target = Target::find(world, given)?;
    let known = [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ];
    if !given.text("action").is_some_and(|action| known.contains(&action.as_str())) {
        return Err(refusal(400, "Bad Request: wrong parameter action in request"));
    }
    if let Some(chat) = world.state().chats.get_mut(&target.chat) {
        chat.typing.push(world.now());
    }
    Ok(json!(true))
}

fn coordinates(given: &Given) -> Answered {
    let degrees =
        |name: &str, most: f64| given.decimal(name).filter(|degrees| (-most..=most).contains(degrees));
    match (degrees("latitude", 90.0), degrees("longitude", 180.0)) {
        (Some(latitude), Some(longitude)) => Ok(json!({"latitude": latitude, "longitude": longitude})),
        _ => Err(refusal(400, "Bad Request: can't parse location: wrong latitude or longitude specified")),
    }
}

/// What is told with a place that moves. Numbers that cannot be read are none.
fn live(given: &Given) -> Result<Vec<(&'static str, i64)>, Refusal> {
    let named = [
        ("live_period", "period", 60..=86_400),
        ("heading", "heading", 1..=360),
        ("proximity_alert_radius", "proximity alert radius", 1..=100_000),
    ];
    let mut told = Vec::new();
    for (name, words, fits) in named {
        let Some(number) = given.number(name).filter(|number| *number != 0) else { continue };
        let without_end = name == "live_period" && number == WITHOUT_END;
        if !fits.contains(&number) && !without_end {
            return Err(refusal(400, &format!("Bad Request: wrong live location {words} specified")));
        }
        told.push((name, number));
    }
    Ok(told)
}

/// The words of a field without their marks.
pub fn words(world: &World, given: &Given, field: &str) -> Result<(String, Vec<Value>), Refusal> {
    let source = given.text(field).unwrap_or_default();
    let named = if field == "caption" { "caption_entities" } else { "entities" };
    let mode = given.text("parse_mode").unwrap_or_default();
    let entities = if mode.is_empty() { given.json(named)? } else { None };
    let entities = entities.unwrap_or_else(|| json!([]));
    marked(world, source, &mode, entities.as_array().cloned().unwrap_or_default())
}

/// Words without the marks of this `parse_mode`; where there is none, these are their entities.
pub fn marked(
    world: &World,
    source: String,
    mode: &str,
    entities: Vec<Value>,
) -> Result<(String, Vec<Value>), Refusal> {
    let broken = |error: String| refusal(400, &format!("Bad Request: can't parse entities: {error}"));
    if !mode.is_empty() && world.faults.plan().marks_refused {
        return Err(broken("unsupported start tag".to_owned()));
    }
    match mode.to_lowercase().as_str() {
        "" => Ok((source, entities)),
        "html" => marks::html(&source).map_err(broken),
        "markdownv2" => markdown::markdown_v2(&source).map_err(broken),
        "markdown" => markdown::markdown(&source).map_err(broken),
        _ => Err(refusal(400, "Bad Request: unsupported parse_mode")),
    }
}

pub fn check_text(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(refusal(400, "Bad Request: message text is empty"));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Err(refusal(400, "Bad Request: message is too long"));
    }
    Ok(text.to_owned())
}

pub fn check_caption(caption: &str) -> Result<(), Refusal> {
    if caption.chars().count() > LONGEST_CAPTION {
        return Err(refusal(400, "Bad Request: message caption is too long"));
    }
    Ok(())
}

/// The keyboard of a message, if it has one that Telegram takes.
pub fn markup(given: &Given) -> Result<Option<Value>, Refusal> {
    let Some(markup) = given.json("reply_markup")? else { return Ok(None) };
    let broken = |why: &str| {
        refusal(400, &format!("Bad Request: can't parse reply keyboard markup JSON object: {why}"))
    };
    for (field, inline) in [("inline_keyboard", true), ("keyboard", false)] {
        let Some(rows) = markup.get(field) else { continue };
        let rows = rows.as_array().ok_or_else(|| broken("Field \"keyboard\" must be of the type Array"))?;
        let mut count = 0;
        for row in rows {
            let row = row.as_array().ok_or_else(|| broken("keyboard rows must be Arrays"))?;
            count += row.len();
            for button in row {
                if inline {
                    check_button(button)?;
                } else if button
                    .as_str()
                    .or(button["text"].as_str())
                    .is_none_or(|text| text.trim().is_empty())
                {
                    return Err(refusal(400, "Bad Request: keyboard button text must be non-empty"));
                }
            }
        }
        if count > MOST_BUTTONS {
            return Err(refusal(400, "Bad Request: reply markup is too long"));
        }
        return Ok(Some(markup));
    }
    if markup.get("remove_keyboard").is_some() || markup.get("force_reply").is_some() {
        return Ok(Some(markup));
    }
    Err(refusal(400, "Bad Request: object expected as reply markup"))
}

fn check_button(button: &Value) -> Result<(), Refusal> {
    if button["text"].as_str().is_none_or(|text| text.trim().is_empty()) {
        return Err(refusal(
            400,
            "Bad Request: can't parse inline keyboard button: Field \"text\" must be non-empty",
        ));
    }
    let kinds = [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ];
    if kinds.iter().filter(|kind| button.get(**kind).is_some()).count() != 1 {
        return Err(refusal(
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ));
    }
    // Nothing that is sold can be sent here.
    if button.get("pay").is_some() {
        return Err(refusal(400, "Bad Request: BUTTON_TYPE_INVALID"));
    }
    if let Some(data) = button.get("callback_data") {
        let length = data.as_str().map_or(0, str::len);
        if length == 0 || length > LONGEST_DATA {
            return Err(refusal(400, "Bad Request: BUTTON_DATA_INVALID"));
        }
    }
    if let Some(address) = button["url"].as_str() {
        let said = |why: &str| {
            refusal(400, &format!("Bad Request: inline keyboard button URL '{address}' is invalid: {why}"))
        };
        let url = url::Url::parse(address).map_err(|_| said("Wrong HTTP URL"))?;
        match url.scheme() {
            "tg" => {}
            "http" | "https" if url.host_str().is_some_and(|host| host.contains('.')) => {}
            "http" | "https" => return Err(said("Wrong HTTP URL")),
            _ => return Err(said("Unsupported URL protocol")),
        }
    }
    Ok(())
}

/// Where something is to be said.
pub struct Target {
    pub chat: i64,
    pub topic: Option<i64>,
    pub business: Option<String>,
    effect: Option<String>,
    protected: bool,
}

/// The chat that a field names by its id or its `@name`.
pub fn place(state: &State, given: &Given, field: &str) -> Result<i64, Refusal> {
    let id = given.text(field).filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| refusal(400, &format!("Bad Request: {field} is empty")))?;
    let found = if let Ok(id) = id.parse::<i64>() {
        state.chats.contains_key(&id).then_some(id)
    } else {
        let by_name = |chat: &&Chat| chat.card["username"].as_str() == id.strip_prefix('@');
        let named = state.chats.iter().find(|(_, chat)| by_name(chat));
        named.map(|(id, _)| *id)
    };
    found.ok_or_else(|| refusal(400, "Bad Request: chat not found"))
}

/// The effect that a message has. Telegram reads the digits that an id begins with: without any, there is none.
fn effect(given: &Given, chat: i64) -> Result<Option<String>, Refusal> {
    let id = given.text("message_effect_id").unwrap_or_default();
    let id = id.chars().take_while(char::is_ascii_digit).collect::<String>();
    if id.trim_start_matches('0').is_empty() {
        return Ok(None);
    }
    if chat < 0 {
        return Err(refusal(400, "Bad Request: can't use message effects in the chat"));
    }
    if !EFFECTS.contains(&id.as_str()) {
        return Err(refusal(400, "Bad Request: EFFECT_ID_INVALID"));
    }
    Ok(Some(id))
}

impl Target {
    pub fn find(world: &World, given: &Given) -> Result<Self, Refusal> {
        let topic = given.number("message_thread_id");
        let business = given.text("business_connection_id").filter(|id| !id.is_empty());
        let state = world.state();
        let chat = place(&state, given, "chat_id")?;
        let found = &state.chats[&chat];
        if let Some(business) = &business {
            let connection = state.business.get(business);
            let may = connection.is_some_and(|connection| connection["is_enabled"] == true);
            if !may {
                return Err(refusal(400, "Bad Request: BUSINESS_CONNECTION_INVALID"));
            }
        } else {
            check_open(found, chat)?;
        }
        if let Some(topic) = topic
            && !found.topics.contains_key(&topic)
        {
            return Err(refusal(400, "Bad Request: message thread not found"));
        }
        if let Some(reply) = given.json("reply_parameters")?
            && reply["allow_sending_without_reply"] != true
        {
            let answered = reply["message_id"].as_i64().and_then(|id| found.messages.get(&id));
            if answered.is_none_or(|answered| answered.deleted) {
                return Err(refusal(400, "Bad Request: message to be replied not found"));
            }
        }
        let effect = effect(given, chat)?;
        Ok(Self { chat, topic, business, effect, protected: given.flag("protect_content") })
    }

    /// Puts a message of the bot's into the chat.
    pub fn say(&self, world: &World, mut card: Value, markup: Option<Value>) -> Answered {
        let at = world.now();
        let mut state = world.state();
        if world.settings.limited {
            check_rate(&mut state, self.chat, at)?;
        }
        let id = state.message_id(self.chat);
        let mut head = json!({"message_id": id, "from": world.me(), "date": at.as_second()});
        if let Some(topic) = self.topic {
            head["message_thread_id"] = topic.into();
            head["is_topic_message"] = true.into();
        }
        if let Some(business) = &self.business {
            head["business_connection_id"] = business.as_str().into();
            head["sender_business_bot"] = world.me();
        }
        if let Some(effect) = &self.effect {
            head["effect_id"] = effect.as_str().into();
        }
        if self.protected {
            head["has_protected_content"] = true.into();
        }
        let Some(chat) = state.chats.get_mut(&self.chat) else {
            return Err(refusal(400, "Bad Request: chat not found"));
        };
        head["chat"] = chat.card.clone();
        for (name, value) in card.as_object_mut().into_iter().flatten() {
            head[name] = value.take();
        }
        // Only what stands below a message is told with it; the rest is noted for those who ask.
        let mut shown = head.clone();
        if let Some(markup) = markup {
            if markup.get("inline_keyboard").is_some() {
                shown["reply_markup"] = markup.clone();
            }
            head["reply_markup"] = markup;
        }
        let message = Message { card: head, by_bot: true, at, edited: Vec::new(), deleted: false };
        chat.messages.insert(id, message);
        state.log.push((self.chat, id));
        Ok(shown)
    }
}

pub fn check_open(chat: &Chat, id: i64) -> Result<(), Refusal> {
    if let Some(new) = chat.migrated_to {
        return Err(Refusal {
            parameters: Some(json!({ "migrate_to_chat_id": new })),
            ..refusal(400, "Bad Request: group chat was upgraded to a supergroup chat")
        });
    }
    if chat.blocked {
        return Err(refusal(403, "Forbidden: bot was blocked by the user"));
    }
    match (chat.open, id) {
        (true, _) => Ok(()),
        (false, 0..) => Err(refusal(403, "Forbidden: bot can't initiate conversation with a user")),
        (false, _) if is_super(id) => Err(refusal(403, "Forbidden: bot was kicked from the supergroup chat")),
        (false, _) => Err(refusal(403, "Forbidden: bot was kicked from the group chat")),
    }
}

/// What is said and what is changed count alike.
pub fn check_rate(state: &mut State, chat: i64, at: Timestamp) -> Result<(), Refusal> {
    let into = if chat < 0 { INTO_GROUP } else { INTO_CHAT };
    let windows = [(None, EVERYWHERE), (Some(chat), into)];
    for (key, (most, seconds)) in windows {
        let sent = state.sent.entry(key).or_default();
        while sent.front().is_some_and(|first| at.duration_since(*first).as_secs() >= seconds) {
            sent.pop_front();
        }
        if sent.len() >= most {
            let oldest = sent.front().map_or(0, |first| at.duration_since(*first).as_secs());
            return Err(too_many(u64::try_from((seconds - oldest).max(1)).unwrap_or(1)));
        }
    }
    for (key, _) in windows {
        state.sent.entry(key).or_default().push_back(at);
    }
    Ok(())
}
