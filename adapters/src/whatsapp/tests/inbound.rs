//! Payloads as Meta documents them: what is handled, what is ignored, what cannot be read.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::dialogue::Body;

use super::super::{
    heard::{Event, Heard},
    inbound::Reader,
    kinds::{KINDS, MOVED, OF_PEOPLE, OF_TEMPLATES, OF_THE_ACCOUNT, STATUSES, TOLD},
};
use crate::testing::spoilt::{SAID, places, quotes, spoilt};

const READER: Reader<'static> =
    Reader { connection: "shop", phone_number_id: "106540352242922", key: &[42; 32] };

fn fixtures(text: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(text).expect("the fixtures are JSON")
}

fn read(payload: &Value) -> Result<Heard, String> {
    READER.read(payload.to_string().as_bytes())
}

#[test]
fn what_is_documented_is_understood() {
    let payloads = fixtures(include_str!("../fixtures/handled.json"));
    let mut heard = String::new();
    for (name, payload) in &payloads {
        let told = read(payload).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!((told.unread.len(), told.ignored.len()), (0, 0), "{name}: {:?}", told.unread);
        let means =
            !told.events.is_empty() || !told.reports.is_empty() || told.templates || !told.notices.is_empty();
        assert!(means, "{name} means nothing");
        heard.extend(["## ", name, "\n", &format!("{told:#?}"), "\n\n"]);
    }
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("handled", heard);
    });
}

/// A kind that the code knows and of which there is no fixture fails here.
#[test]
fn there_is_a_fixture_of_every_kind_that_is_handled() {
    let payloads = fixtures(include_str!("../fixtures/handled.json"));
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let entries = payloads.values().flat_map(|payload| list(&payload["entry"]));
    let changes = entries.flat_map(|entry| list(&entry["changes"])).collect::<Vec<_>>();
    let messages = changes.iter().flat_map(|change| list(&change["value"]["messages"])).collect::<Vec<_>>();
    let statuses = changes.iter().flat_map(|change| list(&change["value"]["statuses"])).collect::<Vec<_>>();
    let missing = |known: &[&'static str], found: &[Value], place: &str| {
        let told = |kind: &str| found.iter().any(|one| one.pointer(place).is_some_and(|told| told == kind));
        known.iter().copied().filter(|kind| !told(kind)).collect::<Vec<_>>()
    };
    let none = Vec::<&str>::new();
    for fields in [&OF_PEOPLE[..], &OF_TEMPLATES, &OF_THE_ACCOUNT] {
        assert_eq!(missing(fields, &changes, "/field"), none);
    }
    assert_eq!(missing(&KINDS.map(|(name, _)| name), &messages, "/type"), none);
    assert_eq!(missing(&MOVED, &messages, "/system/type"), none);
    assert_eq!(missing(&STATUSES.map(|(name, _)| name), &statuses, "/status"), none);
    let mut events = Vec::new();
    for payload in payloads.values() {
        for event in read(payload).expect("it can be read").events {
            if let Event::Said(incoming) = event
                && let Body::Custom { name, .. } = incoming.body
            {
                events.push(json!({ "name": name }));
            }
        }
    }
    assert_eq!(missing(&TOLD, &events, "/name"), none);
}

#[test]
fn what_means_nothing_to_a_bot_is_let_be() {
    let payloads = fixtures(include_str!("../fixtures/ignored.json"));
    assert!(payloads.len() >= 10);
    for (name, payload) in &payloads {
        let told = read(payload).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!((told.events.len(), told.reports.len(), told.unread.len()), (0, 0, 0), "{name}: {told:?}");
        assert!(!told.ignored.is_empty() || name == "nothing", "{name} is counted");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let mut said = String::new();
    for (name, payload) in &fixtures(include_str!("../fixtures/unread.json")) {
        let why = match read(payload) {
            Ok(told) => {
                let others = usize::from(name == "one of two messages");
                let unread = [told.unread.clone(), told.unknown.clone()].concat();
                assert_eq!((unread.len(), told.events.len()), (1, others), "{name}: {told:?}");
                unread.join("; ")
            }
            Err(why) => why,
        };
        said.extend([name, ": ", &why, "\n"]);
    }
    insta::with_settings!({ snapshot_path => "../fixtures", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("unread", said);
    });
}

/// What people say must stand in no log, whatever form it comes in.
#[test]
fn nothing_that_was_said_stands_in_the_reasons_why_it_was_not_read() {
    let mut reasons = 0;
    for (name, payload) in fixtures(include_str!("../fixtures/handled.json")) {
        for odd in spoilt(&payload) {
            let unread =
                read(&odd).map_or_else(|why| vec![why], |heard| [heard.unread, heard.unknown].concat());
            for why in &unread {
                assert!(!quotes(why), "{name}: {why} of {odd}");
            }
            reasons += unread.len();
        }
    }
    assert!(reasons > 100, "{reasons} could not be read");
    let why = READER.read(format!("{{\"{SAID}").as_bytes()).expect_err("no JSON");
    assert_eq!(why, "a webhook cannot be read: it is no JSON at line 1, column 32");
}

#[test]
fn a_contact_of_somebody_else_says_nothing_of_who_writes() {
    let told = |contact: Value, from: Value| {
        let mut message =
            json!({ "id": "wamid.1", "timestamp": "1700000000", "type": "text", "text": { "body": "hi" } });
        message.as_object_mut().expect("a message").extend(from.as_object().expect("who").clone());
        let metadata = json!({ "display_phone_number": "1", "phone_number_id": READER.phone_number_id });
        let value = json!({
            "messaging_product": "whatsapp", "metadata": metadata, "contacts": [contact], "messages": [message],
        });
        let heard = read(&json!({
            "object": "whatsapp_business_account",
            "entry": [{ "id": "1", "changes": [{ "field": "messages", "value": value }] }],
        }));
        let [person] = <[_; 1]>::try_from(heard.expect("it can be read").people).expect("one person");
        (person.thread, person.phone, person.name)
    };
    let id = "DE.13491208655302741918";
    let bob = json!({ "profile": { "name": "Bob" }, "wa_id": "4915199999999", "user_id": id });
    let (thread, phone, name) = told(bob.clone(), json!({ "from": "4915112345678" }));
    assert!(thread.starts_with("phone."), "{thread}");
    assert_eq!((phone.as_deref(), name), (Some("4915112345678"), None));
    let (thread, phone, name) = told(bob, json!({ "from_user_id": "DE.1" }));
    assert_eq!((thread.as_str(), phone, name), ("DE.1", None, None));
    // Whom it belongs to is not said: whose else should it be?
    let ada = json!({ "profile": { "name": "Ada" }, "wa_id": "", "user_id": id });
    let (thread, phone, name) = told(ada, json!({ "from": "4915112345678" }));
    assert_eq!(
        (thread.as_str(), phone.as_deref(), name.as_deref()),
        (id, Some("4915112345678"), Some("Ada"))
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,10}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_that_is_sent_breaks_the_reader(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = READER.read(&body);
    }

    /// Any field of a payload may hold anything.
    #[test]
    fn no_field_breaks_the_reader(index: prop::sample::Index, place: prop::sample::Index, odd in any_json()) {
        let payloads = fixtures(include_str!("../fixtures/handled.json"));
        let mut payload = index.get(&payloads.into_values().collect::<Vec<_>>()).clone();
        let places = places(&payload);
        let place = place.get(&places);
        *payload.pointer_mut(place).expect("a place of the payload") = odd;
        let _ = read(&payload);
    }
}
