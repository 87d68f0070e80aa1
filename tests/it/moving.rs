//! A studio moves to another machine: copied while it runs, restored elsewhere, and everybody goes on.

use std::{
    collections::BTreeMap,
    fs::Permissions,
    os::unix::fs::PermissionsExt as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};

use crate::{
    http_story::add_member,
    support::{
        Home, Running, eventually,
        http_client::{Answer, Member, Visitor, http, send},
    },
};

/// The widget's session of a visitor.
struct Widget {
    token: String,
}

impl Widget {
    fn open(studio: &Running) -> Self {
        let url = format!("{}/web/web/sessions", studio.address);
        let answer =
            send(http().post(url).header("origin", &studio.address).json(&json!({ "language": "en" })))
                .expect("it is up");
        assert_eq!(answer.status, 201, "{answer:?}");
        Self { token: answer.body["token"].as_str().expect("a token").to_owned() }
    }

    fn url(studio: &Running) -> String {
        format!("{}/web/web/messages", studio.address)
    }

    fn say(&self, studio: &Running, id: &str, text: &str) {
        let frame = json!({ "type": "message", "id": id, "text": text });
        let answer = send(
            http()
                .post(Self::url(studio))
                .header("origin", &studio.address)
                .bearer_auth(&self.token)
                .json(&frame),
        )
        .expect("it is up");
        assert!(matches!(answer.status, 200 | 202), "{answer:?}");
    }

    fn fetch(&self, studio: &Running) -> Answer {
        send(http().get(Self::url(studio)).bearer_auth(&self.token)).expect("it is up")
    }

    fn hears(&self, studio: &Running, words: &str) {
        eventually(&format!("{words:?} in the widget"), || {
            let answer = self.fetch(studio);
            assert_eq!(answer.status, 200, "{answer:?}");
            answer.body.to_string().contains(words).then_some(())
        });
    }
}

