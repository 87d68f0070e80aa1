//! Questions whose answer somebody does not know.

use super::*;

const WAY_OUT: &str = "If you cannot answer that, you can also write: cancel, person.";

#[test]
fn who_does_not_know_the_answer_is_told_a_way_out() {
    let check = |said: &str, expected: &str| {
        let mut talk = Talk::with(form());
        talk.says("form");
        assert_eq!(talk.says(said), [expected], "{said}");
    };
    let wrong = "That does not have the form I expected. Please try again.";
    check("I don't have it", WAY_OUT);
    check("sorry, I lost it", WAY_OUT);
    check("I really do not have that number", WAY_OUT);
    check("no idea...", WAY_OUT);
    check("no", WAY_OUT);
    check("weiß ich nicht", WAY_OUT);
    check("die Nummer habe ich gerade nicht", WAY_OUT);
    check("what if I don't have it?", wrong);
    check("xyz", wrong);
    check("I don't have it, it is 4711", "mail?");

    let mut talk = Talk::with(form());
    talk.says("form");
    talk.says("I don't know");
    talk.says("I don't know");
    assert_eq!(talk.says("I don't know"), [HANDOFF], "it is a try as any other");

    let mut talk = Talk::with(form());
    talk.says("form");
    talk.bot.repairs.person.enabled = false;
    assert_eq!(talk.says("I don't know"), ["If you cannot answer that, you can also write: cancel."]);
    talk.bot.repairs.cancel.enabled = false;
    assert_eq!(talk.says("I don't know"), [wrong]);
}

#[test]
fn a_question_has_a_way_of_its_own_for_who_does_not_know() {
    let mut asked = question("number", digits());
    asked.unknown = Some(2);
    let kinds = vec![NodeKind::Ask(Box::new(asked)), say("{{ slots.number }}!"), say("Then by your name.")];
    let mut bot = one_flow(kinds);
    cut(&mut bot, "main", 1);
    flow(&mut bot, "human", vec![intent("human")], vec![handoff("asked")]);
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.says("I lost it"), ["Then by your name."]);
    assert!(talk.state.stack.is_empty());
    talk.says("go");
    assert_eq!(talk.says("4711"), ["4711!"]);
    talk.says("go");
    let sent = talk.hears("I don't know, a person please", meant("human", vec![]));
    assert_eq!(sent, ["A person comes."], "who wants a person gets one");

    let check = |said: &str, expected: &str| {
        let mut asked = question("note", text());
        asked.unknown = Some(2);
        let kinds = vec![NodeKind::Ask(Box::new(asked)), say("Noted."), say("Never mind.")];
        let mut bot = one_flow(kinds);
        cut(&mut bot, "main", 1);
        let mut talk = Talk::with(bot);
        talk.says("go");
        assert_eq!(talk.says(said), [expected], "{said}");
    };
    check("I don't know", "Never mind.");
    check("I do not know why the tent leaks", "Noted.");
}
