//! Which messages does Meta take? `POST /{phone number}/messages`

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::{
    World,
    api::{Answer, GraphError},
    interactive, media, templates,
    world::{Said, State, WINDOW},
};

/// "Business-scoped user ids are not supported for this message".
const NEEDS_PHONE: i64 = 131_062;
/// More than 24 hours since the person wrote: templates alone are taken.
const WINDOW_CLOSED: i64 = 131_047;
const RE_ENGAGEMENT: (&str, &str) = (
    "Re-engagement message",
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
);
/// "There are restrictions on how many messages can be sent from this phone number". Meta names no code for its limit of people a
/// day; this is the one whose words fit.
const TOO_MANY_PEOPLE: i64 = 131_048;
/// What is wrong with a template alone.
const OF_TEMPLATES: i64 = 132_000;
const LAST_OF_TEMPLATES: i64 = 132_099;
/// One message in six seconds to one person, 45 of them on credit.
const PAIR: (SignedDuration, i32) = (SignedDuration::from_secs(6), 45);
/// 80 a second.
const NUMBER: (SignedDuration, i32) = (SignedDuration::from_micros(12_500), 80);

pub fn post(world: &World, body: &Value) -> Answer {
    if body.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
        return Err(GraphError::new(100, "(#100) The parameter messaging_product is required."));
    }
    if body.get("status").is_some() {
        return mark(world, body);
    }
    let recipient = recipient(body)?;
    let kind = body.get("type").and_then(Value::as_str).unwrap_or("text");
    let now = world.now();
    {
        let mut state = world.state();
        state.forget_media(now);
        let missing = || GraphError::missing(format!("Parameter {kind} is missing"));
        if kind == "contacts" {
            contacts(body.get(kind).and_then(Value::as_array).ok_or_else(missing)?)?;
        } else {
            check(&state, kind, body.get(kind).and_then(Value::as_object).ok_or_else(missing)?)?;
        }
        if kind == "template" && is_by_id(&recipient) && templates::authenticates(&state, &body[kind]) {
            let (title, details) = told(NEEDS_PHONE);
            return Err(GraphError::new(NEEDS_PHONE, format!("(#{NEEDS_PHONE}) {title}")).details(details));
        }
        if let Some(tag) = body.get("biz_opaque_callback_data") {
            text_of(Some(tag), "biz_opaque_callback_data", 0, 512)?;
        }
        if let Some(context) = body.get("context") {
            let id = context.get("message_id").and_then(Value::as_str).unwrap_or_default();
            if !state.heard.contains_key(id) && !state.said.iter().any(|said| said.id == id) {
                return Err(GraphError::invalid("The message_id of the context does not exist"));
            }
        }
    }
    limits(world, &recipient, kind, now)?;
    if let Some(code) = world.faults.next_refusal() {
        let is_taken = match code {
            NEEDS_PHONE => body.get("to").is_some(),
            WINDOW_CLOSED => kind == "template",
            OF_TEMPLATES..=LAST_OF_TEMPLATES => kind != "template",
            _ => false,
        };
        if !is_taken {
            let (title, details) = told(code);
            return Err(GraphError::new(code, format!("(#{code}) {title}")).details(details));
        }
    }
    Ok(accept(world, &recipient, kind, body, now))
}

/// Exactly one of a phone number in `to` and a business-scoped id in `recipient`; with both the number counts.
fn recipient(body: &Value) -> Result<String, GraphError> {
    if body.get("recipient_type").is_some_and(|kind| kind != "individual") {
        return Err(GraphError::invalid("recipient_type must be individual"));
    }
    let to = body.get("to").and_then(Value::as_str).filter(|to| !to.is_empty());
    let user = body.get("recipient").and_then(Value::as_str).filter(|id| !id.is_empty());
    match (to, user) {
        (Some(to), _) => {
            let digits: String =
                to.chars().filter(|letter| !matches!(letter, '+' | ' ' | '-' | '(' | ')')).collect();
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(
                    GraphError::new(100, "(#100) Invalid parameter").details("to is not a phone number")
                );
            }
            Ok(digits)
        }
        (None, Some(user)) => {
            let shape = user.split_once('.').is_some_and(|(country, id)| {
                country.len() == 2
                    && country.bytes().all(|byte| byte.is_ascii_uppercase())
                    && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
                    && id.len() <= 132
            });
            if shape { Ok(user.to_owned()) } else { Err(GraphError::invalid("recipient is not a user id")) }
        }
        (None, None) => Err(GraphError::new(100, "(#100) The parameter to is required.")),
    }
}