#[test]
fn a_running_studio_is_copied_and_goes_on_elsewhere() {
    let here = Home::new();
    let studio = here.start();
    add_member(&here, "ada@example.com", "Ada");
    let visitor = Visitor::new(&studio, "mover");
    visitor.say("1", "where is my order?");
    let before = visitor.hears("order number");
    let widget = Widget::open(&studio);
    widget.say(&studio, "w1", "Can I wash my down sleeping bag in the machine?");
    widget.hears(&studio, "30 °C");

    // Others talk while the copy is made.
    let enough = Arc::new(AtomicBool::new(false));
    let talking = std::thread::spawn({
        let (enough, other) = (Arc::clone(&enough), Visitor::new(&studio, "other"));
        move || {
            let mut said = 0;
            while !enough.load(Ordering::Relaxed) {
                said += 1;
                other.say(&said.to_string(), "hello");
            }
            said
        }
    });
    let (status, out, err) = here.run(&["export", "copy.jsonl"], &BTreeMap::new());
    enough.store(true, Ordering::Relaxed);
    let said = talking.join().expect("no panic");
    assert!(status.success(), "{out}{err}");
    assert!(said > 0 && out.contains("SHA-256"), "{said} {out}");
    let copy = here.path().join("copy.jsonl");
    assert_eq!(std::fs::metadata(&copy).expect("written").permissions().mode() & 0o777, 0o600);
    drop(studio);

    let there = Home::new();
    let (status, out, err) = there.run(&["import", copy.to_str().expect("UTF-8")], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    assert!(out.contains("STUDIO_KEY") && out.contains("the folder of the bots"), "{out}");
    let secret = there.path().join("data/secret");
    assert_eq!(std::fs::metadata(&secret).expect("kept").permissions().mode() & 0o777, 0o600);
    let kept = |home: &Home| std::fs::read(home.path().join("data/secret")).expect("there");
    assert_eq!(kept(&here), kept(&there));

    let studio = there.start();
    Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let visitor = Visitor::new(&studio, "mover");
    assert_eq!(visitor.transcript(), before);
    // The bot goes on in the middle of its form.
    visitor.say("2", "4711");
    eventually("the order's state", || {
        visitor.transcript().iter().any(|line| line.contains("DHL")).then_some(())
    });
    // The visitor's token is known here too, with what was said.
    widget.hears(&studio, "30 °C");
    widget.say(&studio, "w2", "where is my order?");
    widget.hears(&studio, "order number");
}

#[test]
fn a_copy_that_is_not_whole_changes_nothing() {
    let here = Home::new();
    let studio = here.start();
    Visitor::new(&studio, "mover").say("1", "where is my order?");
    let (status, copy, err) = here.run(&["export", "-"], &BTreeMap::new());
    assert!(status.success() && err.contains("SHA-256"), "{copy}{err}");
    assert!(!here.path().join("-").exists());
    drop(studio);

    let there = Home::new();
    let import = |name: &str, text: &str| {
        std::fs::write(there.path().join(name), text).expect("writable");
        let (status, out, err) = there.run(&["import", name], &BTreeMap::new());
        (status.success(), format!("{out}{err}"))
    };
    let cut = &copy[..copy.len() * 3 / 4];
    for (text, expected) in [
        (cut.to_owned(), "cannot be used"),
        (cut[..=cut.rfind('\n').expect("lines")].to_owned(), "cut off"),
        (copy.replacen("where is my order", "where is my other", 1), "damaged"),
    ] {
        let (well, said) = import("bad.jsonl", &text);
        assert!(!well && said.contains(expected) && said.contains("nothing was written"), "{said}");
        assert!(!said.contains("at line"), "the copy's lines alone are counted: {said}");
        assert!(!there.path().join("data").exists(), "not even an empty store is left");
    }
    let (header, rows) = copy.split_once('\n').expect("lines");
    let mut header: Value = serde_json::from_str(header).expect("JSON");
    let latest = header["header"]["migration"].as_u64().expect("a number");
    header["header"]["migration"] = json!(latest + 1);
    let (well, said) = import("newer.jsonl", &format!("{header}\n{rows}"));
    assert!(
        !well && said.contains("made by a newer studio") && said.contains("nothing was written"),
        "{said}"
    );
    // Nothing has stood so far in the table of the last migration, so that this is a copy from before it.
    header["header"]["migration"] = json!(latest - 1);
    let older = there.path().join("older");
    std::fs::create_dir(&older).expect("writable");
    std::fs::write(there.path().join("older.jsonl"), format!("{header}\n{rows}")).expect("writable");
    let data = BTreeMap::from([("STUDIO_SERVER_DATA", older.to_str().expect("UTF-8"))]);
    let (status, out, err) = there.run(&["import", "older.jsonl"], &data);
    assert!(status.success() && out.contains(&format!("of migration {}", latest - 1)), "{out}{err}");
    let studio = there.start_with(&[("STUDIO_SERVER_DATA", older.to_str().expect("UTF-8"))]);
    let visitor = Visitor::new(&studio, "mover");
    eventually("what was said is there", || (!visitor.transcript().is_empty()).then_some(()));
    assert!(studio.terminate().success());
    let (well, said) = import("good.jsonl", &copy);
    assert!(well, "the store is still empty: {said}");
    let (well, said) = import("good.jsonl", &copy);
    assert!(!well && said.contains("not empty"), "{said}");
}

#[test]
fn an_export_takes_no_file_that_is_there_and_leaves_none_behind() {
    let home = Home::new();
    let studio = home.start();
    Visitor::new(&studio, "mover").say("1", "where is my order?");
    assert!(studio.terminate().success());
    // Somebody else's, and readable by all.
    let other = home.path().join("copy.partial");
    std::fs::write(&other, "not ours").expect("writable");
    std::fs::set_permissions(&other, Permissions::from_mode(0o644)).expect("ours to change");
    let (status, out, err) = home.run(&["export", "copy.jsonl"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    assert_eq!(std::fs::read_to_string(&other).expect("it is there"), "not ours");
    let mode =
        |name: &str| std::fs::metadata(home.path().join(name)).expect("there").permissions().mode() & 0o777;
    assert_eq!((mode("copy.jsonl"), mode("copy.partial")), (0o600, 0o644));
    // The same on standard output, for a pipe, and nothing else there.
    let (status, out, err) = home.run(&["export", "-"], &BTreeMap::new());
    assert!(status.success() && err.contains("SHA-256"), "{err}");
    let written = std::fs::read_to_string(home.path().join("copy.jsonl")).expect("written");
    assert_eq!(out, written);
    let (status, _, err) = home.run(&["export", "no-folder/copy.jsonl"], &BTreeMap::new());
    assert!(!status.success() && err.contains("cannot write no-folder/copy.jsonl"), "{err}");
    let names = || std::fs::read_dir(home.path()).expect("a folder").flatten().map(|entry| entry.file_name());
    assert!(names().all(|name| !name.to_string_lossy().starts_with(".studio-export")));
}

#[test]
fn a_store_that_an_import_left_unfinished_is_refused_until_it_is_done_anew() {
    let here = Home::new();
    let studio = here.start();
    Visitor::new(&studio, "mover").say("1", "where is my order?");
    let (status, out, err) = here.run(&["export", "copy.jsonl"], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    drop(studio);
    let copy = here.path().join("copy.jsonl");

    // As a kill just before the end leaves it.
    let there = Home::new();
    let store = there.path().join("data/store");
    std::fs::create_dir_all(&store).expect("writable");
    let bytes = std::fs::read(&copy).expect("written");
    studio_store::testing::run(async move {
        let settings = studio_store::Settings::new(studio_store::Address::Folder(store));
        let store = studio_store::Store::open_to_import(&settings).await.expect("opened");
        store.import(&mut std::io::Cursor::new(bytes)).await.expect("imported");
        store.close().await;
    });
    let told = "an import into this store was not finished";
    let refused = there.try_start(&[]).err().expect("it does not start");
    assert!(refused.contains(told), "{refused}");
    let (status, out, err) = there.run(&["doctor"], &BTreeMap::new());
    assert!(!status.success() && out.contains(told), "{out}{err}");

    let (status, out, err) = there.run(&["import", copy.to_str().expect("UTF-8")], &BTreeMap::new());
    assert!(status.success(), "{out}{err}");
    let studio = there.start();
    let visitor = Visitor::new(&studio, "mover");
    eventually("what was said is there", || (!visitor.transcript().is_empty()).then_some(()));
}

#[test]
fn doctor_and_export_say_what_is_pending_and_leave_it_so() {
    let home = Home::new();
    let studio = home.start();
    Visitor::new(&studio, "mover").say("1", "where is my order?");
    assert!(studio.terminate().success());
    let back = "DELETE migration WHERE number = 9; REMOVE TABLE apart";
    crate::unreadable::spoil(&home, &[(back, "mover")]);
    let told = "migration 9 (apart) is pending";
    for number in 0..2 {
        let (status, out, err) = home.run(&["doctor"], &BTreeMap::new());
        assert!(status.success() && out.contains(told), "{out}{err}");
        let file = format!("copy-{number}.jsonl");
        let (status, out, err) = home.run(&["export", &file], &BTreeMap::new());
        assert!(status.success() && out.contains(told), "{out}{err}");
    }
    assert!(home.start().terminate().success());
    let (status, out, err) = home.run(&["doctor"], &BTreeMap::new());
    assert!(status.success() && !out.contains("pending"), "{out}{err}");
}
