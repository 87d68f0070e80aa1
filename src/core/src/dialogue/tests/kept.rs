//! What is kept as JSON is read as it was written.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use utoipa::PartialSchema;

use super::{Act, Body, Happening};
use crate::content::Content;

const MEMBER: &str = "01J9Z3K7T2N8Q4R6V0W1X5Y9AB";

fn contents() -> Vec<Value> {
    let button = json!({ "title": "Buy", "action": { "value": "buy" } });
    let link = json!({ "title": "Shop", "action": { "link": "https://shop.example" } });
    let size = json!({ "choice": [{ "title": "Small", "value": "s" }] });
    let fields = json!([{ "name": "size", "label": "Size?", "kind": size }, { "name": "who", "label": "Who?", "kind": "line" }]);
    let form = json!({ "title": "Order", "action": { "form": { "id": "order", "title": "Order", "fields": fields } } });
    let picture = json!({ "source": { "media": MEMBER }, "alt": "A tent" });
    let card =
        json!({ "title": "Tent", "text": "For two", "image": picture, "buttons": [button, link, form] });
    let row = json!({ "title": "Bonn", "description": "On the Rhine", "value": "bonn" });
    let mut one = card.clone();
    one["type"] = json!("card");
    vec![
        json!({ "type": "text", "text": "Sure?", "quick_replies": [button] }),
        json!({ "type": "buttons", "text": "Sure?", "buttons": [button, form] }),
        json!({
            "type": "list", "text": "Where?", "button": "Choose", "sections": [{ "title": "Near", "rows": [row] }],
        }),
        one,
        json!({ "type": "carousel", "cards": [card] }),
        json!({ "type": "image", "source": { "url": "https://a.example/a.png" }, "alt": "A tent", "caption": "Ours" }),
        json!({
            "type": "file", "source": { "media": MEMBER }, "name": "a.pdf", "media_type": "application/pdf", "size": 7,
        }),
        json!({
            "type": "location", "latitude_microdegrees": 52_516_300, "longitude_microdegrees": -13_377_700, "label": "Shop",
        }),
    ]
}

/// One of each head, with everything that can be filled in.
fn templates() -> Vec<Value> {
    let source = json!({ "url": "https://a.example/a" });
    let heads = [
        json!({ "text": "Ada" }),
        json!({ "image": source }),
        json!({ "video": source }),
        json!({ "document": { "source": source, "name": "a.pdf" } }),
        json!({
            "location": {
                "latitude_microdegrees": 52_516_300, "longitude_microdegrees": 13_377_700,
                "name": "Shop", "address": "Pariser Platz, Berlin",
            },
        }),
    ];
    let with = |head: Value| {
        let parameters = json!({ "header": head, "body": { "1": "Ada", "day": "Monday" }, "buttons": { "0": "stop", "12": "t/17" } });
        json!({ "name": "order", "language": "en_US", "parameters": parameters })
    };
    heads.into_iter().map(with).collect()
}

fn acts() -> Vec<Value> {
    let content = contents().swap_remove(0);
    let mut acts = vec![
        json!({ "act": "take_over" }),
        json!({ "act": "reply", "content": content }),
        json!({ "act": "note", "text": "Be kind" }),
        json!({ "act": "hand_back" }),
        json!({ "act": "close" }),
        json!({ "act": "speak", "language": "de" }),
        json!({ "act": "correct", "of": 7, "content": content }),
        json!({ "act": "assign", "team": "sales" }),
        json!({ "act": "release", "team": "sales" }),
    ];
    let template = |template: Value| json!({ "act": "template", "template": template, "content": content });
    acts.extend(templates().into_iter().map(template));
    acts
}

fn understanding() -> Value {
    json!({
        "intents": [{ "intent": "buy", "confidence": 0.75, "by": "exact" }],
        "confident": true,
        "also": [{ "intent": "pay", "confidence": 0.5, "by": "exact", "start": 3, "end": 9 }],
        "denied": ["cancel"],
        "entities": [{
            "entity": "money", "role": "price", "value": { "amount": 12.5, "currency": "EUR" }, "text": "12.50 €",
            "start": 0, "end": 9, "confidence": 1.0, "hidden": true,
        }],
        "language": "en",
        "sentiment": { "score": -0.5, "label": "negative", "by": "lexicon" },
        "urgent": true,
        "question": true,
        "profane": true,
        "personal": ["email"],
        "words": 4,
        "unknown_words": 1,
        "through": {
            "way": "translation",
            "translation": { "from": "en", "to": "de", "engine": "deepl", "failed": "late" },
        },
        "counted": {
            "sentiment": ["negative", -50], "urgent": true, "question": true, "profane": true, "confident": true,
            "confidence": 75, "words": 4, "unknown_words": 1,
        },
    })
}

