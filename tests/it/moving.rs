//! A studio moves to another machine: copied while it runs, restored elsewhere, and everybody goes on.

use std::{
    collections::BTreeMap,
    os::unix::fs::PermissionsExt as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;

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
