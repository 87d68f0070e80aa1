//! Where a bot's files are wrong, who is told, and who runs all the same?

use std::{collections::BTreeMap, fs};

use serde_json::json;

use crate::{
    bad_input::{refused, says},
    http_story::{PASSWORD, add},
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
    },
};

#[test]
fn a_bad_bot_is_reported_and_stops_nobody() {
    let home = Home::new();
    let bots = home.path().join("bots");
    for (path, text) in [
        ("good/bot.yaml", "name: shop\ntitle: Good\nlanguages: [en]\n"),
        (
            "good/flows/a.yaml",
            "hello:\n  when:\n    - keyword: hello\n  steps:\n    - say: { en: Good day }\n",
        ),
        ("broken/bot.yaml", "name: broken\ntitle: Broken\nlanguages: [en\n"),
        ("loop/bot.yaml", "name: loop\ntitle: Loop\nlanguages: [en]\n"),
        (
            "loop/flows/a.yaml",
            "spin:\n  when:\n    - keyword: spin\n  steps:\n    - id: again\n      say: { en: Round }\n    - go: again\n",
        ),
        ("twice/bot.yaml", "name: twice\ntitle: Twice\nlanguages: [en]\n"),
        ("twice/intents/a.yaml", "greet: { phrases: { en: [a b, c d, e f, g h, i j] } }\n"),
        ("twice/intents/b.yaml", "greet: { phrases: { en: [k l, m n, o p, q r, s t] } }\n"),
    ] {
        let path = bots.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    let check = |name: &str| refused(&home, &["check", bots.join(name).to_str().expect("UTF-8")]);
    says(&check("broken"), &["bot.yaml:"]);
    says(&check("loop"), &["flows/a.yaml:", "wait"]);
    says(&check("twice"), &["intents/b.yaml:1", "greet", "intents/a.yaml"]);

    let studio = home.start();
    let visitor = Visitor::new(&studio, "good");
    visitor.say("1", "hello");
    visitor.hears("Good day");
}

#[test]
fn what_runs_in_place_of_what_is_wanted_is_told_at_the_start() {
    let home = Home::with("[models]\nembedding = \"nosuchmodel\"\nsentiment = \"none\"\n");
    cafe(&home, "    - say: { en: Hello, de: Hallo }\n");
    let told = home.start().at_the_start.clone();
    assert!(told.contains("version 1") && !told.contains("OLD"), "{told}");
    if cfg!(feature = "models") {
        says(
            &told,
            &["WARNING: models.embedding: there is no model nosuchmodel;", "understood by words alone"],
        );
        for command in ["check", "doctor"] {
            let (well, told) = home.asked(&[command]);
            assert!(well && told.contains("models.embedding: there is no model nosuchmodel"), "{told}");
        }
    }
    cafe(&home, "    - say: nowhere\n");
    let told = home.start().at_the_start.clone();
    says(&told, &["OLD version 1, published last: 1 error in its files, see `studio check`"]);
    says(&told, &["1 error, the first: flows/"]);
}

#[test]
fn the_second_bot_of_a_name_is_told_and_does_not_run() {
    let home = Home::new();
    for folder in ["cafe", "cafe2"] {
        let folder = home.path().join("bots").join(folder);
        fs::create_dir_all(folder.join("flows")).expect("writable");
        fs::write(folder.join("bot.yaml"), "name: shop\ntitle: Café\nlanguages: [en]\n").expect("writable");
        let flow = format!(
            "hello:\n  when:\n    - keyword: hello\n  steps:\n    - say: {{ en: Here is {} }}\n",
            folder.file_name().and_then(|name| name.to_str()).expect("a name")
        );
        fs::write(folder.join("flows/a.yaml"), flow).expect("writable");
    }
    fs::create_dir_all(home.path().join("bots/.git")).expect("writable");
    says(&refused(&home, &["check"]), &["cafe2", "called `shop` as well", "another `name:`"]);
    says(&refused(&home, &["doctor"]), &["cafe2: 1 error;"]);

    // By its name in the folder of the settings.
    let (status, out, err) = home.run(&["chat", "cafe"], &BTreeMap::new());
    assert!(status.success() && out.contains("Café"), "{out}{err}");
    says(&refused(&home, &["test", "cafe"]), &["the bot cafe has no such tests"]);

    let studio = home.start();
    let visitor = Visitor::new(&studio, "cafe");
    visitor.say("1", "hello");
    visitor.hears("Here is cafe");
    assert_eq!(visitor.transcript().last().map(String::as_str), Some("bot: Here is cafe"));
}

#[test]
fn what_the_folder_of_bots_hides_from_a_studio_that_runs_is_told() {
    let home = Home::new();
    let studio = home.start();
    let folder = home.path().join("bots");
    says(
        &studio.at_the_start,
        &[
            "WARNING",
            "studio.toml:9: bots.folder: there is no folder",
            "the sample bot runs in place of yours",
        ],
    );
    says(&home.asked(&["check"]).1, &["warning: ", "bots.folder: there is no folder"]);
    let (_, doctor) = home.asked(&["doctor"]);
    let told = doctor.lines().find(|line| line.contains("bots.folder: there is no folder"));
    assert!(told.is_some_and(|line| line.starts_with("  warn bots ")), "{doctor}");
    add(&home, "ada@example.com", "Ada", "admin");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(ada.post("/bots/shop/publish", &json!({})).status, 200, "the sample as it is");
    fs::create_dir_all(&folder).expect("writable");
    let gone = ada.post("/bots/shop/publish", &json!({}));
    assert_eq!(gone.status, 422, "{gone:?}");
    let why = gone.body["detail"].as_str().unwrap_or_default();
    says(why, &["exists now", "the sample shop", "or restart the studio"]);
    let begun = ada.post("/bots/shop/evaluations", &json!({ "draft": true }));
    assert_eq!(begun.status, 202, "{begun:?}");
    let path = format!("/bots/shop/evaluations/{}", begun.body["id"].as_str().expect("an id"));
    let error = eventually("the evaluation fails", || {
        let run = ada.get(&path).body;
        (run["state"] == "failed").then(|| run["error"].as_str().unwrap_or_default().to_owned())
    });
    says(&error, &["exists now", "put a folder shop of your own there"]);
    assert_eq!(ada.post("/bots/nobody/publish", &json!({})).status, 404);
}

/// A bot named cafe, which does these steps at the first contact.
pub fn cafe(home: &Home, steps: &str) {
    let folder = home.path().join("bots/cafe");
    fs::create_dir_all(folder.join("flows")).expect("writable");
    fs::write(folder.join("bot.yaml"), "name: cafe\nlanguages: [en, de]\n").expect("writable");
    let flow = format!("hello:\n  when: [ first contact ]\n  steps:\n{steps}");
    fs::write(folder.join("flows/a.yaml"), flow).expect("writable");
}

#[test]
fn a_flow_that_breaks_says_in_the_terminal_why() {
    let home = Home::new();
    cafe(
        &home,
        "    - set: { count: \"= slots.count + 1\" }\n    - say: { en: \"{{ slots.count }}\", de: Hallo }\n",
    );
    let (status, out, err) = home.run(&["chat", "cafe"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    says(
        &out,
        &["!!!> the flow broke at hello › ", "`slots.count + 1`: `+` cannot be done with such values"],
    );
}

#[test]
fn a_mistake_in_a_test_keeps_nobody_from_the_bot() {
    let home = Home::new();
    cafe(&home, "    - say: hello\n");
    let bot = home.path().join("bots/cafe");
    for (path, text) in [
        ("responses/a.yaml", "hello: { en: Good day, de: Guten Tag }\n"),
        ("tests/a.yaml", "- name: a\n  conversation: [ { bot: goodbye }, { vistor: hello } ]\n"),
    ] {
        let path = bot.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    for arguments in [&["chat", "cafe"][..], &["preview", "cafe", "hello"]] {
        let (status, out, err) = home.run(arguments, &BTreeMap::new());
        assert!(status.success() && out.contains("Good day"), "{arguments:?}: {out}{err}");
    }
    shows_every_channel(&home);
    says(&refused(&home, &["test", "cafe"]), &["tests/a.yaml:2"]);
    fs::write(bot.join("responses/a.yaml"), "hello: { en: Good day, fr: Bonjour }\n").expect("writable");
    for command in ["chat", "preview"] {
        says(&refused(&home, &[command, "cafe"]), &["the bot", "has errors", "responses/a.yaml:1", "`fr`"]);
    }
}

/// A response is shown as each channel has it, below the channel's name.
fn shows_every_channel(home: &Home) {
    const CHANNELS: [&str; 6] = ["web", "http", "telegram", "discord", "slack", "whatsapp"];
    let (status, out, err) = home.run(&["preview", "cafe", "hello"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    let parts: Vec<Vec<&str>> = out.trim_end().split("\n\n").map(|part| part.lines().collect()).collect();
    assert_eq!(parts.iter().map(|part| part[0]).collect::<Vec<_>>(), CHANNELS, "{out}");
    for part in &parts {
        assert!(part[1..].iter().any(|line| line.contains("Good day")), "{part:?}");
    }
    let (_, out, _) = home.run(&["preview", "cafe", "hello", "--channel", "slack"], &BTreeMap::new());
    assert!(out.starts_with("slack\n") && !CHANNELS[..4].iter().any(|name| out.contains(name)), "{out}");
}
