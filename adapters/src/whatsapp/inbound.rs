//! What does something that Meta tells mean? (pure)

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use studio_core::{content::Content, dialogue::Body};

use super::{
    error::{passes, sentence},
    heard::{Event, Heard, Told},
    kinds::{
        MESSAGES, MOVED, MessageKind, NEW_ID, OF_OTHER_PRODUCTS, OF_PEOPLE, OF_STATUSES, OF_TEMPLATES,
        OF_THE_ACCOUNT, PASSED, PASSED_STATUSES, PAYMENT, STATUSES, TOLD,
    },
    payload::{
        Button, Contact, Edited, Head, Interactive, News, Payload, Preference, Reaction, Revoked, Status,
        System,
    },
    people::Person,
    said::Said,
    value::{Pressed, pressed},
};
use crate::{
    fingerprint::fingerprint,
    host::Incoming,
    misread::{self, named},
    platform::{Progress, Report},
};

/// Reads webhooks of one connection.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub connection: &'a str,
    pub phone_number_id: &'a str,
    pub key: &'a [u8; 32],
}

/// Bytes of a body that are read, Meta's own limit.
pub const LARGEST: usize = 3 << 20;

impl Reader<'_> {
    /// The error is a sentence for the log, without anything of what was said; so are those of what is unread.
    pub fn read(&self, body: &[u8]) -> Result<Heard, String> {
        let payload: Payload = misread::json(body)
            .and_then(|body| {
                if !body.is_object() {
                    return Err("it is no object of JSON".to_owned());
                }
                misread::value(body)
            })
            .map_err(|why| format!("a webhook cannot be read: {why}"))?;
        let mut heard = Heard::default();
        if payload.object != "whatsapp_business_account" {
            heard.ignored.push(OF_OTHER_PRODUCTS);
            return Ok(heard);
        }
        let mut timed: Vec<(i64, Event)> = Vec::new();
        for change in payload.entry.into_iter().flat_map(|entry| entry.changes) {
            match change.field.as_str() {
                field if OF_PEOPLE.contains(&field) => match misread::value::<News>(change.value) {
                    Ok(news) if news.metadata.phone_number_id == self.phone_number_id => {
                        self.news(&news, &mut heard, &mut timed);
                    }
                    Ok(_) => heard.ignored.push(MESSAGES),
                    Err(why) => {
                        heard.unread.push(format!("a change of {} cannot be read: {why}", change.field));
                    }
                },
                field if OF_TEMPLATES.contains(&field) => heard.templates = true,
                field if OF_THE_ACCOUNT.contains(&field) => heard.notices.push(notice(field, &change.value)),
                field => match PASSED.into_iter().find(|known| *known == field) {
                    Some(known) => heard.ignored.push(known),
                    None => {
                        heard
                            .unread
                            .push(format!("a change is of the field “{}”, which is not known", named(field)));
                    }
                },
            }
        }
        timed.sort_by_key(|(at, _)| *at);
        heard.events = timed.into_iter().map(|(_, event)| event).collect();
        Ok(heard)
    }

    fn news(&self, news: &News, heard: &mut Heard, timed: &mut Vec<(i64, Event)>) {
        if news.is_empty() {
            heard.ignored.push(MESSAGES);
        }
        for message in &news.messages {
            match self.message(message, &news.contacts, heard) {
                Ok(Some((at, events))) => timed.extend(events.into_iter().map(|event| (at, event))),
                Ok(None) => heard.ignored.push(MESSAGES),
                Err(why) => heard.unread.push(why),
            }
        }
        for status in &news.statuses {
            match self.status(status, &news.contacts) {
                Ok(Told::Of(report)) => heard.reports.push(report),
                Ok(Told::Nothing(kind)) => heard.ignored.push(kind),
                Ok(Told::Unknown(why)) => heard.unknown.push(why),
                Err(why) => heard.unread.push(why),
            }
        }
        for preference in &news.user_preferences {
            match self.preference(preference, &news.contacts, heard) {
                Ok(dated) => timed.push(dated),
                Err(why) => heard.unread.push(why),
            }
        }
        heard.notices.extend(news.errors.iter().map(sentence));
    }

    fn message(
        &self,
        message: &Value,
        contacts: &[Contact],
        told: &mut Heard,
    ) -> Result<Option<(i64, Vec<Event>)>, String> {
        let head: Head = whole(message, "a message")?;
        if head.group_id.is_some() {
            return Ok(None);
        }
        let at = seconds(&head.timestamp)?;
        let contact = contact_of(contacts, head.from.as_deref(), head.from_user_id.as_deref());
        let user_id = head.from_user_id.as_deref().or_else(|| contact?.user_id.as_deref());
        let phone = head.from.as_deref().or_else(|| contact?.wa_id.as_deref());
        let person = Person::of(self.key, user_id, phone, contact)
            .ok_or("a message comes from nobody: it names neither a phone number nor a user id")?;
        let kind = MessageKind::of(&head.kind);
        // What the platform says of someone tells the old number, and no name.
        if kind != Some(MessageKind::System) && !told.people.contains(&person) {
            told.people.push(person.clone());
        }

        let mut events = Vec::new();
        if let Some(referral) = message.get("referral") {
            let body = custom("referral", referral.clone());
            events.push(Event::Said(self.incoming(&person, format!("{}:referral", head.id), body)));
        }
        let unknown = || format!("a message is of the kind “{}”, which is not known", named(&head.kind));
        let kind = kind.ok_or_else(unknown)?;
        events.extend(self.events(&person, &head, kind, message)?);
        if kind.is_said() {
            let said_at = Timestamp::from_second(at).ok();
            for event in &mut events {
                match event {
                    Event::Said(incoming) | Event::Token { incoming, .. } | Event::More { incoming, .. } => {
                        incoming.said_at = said_at;
                    }
                    Event::Moved { .. } | Event::Has(_) | Event::Left { .. } => {}
                }
            }
        }
        Ok(Some((at, events)))
    }

    /// What the message itself says, by its kind.
    fn events(
        &self,
        person: &Person,
        head: &Head,
        kind: MessageKind,
        message: &Value,
    ) -> Result<Vec<Event>, String> {
        let said = |body: Body| Event::Said(self.incoming(person, head.id.clone(), body));
        Ok(match kind {
            MessageKind::Press if message.get("interactive").is_none() => vec![said(unsupported(message))],
            MessageKind::Press => vec![self.pressed(person, head, held(message, "interactive")?)?],
            MessageKind::Button => {
                let Button { payload, text } = held(message, "button")?;
                let value = payload.unwrap_or_else(|| text.clone());
                vec![self.press(person, head, &value, text)]
            }
            MessageKind::Reaction => {
                let Reaction { message_id, emoji } = held(message, "reaction")?;
                let emoji = emoji.filter(|emoji| !emoji.is_empty());
                vec![said(custom("reaction", json!({ "message": message_id, "emoji": emoji })))]
            }
            MessageKind::Order => vec![said(custom("order", held(message, "order")?))],
            MessageKind::Opened => {
                vec![said(Body::Opened { language: None, attributes: BTreeMap::new() })]
            }
            MessageKind::System => {
                let System { kind, wa_id, user_id } = held(message, "system")?;
                self.system(person, head, &kind, wa_id.as_deref(), user_id.as_deref())
            }
            MessageKind::Edit => {
                let Edited { original_message_id: id, message } = held(message, "edit")?;
                let kind = message["type"].as_str().unwrap_or_default().to_owned();
                let Some(MessageKind::Said(holds)) = MessageKind::of(&kind) else {
                    return Err(format!(
                        "an edit is of a message of the kind “{}”, which is not known",
                        named(&kind)
                    ));
                };
                let Said { content, attachments, .. } = self.content(holds, &kind, &message)?;
                let mut incoming = self.incoming(person, head.id.clone(), Body::Edited { id, content });
                incoming.attachments = attachments;
                vec![Event::Said(incoming)]
            }
            MessageKind::Revoke => {
                let Revoked { original_message_id: id } = held(message, "revoke")?;
                vec![said(Body::Deleted { id })]
            }
            MessageKind::Unsupported => vec![said(unsupported(message))],
            MessageKind::Said(holds) => {
                let Said { content, attachments, caption } = self.content(holds, &head.kind, message)?;
                let mut incoming = self.incoming(person, head.id.clone(), Body::said(content, None));
                incoming.attachments = attachments;
                let mut events = vec![Event::Said(incoming)];
                if let Some(caption) = caption {
                    let body = Body::said(Content::text(caption), None);
                    events.push(Event::Said(self.incoming(person, format!("{}:caption", head.id), body)));
                }
                events
            }
        })
    }

    fn pressed(&self, person: &Person, head: &Head, pressed: Interactive) -> Result<Event, String> {
        if let Some(form) = pressed.form {
            // What a form sent is kept even where it is no JSON.
            let answers =
                serde_json::from_str(&form.response_json).unwrap_or(Value::String(form.response_json));
            let body = custom("form", json!({ "name": form.name, "answers": answers }));
            return Ok(Event::Said(self.incoming(person, head.id.clone(), body)));
        }
        let reply = pressed.button.or(pressed.row);
        let reply = reply.ok_or("a press is neither of a button, nor of a row, nor of a form")?;
        Ok(self.press(person, head, &reply.id, reply.title))
    }

    fn press(&self, person: &Person, head: &Head, id: &str, title: String) -> Event {
        let native = head.id.clone();
        match pressed(id) {
            Pressed::Value(value) => Event::Said(self.incoming(person, native, Body::Press { value, title })),
            Pressed::Token(token) => {
                let body = Body::Press { value: title.clone(), title };
                Event::Token { incoming: self.incoming(person, native, body), token }
            }
            Pressed::More { list, page } => {
                let body = Body::Press { value: title.clone(), title };
                Event::More { incoming: self.incoming(person, native, body), list, page }
            }
        }
    }

    fn system(
        &self,
        person: &Person,
        head: &Head,
        kind: &str,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Vec<Event> {
        if !MOVED.contains(&kind) {
            let body = custom("system", json!({ "kind": kind }));
            return vec![Event::Said(self.incoming(person, head.id.clone(), body))];
        }
        let Some(now) = Person::of(self.key, user_id, phone, None) else {
            let body = custom("system", json!({ "kind": kind }));
            return vec![Event::Said(self.incoming(person, head.id.clone(), body))];
        };
        let changed = custom("number_changed", json!({ "phone": now.phone }));
        let changed = Event::Said(self.incoming(&now, head.id.clone(), changed));
        let mut events = Vec::new();
        if now.thread != person.thread {
            let (from, to) = (person.thread.clone(), now.thread.clone());
            events.push(Event::Moved { from, to, native: head.id.clone() });
        }
        if now.phone == person.phone || (now.phone.is_none() && kind == NEW_ID) {
            events.push(changed);
            return events;
        }
        if now.phone.is_some() {
            events.push(Event::Has(now.clone()));
        }
        let native = format!("{}:number", head.id);
        events.push(Event::Said(self.incoming(&now, native, has_number(now.phone.as_deref()))));
        events.push(changed);
        // At the end: until all of it is stored, a repeat finds the person by the number.
        if let (Some(phone), Some(by_phone)) = (person.phone.clone(), person.by_phone()) {
            events.push(Event::Left { thread: now.thread, phone, by_phone: by_phone.to_owned() });
        }
        events
    }

    fn status(&self, status: &Value, contacts: &[Contact]) -> Result<Told, String> {
        let status: Status = whole(status, "a status")?;
        if status.kind.as_deref() == Some(PAYMENT) {
            return Ok(Told::Nothing(PAYMENT));
        }
        if PASSED_STATUSES.contains(&status.progress.as_str()) {
            return Ok(Told::Nothing(OF_STATUSES));
        }
        let known = STATUSES.into_iter().find(|(name, _)| *name == status.progress);
        let Some((_, progress)) = known else {
            let why = format!("a status is “{}”, which is not known", named(&status.progress));
            return Ok(Told::Unknown(why));
        };
        if status.recipient_type.as_deref() == Some("group") {
            return Ok(Told::Nothing(OF_STATUSES));
        }
        let contact =
            contact_of(contacts, status.recipient_id.as_deref(), status.recipient_user_id.as_deref());
        let user_id = status.recipient_user_id.as_deref().or_else(|| contact?.user_id.as_deref());
        let phone = status.recipient_id.as_deref().or_else(|| contact?.wa_id.as_deref());
        let person = Person::of(self.key, user_id, phone, contact)
            .ok_or("a status concerns nobody: it names neither a phone number nor a user id")?;
        let at = Timestamp::from_second(seconds(&status.timestamp)?).map_err(|_| NO_TIME.to_owned())?;
        let failed = progress == Progress::Failed;
        let reason = status.errors.first();
        let error = failed.then(|| reason.map_or_else(|| "Meta gives no reason".to_owned(), sentence));
        let again = reason.filter(|_| failed).and_then(passes);
        let tag = status.biz_opaque_callback_data;
        Ok(Told::Of(Report { thread: person.thread, part: status.id, tag, progress, at, error, again }))
    }

    fn preference(
        &self,
        preference: &Value,
        contacts: &[Contact],
        heard: &mut Heard,
    ) -> Result<(i64, Event), String> {
        let preference: Preference = whole(preference, "a preference")?;
        let contact = contact_of(contacts, preference.wa_id.as_deref(), preference.user_id.as_deref());
        let user_id = preference.user_id.as_deref().or_else(|| contact?.user_id.as_deref());
        let phone = preference.wa_id.as_deref().or_else(|| contact?.wa_id.as_deref());
        let person = Person::of(self.key, user_id, phone, contact)
            .ok_or("a preference is of nobody: it names neither a phone number nor a user id")?;
        if !heard.people.contains(&person) {
            heard.people.push(person.clone());
        }
        let at = match &preference.timestamp {
            Value::String(text) => seconds(text)?,
            other => other.as_i64().ok_or(NO_TIME)?,
        };
        let category = preference.category.unwrap_or_else(|| "marketing_messages".to_owned());
        let data = json!({ "category": category, "value": preference.value });
        let native = format!("preference:{}:{at}:{}", person.thread, preference.value);
        Ok((at, Event::Said(self.incoming(&person, native, custom("preference", data)))))
    }

    /// What is known of a person. Told once: the same person with the same name has the same id.
    pub fn known(&self, person: &Person) -> Incoming {
        let mut attributes = person.attributes();
        if person.phone.is_some() {
            // Who writes by WhatsApp has the number that Meta tells.
            attributes.insert("phone_verified".to_owned(), true.into());
        }
        let looks = fingerprint(self.key, "whatsapp person", &attributes);
        let body = Body::Introduced { language: None, attributes: attributes.into_iter().collect() };
        self.incoming(person, format!("person:{}:{looks:016x}", person.thread), body)
    }

    /// The number of this person is by now that of another id.
    pub fn lost_number(&self, person: &Person, to: &str) -> Incoming {
        self.incoming(person, format!("lost:{}:{to}", person.thread), has_number(None))
    }

    fn incoming(&self, person: &Person, native: String, body: Body) -> Incoming {
        Incoming {
            connection: self.connection.to_owned(),
            thread: person.thread.clone(),
            external: person.thread.clone(),
            native,
            said_at: None,
            author: None,
            body,
            fingerprint: None,
            attachments: Vec::new(),
        }
    }
}

