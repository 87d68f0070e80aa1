//! Templates that authenticate, which Meta sends to phone numbers alone.

use serde_json::json;
use studio_core::content::{Content, Parameters, Template};

use super::scene::Scene;
use crate::platform::{Leaving, Outcome};

/// Goes by a user name: no event tells a phone number.
const BOB: &str = "DE.20980412735163884250";

#[tokio::test]
async fn a_template_that_authenticates_goes_to_a_number_or_not_at_all() {
    let scene = Scene::start().await;
    scene.ada("say", json!({ "text": "Hello" })).await;
    scene.stored(2).await;
    scene.post("people", json!({ "user_id": BOB, "name": "Bob", "username": "bob" })).await;
    let url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}";
    let components = json!([
        { "type": "BODY", "text": "*{{1}}* is your verification code." },
        { "type": "BUTTONS", "buttons": [{ "type": "URL", "text": "Copy code", "url": url }] },
    ]);
    let made = json!({
        "name": "code", "language": "en", "status": "APPROVED", "category": "AUTHENTICATION", "components": components,
    });
    scene.post("template", made).await;
    let is_known = || async {
        scene.account.templates().is_some_and(|known| known.iter().any(|one| one.name == "code"))
    };
    scene.until("the template is known", is_known).await;
    let parameters = Parameters {
        header: None,
        body: [("1".to_owned(), "123456".to_owned())].into(),
        buttons: [(0, "123456".to_owned())].into(),
    };
    let template = Template { name: "code".into(), language: "en".into(), parameters, when: None };

    scene.host.say_quietly(scene.conversation(), Content::text("Your code"));
    let leaving = scene.leaving(scene.messages().await.pop().expect("it was said"));
    assert_eq!(scene.tell(&leaving, "ada", &template).await.outcome, Outcome::Done);
    let said = scene.said().await.pop().expect("it arrived");
    assert_eq!((said["to"].as_str(), said.get("recipient")), (Some("4915112345678"), None));

    // The stand-in would take no code by id either: nothing is asked of it.
    let to_bob = Leaving { thread: BOB.to_owned(), ..leaving };
    match scene.tell(&to_bob, "bob", &template).await.outcome {
        Outcome::Dead { reason } => assert!(reason.contains("phone number alone"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(scene.get(&format!("said?person={BOB}")).await, json!([]));
}
