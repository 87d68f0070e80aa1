//! Templates that the bot's own messages name.

use std::fs;

use serde_json::{Value, json};

use super::{WhatsApp, start_in};
use crate::support::{Home, eventually};

const BOT: &str = "name: shop\ntitle: Shop\nlanguages: [en]\n";

const FLOWS: &str = "\
track:
  when: [ keyword: track ]
  steps:
    - say: { en: { text: It is on its way., template: { name: sent, body: { 1: '17' } } } }
lost:
  when: [ keyword: lost ]
  steps:
    - say: { en: { text: It is lost., template: { name: sent } } }
";

#[test]
fn what_meta_takes_no_more_goes_as_the_template_that_the_bot_names() {
    let whatsapp = WhatsApp::start();
    let components = json!([{ "type": "BODY", "text": "Order {{1}} is on its way" }]);
    let template =
        json!({ "name": "sent", "language": "en", "status": "APPROVED", "components": components });
    whatsapp.post("simulator/template", &template);
    let home = Home::with(&whatsapp.connection("wa"));
    for (file, text) in [("bot.yaml", BOT), ("flows/all.yaml", FLOWS)] {
        let file = home.path().join("bots/shop").join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    let (_home, _studio, member, conversation) = start_in(&whatsapp, home);
    let message = |text: &str| -> Option<Value> {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        all.as_array()?.iter().find(|message| message["content"]["text"] == text).cloned()
    };
    let tries = |kind: &str| {
        let sent = whatsapp.sent();
        let of_kind = sent.iter().filter(|said| said["message"]["type"] == kind);
        of_kind.map(|said| said["status"].clone()).collect::<Vec<_>>()
    };

    // Within the day the bot's own words go.
    whatsapp.ada("say", json!({ "text": "track" }));
    let said = eventually("it is delivered", || {
        message("It is on its way.").filter(|said| said["delivery"]["state"] == "delivered")
    });
    assert_eq!((&said["template"]["name"], &said["template"]["when"]), (&json!("sent"), &json!("closed")));
    assert_eq!(tries("template"), Vec::<Value>::new());

    // Meta tells by a status that the day is over, and takes nothing but a template.
    whatsapp.simulator.fail(&json!({ "refused_later": 1.0, "code": 131_047 }));
    whatsapp.ada("say", json!({ "text": "track" }));
    eventually("the template is delivered", || (tries("template") == ["delivered"]).then_some(()));
    eventually("and told of", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let losses = all.as_array()?.last()?["delivery"]["losses"].to_string();
        losses.contains("the approved template “sent” in its place").then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));

    // One that cannot be filled in is a dead letter that says what to do.
    whatsapp.ada("say", json!({ "text": "lost" }));
    let letter = eventually("a dead letter", || {
        let listed = member.get("/dead-letters").body;
        listed["items"].as_array()?.first().cloned()
    });
    let error = letter["error"].as_str().unwrap_or_default();
    assert!(error.contains("131047") && error.contains("the body needs the parameter 1"), "{letter}");
    assert_eq!(tries("template").len(), 1);
}
