//! A visitor is answered in a language that nobody wrote, by a model on this machine.

use std::fs;

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home,
        browser::skipped,
        eventually,
        http_client::{Member, Visitor},
        tiny_marian::{self, SAYS},
    },
};

const BOT: &str = "\
name: shop
title: 商店
languages: [zh]
settings: { closing: '18:00' }
translation:
  into: [en]
  keep: [Nordlicht]
";
const FLOWS: &str = "\
hello:
  when: [{ keyword: hello }]
  steps:
    - say: { zh: 您好！欢迎。 }
hours:
  when: [{ keyword: hours }]
  steps:
    - say: { zh: '我们的商店 Nordlicht 在{{ settings.closing }}**关门**。' }
payment:
  when: [{ keyword: payment }]
  steps:
    - say: { zh: 我可以用信用卡付款吗？ }
";

fn home(settings: &str, models: &str) -> Home {
    let home =
        Home::with(&format!("[translation]\nservice = \"local\"\ntimeout = \"60s\"\n{settings}\n{models}\n"));
    for (file, text) in [("bot.yaml", BOT), ("flows/all.yaml", FLOWS)] {
        let file = home.path().join("bots/shop").join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    home
}

fn with_models(folder: &str) -> Home {
    home("", &format!("[models]\nembedding = \"none\"\nfolder = \"{folder}\""))
}

/// What the program prints to these arguments, and whether it says yes.
fn asked(home: &Home, arguments: &[&str]) -> (bool, String) {
    let output = home.command(arguments).output().expect("runs");
    let told = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat();
    (output.status.success(), told)
}

/// The last message of the bot in the only conversation, as members see it.
fn last(member: &Member) -> Value {
    let all = member.get("/conversations").body;
    let id = all["items"][0]["id"].as_str().unwrap_or_default().to_owned();
    let messages = member.get(&format!("/conversations/{id}/messages")).body;
    let of_bot =
        messages["items"].as_array().into_iter().flatten().filter(|it| it["from"]["type"] == "speaker");
    of_bot.max_by_key(|it| it["sequence"].as_u64()).cloned().unwrap_or_default()
}

#[test]
fn a_model_that_was_brought_along_translates_what_the_bot_says() {
    let home = with_models("models");
    let from = home.path().join("marian");
    tiny_marian::write(&from);
    let from = from.display().to_string();
    let (_, told) = asked(&home, &["doctor"]);
    assert!(told.contains("warn translation") && told.contains("studio models pull opus-mt-zh-en"), "{told}");
    let (good, told) =
        asked(&home, &["models", "import", "mine", &from, "--task", "translation", "--licence", "MIT"]);
    assert!(good, "{told}");
    let (good, told) = asked(&home, &["doctor"]);
    assert!(good && told.contains("ok   translation by mine"), "{told}");
    assert!(told.contains("warn translation shop: no model there translates from en to zh"), "{told}");

    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor::new(&studio, "jane");
    visitor.say("1", "hello");
    visitor.hears(&format!("{SAYS} {SAYS}"));
    let said = last(&ada);
    assert_eq!(said["translated"], true, "{said}");
    assert_eq!(said["translation"], json!({ "from": "zh", "to": "en", "engine": "mine" }));
    // What must stay is there, although this model loses every sign.
    visitor.say("2", "hours");
    visitor.hears(&format!("{SAYS} Nordlicht {SAYS} 18:00**{SAYS}**。"));
    let model = || {
        let models = ada.get("/models").body["items"].clone();
        models.as_array().and_then(|all| all.iter().find(|model| model["name"] == "mine").cloned())
    };
    let texts = model().expect("is listed")["run"]["texts"].as_u64().expect("it is open");
    assert!(model().is_some_and(|mine| mine["chosen"] == true) && texts > 0);

    // A restart asks the store, not the model.
    studio.kill();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "jim");
    visitor.say("1", "hello");
    visitor.hears(&format!("{SAYS} {SAYS}"));
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let models = ada.get("/models").body["items"].clone();
    let mine = models.as_array().and_then(|all| all.iter().find(|model| model["name"] == "mine").cloned());
    let run = mine.unwrap_or_default()["run"].clone();
    assert!(run.is_null() || run["texts"] == 0, "{run}");
}

#[test]
fn where_no_model_has_the_languages_the_authors_text_is_said_with_the_reason() {
    let home = home("", "[models]\nembedding = \"none\"\nfolder = \"models\"\ntranslation = [\"lost\"]");
    let (good, told) = asked(&home, &["doctor"]);
    assert!(!good && told.contains("BAD  translation there is no model lost that translates"), "{told}");
    let studio = home.start();
    assert!(studio.at_the_start.contains("there is no model lost"), "{}", studio.at_the_start);
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor::new(&studio, "jane");
    visitor.say("1", "hello");
    visitor.hears("您好！欢迎。");
    let said = last(&ada);
    let why = said["translation"]["failed"].as_str().unwrap_or_default();
    assert_eq!((why, &said["translated"]), ("it does not translate from zh to en", &Value::Null), "{said}");
}

#[test]
fn a_chinese_bot_answers_in_english_by_real_weights() {
    let folder = studio::models::default_folder();
    if !folder.join("opus-mt-zh-en").exists() {
        skipped(
            "a_chinese_bot_answers_in_english_by_real_weights",
            "the model of translation (studio models pull opus-mt-zh-en)",
        );
        return;
    }
    let home = with_models(&folder.display().to_string());
    let studio = home.start();
    let visitor = Visitor::new(&studio, "jane");
    visitor.say("1", "payment");
    let check = |words: &[&str]| {
        eventually("an answer in English", || {
            let transcript = visitor.transcript();
            let said = transcript.last()?.to_lowercase();
            (said.starts_with("bot: ") && words.iter().all(|word| said.contains(word))).then_some(())
        });
    };
    check(&["can i pay", "credit card"]);
    visitor.say("2", "hours");
    check(&["nordlicht", "18:00", "**"]);
}
