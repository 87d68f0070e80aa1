//! What leads the studio to ask of Discord what it seldom asks.

use studio_core::content::{Action, Button, Form};

use super::{webhook::reachable, *};

/// Waits until Discord was asked what fits by its method and its path; the path.
async fn asked(platform: &Platform, what: &str, fits: impl Fn(&str, &str) -> bool) -> String {
    let text = |request: &Value, field: &str| request[field].as_str().unwrap_or_default().to_owned();
    let mut found = None;
    until(what, async || {
        let requests = platform.see("requests").await;
        let all = requests.as_array().into_iter().flatten();
        let mut all = all.map(|request| (text(request, "method"), text(request, "path")));
        found = all.find(|(method, path)| fits(method, path)).map(|(_, path)| path);
        found.is_some()
    })
    .await;
    found.expect("it was asked")
}

/// A file of a person's, a form, a reply that may have left, and a channel in which the bot has no voice, for a connection that is
/// open.
pub(super) async fn by_gateway(platform: &Platform, studio: &Studio, form: Form) {
    let file = json!({"name": "bill.pdf", "media_type": "application/pdf", "base64": "JVBERi0xLjc="});
    platform.act("say", json!({"from": "ada", "text": "My bill", "files": [file]})).await;
    let event = studio.accepted("the file", |event| !event.attachments.is_empty()).await;
    studio.account.fetch(&event.attachments[0].native).await.expect("it is there");

    let (conversation, title) = (studio.conversation(&event.thread), form.title.clone());
    let opens = Button { title: title.clone(), action: Action::Form(Box::new(form)) };
    studio.memory.say(conversation, Content::Buttons { text: "Fill it in".into(), buttons: vec![opens] });
    let shown = platform.shown("Fill it in").await;
    platform.act("press", json!({"from": "ada", "message": shown["id"], "choose": title})).await;
    until("the form is open", async || {
        let interactions = platform.see("interactions").await;
        interactions.as_array().is_some_and(|all| all.iter().any(|known| known["answer"] == 9))
    })
    .await;

    studio.memory.advance(MINUTE * 5);
    let said = studio.memory.messages(conversation, 0, 1_000).await.expect("in memory");
    let last = said.into_iter().rfind(|message| matches!(message.from, Sender::Speaker { .. }));
    let last = leaving(conversation, &event.thread, last.expect("it was said"));
    let again = studio.account.send(&studio.memory, &Leaving { uncertain: true, ..last }).await;
    assert_eq!(again.outcome, Outcome::Done);

    platform.act("command", json!({"from": "ada", "channel": "general", "name": "track"})).await;
    let of_server = |known: &Incoming| words(known) == Some("/track") && known.thread != event.thread;
    let command = studio.accepted("the command", of_server).await;
    until("its reply", async || {
        platform.see("messages?channel=general").await.to_string().contains("You said: /track")
    })
    .await;
    platform.act("close", json!({"channel": "general", "closed": true})).await;
    studio.memory.say(studio.conversation(&command.thread), Content::text("And one more thing"));
    platform.shown("And one more thing").await;
}

/// Where interactions are POSTed to, how a server and a thread are called that no session tells of, and a command that nobody answers.
pub(super) async fn by_address(platform: &Platform) {
    let (studio, address) = reachable(platform).await;
    platform.command_registered().await;
    studio.memory.answer_after(None);
    platform.act("command", json!({"from": "ada", "channel": "general", "name": "track"})).await;
    studio.accepted("the command", |event| words(event) == Some("/track")).await;
    let server =
        asked(platform, "the server", |method, path| method == "GET" && path.starts_with("/guilds/"));
    let server: u64 = server.await.trim_start_matches("/guilds/").parse().expect("an id");
    let thread =
        platform.act("thread", json!({"name": "ada's tent", "channel": "support"})).await["id"].clone();
    let thread = thread.as_str().expect("an id");
    assert_eq!(studio.account.names.news(server, thread.parse().expect("an id"), "1"), None);
    let of_thread = format!("/channels/{thread}");
    asked(platform, "the thread", |method, path| method == "GET" && path == of_thread).await;
    studio.memory.advance(MINUTE * 15);
    asked(platform, "“thinking”", |method, path| method == "DELETE" && path.ends_with("/@original")).await;
    let (account, memory) = (Arc::clone(&studio.account), studio.memory.clone());
    studio.end().await;
    account.sign_off(&memory, &address.parse().expect("an address")).await;
}