/// Whether it names a person by id, and no phone number.
fn is_by_id(recipient: &str) -> bool {
    recipient.contains('.')
}

fn mark(world: &World, body: &Value) -> Answer {
    if body["status"] != "read" {
        return Err(GraphError::new(100, "(#100) Param status must be one of {READ}"));
    }
    let id = body.get("message_id").and_then(Value::as_str).unwrap_or_default();
    let mut state = world.state();
    if !state.heard.contains_key(id) {
        return Err(GraphError::new(100, "(#100) Invalid parameter").details("Message ID does not exist"));
    }
    let typing = match body.get("typing_indicator") {
        None => false,
        Some(indicator) if indicator["type"] == "text" => true,
        Some(_) => {
            return Err(GraphError::new(100, "(#100) Param typing_indicator['type'] must be one of {TEXT}"));
        }
    };
    state.marks.push((id.to_owned(), typing));
    Ok(json!({ "success": true }))
}

fn check(state: &State, kind: &str, object: &Map<String, Value>) -> Result<(), GraphError> {
    match kind {
        "text" => {
            only(object, kind, &["body", "preview_url"])?;
            text_of(object.get("body"), "text['body']", 1, 4096).map(drop)
        }
        "image" | "video" | "audio" | "document" | "sticker" => media_object(state, kind, object),
        "location" => {
            only(object, kind, &["latitude", "longitude", "name", "address"])?;
            for (field, most) in [("latitude", 90.0), ("longitude", 180.0)] {
                let degrees = match object.get(field) {
                    Some(Value::String(text)) => text.parse::<f64>().ok(),
                    Some(value) => value.as_f64(),
                    None => None,
                };
                if !degrees.is_some_and(|degrees| (-most..=most).contains(&degrees)) {
                    return Err(GraphError::invalid(format!("{field} is not valid")));
                }
            }
            Ok(())
        }
        "reaction" => {
            only(object, kind, &["message_id", "emoji"])?;
            let id = text_of(object.get("message_id"), "reaction['message_id']", 1, 512)?;
            if state.heard.contains_key(id) {
                Ok(())
            } else {
                Err(GraphError::invalid("The message does not exist"))
            }
        }
        "interactive" => interactive::check(state, object),
        "template" => templates::check(state, object),
        other => Err(GraphError::new(
            100,
            format!(
                "(#100) Param type must be one of {{AUDIO, CONTACTS, DOCUMENT, IMAGE, INTERACTIVE, LOCATION, REACTION, STICKER, TEMPLATE, TEXT, VIDEO}} - got \"{other}\"."
            ),
        )),
    }
}

/// Cards of people: each has a name, and beside the whole of it a part at least.
fn contacts(cards: &[Value]) -> Result<(), GraphError> {
    if cards.is_empty() {
        return Err(GraphError::missing("contacts is empty"));
    }
    for card in cards {
        text_of(card["name"].get("formatted_name"), "contacts['name']['formatted_name']", 1, 512)?;
        let parts = ["first_name", "last_name", "middle_name", "prefix", "suffix"];
        if !parts.iter().any(|part| card["name"][*part].is_string()) {
            return Err(GraphError::missing("contacts['name'] needs one part beside formatted_name"));
        }
    }
    Ok(())
}

