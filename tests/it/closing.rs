//! Who may close whose conversation, and who may speak in one?

use serde_json::json;

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
    },
};

#[test]
fn an_agent_closes_no_conversation_of_another_and_an_admin_does() {
    let home = Home::new();
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    add_member(&home, "bob@example.com", "Bob");
    add(&home, "grace@example.com", "Grace", "admin");
    Visitor::new(&studio, "closing").say("1", "hello");
    let [ada, bob, grace] = ["ada", "bob", "grace"]
        .map(|name| Member::log_in(&studio, &format!("{name}@example.com"), "correct horse battery"));
    let id = eventually("the conversation", || {
        ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    });
    let state = || ada.get(&format!("/conversations/{id}")).body["conversation"].clone();
    let close = |member: &Member| member.post(&format!("/conversations/{id}/close"), &json!({})).status;
    assert_eq!(ada.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    eventually("Ada has it", || (state()["owner"]["name"] == "Ada").then_some(()));
    assert_eq!(close(&bob), 409);
    assert_eq!(close(&grace), 202);
    eventually("it is closed", || (state()["status"] == "closed").then_some(()));
}

#[test]
fn a_session_that_ends_by_itself_brings_nothing_to_the_top() {
    let home = Home::new();
    let bot = home.path().join("bots/shop");
    std::fs::create_dir_all(&bot).expect("writable");
    let text = "name: shop\ntitle: Shop\nlanguages: [en]\nsession: { timeout: 3s }\n";
    std::fs::write(bot.join("bot.yaml"), text).expect("writable");
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor::new(&studio, "silent");
    visitor.say("1", "where is the tent");
    visitor.hears("");
    let shown = || ada.get("/conversations").body["items"][0].clone();
    let answered = eventually("it is listed", || Some(shown()).filter(|it| it["updated_at"].is_string()));
    let id = answered["id"].as_str().expect("an id");
    eventually("the session ends", || {
        let entries = ada.get(&format!("/conversations/{id}/timeline")).body["items"].clone();
        let mut entries = entries.as_array()?.iter();
        entries.any(|entry| entry["what"]["repair"] == "timeout").then_some(())
    });
    assert_eq!(shown()["updated_at"], answered["updated_at"], "it stands where it stood");
    visitor.say("2", "hello again");
    eventually("a word brings it up", || (shown()["updated_at"] != answered["updated_at"]).then_some(()));
}

#[test]
fn a_close_that_was_taken_before_another_took_over_closes_nothing() {
    let home = Home::new();
    let slow = [("STUDIO_HANG", "flow:slowly"), ("STUDIO_LIMITS_TURN", "5s")];
    let studio = home.start_with(&slow);
    add_member(&home, "ada@example.com", "Ada");
    add_member(&home, "bob@example.com", "Bob");
    let visitor = Visitor::new(&studio, "race");
    visitor.say("1", "hello");
    let [ada, bob] =
        ["ada", "bob"].map(|name| Member::log_in(&studio, &format!("{name}@example.com"), PASSWORD));
    let id = eventually("the conversation", || {
        ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    });
    // While this one is thought about, both acts are taken: neither sees the other.
    visitor.say("2", "slowly");
    for (member, verb) in [(&ada, "take-over"), (&bob, "close")] {
        let answer = member.post(&format!("/conversations/{id}/{verb}"), &json!({}));
        assert_eq!(answer.status, 202, "{verb}: {answer:?}");
    }
    let refused = eventually("the close is refused", || {
        let timeline = ada.get(&format!("/conversations/{id}/timeline?limit=100")).body;
        let entries = timeline["items"].as_array().cloned().unwrap_or_default();
        entries.into_iter().find(|entry| entry["what"]["type"] == "refused")
    });
    let what = &refused["what"];
    assert_eq!((&what["name"], &what["act"]["act"]), (&json!("Bob"), &json!("close")), "{refused}");
    let state = ada.get(&format!("/conversations/{id}")).body["conversation"].clone();
    assert_eq!((&state["status"], &state["owner"]["name"]), (&json!("open"), &json!("Ada")));
}

#[test]
fn who_takes_over_may_speak_at_once() {
    let home = Home::new();
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    Visitor::new(&studio, "haste").say("1", "hello");
    let ada = Member::log_in(&studio, "ada@example.com", "correct horse battery");
    let id = eventually("the conversation", || {
        ada.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    });
    for round in 0..20 {
        let reply = json!({ "content": { "type": "text", "text": format!("reply {round}") } });
        for (verb, body) in [("take-over", &json!({})), ("replies", &reply), ("hand-back", &json!({}))] {
            let answer = ada.post(&format!("/conversations/{id}/{verb}"), body);
            assert_eq!(answer.status, 202, "{verb} of round {round}: {answer:?}");
        }
    }
    eventually("all of it is said", || {
        let messages = ada.get(&format!("/conversations/{id}/messages?limit=100")).body.to_string();
        (0..20).all(|round| messages.contains(&format!("reply {round}\""))).then_some(())
    });
}
