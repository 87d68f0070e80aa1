//! A model that breaks in the middle of understanding costs nobody a turn.

use serde_json::json;

use super::home_with_models;
use crate::{
    between_languages::{BOT, FLOWS, INTENTS},
    http_story::{PASSWORD, add},
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor, http, send},
        tiny_sentences,
    },
};

/// What is said to a message that is not understood.
const OTHER: &str = "\
other:
  when: [fallback]
  steps:
    - say: { en: Ask me something else., pl: Proszę zapytać o coś innego. }
";
/// Only the model understands it, and its first word stands in no phrase.
const ASKED: &str = "otwarte sklep";

/// A shop whose model breaks so many times over the question.
fn shop(crashes: u64) -> (Home, Running) {
    let home = home_with_models("models");
    let flows = format!("{FLOWS}{OTHER}");
    home.write_bot("shop", &[("bot.yaml", BOT), ("intents/all.yaml", INTENTS), ("flows/all.yaml", &flows)]);
    tiny_sentences::import(&home, "mine");
    let panic = format!("otwarte:{crashes}");
    let studio = home.start_with(&[("STUDIO_MODELS_EMBEDDING", "mine"), ("STUDIO_MODEL_PANIC", &panic)]);
    (home, studio)
}

fn metric(studio: &Running, member: &Member, name: &str) -> String {
    let asked = http().get(format!("{}/metrics", studio.address)).bearer_auth(&member.token);
    let answer = send(asked).expect("it is up");
    let text = answer.body.as_str().unwrap_or_default();
    let figure = text.lines().find_map(|line| line.strip_prefix(name));
    figure.unwrap_or_else(|| panic!("no {name} in {text}")).trim().to_owned()
}

/// How many messages the visitor had to send until the model understood one.
fn understood_after(visitor: &Visitor) -> usize {
    let is_understood = |message: &usize| {
        visitor.say(&message.to_string(), ASKED);
        let transcript = eventually("the message is answered", || {
            let transcript = visitor.transcript();
            (transcript.len() >= 2 * message).then_some(transcript)
        });
        assert_eq!(transcript.len(), 2 * message, "one answer to each message: {transcript:#?}");
        transcript.last().is_some_and(|line| line.contains("Zamykamy o szóstej."))
    };
    (1..20).find(is_understood).expect("the model comes back")
}

#[test]
fn a_model_that_breaks_over_a_message_is_loaded_anew_and_the_message_answered_once() {
    // One crash: the question is asked again. Three: the first message goes without the model.
    for crashes in [1, 3] {
        let (home, studio) = shop(crashes);
        add(&home, "ann@example.com", "Ann", "owner");
        let member = Member::log_in(&studio, "ann@example.com", PASSWORD);
        let visitor = Visitor { language: "pl".to_owned(), ..Visitor::new(&studio, "piotr") };
        let messages = understood_after(&visitor);
        assert!(crashes == 1 || messages > 1, "the model broke over it, and over what was asked again");
        let name = "studio_model_restarts_total{model=\"mine\"}";
        assert_eq!(metric(&studio, &member, name), crashes.to_string());

        // What needs no model is heard as ever, and nothing that it broke over comes again.
        visitor.say("known", "return money");
        let transcript = eventually("the last message is answered", || {
            let transcript = visitor.transcript();
            (transcript.len() > 2 * messages + 1).then_some(transcript)
        });
        let last = &transcript[transcript.len() - 1];
        assert!(last.contains("Proszę odesłać.") || last.contains("Send it back."), "{transcript:#?}");
        let heard: Vec<_> = transcript.iter().filter(|line| line.starts_with("visitor")).collect();
        assert_eq!((transcript.len(), heard.len()), (2 * messages + 2, messages + 1), "{transcript:#?}");
        assert_eq!(member.get("/parked").body["items"], json!([]));
        assert_eq!(member.get("/dead-letters").body["items"], json!([]));
        let (status, said) = studio.terminate_and_tell();
        assert!(status.success() && said.contains("model.panicked"), "{said}");
    }
}