fn happenings() -> Vec<Value> {
    let content = contents().swap_remove(0);
    let translation = json!({ "from": "en", "to": "de", "engine": "deepl", "failed": "late" });
    let why = json!({
        "flow": "order", "node": "0", "response": "bye", "repair": "repeat", "sources": ["a.md › Head"],
        "translation": translation, "more_of": 3,
    });
    let passage = json!({
        "document": "a.md", "title": "A", "headings": ["Head"], "text": "So it is.", "language": "en", "score": 1.5,
        "coverage": 0.5, "nearness": 0.25, "by": "both",
    });
    let answer = json!({ "status": 200, "headers": { "etag": "7" }, "body": { "1": [2] } });
    let member = json!({ "type": "member", "member": MEMBER, "name": "Ada" });
    let mut happenings = vec![
        json!({ "type": "opened", "language": "en", "attributes": { "1": { "2": 3 } } }),
        json!({ "type": "introduced", "language": "en", "attributes": { "1": { "2": 3 } } }),
        json!({ "type": "pressed", "id": "7", "value": "buy", "title": "Buy" }),
        json!({ "type": "edited", "id": "7", "content": content }),
        json!({ "type": "deleted", "id": "7" }),
        json!({ "type": "happened", "name": "paid", "data": { "1": 2 } }),
        json!({ "type": "said", "by": { "type": "bot" }, "content": content, "why": why }),
        json!({ "type": "corrected", "by": MEMBER, "name": "Ada", "of": 7, "content": content }),
        json!({ "type": "noted", "by": MEMBER, "name": "Ada", "text": "Be kind" }),
        json!({ "type": "slot_filled", "slot": "city", "value": { "1": "Bonn" } }),
        json!({ "type": "flow_started", "flow": "order", "because": "intent" }),
        json!({ "type": "flow_ended", "flow": "order" }),
        json!({ "type": "searched", "query": "how?", "passages": [passage] }),
        json!({ "type": "called", "call": 7, "method": "GET", "url": "https://a.example" }),
        json!({ "type": "answered", "call": 7, "outcome": { "answered": answer } }),
        json!({ "type": "answered", "call": 7, "outcome": { "failed": "too late" } }),
        json!({ "type": "handed_off", "team": "sales", "reason": "wish" }),
        json!({ "type": "owner_changed", "from": { "type": "team", "team": "sales" }, "to": member, "by": "Ada" }),
        json!({ "type": "language_changed", "language": "de", "because": "asked", "by": "Ada" }),
        json!({ "type": "tagged", "tags": ["vip"] }),
        json!({
            "type": "rated", "slot": "stars", "score": 5, "instead_of": { "score": 4, "at": "2026-01-01T00:00:00Z" },
        }),
        json!({ "type": "repaired", "repair": "start_over" }),
        json!({ "type": "waiting", "until": "2026-01-01T00:00:00Z" }),
        json!({ "type": "closed", "by": "Ada" }),
        json!({ "type": "reopened" }),
        json!({ "type": "faulted", "flow": "order", "node": "0", "error": "a loop" }),
        json!({
            "type": "faulted", "flow": "order", "node": "0", "error": "a loop", "reason": "too_many_steps",
        }),
        json!({ "type": "erased" }),
    ];
    let received = |content: Value| json!({ "type": "received", "id": "7", "content": content, "understanding": understanding() });
    happenings.extend(contents().into_iter().map(received));
    let said = |template: Value| json!({ "type": "said", "by": member, "content": content, "why": why, "template": template });
    happenings.extend(templates().into_iter().map(said));
    let refused = |act: Value| json!({ "type": "refused", "by": MEMBER, "name": "Ada", "act": act, "reason": "closed" });
    happenings.extend(acts().into_iter().map(refused));
    happenings
}

/// Reads each from its text, as the store does, and writes it again.
fn check<T: Serialize + DeserializeOwned>(kept: &[Value]) {
    for kept in kept {
        let read: T = serde_json::from_str(&kept.to_string()).unwrap_or_else(|why| panic!("{why}: {kept}"));
        assert_eq!(&serde_json::to_value(read).expect("JSON"), kept);
    }
}

/// Whether every variant is among them, once at least with all its fields.
fn complete<T: PartialSchema>(tag: &str, kept: &[Value]) {
    let schema = serde_json::to_value(T::schema()).expect("JSON");
    for variant in schema["oneOf"].as_array().expect("an enum") {
        // The fields of what a variant holds stand in a schema of their own.
        let variant = variant["allOf"].as_array().and_then(|parts| parts.last()).unwrap_or(variant);
        let fields = variant["properties"].as_object().expect("fields");
        let name = &fields[tag]["enum"][0];
        let is_whole = |one: &Value| one[tag] == *name && fields.keys().all(|field| one.get(field).is_some());
        assert!(kept.iter().any(is_whole), "no {name} with all of {:?}", fields.keys());
    }
}

#[test]
fn everything_in_a_journal_is_read_as_it_was_written() {
    check::<Content>(&contents());
    check::<Act>(&acts());
    check::<Happening>(&happenings());
    complete::<Content>("type", &contents());
    complete::<Act>("act", &acts());
    complete::<Happening>("type", &happenings());
}

#[test]
fn every_act_in_an_inbox_is_read_as_it_was_written() {
    let body =
        |act: Value| json!({ "type": "act", "by": MEMBER, "name": "Ada", "act": act, "overrules": true });
    check::<Body>(&acts().into_iter().map(body).collect::<Vec<_>>());
}

#[test]
fn a_button_has_one_place() {
    for place in ["01", "+1", "-1", "one", ""] {
        let mut act = acts().pop().expect("a template");
        act["template"]["parameters"]["buttons"] = json!({ place: "stop" });
        let why = serde_json::from_value::<Act>(act).expect_err(place).to_string();
        assert!(why.contains("the place of a button, from 0"), "{why}");
    }
}
