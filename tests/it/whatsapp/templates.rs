//! What may be said after a day, and to somebody who never wrote.

use serde_json::{Value, json};

use super::{WhatsApp, start, taken_over};
use crate::{
    http_story::PASSWORD,
    support::{
        eventually,
        http_client::{Answer, Member},
    },
};

#[test]
fn after_a_day_an_agent_sends_an_approved_template_and_nothing_else() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let listed = member.get("/connections/wa/templates").body;
    let hello = &listed["items"][0];
    assert_eq!((&hello["name"], &hello["status"]), (&json!("hello_world"), &json!("APPROVED")), "{listed}");
    let template = |name: &str, body: Value| {
        let template = json!({ "name": name, "language": "en_US", "parameters": { "body": body } });
        member.post(&format!("/conversations/{conversation}/templates"), &template)
    };
    let refused = |answer: &Answer, status: u16, words: &str| {
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(answer.status == status && detail.contains(words), "{answer:?}");
    };
    refused(&template("good_bye", json!({})), 422, "knows no template");
    refused(&template("hello_world", json!({ "1": "Ada" })), 422, "no parameter 1");

    whatsapp.post("simulator/clock", &json!({ "seconds": 90_000 }));
    assert_eq!(member.post("/connections/wa/test", &json!({})).status, 200, "Meta's clock is looked at");
    let free = json!({ "content": { "type": "text", "text": "Are you still there?" } });
    let reply = member.post(&format!("/conversations/{conversation}/replies"), &free);
    refused(&reply, 409, "hello_world (en_US)");
    let before = whatsapp.said().len();
    assert_eq!(template("hello_world", json!({})).status, 202);
    let said = eventually("the template", || whatsapp.said().get(before).cloned());
    assert_eq!(said["template"]["name"], "hello_world");
    let record = eventually("it has left", || {
        let messages = member.get(&format!("/conversations/{conversation}/messages")).body;
        let last = messages["items"].as_array()?.last()?.clone();
        (last["delivery"]["state"] != "waiting" && last["template"].is_object()).then_some(last)
    });
    assert!(record["content"]["text"].as_str().is_some_and(|text| text.contains("Welcome")), "{record}");

    // Whoever writes may be answered again.
    whatsapp.ada("say", json!({ "text": "Yes" }));
    eventually("a reply is taken", || {
        let answer = member.post(&format!("/conversations/{conversation}/replies"), &free);
        (answer.status == 202).then_some(())
    });
    eventually("it arrives", || {
        whatsapp.said().iter().any(|said| said["text"]["body"] == "Are you still there?").then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_template_with_buttons_stands_in_the_transcript_and_is_delivered() {
    let whatsapp = WhatsApp::start();
    let (home, studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let make = |name: &str, components: Value| {
        let made =
            json!({ "name": name, "language": "en_US", "status": "APPROVED", "components": components });
        whatsapp.post("simulator/template", &made);
    };
    let body = json!({ "type": "BODY", "text": "Order {{1}} is on its way" });
    let track = json!({ "type": "URL", "text": "Track", "url": "https://shop.example/{{1}}" });
    let buttons = json!({ "type": "BUTTONS", "buttons": [{ "type": "QUICK_REPLY", "text": "Stop" }, track] });
    make("track", json!([body, buttons]));
    let head = json!({ "type": "HEADER", "format": "LOCATION" });
    make("visit", json!([head, { "type": "BODY", "text": "Visit us" }]));
    let carousel = json!({ "type": "CAROUSEL", "cards": [{ "components": [body] }] });
    make("cards", json!([{ "type": "BODY", "text": "See" }, carousel]));
    let flow = json!({ "type": "BUTTONS", "buttons": [{ "type": "FLOW", "text": "Fill in" }] });
    make("form", json!([{ "type": "BODY", "text": "Fill in" }, flow]));
    eventually("the templates are known", || {
        let known = member.get("/connections/wa/templates").body.to_string();
        ["track", "visit", "cards", "form"].iter().all(|name| known.contains(name)).then_some(())
    });
    let send = |name: &str, parameters: &Value| {
        let template = json!({ "name": name, "language": "en_US", "parameters": parameters });
        member.post(&format!("/conversations/{conversation}/templates"), &template)
    };
    let refused = send("cards", &json!({}));
    assert!(
        refused.status == 422 && refused.body["detail"].to_string().contains("a carousel"),
        "{refused:?}"
    );
    let refused = send("form", &json!({}));
    assert!(refused.status == 422 && refused.body["detail"].to_string().contains("(FLOW)"), "{refused:?}");
    let listed = member.get("/connections/wa/templates").body;
    let unsendable = |name: &str| {
        let one = listed["items"].as_array().into_iter().flatten().find(|one| one["name"] == name);
        one.map(|one| one["unsendable"].clone()).unwrap_or_default()
    };
    assert!(unsendable("form").to_string().contains("(FLOW)"), "{listed}");
    assert_eq!(unsendable("track"), Value::Null);

    let order = json!({ "body": { "1": "17" }, "buttons": { "0": "stop", "1": "t/17" } });
    assert_eq!(send("track", &order).status, 202);
    let place = json!({
        "latitude_microdegrees": 52_516_300, "longitude_microdegrees": 13_377_700, "name": "Shop", "address": "Berlin",
    });
    let visit = json!({ "header": { "location": place } });
    assert_eq!(send("visit", &visit).status, 202);
    let delivered = |member: &Member| {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let arrived =
            all.as_array().into_iter().flatten().filter(|message| {
                message["template"].is_object() && message["delivery"]["state"] == "delivered"
            });
        let arrived: Vec<_> =
            arrived.map(|one| (one["content"]["text"].clone(), one["template"].clone())).collect();
        (arrived.len() == 2).then_some(arrived)
    };
    let arrived = eventually("both are delivered", || delivered(&member));
    assert_eq!(arrived[0].0, "Order 17 is on its way");
    assert_eq!(arrived[1].0, "Shop\nBerlin\n\nVisit us");
    assert_eq!(
        (&arrived[0].1["parameters"], &arrived[1].1["parameters"]["header"]),
        (&order, &visit["header"])
    );
    let said = whatsapp.said();
    let said: Vec<_> = said.iter().map(|said| &said["template"]["components"]).collect();
    let has = |words: &str| said.iter().any(|components| components.to_string().contains(words));
    assert!(has("\"text\":\"t/17\"") && has("\"latitude\":\"52.516300\""), "{said:?}");
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));

    // It is read from the store by whoever comes later.
    assert!(studio.terminate().success());
    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(delivered(&member), Some(arrived));
}

#[test]
fn somebody_who_never_wrote_is_written_to_by_an_approved_template() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, _) = start(&whatsapp);
    let (bob, phone) = ("DE.2222222222222", "4915199999999");
    whatsapp.post("simulator/people", &json!({ "user_id": bob, "phone": phone, "name": "Bob" }));
    let said = || {
        let said = whatsapp.simulator.see(&format!("said?person={bob}"));
        let said = said.as_array().cloned().unwrap_or_default();
        said.iter().map(|said| said["message"].clone()).collect::<Vec<_>>()
    };
    let begin = |to: &Value, template: &str, key: &str| {
        let body = json!({
            "connection": "wa", "to": to,
            "template": { "name": template, "language": "en_US", "parameters": {} },
        });
        member.post_with_key("/conversations", key, &body)
    };
    let to = json!({ "phone": "+49 151 99999999" });
    let refused = |answer: &Answer, status: u16, words: &str| {
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(answer.status == status && detail.contains(words), "{answer:?}");
    };
    refused(&begin(&to, "good_bye", "1"), 422, "knows no template");
    refused(&begin(&json!({ "phone": "later" }), "hello_world", "2"), 422, "code of its country");
    for phone in ["015199999999", "+0151 99999999"] {
        refused(&begin(&json!({ "phone": phone }), "hello_world", phone), 422, "code of its country");
    }
    refused(&begin(&json!({ "user_id": "bob" }), "hello_world", "3"), 422, "business-scoped id");
    refused(&begin(&json!({}), "hello_world", "4"), 422, "business-scoped id");
    assert_eq!(said(), Vec::<Value>::new());

    let started = begin(&to, "hello_world", "5");
    assert_eq!(started.status, 202, "{started:?}");
    let conversation = started.body["conversation"].as_str().expect("its id").to_owned();
    let template = eventually("the template", || said().first().cloned());
    assert_eq!(template["template"]["name"], "hello_world", "{template}");
    assert_eq!(
        begin(&to, "hello_world", "5").body["conversation"],
        json!(conversation),
        "a repeat is done once"
    );
    let shown = eventually("the bot has it again", || {
        let shown = member.get(&format!("/conversations/{conversation}")).body["conversation"].clone();
        (shown["owner"]["type"] == "bot").then_some(shown)
    });
    assert!(shown["preview"].as_str().is_some_and(|words| words.contains("Welcome")), "{shown}");
    // Nothing else may be said: the person has not written.
    taken_over(&member, &conversation);
    let free = json!({ "content": { "type": "text", "text": "Are you there?" } });
    refused(&member.post(&format!("/conversations/{conversation}/replies"), &free), 409, "never written");
    assert_eq!(member.post(&format!("/conversations/{conversation}/hand-back"), &json!({})).status, 202);

    // What comes back is the same conversation, and the bot answers in it. By the id it is that one as well.
    whatsapp
        .post("simulator/do", &json!({ "do": "say", "person": bob, "text": "what are your opening hours?" }));
    eventually("the bot answers", || (said().len() > 1).then_some(()));
    let again = begin(&json!({ "user_id": bob }), "hello_world", "6");
    assert_eq!((again.status, &again.body["conversation"]), (202, &json!(conversation)), "{again:?}");
    eventually("the second template", || {
        (said().iter().filter(|said| said["type"] == "template").count() == 2).then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn who_is_written_to_by_number_is_written_to_where_they_talk() {
    let whatsapp = WhatsApp::start();
    let (home, studio, member, conversation) = start(&whatsapp);
    let number = json!({
        "connection": "wa", "to": { "phone": "+49 151 12345678" },
        "template": { "name": "hello_world", "language": "en_US", "parameters": {} },
    });
    let begun = member.post("/conversations", &number);
    assert_eq!((begun.status, &begun.body["conversation"]), (202, &json!(conversation)), "{begun:?}");
    let templates = || whatsapp.said().iter().filter(|said| said["type"] == "template").count();
    eventually("the template", || (templates() == 1).then_some(()));
    assert!(studio.terminate().success());

    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.ada("say", json!({ "text": "it is me again" }));
    eventually("she goes on there", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body.to_string();
        (all.contains("Welcome") && all.contains("it is me again")).then_some(())
    });
    let listed = member.get("/conversations?connection=wa").body;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "{listed}");
}