pub fn media_object(state: &State, kind: &str, object: &Map<String, Value>) -> Result<(), GraphError> {
    let fields: &[&str] = match kind {
        "document" => &["id", "link", "caption", "filename"],
        "image" | "video" => &["id", "link", "caption"],
        _ => &["id", "link", "voice"],
    };
    only(object, kind, fields)?;
    if let Some(caption) = object.get("caption") {
        text_of(Some(caption), &format!("{kind}['caption']"), 0, 1024)?;
    }
    match (object.get("id").and_then(Value::as_str), object.get("link").and_then(Value::as_str)) {
        (Some(id), None) => {
            let found = state
                .media
                .get(id)
                .ok_or_else(|| GraphError::invalid(format!("Media ID {id} does not exist")))?;
            if media::is_of(kind, &found.content_type) {
                Ok(())
            } else {
                let details = format!("Unsupported {kind} mime type {}", found.content_type);
                Err(GraphError::new(131_053, "(#131053) Media upload error").details(details))
            }
        }
        (None, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => Ok(()),
        (None, Some(_)) => Err(GraphError::invalid(format!("{kind}['link'] is not a valid URL"))),
        (Some(_), Some(_)) | (None, None) => {
            Err(GraphError::new(100, format!("(#100) Exactly one of id and link of {kind} is required")))
        }
    }
}

pub fn only(object: &Map<String, Value>, place: &str, known: &[&str]) -> Result<(), GraphError> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => {
            Err(GraphError::new(100, format!("(#100) Unexpected key \"{key}\" on param \"{place}\".")))
        }
        None => Ok(()),
    }
}

/// A text of so many characters, not only white space where it must be there.
pub fn text_of<'v>(
    value: Option<&'v Value>,
    place: &str,
    least: usize,
    most: usize,
) -> Result<&'v str, GraphError> {
    let text =
        value.and_then(Value::as_str).ok_or_else(|| GraphError::missing(format!("{place} is missing")))?;
    let length = text.chars().count();
    if length < least || length > most || least > 0 && text.trim().is_empty() {
        return Err(GraphError::invalid(format!(
            "{place} length invalid. Min length: {least}, Max length: {most}"
        )));
    }
    Ok(text)
}

fn limits(world: &World, recipient: &str, kind: &str, now: Timestamp) -> Result<(), GraphError> {
    let mut state = world.state();
    let is_open = state.person(recipient).is_some_and(|person| person.is_open(now));
    let pair = state.person(recipient).map_or(recipient, |person| &person.user_id).to_owned();
    let number = taken(state.number, NUMBER, now)
        .ok_or_else(|| GraphError::new(130_429, "(#130429) Rate limit hit"))?;
    let paired = taken(state.pairs.get(&pair).copied(), PAIR, now);
    let paired = paired.filter(|_| world.faults.flooded(&pair).is_none()).ok_or_else(|| {
        GraphError::new(131_056, "(#131056) (Business Account, Consumer Account) pair rate limit hit")
    })?;
    if kind == "template" && !is_open {
        state.reached.retain(|_, at| now.duration_since(*at) < WINDOW);
        if !state.reached.contains_key(&pair) && state.reached.len() >= state.people_a_day {
            let (title, details) = told(TOO_MANY_PEOPLE);
            let message = format!("(#{TOO_MANY_PEOPLE}) {title}");
            return Err(GraphError::new(TOO_MANY_PEOPLE, message).details(details));
        }
        state.reached.entry(pair.clone()).or_insert(now);
    }
    state.number = Some(number);
    state.pairs.insert(pair, paired);
    Ok(())
}

/// When a bucket will be full again after one more, if there is room for it.
fn taken(
    full_at: Option<Timestamp>,
    (each, burst): (SignedDuration, i32),
    now: Timestamp,
) -> Option<Timestamp> {
    let next = full_at.map_or(now, |full| full.max(now)).saturating_add(each).ok()?;
    (next.duration_since(now) <= each * burst).then_some(next)
}

