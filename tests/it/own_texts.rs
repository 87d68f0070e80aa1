//! What the studio itself says is changed while it runs, in conversations and in the widget.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home, Running,
        http_client::{Member, Visitor, http, runtime},
    },
};

const OURS: &str = "All right. What can I do for you?";

/// With a bot that leaves its repairs to the studio.
fn home() -> Home {
    let home = Home::new();
    for (file, text) in [
        ("bot.yaml", "name: shop\ntitle: Shop\nlanguages: [en]\n"),
        ("flows/all.yaml", "hello:\n  when: [keyword: hello]\n  steps: [say: { en: Good day. }]\n"),
    ] {
        let path = home.path().join("bots/shop").join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    home
}

fn page(studio: &Running, path: &str) -> String {
    let url = format!("{}{path}", studio.address);
    runtime().block_on(async { http().get(url).send().await.expect("it is up").text().await.expect("text") })
}

fn find(member: &Member, part: &str, key: &str) -> Value {
    let texts = member.get("/texts/en").body["items"].clone();
    let found = texts.as_array().and_then(|all| all.iter().find(|it| it["part"] == part && it["key"] == key));
    found.cloned().unwrap_or_default()
}

#[test]
fn what_the_studio_says_is_changed_while_it_runs_and_taken_back() {
    let home = home();
    let studio = home.start();
    add(&home, "ann@example.com", "Ann", "admin");
    let ann = Member::log_in(&studio, "ann@example.com", PASSWORD);
    let visitor = Visitor::new(&studio, "jane");
    visitor.say("1", "never mind");
    visitor.hears(OURS);
    let stands = find(&ann, "dialogue", "nothing-to-cancel");
    assert_eq!(
        stands,
        json!({ "part": "dialogue", "key": "nothing-to-cancel", "default": { "text": OURS } })
    );

    // In the same conversation, with the next message.
    let put = |path: &str, body: Value| ann.ask(Method::PUT, &format!("/texts/en/{path}"), &body);
    assert_eq!(put("dialogue/nothing-to-cancel", json!({ "text": "Nothing to stop." })).status, 204);
    visitor.say("2", "never mind");
    visitor.hears("Nothing to stop.");
    assert_eq!(find(&ann, "dialogue", "nothing-to-cancel")["own"], json!({ "text": "Nothing to stop." }));
    assert_eq!(put("dialogue/cancel-words", json!({ "text": "halt it | enough" })).status, 204);
    visitor.say("3", "enough!");
    visitor.hears("Nothing to stop.");

    // In the widget, where the words of English are in the script itself.
    let script = page(&studio, "/widget.js");
    assert!(script.contains("\"Write a message\"") && !script.contains("Type here"));
    assert_eq!(put("widget/write", json!({ "text": "Type here" })).status, 204);
    assert!(page(&studio, "/widget.js").contains("\"Type here\""));
    assert!(page(&studio, "/widget/words/en-GB.json").contains("\"Type here\""));

    // What does not fit is refused as a whole, with what is wrong.
    let refused = |path: &str, body: Value, why: &str| {
        let answer = put(path, body);
        assert!(
            answer.status == 422 && answer.body["detail"].to_string().contains(why),
            "{path}: {answer:?}"
        );
    };
    refused("dialogue/no-such-text", json!({ "text": "x" }), "is no text of the studio");
    refused("dialogue/source", json!({ "text": "From somewhere" }), "{ $source } is missing");
    let few = "{ $min ->\n [few] a { $min }\n *[other] b\n}";
    refused("dialogue/invalid-text-short", json!({ "text": few }), "[few] is no form of this language");
    refused("widget/tooLong", json!({ "forms": { "other": "{count} is much" } }), "lacks the form `one`");
    refused("dialogue/cancel-words", json!({ "text": "yes" }), "`yes` stands in `yes-words` too");
    assert_eq!(put("page/write", json!({ "text": "x" })).status, 400);
    let other = |language: &str| {
        let path = format!("/texts/{language}/dialogue/nothing-to-cancel");
        ann.ask(Method::PUT, &path, &json!({ "text": "Kila kitu sawa." }))
    };
    let answer = other("xx");
    assert!(
        answer.status == 422 && answer.body["detail"].to_string().contains("no bot here speaks"),
        "{answer:?}"
    );
    assert_eq!(other("de-AT").status, 204);
    let never = ann.ask(Method::DELETE, "/texts/en/dialogue/apology", &Value::Null);
    assert!(never.status == 404 && never.body["detail"].to_string().contains("was not changed"), "{never:?}");
    let none = ann.ask(Method::DELETE, "/texts/en/dialogue/no-such-text", &Value::Null);
    assert!(none.body["detail"].to_string().contains("there is no such text"), "{none:?}");

    // It outlives the studio, and the commands do the same.
    studio.kill();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "jim");
    visitor.say("1", "enough!");
    visitor.hears("Nothing to stop.");
    let (good, told) = home.asked(&["texts", "list", "--language", "en", "--changed"]);
    assert!(good && told.contains("own: Nothing to stop.") && !told.contains("apology"), "{told}");
    let (good, told) = home.asked(&["texts", "list", "--language", "xx"]);
    assert!(!good && told.contains("no bot here speaks \"xx\"") && !told.contains("apology"), "{told}");
    assert!(home.asked(&["texts", "list", "--language", "de-AT"]).0);
    let (good, told) = home.asked(&["texts", "set", "--language", "en", "dialogue", "source", "From"]);
    assert!(!good && told.contains("{ $source } is missing"), "{told}");
    let forms = ["--form", "one={count} sign", "--form", "other={count} signs"];
    let set = [&["texts", "set", "--language", "en", "widget", "tooLong"][..], &forms].concat();
    assert!(home.asked(&set).0);
    assert!(page(&studio, "/widget.js").contains("{count} signs"));
    for key in ["nothing-to-cancel", "cancel-words"] {
        let (good, told) = home.asked(&["texts", "reset", "--language", "en", "dialogue", key]);
        assert!(good && told.contains("studio's own again"), "{told}");
    }
    let (good, told) = home.asked(&["texts", "reset", "--language", "en", "dialogue", "cancel-words"]);
    assert!(!good, "{told}");
    visitor.say("2", "never mind");
    visitor.hears(OURS);

    // Agents look, admins change.
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(find(&ada, "widget", "write")["own"]["text"], "Type here");
    let change = ada.ask(Method::DELETE, "/texts/en/widget/write", &Value::Null);
    assert_eq!(change.status, 403, "{change:?}");
}
