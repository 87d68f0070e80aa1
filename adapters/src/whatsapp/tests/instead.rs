//! What goes where the words of a message may not, and what becomes of these words.

use jiff::SignedDuration;
use serde_json::{Value, json};
use studio_core::{
    content::{Content, Loss, Parameters, Template, When},
    policy::delivery::{Form, Otherwise},
};

use super::scene::Scene;
use crate::platform::{Leaving, Outcome, Scope};

/// Ada has written, and a template with one gap is approved in English.
async fn start() -> Scene {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    let components = json!([{ "type": "BODY", "text": "Order {{1}} is on its way" }]);
    let template =
        json!({ "name": "sent", "language": "en", "status": "APPROVED", "components": components });
    scene.post("template", template).await;
    scene
        .until("the template is known", || async {
            scene.account.templates().is_some_and(|known| known.iter().any(|one| one.name == "sent"))
        })
        .await;
    scene
}

fn template(when: When, order: Option<&str>) -> Template {
    let body = order.map(|order| ("1".to_owned(), order.to_owned())).into_iter().collect();
    let parameters = Parameters { body, ..Parameters::default() };
    Template { name: "sent".into(), language: "en_GB".into(), parameters, when: Some(when) }
}

/// The bot says something that names the template.
async fn leaving(scene: &Scene, text: &str, template: Template) -> Leaving {
    scene.host.say_quietly(scene.conversation(), Content::text(text));
    let mut leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    leaving.message.template = Some(Box::new(template));
    leaving
}

async fn last(scene: &Scene) -> Value {
    scene.said().await.pop().expect("something was said")
}

/// The status of its template has come.
async fn told(scene: &Scene, leaving: &Leaving) {
    let tag = format!("{}.template", leaving.key);
    let is_told = || scene.host.reports().iter().any(|(_, report)| report.tag.as_deref() == Some(&*tag));
    scene.until("its status came", || async { is_told() }).await;
}

/// Why it is a dead letter.
fn dead(outcome: Outcome) -> String {
    match outcome {
        Outcome::Dead { reason } => reason,
        other => panic!("{other:?}"),
    }
}

fn instead() -> Vec<Loss> {
    vec![Loss::TemplateInstead { name: "sent".into() }]
}

#[tokio::test]
async fn a_template_goes_where_words_may_not_and_only_there() {
    let scene = start().await;
    // What cannot be filled in is not looked at as long as nobody needs it.
    for order in [Some("17"), None] {
        let open = leaving(&scene, "It is on its way.", template(When::Closed, order)).await;
        let attempt = scene.account.send(&scene.host, &open).await;
        assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
        assert_eq!(last(&scene).await["text"]["body"], "It is on its way.");
    }
    scene.post("clock", json!({ "seconds": 90_000 })).await;
    scene.account.examine(&scene.host).await;
    let late = leaving(&scene, &"Late. ".repeat(1_000), template(When::Closed, Some("18"))).await;
    let attempt = scene.account.send(&scene.host, &late).await;
    assert_eq!((attempt.outcome, attempt.parts.len(), attempt.losses), (Outcome::Done, 1, instead()));
    let said = last(&scene).await["template"].clone();
    assert_eq!((&said["name"], &said["language"]["code"]), (&json!("sent"), &json!("en")));
    assert_eq!(said["components"][0]["parameters"][0]["text"], "18");

    let before = scene.said().await.len();
    let unfilled = leaving(&scene, "Late", template(When::Closed, None)).await;
    let reason = dead(scene.account.send(&scene.host, &unfilled).await.outcome);
    assert!(reason.contains("24 hours") && reason.contains("needs the parameter 1"), "{reason}");
    let german = Template { language: "de".into(), ..template(When::Closed, Some("18")) };
    let german = leaving(&scene, "Spät", german).await;
    let reason = dead(scene.account.send(&scene.host, &german).await.outcome);
    assert!(reason.contains("does not exist in de, only in en: have it approved"), "{reason}");
    assert_eq!(scene.said().await.len(), before);
}

#[tokio::test]
async fn a_template_that_goes_always_leaves_its_place_to_words_where_it_cannot_be_sent() {
    let scene = start().await;
    let filled = leaving(&scene, "It is on its way.", template(When::Always, Some("17"))).await;
    let attempt = scene.account.send(&scene.host, &filled).await;
    assert_eq!((attempt.outcome, attempt.losses), (Outcome::Done, Vec::new()));
    assert_eq!(last(&scene).await["template"]["name"], "sent");

    let unfilled = leaving(&scene, "It is on its way.", template(When::Always, None)).await;
    let attempt = scene.account.send(&scene.host, &unfilled).await;
    assert_eq!(attempt.outcome, Outcome::Done);
    let left_out = |losses: &[Loss], because: &str| matches!(losses, [Loss::TemplateLeftOut { why, .. }] if why.contains(because));
    assert!(left_out(&attempt.losses, "needs the parameter 1"), "{:?}", attempt.losses);
    assert_eq!(last(&scene).await["text"]["body"], "It is on its way.");

    // That it is paused since, Meta says when it is asked to take it.
    scene.faults(json!({ "refused": 1.0, "code": 132_015 })).await;
    let paused = leaving(&scene, "It has arrived.", template(When::Always, Some("18"))).await;
    let attempt = scene.account.send(&scene.host, &paused).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 1));
    assert!(left_out(&attempt.losses, "132015"), "{:?}", attempt.losses);
    assert_eq!(last(&scene).await["text"]["body"], "It has arrived.");
    let late = Leaving { key: "late".into(), last_heard: None, ..paused };
    assert!(dead(scene.account.send(&scene.host, &late).await.outcome).contains("132015"));
}