fn unsupported(message: &Value) -> Body {
    let kind = message["unsupported"]["type"].as_str().unwrap_or("unknown");
    custom("unsupported", json!({ "kind": kind }))
}

fn custom(name: &str, data: Value) -> Body {
    debug_assert!(TOLD.contains(&name), "{name} is listed, and has a fixture");
    Body::Custom { name: name.to_owned(), data }
}

/// Which number somebody has from now on; `None` where only the old one is known, which is no longer theirs.
fn has_number(phone: Option<&str>) -> Body {
    let verified = ("phone_verified".to_owned(), phone.is_some().into());
    let phone = phone.map(|phone| ("phone".to_owned(), phone.into()));
    Body::Introduced { language: None, attributes: phone.into_iter().chain([verified]).collect() }
}

fn whole<T: DeserializeOwned>(value: &Value, what: &str) -> Result<T, String> {
    misread::value(value).map_err(|why| format!("{what} cannot be read: {why}"))
}

/// What a message says, in the field of this name.
pub fn held<T: DeserializeOwned>(message: &Value, name: &str) -> Result<T, String> {
    misread::field(message, name).map_err(|why| format!("a message cannot be read: {why}"))
}

const NO_TIME: &str = "a time cannot be read: the field timestamp must be seconds since 1970";

