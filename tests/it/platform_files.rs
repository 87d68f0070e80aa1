//! Files that people send on a messaging platform.

use serde_json::json;

use crate::{
    http_story::PASSWORD,
    support::{
        Home, eventually,
        http_client::Member,
        platforms::{Slack, bot, conversations, listens, owner},
    },
};

/// Somebody sends a file in their conversation with the bot.
fn send(slack: &Slack, name: &str, media_type: &str, bytes: &[u8]) {
    let content = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
    let file = json!({ "user": "U0ANNA", "name": name, "media_type": media_type, "content": content });
    slack.act("file", &file);
}

#[test]
fn a_file_is_fetched_after_a_kill_between_its_event_and_its_bytes() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    bot(&home, "long");
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "fetched:1")]);
    listens(&owner(&home, &studio), "team");
    let text = "a bill in words";
    send(&slack, "bill.txt", "text/plain", text.as_bytes());
    assert!(!studio.wait_for_end().success(), "killed with the bytes in hand");
    drop(studio);
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let (id, media) = eventually("the file in the transcript", || {
        let id = conversations(&ada, "team").first()?["id"].as_str()?.to_owned();
        let all = ada.get(&format!("/conversations/{id}/messages")).body["items"].clone();
        let media =
            all.as_array()?.iter().find_map(|message| message["content"]["source"]["media"].as_str())?;
        Some((id, media.to_owned()))
    });
    let bytes = eventually("its bytes", || {
        let answer = ada.get(&format!("/conversations/{id}/media/{media}"));
        (answer.status == 200).then_some(answer.body)
    });
    assert_eq!(bytes, json!(text));
}

#[test]
fn a_picture_that_answers_a_question_has_the_size_that_the_platform_tells() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    bot(&home, "long");
    let flow = "photo:\n  when: [ keyword: photo ]\n  steps:\n    - ask: photo\n      kind: file\n      types: ['image/*']\n      \
                question: { en: Which photo? }\n    - say: { en: 'It has {{ slots.photo.size }} bytes.' }\n";
    std::fs::write(home.path().join("bots/shop/flows/photo.yaml"), flow).expect("writable");
    let studio = home.start();
    listens(&owner(&home, &studio), "team");
    let channel = slack.say("U0ANNA", "photo");
    slack.hears(&channel, "Which photo?");
    let bytes = b"\x89PNG\r\n\x1a\n of a tent";
    send(&slack, "tent.png", "image/png", bytes);
    slack.hears(&channel, &format!("It has {} bytes.", bytes.len()));
}