/// Meta takes no more templates for now; of replies it does not say so.
#[tokio::test]
async fn who_cannot_be_written_to_first_holds_back_nobody_else() {
    let scene = start().await;
    scene.faults(json!({ "refused": 1.0, "code": 131_048 })).await;
    let waits = async |leaving: &Leaving| match scene.account.send(&scene.host, leaving).await.outcome {
        Outcome::Retry { after: Some(after), scope, .. } => (after >= SignedDuration::from_hours(1), scope),
        other => panic!("{other:?}"),
    };
    let open = leaving(&scene, "It is on its way.", template(When::Closed, Some("17"))).await;
    assert_eq!(waits(&open).await, (true, Scope::Connection), "these are words");
    let late = Leaving { key: "late".into(), last_heard: None, ..open };
    assert_eq!(waits(&late).await, (true, Scope::Chat));
    let sent = Template { language: "en".into(), when: None, ..template(When::Closed, Some("17")) };
    let first = leaving(&scene, "By a member", sent).await;
    let first = Leaving { last_heard: None, ..first };
    assert_eq!(waits(&first).await, (true, Scope::Chat));
}

/// Meta's clock says otherwise than ours.
#[tokio::test]
async fn what_meta_refuses_in_its_answer_goes_as_the_template() {
    let scene = start().await;
    let closed = json!({ "refused": 1.0, "code": 131_047 });
    scene.faults(closed).await;
    let first = leaving(&scene, &"Words. ".repeat(1_000), template(When::Closed, Some("17"))).await;
    let attempt = scene.account.send(&scene.host, &first).await;
    assert_eq!((attempt.outcome, attempt.parts.len(), attempt.losses), (Outcome::Done, 1, instead()));
    assert_eq!(last(&scene).await["template"]["name"], "sent");
    let bare = scene.say(Content::text("Nothing in its place")).await;
    assert!(dead(bare.outcome).contains("131047"));

    // Of one that has begun the rest is kept, and goes on where it was.
    let mut begun = leaving(&scene, &"Words. ".repeat(1_000), template(When::Closed, Some("18"))).await;
    begun.parts.push("wamid.FIRST".into());
    let attempt = scene.account.send(&scene.host, &begun).await;
    assert_eq!(attempt.parts, Vec::<String>::new());
    let reason = dead(attempt.outcome);
    assert!(reason.contains("131047") && reason.contains("was sent; the rest"), "{reason}");
    assert_eq!(last(&scene).await["template"]["components"][0]["parameters"][0]["text"], "18");
    // Who lets it leave again while nothing but a template is taken sends that no second time.
    let said = scene.said().await.len();
    told(&scene, &begun).await;
    let reason = dead(scene.account.send(&scene.host, &begun).await.outcome);
    assert!(reason.contains("was sent; the rest"), "{reason}");
    assert_eq!(scene.said().await.len(), said);
    scene.faults(json!({})).await;
    let rest = scene.account.send(&scene.host, &begun).await;
    assert_eq!((rest.outcome, rest.parts.len()), (Outcome::Done, 1));
    assert_eq!(last(&scene).await["type"], "text");
}

#[tokio::test]
async fn what_meta_refuses_by_a_status_goes_as_the_template_once_for_all_its_parts() {
    let scene = start().await;
    let refused = |part| Otherwise { part, form: Form::Template, why: "Meta's error 131047".into() };
    let words = "Words. ".repeat(1_000);
    let mut late = leaving(&scene, &words, template(When::Closed, Some("17"))).await;
    late.otherwise.push(refused(0));
    let attempt = scene.account.send(&scene.host, &late).await;
    assert_eq!((attempt.outcome, attempt.parts.len(), attempt.losses), (Outcome::Done, 1, instead()));
    let said = scene.said().await.len();
    told(&scene, &late).await;
    // The refusal of its other part came first, and that of the first one finds that the template has left.
    late.otherwise.insert(0, refused(1));
    late.uncertain = true;
    let again = scene.account.send(&scene.host, &late).await;
    assert_eq!((again.outcome, again.parts), (Outcome::Done, attempt.parts));
    assert_eq!(scene.said().await.len(), said, "not once more");

    let mut second = leaving(&scene, &words, template(When::Closed, Some("18"))).await;
    second.parts.push("wamid.FIRST".into());
    second.otherwise.push(refused(1));
    let reason = dead(scene.account.send(&scene.host, &second).await.outcome);
    assert!(
        reason.contains("131047") && reason.contains("replay it once the person has written"),
        "{reason}"
    );
    assert_eq!(scene.said().await.len(), said + 1);
}
