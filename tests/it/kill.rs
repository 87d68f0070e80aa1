//! Killed at any stage of a turn, the studio goes on after a restart as if nothing had happened.

use studio::breakpoint::{BEHIND, POINTS};
use studio_load::{
    audit::{GivenUp, audit_at},
    ledger::Ledger,
};

use crate::{
    http_story::{PASSWORD, add_member},
    support::{
        Home, eventually,
        http_client::{Member, Visitor, runtime},
    },
};

#[test]
fn a_kill_at_each_stage_loses_nothing_and_doubles_nothing() {
    let undisturbed = undisturbed();
    for point in POINTS {
        let home = Home::new();
        // The only thing that is sent here is the call that asks for the order; replies are fetched.
        let passage = if point.starts_with("sen") { 1 } else { 2 };
        let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", &format!("{point}:{passage}"))]);
        let visitor = Visitor::new(&studio, "kill");
        visitor.say("1", "where is my order?");
        // Which passage of the point kills it depends on the point; one of these does.
        let message = serde_json::json!({ "text": "4711" });
        let acknowledged = visitor.post("2", &message, 0).is_ok_and(|answer| answer.status == 202);
        let status = studio.wait_for_end();
        assert!(!status.success(), "{point}: killed");
        drop(studio);

        let studio = home.start();
        let visitor = Visitor::new(&studio, "kill");
        if !acknowledged {
            // The client was told nothing, so it sends the same again; if it was stored, it is recognised.
            visitor.post("2", &message, 0).expect("it is up");
        }
        assert_eq!(ends(&visitor), undisturbed, "{point}");
        // The shop is no part of the ledger: whether it heard of the order stands in the transcript.
        agrees(&home, GivenUp::Calls { parked: 0 });
        assert!(studio.terminate().success(), "{point}");
    }
}

/// The same story without a kill: every line that is to be heard, once.
fn undisturbed() -> Vec<String> {
    let home = Home::new();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "kill");
    visitor.say("1", "where is my order?");
    visitor.say("2", "4711");
    let transcript = ends(&visitor);
    for words in [
        "visitor: where is my order?",
        "What is your order number?",
        "visitor: 4711",
        "shipped with DHL",
        "anything else",
        "visitor: no",
        "How satisfied",
    ] {
        let count = transcript.iter().filter(|line| line.contains(words)).count();
        assert_eq!(count, 1, "{words}: {transcript:#?}");
    }
    assert!(studio.terminate().success());
    transcript
}

/// Waits until the order's state was told to the end, has one more thing answered, so that whatever would be said twice has been
/// said, and returns the whole transcript without the day, which is another one behind midnight.
fn ends(visitor: &Visitor) -> Vec<String> {
    visitor.hears("anything else");
    visitor.say("3", "no");
    let transcript = visitor.hears("How satisfied");
    let without_day = |line: &String| line.split(", expected").next().unwrap_or_default().to_owned();
    transcript.iter().map(without_day).collect()
}

/// A bot that waits for some seconds.
pub fn waiter() -> Home {
    let home = Home::new();
    let bots = home.path().join("bots/waiter");
    for (path, text) in [
        ("bot.yaml", "name: shop\ntitle: Waiter\nlanguages: [en]\n"),
        (
            "flows/wait.yaml",
            "wait:\n  when:\n    - keyword: wait\n  steps:\n    - say: { en: One moment. }\n    - wait: 3s\n    - say: { en: Here I am again. }\n",
        ),
    ] {
        let path = bots.join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
    home
}

#[test]
fn a_timer_survives_a_kill_and_fires_once() {
    let home = waiter();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "wait");
    visitor.say("1", "wait");
    visitor.hears("One moment");
    studio.kill();
    std::thread::sleep(std::time::Duration::from_secs(4));
    let studio = home.start();
    let visitor = Visitor::new(&studio, "wait");
    let transcript = visitor.hears("Here I am again");
    assert_eq!(transcript.len(), 3, "{transcript:#?}");
    studio.kill();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "wait");
    agrees(&home, GivenUp::Nothing);
    assert_eq!(visitor.transcript().len(), 3, "fired once");
}

/// All that is stored agrees with itself, and nothing is under way any more: a timer that fires twice would say nothing.
fn agrees(home: &Home, given_up: GivenUp) {
    let (socket, ledger) = (home.path().join("data/studio.sock"), Ledger::default());
    let wrong = runtime().block_on(audit_at(&socket, &ledger, given_up));
    assert_eq!(wrong.expect("the studio is up"), [] as [&str; 0]);
}

#[test]
fn a_kill_behind_the_way_of_a_message_fires_and_counts_once() {
    for point in BEHIND {
        let home = waiter();
        let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", point)]);
        let visitor = Visitor::new(&studio, "wait");
        // Whether this one is answered before the figures are counted is open; that it was stored is not.
        let _ = visitor.post("1", &serde_json::json!({ "text": "wait" }), 0);
        assert!(!studio.wait_for_end().success(), "{point}: killed");
        drop(studio);

        let studio = home.start();
        add_member(&home, "boss@example.com", "Boss");
        let visitor = Visitor::new(&studio, "wait");
        visitor.hears("Here I am again");
        agrees(&home, GivenUp::Nothing);
        assert_eq!(visitor.transcript().len(), 3, "{point}: {:#?}", visitor.transcript());
        let boss = Member::log_in(&studio, "boss@example.com", PASSWORD);
        eventually(&format!("{point}: everything is counted"), || {
            let days = boss.get("/statistics?from=2000-01-01&to=2100-01-01").body;
            let sum = |what: &str| {
                days["items"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|day| day[what].as_u64())
                    .sum::<u64>()
            };
            ((sum("received"), sum("said_by_bot")) == (1, 2)).then_some(())
        });
        assert!(studio.terminate().success(), "{point}");
    }
}
