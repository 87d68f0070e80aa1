//! Of wrong settings, is each told with its place, and none hidden by another?

use std::fs;

use crate::{
    bad_input::{refused, says},
    support::Home,
};

#[test]
fn an_unknown_setting_is_named_with_its_line() {
    let home = Home::with("[limits]\ninbocks = 3\n");
    says(&refused(&home, &["serve"]), &["studio.toml:", "inbocks", "inbox", "studio config --defaults"]);
}

#[test]
fn settings_that_cannot_work_are_named_with_their_lines() {
    let wrong =
        "[limits]\nbatch = 0\nturn = \"-5s\"\n[log]\nlevel = \"loud\"\n[sessions]\npause = \"a while\"\n";
    let told = ["limits.batch", "at least 1", "limits.turn", "longer than 0 s", "log.level", "`30s`"];
    for (settings, expected) in
        [(wrong, &told[..]), ("[limits\nbatch = 0\n", &["unclosed table", "studio.toml:", "limits.batch"])]
    {
        let home = Home::with(settings);
        broken_bot(&home);
        let told = refused(&home, &["check"]);
        says(&told, expected);
        says(&told, &["studio config --defaults", "bot.yaml:", "cafe: 1 error,"]);
        let told = refused(&home, &["config"]);
        assert!(told.contains("studio.toml:") && !told.contains("# defaults"), "{told}");
    }
}

fn broken_bot(home: &Home) {
    fs::create_dir_all(home.path().join("bots/cafe")).expect("writable");
    fs::write(home.path().join("bots/cafe/bot.yaml"), "name: cafe\nlanguages: [ en\n").expect("writable");
}

#[test]
fn a_wrong_setting_hides_no_other_and_no_wrong_bot() {
    let home = Home::with("[store]\nurl = \"nowhere\"\n[translation]\nservice = \"babel\"\n");
    broken_bot(&home);
    let told = refused(&home, &["check"]);
    says(
        &told,
        &["store.url", "translation.service", "studio config --defaults", "bot.yaml:", "cafe: 1 error,"],
    );
    let problems = refused(&home, &["check", "--json"]);
    let problems: serde_json::Value = serde_json::from_str(&problems).expect("JSON alone");
    assert_eq!(problems[0]["code"], "wrong-setting");
}

#[test]
fn all_that_is_wrong_with_the_settings_is_told_at_once() {
    let home = Home::with(
        "[limits]\nbatch = 0\n[store]\nurl = \"nowhere\"\n\
         [[connection]]\nname = \"one\"\nchannel = \"http\"\nbot = \"shop\"\n\
         [[connection]]\nname = \"two\"\nchannel = \"web\"\nbot = \"shop\"\ncolour = \"red\"\n",
    );
    let expected = [
        "limits.batch",
        "store.url",
        "connection `one`",
        "needs a secret or secret_file",
        "connection `two`, `colour`",
    ];
    for command in ["check", "serve"] {
        says(&refused(&home, &[command]), &expected);
    }
}

#[test]
fn what_is_wrong_with_a_connection_is_told_once_and_hides_nothing_of_another() {
    let home = Home::with(
        "[[connection]]\nname = \"one\"\nchannel = \"http\"\nbot = \"shop\"\n\
         [[connection]]\nname = \"two\"\nchannel = \"web\"\nbot = \"nobody\"\n",
    );
    let told = refused(&home, &["doctor"]);
    says(&told, &["studio.toml:", "connection `one`", "nobody answers on the connection two"]);
    assert_eq!(told.matches("BAD").count(), 1, "{told}");
    assert!(!told.contains("ok   settings"), "{told}");
    says(&refused(&home, &["check"]), &["connection `one`", "nobody answers on the connection two"]);
}
