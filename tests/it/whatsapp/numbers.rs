//! Who is one person, as far as a phone number tells?

use std::collections::BTreeSet;

use serde_json::{Value, json};
use studio_simulators::whatsapp;

use super::{ADA, WhatsApp, start_with};
use crate::support::{
    eventually,
    http_client::Member,
    platforms::{Telegram, conversations},
};

/// The contact that somebody of this name is on this connection.
fn contact(member: &Member, connection: &str, name: &str) -> Option<String> {
    let all = conversations(member, connection);
    let known = all.iter().find(|one| one["contact_name"] == name)?;
    known["contact"].as_str().map(str::to_owned)
}

/// The person who is called so there, with all that is one with it.
fn person(member: &Member, connection: &str, name: &str) -> Option<Value> {
    Some(member.get(&format!("/contacts/{}", contact(member, connection, name)?)).body)
}

fn identities(member: &Member, connection: &str, name: &str) -> Option<BTreeSet<String>> {
    let found = person(member, connection, name)?;
    let external = |known: &Value| known["external"].as_str().map(str::to_owned);
    Some(found["identities"].as_array()?.iter().filter_map(external).collect())
}

/// By which connections and channels conversations or messages came.
fn ways(all: &Value) -> BTreeSet<(&str, &str)> {
    let all = all.as_array().into_iter().flatten();
    all.filter_map(|one| Some((one["connection"].as_str()?, one["channel"].as_str()?))).collect()
}

/// Takes two contacts apart, whichever of both is part of the other.
fn take_apart(member: &Member, both: &[String; 2]) {
    let apart = both.each_ref().map(|id| member.post(&format!("/contacts/{id}/unmerge"), &json!({})).status);
    assert!(apart.contains(&200), "{apart:?}");
}

#[test]
fn who_has_a_number_that_was_anothers_before_is_not_that_one() {
    let first = WhatsApp::start();
    let second = WhatsApp::start_as(whatsapp::Settings {
        phone_number_id: "106540352242923".to_owned(),
        account_id: "102290129340399".to_owned(),
        ..whatsapp::Settings::default()
    });
    let (_home, studio, member, _) = start_with(&first, &second.connection("wa2"));
    second.call(&studio, "wa2");
    let has_phone = |connection: &str, name: &str, phone: &str| {
        eventually(name, || {
            (person(&member, connection, name)?["attributes"]["phone"] == phone).then_some(())
        });
    };
    let are = |ids: [&str; 2]| BTreeSet::from(ids.map(str::to_owned));
    let (old, new) = ("4915112345678", "4915199999999");
    has_phone("wa", "Ada", old);
    first.ada("change_number", json!({ "user_id": "DE.777", "phone": new }));
    has_phone("wa", "Ada", new);
    first.greets("DE.888", old, "Ben");
    has_phone("wa", "Ben", old);
    // Whose the number is decides whose part he is.
    second.greets("DE.999", old, "Benjamin");
    eventually("he is one person", || {
        (identities(&member, "wa2", "Benjamin")? == are(["DE.888", "DE.999"])).then_some(())
    });
    assert_eq!(identities(&member, "wa", "Ada"), Some(are([ADA, "DE.777"])));
}

#[test]
fn who_has_one_number_on_two_platforms_is_one_person_until_somebody_takes_them_apart() {
    let (whatsapp, telegram) = (WhatsApp::start(), Telegram::start());
    let (_home, _studio, member, _) = start_with(&whatsapp, &telegram.connection("phone"));
    telegram.act("person", &json!({ "id": 7, "first_name": "A. Lovelace" }));
    telegram.act("start", &json!({ "person": 7 }));
    let mut shared = json!({
        "person": 7, "kind": "contact", "phone": "4915112345678", "first_name": "Ada", "user": null,
    });
    // Somebody else's number says nothing of who shares it.
    telegram.act("send", &shared);
    let of = |connection: &str| {
        let listed = member.get(&format!("/conversations?connection={connection}")).body;
        listed["items"][0].clone()
    };
    let contact_of = |connection: &str| of(connection)["contact"].as_str().expect("a contact").to_owned();
    let known = |connection: &str| {
        let found = member.get(&format!("/contacts/{}", contact_of(connection))).body;
        found["identities"].as_array().map_or(0, Vec::len)
    };
    eventually("the number is heard", || {
        let found = of("phone");
        found["preview"].as_str().is_some_and(|preview| !preview.is_empty()).then_some(())
    });
    assert_eq!(known("phone"), 1);
    shared["user"] = json!(7);
    telegram.act("send", &shared);
    eventually("they are one person", || (known("phone") == 2).then_some(()));
    assert_eq!(known("wa"), 2);

    take_apart(&member, &["phone", "wa"].map(contact_of));
    // The number is told again with whatever is new of the person.
    telegram.act("person", &json!({ "id": 7, "first_name": "Augusta" }));
    telegram.act("say", &json!({ "person": 7, "text": "hello" }));
    eventually("the new name", || (of("phone")["contact_name"] == "Augusta").then_some(()));
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!((known("phone"), known("wa")), (1, 1), "they stay apart");
}

#[test]
fn a_number_that_was_shared_on_telegram_is_known_again_when_it_writes_on_whatsapp() {
    let (whatsapp, telegram) = (WhatsApp::start(), Telegram::start());
    let (_home, _studio, member, _) = start_with(&whatsapp, &telegram.connection("phone"));
    telegram.act("person", &json!({ "id": 8, "first_name": "Ben" }));
    telegram.act("start", &json!({ "person": 8 }));
    // Telegram tells numbers with a plus or without, Meta without.
    let own = json!({ "person": 8, "kind": "contact", "phone": "+4915199999999", "first_name": "Benjamin" });
    telegram.act("send", &own);
    let ben = || person(&member, "phone", "Ben");
    let benjamin = || person(&member, "wa", "Benjamin");
    eventually("his own number", || {
        let known = ben()?["attributes"].clone();
        (known["phone"] == "+4915199999999" && known["phone_verified"] == true).then_some(())
    });
    whatsapp.greets("DE.999", "4915199999999", "Benjamin");
    let one = eventually("they are one person", || {
        benjamin().filter(|one| one["identities"].as_array().is_some_and(|known| known.len() == 2))
    });

    let both = BTreeSet::from([("phone", "telegram"), ("wa", "whatsapp")]);
    assert_eq!(
        (ways(&one["identities"]), ways(&one["conversations"])),
        (both.clone(), both.clone()),
        "{one}"
    );
    assert_eq!(ben().map(|ben| ben["id"].clone()), Some(one["id"].clone()));
    let id = one["id"].as_str().expect("an id");
    let path = format!("/contacts/{id}/messages");
    eventually("what was said on both", || (ways(&member.get(&path).body["items"]) == both).then_some(()));

    let contacts = [("phone", "Ben"), ("wa", "Benjamin")]
        .map(|(connection, name)| contact(&member, connection, name).expect("it is there"));
    take_apart(&member, &contacts);
    let apart = [ben(), benjamin()].map(|found| found.expect("each stands for itself"));
    assert_eq!(
        apart.each_ref().map(|one| one["id"].as_str()),
        contacts.each_ref().map(|id| Some(id.as_str()))
    );
    assert_eq!(
        apart.each_ref().map(|one| ways(&one["conversations"])),
        [BTreeSet::from([("phone", "telegram")]), BTreeSet::from([("wa", "whatsapp")])]
    );
}
