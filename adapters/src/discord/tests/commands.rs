//! Slash commands: what Discord is told of them, and where their replies are shown.

use super::*;

#[tokio::test]
async fn a_command_shows_thinking_until_its_reply_takes_that_place() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let commands = platform.see("state").await["commands"].clone();
    assert_eq!(commands[0]["description_localizations"]["de"], "Bestellung verfolgen");

    // The reply is faster than the acknowledgement at times, and slower at others.
    for (channel, delay) in [(Value::Null, 0), (json!("general"), 300)] {
        studio.memory.answer_after(Some(Duration::from_millis(delay)));
        platform.act("command", json!({"from": "ada", "channel": channel, "name": "track"})).await;
    }
    studio.accepted("the command", |event| words(event) == Some("/track")).await;
    until("both are answered in place", async || {
        let messages = platform.messages().await;
        let answers = messages.iter().filter(|message| message["content"] == "You said: /track");
        answers.filter(|answer| answer["type"] == 20 && answer["flags"] == 0).count() == 2
    })
    .await;
    assert_eq!(platform.messages().await.len(), 2, "nothing was said beside it");
    studio.end().await;
}

#[tokio::test]
async fn a_command_whose_acknowledgement_may_have_been_heard_is_answered_in_its_place() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    studio.memory.hold_turns();
    platform.fails(&json!({"answer_lost": 1.0})).await;
    platform.act("command", json!({"from": "ada", "name": "track"})).await;
    until("nobody answers", async || {
        let error = studio.account.standing().last_error;
        error.is_some_and(|(_, error)| error.contains("stored and not acknowledged"))
    })
    .await;
    platform.fails(&json!({})).await;
    studio.memory.take_turns();
    let shown = platform.shown("You said: /track").await;
    assert_eq!((&shown["type"], &shown["flags"]), (&json!(20), &json!(0)));
    assert_eq!(platform.messages().await.len(), 1, "nothing was said beside it");
    studio.end().await;
}

/// What is said by the token of a command bears no nonce that Discord would know again.
#[tokio::test]
async fn what_is_said_by_the_token_of_a_command_may_come_twice_and_is_not_lost() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    platform.act("command", json!({"from": "ada", "channel": "general", "name": "track"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    platform.shown("You said: /track").await;
    // The bot may not write there itself.
    platform.act("close", json!({"channel": "general", "closed": true})).await;
    platform.fails(&json!({"lose_answer_of": "POST /webhooks/"})).await;
    studio.memory.say(studio.conversation(&event.thread), Content::text("Anything else?"));
    let said = async || {
        let messages = platform.messages().await;
        messages.iter().filter(|message| message["content"] == "Anything else?").count()
    };
    until("it is said again", async || said().await == 2).await;
    until("it is done", async || {
        let attempts = studio.attempts.lock().unwrap_or_else(PoisonError::into_inner);
        let last = attempts.last().map(|attempt| &attempt.outcome);
        last == Some(&Outcome::Done)
            && attempts.iter().any(|one| matches!(one.outcome, Outcome::Retry { .. }))
    })
    .await;
    assert_eq!(said().await, 2, "and no oftener");
    studio.end().await;
}

#[tokio::test]
async fn many_commands_in_a_channel_are_each_answered_in_their_own_place() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    studio.memory.hold_turns();
    let ask = async |person: usize| {
        let command = json!({"from": format!("person{person}"), "channel": "general", "name": "track"});
        platform.act("command", command).await;
    };
    for person in 0..6 {
        ask(person).await;
    }
    let lunch = json!({"from": "bob", "channel": "general", "text": "lunch?", "mention": true});
    platform.act("say", lunch).await;
    for person in 6..12 {
        ask(person).await;
    }
    until("all are acknowledged", async || {
        let messages = platform.messages().await;
        messages.iter().filter(|message| message["flags"] == 128).count() == 12
    })
    .await;
    studio.memory.take_turns();
    let shown = async |text: &str, kind: u64| {
        let messages = platform.messages().await;
        let fits =
            |message: &&Value| message["content"] == text && message["type"] == kind && message["flags"] == 0;
        messages.iter().filter(fits).count()
    };
    until("all are answered", async || {
        platform.messages().await.iter().filter(|message| message["author"]["bot"] == true).count() == 13
            && shown("You said: /track", 20).await == 12
            && shown("You said: lunch?", 0).await == 1
    })
    .await;
    studio.end().await;
}

#[tokio::test]
async fn commands_are_told_in_regional_languages() {
    let platform = Platform::new(|_| {}).await;
    let memory = memory();
    let languages = ["en", "pt-BR", "zh-Hant", "he", "ar"];
    memory.offer(vec![Command {
        name: "track".into(),
        names: Vec::new(),
        description: languages.map(|language| (language.to_owned(), format!("in {language}"))).to_vec(),
    }]);
    let studio = Studio::new(&platform, &memory, "");
    platform.command_registered().await;
    let told = platform.see("state").await["commands"][0]["description_localizations"].clone();
    let expected = json!({
        "en-US": "in en", "en-GB": "in en", "pt-BR": "in pt-BR", "zh-TW": "in zh-Hant", "he": "in he", "ar": "in ar"});
    assert_eq!(told, expected);
    studio.end().await;
}

#[tokio::test]
async fn a_command_is_the_same_under_its_name_in_another_language() {
    let platform = Platform::new(|_| {}).await;
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    platform.command_registered().await;
    let commands = platform.see("state").await["commands"].clone();
    assert_eq!(commands[0]["name_localizations"], json!({ "de": "verfolgen" }));
    platform.act("command", json!({"from": "ada", "name": "verfolgen", "locale": "de"})).await;
    let event = studio.accepted("the command", |event| words(event) == Some("/track")).await;
    let Body::Message { language, .. } = &event.body else { panic!("{event:?}") };
    assert_eq!(language.as_deref(), Some("de"));
    studio.end().await;
}