fn seconds(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| NO_TIME.to_owned())
}

/// The contact of a number or an id; the only one where that does not say to whom it belongs.
fn contact_of<'c>(
    contacts: &'c [Contact],
    phone: Option<&str>,
    user_id: Option<&str>,
) -> Option<&'c Contact> {
    let by_id = contacts.iter().find(|contact| user_id.is_some() && contact.user_id.as_deref() == user_id);
    let by_phone = || contacts.iter().find(|contact| phone.is_some() && contact.wa_id.as_deref() == phone);
    let told = |text: Option<&str>| text.is_some_and(|text| !text.is_empty());
    let may_be = |known: Option<&str>, said: Option<&str>| !told(known) || !told(said) || known == said;
    by_id.or_else(by_phone).or(match contacts {
        [only] if may_be(only.wa_id.as_deref(), phone) && may_be(only.user_id.as_deref(), user_id) => {
            Some(only)
        }
        _ => None,
    })
}

fn notice(field: &str, value: &Value) -> String {
    let said = [
        "/event",
        "/alert_info/alert_type",
        "/alert_info/alert_description",
        "/decision",
        "/current_limit",
        "/max_daily_conversations_per_business",
    ];
    let said = said.into_iter().filter_map(|place| value.pointer(place));
    let said = said.map(|said| said.as_str().map_or_else(|| said.to_string(), str::to_owned));
    let said: String =
        said.collect::<Vec<_>>().join(", ").chars().filter(|letter| !letter.is_control()).take(200).collect();
    format!("Meta tells of the account ({field}): {said}; see the WhatsApp Manager")
}
