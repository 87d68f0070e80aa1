//! A visitor is answered in a language that nobody wrote, by a model on this machine.

use std::fs;

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home,
        browser::skipped,
        eventually,
        http_client::{Member, Visitor, http, send},
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
    home("", &format!("[models]\nembedding = \"none\"\nsentiment = \"none\"\nfolder = \"{folder}\""))
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
    let (_, told) = home.asked(&["doctor"]);
    assert!(told.contains("warn translation") && told.contains("studio models pull opus-mt-zh-en"), "{told}");
    let (good, told) =
        home.asked(&["models", "import", "mine", &from, "--task", "translation", "--licence", "MIT"]);
    assert!(good, "{told}");
    let again = |further: &[&str]| {
        let import =
            ["models", "import", "mine", from.as_str(), "--task", "translation", "--licence", "Apache-2.0"];
        home.asked(&[&import[..], further].concat())
    };
    let (good, told) = again(&[]);
    assert!(!good && told.contains("models/mine is there already"), "{told}");
    assert!(home.asked(&["models", "list"]).1.contains("mine (translation; 0 MB; MIT"));
    let (good, told) = again(&["--replace"]);
    assert!(good, "{told}");
    assert!(home.asked(&["models", "list"]).1.contains("mine (translation; 0 MB; Apache-2.0"));
    let (good, told) = home.asked(&["doctor"]);
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
    let metrics = || http().get(format!("{}/metrics", studio.address));
    assert_eq!(send(metrics()).expect("it is up").status, 401);
    let told = send(metrics().bearer_auth(&ada.token)).expect("it is up");
    let told = told.body.as_str().unwrap_or_default();
    let figure = |name: &str| {
        let value = told.lines().find_map(|line| line.strip_prefix(&format!("studio_model_{name} ")));
        value.and_then(|value| value.parse::<f64>().ok()).unwrap_or_else(|| panic!("no {name} in {told}"))
    };
    assert!(figure("resident_bytes{model=\"mine\"}") > figure("weights_bytes{model=\"mine\"}"), "{told}");
    let answers = figure("latency_seconds_count{model=\"mine\"}");
    assert!(answers > 0.0 && figure("batches_total{model=\"mine\"}") > 0.0, "{told}");
    let whole = figure("latency_seconds_bucket{model=\"mine\",le=\"+Inf\"}");
    assert!((whole - answers).abs() < 0.5, "{told}");

    // What was asked lately goes with whoever is forgotten.
    let cached = || model()?["run"]["cached"].as_u64();
    assert!(cached() > Some(0), "{told}");
    assert_eq!(visitor.post("3", &json!({ "forget": {} }), 0).expect("it is up").status, 202);
    eventually("the model has forgotten it", || (cached() == Some(0)).then_some(()));

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
    let (good, told) = home.asked(&["doctor"]);
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
