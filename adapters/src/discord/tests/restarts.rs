//! What was on its way when the process ended: replies that may have left, and commands that wait for theirs.

use super::*;
use crate::{discord::lanes::Turn, host::AcceptError};

#[tokio::test]
async fn what_may_have_left_long_ago_is_looked_for_before_it_is_said_again() {
    let platform = Platform::new(|settings| settings.nonce_known = Duration::ZERO).await;
    let memory = memory();
    let studio = Studio::new(&platform, &memory, "");
    platform.open_sessions(1).await;
    platform.say("ada", "hello").await;
    platform.shown("You said: hello").await;
    let event = studio.accepted("the message", |event| words(event) == Some("hello")).await;
    let conversation = studio.conversation(&event.thread);
    for _ in 0..2 {
        memory.say(conversation, Content::text("Yes."));
    }
    let said = async |text: &str| {
        let messages = platform.messages().await;
        messages.iter().filter(|message| message["content"] == text).count()
    };
    until("both have left", async || said("Yes.").await == 2).await;
    let messages = memory.messages(conversation, 0, 100).await.expect("in memory");
    let last = messages.last().expect("just said").clone();
    memory.advance(MINUTE * 5);

    // It has left, and the process ended before it could note so.
    let mut again = Leaving { uncertain: true, ..leaving(conversation, &event.thread, last.clone()) };
    let attempt = studio.account.send(&memory, &again).await;
    assert_eq!((attempt.outcome, attempt.parts.len()), (Outcome::Done, 1));
    assert_eq!(said("Yes.").await, 2);

    // The process ended before it left, though the same was said just before.
    again.message = Message { sequence: last.sequence + 1, ..last.clone() };
    again.key = "another".into();
    assert_eq!(studio.account.send(&memory, &again).await.outcome, Outcome::Done);
    assert_eq!(said("Yes.").await, 3);

    // A message of two parts, the second of which nobody heard of.
    let long = Content::text(format!("{}{}", "first ".repeat(330), "second ".repeat(100)));
    again.message = Message { sequence: last.sequence + 2, content: long, ..last };
    again.key = "long".into();
    let whole = studio.account.send(&memory, &again).await;
    assert_eq!(whole.parts.len(), 2);
    again.parts = whole.parts[..1].to_vec();
    assert_eq!(studio.account.send(&memory, &again).await.parts, whole.parts[1..]);
    // Nor of the first.
    again.parts = Vec::new();
    assert_eq!(studio.account.send(&memory, &again).await.parts, whole.parts);
    assert_eq!(studio.account.retract(&event.thread, &whole.parts[1..]).await.outcome, Outcome::Done);
    let rest = studio.account.send(&memory, &again).await;
    assert_eq!((&rest.parts[0], rest.parts.len()), (&whole.parts[0], 2), "it goes on behind the first");
    assert_ne!(rest.parts[1], whole.parts[1]);
    studio.end().await;
}

/// A command whose reply did not come before the studio ended.
async fn thinking(platform: &Platform, memory: &Memory) -> Incoming {
    memory.answer_after(None);
    let studio = Studio::new(platform, memory, "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    platform.act("command", json!({"from": "ada", "name": "track"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    until("it is acknowledged", async || platform.see("interactions").await[0]["answer"] == 5).await;
    studio.end().await;
    event
}

async fn thinks(platform: &Platform) -> bool {
    platform.messages().await.iter().any(|message| message["flags"] == 128)
}

#[tokio::test]
async fn a_command_is_answered_in_its_place_after_a_restart() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let event = thinking(&platform, &memory).await;
    assert!(thinks(&platform).await);
    let studio = Studio::new(&platform, &memory, "");
    memory.say(studio.conversation(&event.thread), Content::text("Order 17 is on its way"));
    let shown = platform.shown("Order 17").await;
    assert_eq!((&shown["type"], &shown["flags"]), (&json!(20), &json!(0)), "it took the place of “thinking”");
    studio.end().await;

    // The next is another message, though the studio was ended at once.
    let studio = Studio::new(&platform, &memory, "");
    memory.say(studio.conversation(&event.thread), Content::text("Anything else?"));
    assert_eq!(platform.shown("Anything else?").await["type"], 0);
    platform.shown("Order 17").await;
    studio.end().await;
}

#[tokio::test]
async fn a_command_that_is_told_twice_is_answered_once_in_its_place() {
    let (platform, memory) = (Platform::new(|_| {}).await, memory());
    let fixtures: Vec<Value> =
        serde_json::from_str(include_str!("../fixtures/interactions.json")).expect("JSON");
    let command =
        fixtures.iter().find(|known| known["name"] == "a command in a direct message").expect("it is there");
    let data = &command["data"];
    let is_told = async |account: &Account| {
        let taken = interactions::take(account, &memory, data, &Turn::alone()).await;
        assert!(matches!(taken, Ok(interactions::Response::Say(answer)) if answer["type"] == 5));
        let accepted = memory.accepted();
        let commands = accepted.iter().filter(|event| words(event).is_some()).collect::<Vec<_>>();
        let [event] = commands.as_slice() else { panic!("{accepted:?}") };
        event.thread.clone()
    };
    let claim = |account: &Account, thread: &str, key: &str| {
        let claimed = account.deferred.claim(thread, key, None, memory.now());
        claimed.map(|(reply, is_first)| (reply.interaction, is_first))
    };
    let before = account(&platform, "");
    // A try for which the studio was too busy leaves no trace.
    memory.refuse(Some(AcceptError::Busy { retry_after: SignedDuration::from_secs(1) }));
    assert!(interactions::take(&before, &memory, data, &Turn::alone()).await.is_err());
    memory.refuse(None);
    let thread = is_told(&before).await;
    let interaction = data["id"].as_str().expect("an id").to_owned();
    assert_eq!(claim(&before, &thread, "a"), Some((interaction.clone(), true)));
    is_told(&before).await;
    assert_eq!(claim(&before, &thread, "b"), None, "it is the place of another message");
    assert_eq!(claim(&before, &thread, "a"), Some((interaction.clone(), false)));
    before.deferred.keep_all(&memory, "dc").await.expect("in memory");

    // Told again after a restart, and once more after its reply was shown.
    let after = account(&platform, "");
    is_told(&after).await;
    assert_eq!(claim(&after, &thread, "b"), None);
    assert_eq!(claim(&after, &thread, "a"), Some((interaction.clone(), false)));
    after.deferred.replaced(&thread, &interaction);
    is_told(&after).await;
    assert_eq!(claim(&after, &thread, "b"), None, "its reply stands there");

    // And when all of that was over.
    memory.advance(MINUTE * 15);
    assert_eq!(after.deferred.expired(memory.now()), []);
    is_told(&after).await;
    assert_eq!(claim(&after, &thread, "b"), None);
    memory.advance(MINUTE * 15);
    assert_eq!(after.deferred.expired(memory.now()), [], "nothing is taken away from it");
}

#[tokio::test]
async fn a_command_that_nobody_answers_does_not_think_for_ever() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    thinking(&platform, &memory).await;
    memory.advance(MINUTE * 14);
    let studio = Studio::new(&platform, &memory, "");
    until("“thinking” is taken away", async || !thinks(&platform).await).await;
    studio.end().await;
}
