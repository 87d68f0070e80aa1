//! Who may close whose conversation?

use serde_json::json;

use crate::{
    http_story::{add, add_member},
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
