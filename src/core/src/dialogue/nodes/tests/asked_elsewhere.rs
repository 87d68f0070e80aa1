//! What documents and services are asked.

use super::*;

#[test]
fn search_says_the_best_passage_with_its_source() {
    let mut talk = Talk::with(one_flow(vec![search(Some(2)), say("{{ passages[0].title }}"), say("end")]));
    cut(&mut talk.bot, "main", 1);
    assert!(talk.says("go").is_empty());
    let answer = vec![passage("poor", 0.2), passage("We ship to France.", 0.8)];
    let sent = talk.finds(answer);
    assert_eq!(sent, ["We ship to France.\n\nSource: Shipping › Abroad", "Shipping"]);
    let why = talk.journal.iter().find_map(|entry| match &entry.what {
        Happening::Said { why, .. } => why.clone(),
        _ => None,
    });
    assert_eq!(why.map(|why| why.sources), Some(vec!["Shipping › Abroad".to_owned()]));
    talk.says("go");
    assert_eq!(talk.finds(vec![passage("poor", 0.2)]), ["end"]);
    talk.says("go");
    assert_eq!(talk.finds(vec![]), ["end"]);
}

#[test]
fn a_passage_of_other_words_answers_where_it_is_near_enough() {
    let mut bot = one_flow(vec![search(None), say("end")]);
    bot.knowledge.min_nearness = 0.4;
    let near = |nearness: f64| {
        vec![Passage { nearness: Some(nearness), ..passage("We ship to France.", 0.0) }, passage("poor", 0.2)]
    };
    let mut talk = Talk::with(bot);
    talk.says("go");
    assert_eq!(talk.finds(near(0.4))[0], "We ship to France.\n\nSource: Shipping › Abroad");
    talk.says("go");
    assert_eq!(talk.finds(near(0.39)), ["end"]);
}

#[test]
fn a_search_that_is_not_answered_is_given_up() {
    let mut talk = Talk::with(one_flow(vec![search(None), say("end")]));
    talk.says("go");
    talk.says("go");
    assert_eq!(talk.faults(), ["the search was not answered"]);
    assert_eq!(talk.finds(vec![]), ["end"]);
    assert!(talk.event(Body::Found { question: 1, passages: vec![] }).is_empty());
}

#[test]
fn http_maps_the_answer() {
    let kinds = vec![
        set("x", Expression::Literal(json!("a/b"))),
        http("orders/{{ slots.x }}", &[("status", "answer.body.status")], Some(3)),
        jump(4),
        say("failed: {{ answer.error }}"),
        say("{{ slots.status }}"),
    ];
    let mut bot = one_flow(kinds);
    cut(&mut bot, "main", 3);
    let mut talk = Talk::with(bot);
    assert!(talk.says("go").is_empty());
    let request = talk.effects.iter().find_map(|effect| match effect {
        Effect::Call(request) => Some(request.url.clone()),
        _ => None,
    });
    assert_eq!(request.as_deref(), Some("https://shop.example/orders/a%2Fb"));
    assert_eq!(talk.says("hello?"), ["One moment, please. I am still looking that up."]);
    let courtesy = "All right. What can I do for you?";
    assert_eq!(talk.answers(200, json!({ "status": "shipped" })), ["shipped", courtesy]);
    assert!(talk.answers(200, json!({})).is_empty(), "a late repeat is only recorded");
    talk.says("go");
    assert_eq!(talk.answers(404, json!({})), ["failed: status 404"]);
    talk.says("go");
    let failed =
        Body::Answer { call: talk.last_call(), outcome: CallOutcome::Failed("timed out".to_owned()) };
    assert_eq!(talk.event(failed), ["failed: timed out"]);
    talk.says("go");
    let strange = talk.answers(200, json!("<html>"));
    assert_eq!(strange.len(), 1);
    assert!(strange[0].starts_with("failed: `answer.body.status`"), "{strange:?}");
    assert_eq!(talk.faults().len(), 1);
}

#[test]
fn http_without_an_error_branch_gets_a_person() {
    let mut talk = Talk::with(one_flow(vec![http("a", &[], None), say("never")]));
    talk.says("go");
    assert_eq!(talk.answers(500, json!(null)), [APOLOGY, HANDOFF]);
    assert!(talk.state.stack.is_empty());
    let mut talk = Talk::with(one_flow(vec![http("{{ slots.nothing }}", &[], None)]));
    assert_eq!(talk.says("go"), [APOLOGY, HANDOFF]);
}
