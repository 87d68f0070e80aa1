//! A bot is cross-validated and compared with another version of it, from the command line and over the API.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor},
    },
};

const BOT: &str = "name: shop\ntitle: Shop\nlanguages: [en]\n";
const INTENTS: &str = "\
track_order:
  phrases:
    en: [where is my order, where is my parcel now, track my order, has my parcel left, when does my order come]
where_order:
  phrases:
    en: [where is my parcel, where is my order now, track my parcel, has my order left, when does my parcel come]
opening_hours:
  phrases:
    en: [when are you open, what are your opening hours, are you open on sunday, when do you close, opening times]
";
const ENTITIES: &str = "crate_size: { list: { huge: [gigantic] } }\n";
const FLOWS: &str = "\
track: { when: [{ intent: track_order }, { intent: where_order }], steps: [{ say: { en: It is on its way. } }] }
hours: { when: [{ intent: opening_hours }], steps: [{ say: { en: From nine to five. } }] }
";
const GIFTS: &str = "\
gift_wrap:
  phrases:
    en: [can you gift wrap it, gift wrapping please, wrap it as a gift, do you do gift wrap, gift wrap my present]
";

fn write(home: &Home, bot: &str, files: &[(&str, &str)]) {
    for (file, text) in files {
        let file = home.path().join("bots").join(bot).join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
}

fn home() -> Home {
    with("[models]\nembedding = \"none\"\nsentiment = \"none\"")
}

fn with(settings: &str) -> Home {
    let home = Home::with(settings);
    let files = [
        ("bot.yaml", BOT),
        ("intents/all.yaml", INTENTS),
        ("entities/all.yaml", ENTITIES),
        ("flows/all.yaml", FLOWS),
    ];
    write(&home, "shop", &files);
    home
}

/// The figures of this bot say what is wrong with it.
fn tells(evaluation: &Value) {
    assert_eq!((&evaluation["phrases"], &evaluation["intents"]), (&json!(15), &json!(3)), "{evaluation}");
    let pair = &evaluation["close"][0];
    assert_eq!(
        (&pair["one"], &pair["other"]),
        (&json!("track_order"), &json!("where_order")),
        "{evaluation}"
    );
    assert!(pair["phrases"][0]["phrase"].as_str().is_some_and(|phrase| phrase.contains("my ")), "{pair}");
    assert_eq!(evaluation["unused_entities"][0]["entity"], json!("crate_size"), "{evaluation}");
    let bins = evaluation["calibration"].as_array().expect("bins");
    let phrases: u64 = bins.iter().filter_map(|bin| bin["phrases"].as_u64()).sum();
    assert_eq!(phrases, 15, "{bins:?}");
    assert!(evaluation["labels"]["opening_hours"]["recall"].is_f64(), "{evaluation}");
}

#[test]
fn a_bot_is_judged_by_phrases_that_it_has_not_seen_and_compared_with_another() {
    let home = home();
    let run = |arguments: &[&str]| {
        let (status, out, err) = home.run(arguments, &BTreeMap::new());
        assert!(status.success(), "{out}{err}");
        out
    };
    let report: Value = serde_json::from_str(&run(&["evaluate", "shop", "--json"])).expect("JSON");
    tells(&report["evaluation"]);
    let again: Value = serde_json::from_str(&run(&["evaluate", "shop", "--json"])).expect("JSON");
    assert_eq!(again, report, "the same seed, the same figures");
    let text = run(&["evaluate", "shop", "--folds", "3", "--seed", "7"]);
    for part in [
        "too close to each other\n  track_order and where_order",
        "entities never used\n  crate_size",
        "confidence   phrases",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }

    let files = [
        ("bot.yaml", BOT),
        ("intents/all.yaml", INTENTS),
        ("intents/gifts.yaml", GIFTS),
        ("flows/all.yaml", FLOWS),
    ];
    write(&home, "newer", &files);
    let messages =
        "text,intent\ngift wrapping,gift_wrap\nwhen do you open,opening_hours\nplease gift wrap,\n";
    fs::write(home.path().join("said.csv"), messages).expect("writable");
    let compared = run(&["evaluate", "newer", "--compare", "shop", "--messages", "said.csv", "--json"]);
    let comparison = &serde_json::from_str::<Value>(&compared).expect("JSON")["comparison"];
    assert_eq!((&comparison["messages"], &comparison["labelled"]), (&json!(3), &json!(2)), "{comparison}");
    assert_eq!((&comparison["better"], &comparison["worse"]), (&json!(1), &json!(0)), "{comparison}");
    let change =
        comparison["changes"].as_array().expect("changes").iter().find(|change| change["effect"] == "better");
    assert_eq!(change.expect("one is better")["after"], json!("gift_wrap"), "{comparison}");
    let back = run(&["evaluate", "shop", "--compare", "newer"]);
    assert!(back.contains("worse") && back.contains("gift wrap my present"), "{back}");

    let (status, _, err) = home.run(&["evaluate", "none"], &BTreeMap::new());
    assert!(!status.success() && err.contains("no folder none"), "{err}");
    let (status, _, err) = home.run(&["evaluate", "shop", "--folds", "1"], &BTreeMap::new());
    assert!(!status.success() && err.contains("2..=10"), "{err}");
}

#[test]
fn files_of_anybody_are_judged_with_every_figure() {
    let home = Home::new();
    let files = [
        (
            "train.csv",
            "text,label\nhello,greet\nhi there,greet\ngood morning,greet\n\"bye, bye\",bye\ngoodbye,bye\nsee you,bye\n",
        ),
        (
            "test.jsonl",
            "{\"text\":\"hello!\",\"label\":\"greet\"}\n{\"text\":\"goodbye\",\"label\":\"greet\"}\n",
        ),
        ("foreign.csv", "zxcv qwert\n123 456\n"),
    ];
    for (name, text) in files {
        fs::write(home.path().join(name), text).expect("writable");
    }
    let run = |more: &[&str]| {
        let asked =
            ["evaluate", "--train", "train.csv", "--test", "test.jsonl", "--out-of-scope", "foreign.csv"];
        let (status, out, err) = home.run(&[&asked[..], more].concat(), &BTreeMap::new());
        assert!(status.success(), "{out}{err}");
        out
    };
    let told = run(&[]);
    for figure in [
        "accuracy               50.00 %",
        "macro F1  ",
        "calibration error  ",
        "out-of-scope recall  100.00 % of 2 texts",
        "training time  ",
        "texts a second  ",
        "worst confusions\nlabel  taken for  times\ngreet  bye ",
        "label  precision  recall      F1  texts\nbye ",
    ] {
        assert!(told.contains(figure), "{figure:?} is missing in\n{told}");
    }
    let report: Value = serde_json::from_str(&run(&["--json"])).expect("JSON");
    assert_eq!(
        (&report["accuracy"], &report["out_of_scope"]["recall"]),
        (&json!(0.5), &json!(1.0)),
        "{report}"
    );
    for figure in ["macro_f1", "calibration_error", "threshold", "training_seconds", "texts_a_second"] {
        assert!(report[figure].is_f64(), "{figure} in {report}");
    }
    for figure in ["precision", "recall", "f1"] {
        assert!(report["labels"]["greet"][figure].is_f64(), "{figure} in {report}");
    }
    assert_eq!(report["confusions"], json!([{ "label": "greet", "predicted": "bye", "count": 1 }]));
}

/// A member who only reads.
fn analyst(home: &Home, studio: &Running) -> Member {
    add(home, "ann@example.com", "Ann", "analyst");
    Member::log_in(studio, "ann@example.com", PASSWORD)
}

#[test]
fn the_draft_is_compared_with_what_is_published_and_outlives_the_studio() {
    let home = home();
    let studio = home.start();
    let ann = analyst(&home, &studio);
    let first = ann.get("/bots/shop").body["version"].as_u64().expect("a version");
    write(&home, "shop", &[("intents/gifts.yaml", GIFTS)]);

    let evaluate = |wanted: &Value| {
        let begun = ann.post("/bots/shop/evaluations", wanted);
        assert_eq!((begun.status, &begun.body["bot"]), (202, &json!("shop")), "{begun:?}");
        let path = format!("/bots/shop/evaluations/{}", begun.body["id"].as_str().expect("an id"));
        let run = eventually("it is done", || {
            let run = ann.get(&path).body;
            assert_ne!(run["state"], json!("failed"), "{run}");
            (run["state"] == "done").then_some(run)
        });
        (path, run)
    };
    let (path, run) = evaluate(&json!({ "draft": true }));
    assert_eq!((&run["evaluation"]["intents"], &run["compare"]), (&json!(4), &json!(first)), "{run}");
    assert!(
        run["version"].is_null() && run["comparison"]["better"].as_u64().is_some_and(|better| better >= 3),
        "{run}"
    );
    let better = run["comparison"]["changes"].as_array().expect("changes").iter();
    let mut better = better.filter(|change| change["effect"] == "better" && change["intent"] == "gift_wrap");
    assert!(better.next().is_some_and(|change| change["before"] != "gift_wrap"), "{run}");

    let (_, of_version) = evaluate(&json!({ "folds": { "folds": 5, "seed": 1 } }));
    assert_eq!(of_version["version"], json!(first));
    tells(&of_version["evaluation"]);
    assert!(of_version["comparison"].is_null(), "{of_version}");

    for wrong in [
        json!({ "version": 99 }),
        json!({ "folds": { "folds": 11 } }),
        json!({ "draft": true, "version": first }),
    ] {
        assert_eq!(ann.post("/bots/shop/evaluations", &wrong).status, 422, "{wrong}");
    }
    assert_eq!(ann.post("/bots/none/evaluations", &json!({})).status, 404);
    assert_eq!(ann.get("/bots/shop/evaluations/none").status, 404);
    assert!(studio.terminate().success());

    let studio = home.start();
    let ann = Member::log_in(&studio, "ann@example.com", PASSWORD);
    assert_eq!(ann.get(&path).body, run, "it is as it was");
    let listed = ann.get("/bots/shop/evaluations").body["items"].clone();
    let listed = listed.as_array().expect("items");
    assert_eq!((listed.len(), &listed[1]["id"], &listed[1]["accuracy"]), (2, &run["id"], &run["accuracy"]));
    assert!(listed.iter().all(|run| run.get("evaluation").is_none() && run["state"] == "done"), "{listed:?}");
}

#[test]
fn an_evaluation_that_a_kill_cuts_off_says_so() {
    let home = home();
    // Long enough to be killed in.
    let intent = |at: usize| {
        let phrases: Vec<String> = (0..60)
            .map(|phrase| format!("thing {at} of sort {} in way {}", phrase * 7 + at, phrase * at))
            .collect();
        format!("intent_{at}: {{ phrases: {{ en: [{}] }} }}\n", phrases.join(", "))
    };
    write(&home, "shop", &[("intents/many.yaml", &(0..60).map(intent).collect::<String>())]);
    let studio = home.start();
    let ann = analyst(&home, &studio);
    let begin = || ann.post("/bots/shop/evaluations", &json!({ "folds": { "folds": 10 } }));
    let runs: Vec<Value> = (0..4).map(|_| begin().body).collect();
    let busy = begin();
    assert_eq!((busy.status, busy.headers.contains_key("retry-after")), (503, true), "{busy:?}");
    let path = |run: &Value| format!("/bots/shop/evaluations/{}", run["id"].as_str().expect("an id"));
    eventually("one runs", || (ann.get(&path(&runs[0])).body["state"] == "running").then_some(()));
    assert_eq!(ann.get(&path(&runs[3])).body["state"], "waiting");
    studio.kill();

    let studio = home.start();
    let ann = Member::log_in(&studio, "ann@example.com", PASSWORD);
    for run in &runs {
        let found = ann.get(&path(run)).body;
        assert_eq!((&found["state"], found["done_at"].is_string()), (&json!("interrupted"), true), "{found}");
    }
    assert_eq!(ann.post("/bots/shop/evaluations", &json!({})).status, 202, "there is room again");
}

#[test]
fn every_night_a_bot_is_tested_and_its_day_is_kept() {
    // The night begins in a moment, so its day is the one that ended last.
    let now = studio::clock::Clock::default().now();
    let night = now + jiff::SignedDuration::from_secs(20);
    let utc = |at: jiff::Timestamp| at.to_zoned(jiff::tz::TimeZone::UTC);
    let settings = format!(
        "[models]\nembedding = \"none\"\nsentiment = \"none\"\n[learning]\nself_test = \"{}\"",
        utc(night).strftime("%H:%M:%S")
    );
    let home = with(&settings);
    let studio = home.start();
    let ann = analyst(&home, &studio);
    let visitor = Visitor::new(&studio, "a");
    visitor.say("1", "when are you open");
    visitor.say("2", "are you flabbergasted on sunday");
    let today = utc(now).date();
    let range = |from: jiff::civil::Date| format!("from={from}&to={}", today.tomorrow().expect("a day"));
    let day = eventually("it is counted", || {
        let days = ann.get(&format!("/statistics?bot=shop&{}", range(today))).body["items"].clone();
        (days[0]["judged"] == 2).then(|| days[0].clone())
    });
    // A day is an entity, and no word of the visitor's.
    assert_eq!(
        (&day["words"], &day["unknown_words"], &day["strange"]),
        (&json!(8), &json!(1), &json!(1)),
        "{day}"
    );
    assert!(day["confidence_sum"].as_u64().is_some_and(|sum| (101..=200).contains(&sum)), "{day}");

    let before = utc(night).date().yesterday().expect("a day");
    let path = format!("/bots/shop/self-tests?{}", range(before));
    let tests = eventually("the night is over", || {
        let found = ann.get(&path).body["items"].clone();
        (!found.as_array().expect("items").is_empty()).then_some(found)
    });
    let test = &tests[0];
    assert_eq!((&test["day"], &test["phrases"]), (&json!(before.to_string()), &json!(15)), "{test}");
    assert!(test["accuracy"].is_f64() && test["calibration_error"].is_f64(), "{test}");
    assert_eq!((&test["messages"]["messages"], &test["drift"]), (&json!(0), &json!([])), "{test}");
    assert_eq!(ann.get("/bots/none/self-tests?from=2026-01-01&to=2026-01-02").status, 404);
    assert_eq!(ann.get("/bots/shop/self-tests?from=2026-01-02&to=2026-01-01").status, 422);
    for odd in ["/bots/shop/self-tests?from=2026-01-01&to=foo", "/statistics?from=2026-01-01&to=2026-1-1"] {
        let refused = ann.get(odd);
        let told = refused.body["detail"].as_str().expect("a detail");
        assert!(refused.status == 422 && told.contains("`to`: a day such as 2026-12-24"), "{refused:?}");
    }

    let (_, told, _) = home.run(&["doctor"], &BTreeMap::new());
    assert!(told.contains("ok   self-test  shop: right on "), "{told}");
}
