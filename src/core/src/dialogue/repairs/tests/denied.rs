//! Wishes that are taken back.

use super::*;

#[test]
fn what_is_not_wanted_is_not_done() {
    const DENIED: &str = "All right, then not.";
    let mut talk = Talk::with(form());
    talk.opens();
    assert_eq!(talk.hears("I don't want the form", denying("form")), [DENIED]);
    assert!(talk.state.stack.is_empty());
    assert_eq!(talk.repairs(), [RepairKind::Denied]);
    let asked = talk.says("form");
    assert_eq!(talk.hears("don't tell me the hours", denying("hours")), [DENIED, asked[0].as_str()]);
    assert_eq!(talk.state.stack.len(), 1, "the question stays open");
    assert_eq!(talk.hears("I don't want the form", denying("form")), [CANCELLED], "it was under way");
    assert!(talk.state.stack.is_empty());
    let besides = Understanding { also: vec![besides("hours", (0, 0))], ..denying("form") };
    assert_eq!(talk.hears("not the form but the hours", besides), ["9 to 5"]);
    talk.bot.repairs.denied.say = Some(saying("Fine."));
    assert_eq!(talk.hears("the form is not for me", denying("form")), ["Fine."]);
    talk.bot.repairs.denied.flow = Some("hours".to_owned());
    assert_eq!(talk.hears("the form is not for me", denying("form")), ["9 to 5"]);
    talk.bot.repairs.denied.enabled = false;
    assert_eq!(talk.hears("the form is not for me", denying("form")), [ONCE]);
}

#[test]
fn an_answer_counts_although_something_is_not_wanted() {
    let mut talk = Talk::with(form());
    talk.says("form");
    let asked = talk.hears("4711", denying("hours"));
    assert_eq!(talk.state.slots["number"], json!("4711"));
    assert_eq!(talk.hears("I don't want the form", denying("form")), [CANCELLED]);
    assert_eq!(asked.len(), 1, "it goes on with the mail address");
}