fn accept(world: &World, recipient: &str, kind: &str, body: &Value, now: Timestamp) -> Value {
    let mut state = world.state();
    let id = state.message_id();
    let person = state.person(recipient).cloned();
    let to = person.as_ref().map_or_else(|| recipient.to_owned(), |person| person.user_id.clone());
    state.said.push(Said {
        id: id.clone(),
        at: now,
        to,
        message: body.clone(),
        status: "accepted".to_owned(),
    });
    drop(state);

    let mut contact = json!({ "input": recipient });
    let field = if recipient.bytes().all(|byte| byte.is_ascii_digit()) { "wa_id" } else { "user_id" };
    contact[field] = json!(recipient);
    let mut message = json!({ "id": id });
    if kind == "template" {
        message["message_status"] = json!("accepted");
    }
    let failure = match &person {
        None => Some((131_026, "Message undeliverable", "Unable to deliver the message")),
        Some(person) if person.blocked => {
            Some((131_026, "Message undeliverable", "Unable to deliver the message"))
        }
        Some(person) => {
            if !person.is_open(now) && kind != "template" {
                Some((WINDOW_CLOSED, RE_ENGAGEMENT.0, RE_ENGAGEMENT.1))
            } else if linked(kind, body).is_some_and(|(kind, link)| !media::can_be_fetched(kind, link)) {
                Some((131_053, "Media upload error", "Downloading media from weblink failed."))
            } else {
                let late = world.faults.next_late_refusal();
                let late = late.filter(|code| *code != WINDOW_CLOSED || kind != "template");
                late.map(|code| {
                    let (title, details) = told(code);
                    (code, title, details)
                })
            }
        }
    };
    if let Some((code, title, details)) = failure {
        let error = json!({
            "code": code,
            "title": title,
            "message": title,
            "error_data": { "details": details },
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        });
        status(world, &id, "failed", Some(error));
    } else {
        status(world, &id, "sent", None);
        status(world, &id, "delivered", None);
    }
    json!({ "messaging_product": "whatsapp", "contacts": [contact], "messages": [message] })
}

/// The kind and the address of a file that Meta fetches after it has taken the message.
fn linked<'b>(kind: &'b str, body: &'b Value) -> Option<(&'b str, &'b str)> {
    let (kind, file) = if kind == "interactive" {
        let header = &body["interactive"]["header"];
        let kind = header["type"].as_str()?;
        (kind, &header[kind])
    } else {
        (kind, &body[kind])
    };
    Some((kind, file["link"].as_str()?))
}

/// Title and details of errors that come on demand.
fn told(code: i64) -> (&'static str, &'static str) {
    match code {
        80_007 => ("Rate limit issues", "The WhatsApp Business Account has reached its rate limit."),
        131_000 => ("Something went wrong", "Message failed to send due to an unknown error. Try again."),
        WINDOW_CLOSED => RE_ENGAGEMENT,
        131_042 => ("Business eligibility payment issue", "There was a problem with the payment method."),
        TOO_MANY_PEOPLE => {
            ("Spam rate limit hit", "Too many previous messages were blocked or flagged as spam.")
        }
        131_049 => {
            ("Meta chose not to deliver", "This message was not delivered to maintain healthy engagement.")
        }
        131_050 => {
            ("User has stopped marketing", "The person receives no marketing messages of this number.")
        }
        131_051 => ("Unsupported message type", "The type of the message is not supported."),
        131_053 => ("Media upload error", "Unable to upload the media used in the message."),
        NEEDS_PHONE => ("Recipient not supported", "This kind of message needs a phone number."),
        _ => ("Message failed", "The message failed for the reason of its code."),
    }
}

/// Tells how far a message has come.
pub fn status(world: &World, id: &str, status: &str, error: Option<Value>) {
    let now = world.now();
    let mut state = world.state();
    let Some(said) = state.said.iter_mut().find(|said| said.id == id) else { return };
    status.clone_into(&mut said.status);
    let (to, message) = (said.to.clone(), said.message.clone());
    let person = state.person(&to).cloned();
    drop(state);
    let mut news = json!({ "id": id, "status": status, "timestamp": now.as_second().to_string() });
    match &person {
        Some(person) => {
            news["recipient_user_id"] = json!(person.user_id);
            if let Some(phone) = &person.phone {
                news["recipient_id"] = json!(phone);
            }
        }
        None => news["recipient_id"] = json!(to),
    }
    if let Some(tag) = message.get("biz_opaque_callback_data") {
        news["biz_opaque_callback_data"] = tag.clone();
    }
    if let Some(error) = error {
        news["errors"] = json!([error]);
    } else {
        let category = if message["type"] == "template" { "utility" } else { "service" };
        news["pricing"] = json!({
            "billable": category == "utility",
            "pricing_model": "PMP",
            "category": category,
            "type": "regular",
        });
    }
    world.tell(world.change(person.as_ref(), "statuses", &news));
}
