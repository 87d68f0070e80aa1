//! What Meta takes and refuses later.

use serde_json::{Value, json};
use studio_core::id::ConversationId;

use super::{ADA, WhatsApp, start, taken_over};
use crate::{
    http_story::PASSWORD,
    support::{eventually, http_client::Member},
    unreadable::spoil_of,
};

#[test]
fn a_message_that_is_refused_later_is_a_dead_letter_with_its_reason() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    // A day has gone by at Meta's, and nobody has told the studio: the message is accepted and fails later.
    whatsapp.post("simulator/clock", &json!({ "seconds": 90_000 }));
    let free = json!({ "content": { "type": "text", "text": "Are you still there?" } });
    eventually("she may speak", || {
        (member.post(&format!("/conversations/{conversation}/replies"), &free).status == 202).then_some(())
    });
    let letter = eventually("a dead letter", || {
        let listed = member.get("/dead-letters").body;
        listed["items"].as_array()?.first().cloned()
    });
    let error = letter["error"].as_str().unwrap_or_default();
    assert!(error.contains("send an approved template") && error.contains("131047"), "{letter}");
    assert_eq!(letter["conversation"], json!(conversation));

    whatsapp.ada("say", json!({ "text": "Yes" }));
    let id = letter["id"].as_str().expect("an id");
    eventually("what Ada says is heard", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        all.as_array()?.iter().any(|message| message["content"]["text"] == "Yes").then_some(())
    });
    assert_eq!(member.post(&format!("/dead-letters/{id}/replay"), &json!({})).status, 202);
    eventually("it is delivered", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let sent =
            all.as_array()?.iter().find(|message| message["content"]["text"] == "Are you still there?")?;
        (sent["delivery"]["state"] == "delivered").then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_message_that_is_refused_for_a_moment_leaves_again_behind_what_was_said_since() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let reply = |text: &str| {
        let content = json!({ "content": { "type": "text", "text": text } });
        eventually("she may speak", || {
            let answer = member.post(&format!("/conversations/{conversation}/replies"), &content);
            (answer.status == 202).then_some(())
        });
    };
    let sent = |text: &str| {
        let is_it =
            |said: &Value| said["message"]["text"]["body"].as_str().is_some_and(|body| body.contains(text));
        let all = whatsapp.sent().into_iter().filter(is_it);
        all.map(|said| said["status"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let delivery = |text: &str| {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let all = all.as_array().cloned().unwrap_or_default();
        let found = all.into_iter().find(|message| message["content"]["text"] == text);
        found.map(|message| message["delivery"].clone()).unwrap_or_default()
    };
    whatsapp.simulator.fail(&json!({ "refused_later": 1.0 }));
    reply("It is on its way.");
    eventually("it fails", || (sent("It is on its way.") == ["failed"]).then_some(()));
    whatsapp.simulator.fail(&json!({}));
    reply("Anything else?");
    eventually("what was said since is delivered", || {
        (delivery("Anything else?")["state"] == "delivered").then_some(())
    });
    assert_eq!(sent("It is on its way."), ["failed"], "it waits for itself alone");
    let late = eventually("it is delivered", || {
        let late = delivery("It is on its way.");
        (late["state"] == "delivered").then_some(late)
    });
    assert_eq!(late["uncertain"], true, "{late}");
    assert_eq!(sent("It is on its way."), ["failed", "delivered"]);
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_late_refusal_of_a_message_whose_turn_cannot_be_read_waits_until_it_can() {
    let whatsapp = WhatsApp::start();
    let (home, studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let content = json!({ "content": { "type": "text", "text": "It is on its way." } });
    assert_eq!(member.post(&format!("/conversations/{conversation}/replies"), &content).status, 202);
    let delivery = |member: &Member, state: &str| {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let found = all.as_array()?.iter().find(|message| message["content"] == content["content"])?.clone();
        (found["delivery"]["state"] == state).then_some(())
    };
    eventually("it is delivered", || delivery(&member, "delivered"));
    let id = whatsapp.sent().last().expect("it was said")["id"].clone();
    assert!(studio.terminate().success());
    let of: ConversationId = conversation.parse().expect("an id");
    // It has not been told of as delivered.
    let untold =
        "UPDATE part:[$organisation, $conversation]..[$organisation, $conversation, []] SET rank = 1";
    let spoilt = "UPDATE turn:[$organisation, $conversation]..[$organisation, $conversation, []] \
                  SET kept = entries, entries = '{' WHERE string::contains(entries, 'It is on its way.')";
    spoil_of(&home, vec![(untold, of), (spoilt, of)]);

    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.call(&studio, "wa");
    let refused = json!({
        "id": id, "status": "failed", "timestamp": "1750030073", "recipient_user_id": ADA,
        "errors": [{ "code": 131_026, "title": "Message undeliverable" }],
    });
    let value = json!({
        "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "1", "phone_number_id": whatsapp.settings.phone_number_id },
        "statuses": [refused],
    });
    let entry =
        json!({ "id": whatsapp.settings.account_id, "changes": [{ "field": "messages", "value": value }] });
    whatsapp.post("simulator/raw", &json!({ "object": "whatsapp_business_account", "entry": [entry] }));
    let told = eventually("it is told", || {
        let error = member.get("/connections/wa").body["standing"]["last_error"].clone();
        error.as_str().filter(|error| error.contains("cannot be read")).map(str::to_owned)
    });
    assert!(told.starts_with("a message was refused later"), "{told}");
    let (_, doctor) = home.asked(&["doctor"]);
    assert!(doctor.contains(&told), "{doctor}");
    // Meta need not tell it again.
    eventually("it is taken", || {
        let state = whatsapp.simulator.see("state");
        (state["posted"] == state["taken"]).then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
    assert!(studio.terminate().success());

    let mended = "UPDATE turn:[$organisation, $conversation]..[$organisation, $conversation, []] \
                  SET entries = kept WHERE kept != NONE";
    spoil_of(&home, vec![(mended, of)]);
    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let letter = eventually("a dead letter", || {
        member.get("/dead-letters").body["items"].as_array()?.first().cloned()
    });
    assert!(letter["error"].as_str().is_some_and(|error| error.contains("131026")), "{letter}");
    assert_eq!(delivery(&member, "failed"), Some(()));
    assert!(studio.terminate().success());
}

#[test]
fn what_of_the_bot_is_refused_later_does_not_leave_while_an_agent_has_the_conversation() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    let asked = || {
        let all = whatsapp.sent();
        let asked = all.iter().filter(|said| said["message"].to_string().contains("order number"));
        asked.map(|said| said["status"].clone()).collect::<Vec<_>>()
    };
    // Each try is refused, so that none gets through before the agent is there.
    whatsapp.simulator.fail(&json!({ "refused_later": 1.0 }));
    whatsapp.ada("say", json!({ "text": "where is my order?" }));
    eventually("the bot's question fails", || asked().contains(&json!("failed")).then_some(()));
    taken_over(&member, &conversation);
    whatsapp.simulator.fail(&json!({}));
    let letter = || {
        let listed = member.get("/dead-letters").body;
        let letter = listed["items"].as_array()?.first()?.clone();
        letter["error"].as_str()?.contains("a person has the conversation").then_some(letter)
    };
    let first = eventually("a dead letter", letter);
    let delivery = || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let found = all.as_array()?.iter().find(|message| message["sequence"] == first["sequence"])?.clone();
        found["delivery"]["state"].as_str().map(str::to_owned)
    };
    assert_eq!(delivery().as_deref(), Some("failed"));
    assert!(asked().iter().all(|status| status == "failed"), "{:?}", asked());

    assert_eq!(member.post(&format!("/conversations/{conversation}/hand-back"), &json!({})).status, 202);
    eventually("the bot has the conversation", || {
        let found = member.get(&format!("/conversations/{conversation}")).body;
        (found["conversation"]["owner"]["type"] == "bot").then_some(())
    });
    let id = first["id"].as_str().expect("an id");
    assert_eq!(member.post(&format!("/dead-letters/{id}/replay"), &json!({})).status, 202);
    eventually("it is delivered", || (delivery()? == "delivered").then_some(()));
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn a_message_refused_before_its_answer_leaves_again_after_a_kill() {
    let whatsapp = WhatsApp::start();
    let (home, studio, _member, conversation) = start(&whatsapp);
    assert!(studio.terminate().success());
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "refused:1")]);
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.call(&studio, "wa");
    taken_over(&member, &conversation);
    whatsapp.simulator.fail(&json!({ "refused_later": 1.0, "slow": 1.0, "slow_milliseconds": 2_000 }));
    let content = json!({ "content": { "type": "text", "text": "It is on its way." } });
    assert_eq!(member.post(&format!("/conversations/{conversation}/replies"), &content).status, 202);
    assert!(!studio.wait_for_end().success(), "killed when it was known to have left");
    drop(studio);
    whatsapp.simulator.fail(&json!({}));

    let studio = home.start();
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    whatsapp.call(&studio, "wa");
    eventually("it is delivered", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let all = all.as_array().cloned().unwrap_or_default();
        let found = all.into_iter().find(|message| message["content"]["text"] == "It is on its way.")?;
        (found["delivery"]["state"] == "delivered").then_some(())
    });
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn what_meta_refuses_later_leaves_once_more_by_phone_or_in_a_simpler_form() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let reply = |content: Value| {
        let answer =
            member.post(&format!("/conversations/{conversation}/replies"), &json!({ "content": content }));
        assert_eq!(answer.status, 202, "{answer:?}");
    };
    let delivered = |content: &Value| {
        eventually("it is delivered", || {
            let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
            let found = all.as_array()?.iter().find(|message| message["content"] == *content)?.clone();
            (found["delivery"]["state"] == "delivered").then_some(found)
        })
    };
    // The message with each of its tries that holds these words.
    let tries = |words: &str| {
        let all = whatsapp.sent();
        let found = all.into_iter().filter(|said| said["message"].to_string().contains(words));
        found.map(|said| (said["message"].clone(), said["status"].clone())).collect::<Vec<_>>()
    };
    let words = json!({ "type": "text", "text": "By number." });
    whatsapp.simulator.fail(&json!({ "refused_later": 1.0, "code": 131_062 }));
    reply(words.clone());
    eventually("it fails", || (tries("By number.").first()?.1 == "failed").then_some(()));
    whatsapp.simulator.fail(&json!({}));
    let told = delivered(&words);
    assert_eq!(told["delivery"]["uncertain"], true, "{told}");
    let sent = tries("By number.");
    assert_eq!((&sent[0].0["recipient"], &sent[1].0["to"]), (&json!(ADA), &json!("4915112345678")));

    let address = "https://shop.example/missing/tent.png";
    let picture = json!({ "type": "image", "source": { "url": address }, "alt": "A tent" });
    reply(picture.clone());
    let told = eventually("the picture is a link", || {
        let sent = tries(address);
        (sent.last()?.0["type"] == "text").then_some(sent)
    });
    assert_eq!((&told[0].0["type"], &told[0].1, told.len()), (&json!("image"), &json!("failed"), 2));
    let told = delivered(&picture);
    assert!(told["delivery"]["losses"].to_string().contains("A tent"), "{told}");
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}

#[test]
fn two_pictures_of_one_message_that_meta_refuses_later_become_links() {
    let whatsapp = WhatsApp::start();
    let (_home, _studio, member, conversation) = start(&whatsapp);
    taken_over(&member, &conversation);
    let address = |name: &str| format!("https://shop.example/missing/{name}.png");
    let card =
        |name: &str| json!({ "title": name, "image": { "source": { "url": address(name) }, "alt": name } });
    let cards = json!({ "content": { "type": "carousel", "cards": [card("tent"), card("bag")] } });
    let answer = member.post(&format!("/conversations/{conversation}/replies"), &cards);
    assert_eq!(answer.status, 202, "{answer:?}");
    let told = eventually("it is delivered", || {
        let all = member.get(&format!("/conversations/{conversation}/messages")).body["items"].clone();
        let found = all.as_array()?.iter().find(|message| message["content"]["type"] == "carousel")?.clone();
        (found["delivery"]["state"] == "delivered").then_some(found)
    });
    let sent = whatsapp.sent();
    for name in ["tent", "bag"] {
        let tries = sent.iter().filter(|said| said["message"].to_string().contains(&address(name)));
        let tries: Vec<_> = tries.map(|said| (&said["message"]["type"], &said["status"])).collect();
        assert_eq!(tries.first(), Some(&(&json!("image"), &json!("failed"))), "{tries:?}");
        assert_eq!(tries.last(), Some(&(&json!("text"), &json!("delivered"))), "{tries:?}");
        assert!(told["delivery"]["losses"].to_string().contains(name), "{told}");
    }
    assert_eq!(member.get("/dead-letters").body["items"], json!([]));
}
