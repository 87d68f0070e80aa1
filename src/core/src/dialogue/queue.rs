//! What does the visitor say while a remote call is out? It waits for its turn, in order.

use super::{
    Expecting, Filled, Status, Unanswered, answered,
    evaluate::Fault,
    on::{message, press, submitted},
    turn::Turn,
    utterance::Utterance,
    validate::Fit,
};
use crate::{
    bot::{Flow, Jump, NodeKind},
    content::Content,
    understanding::{EntityMatch, Understanding},
};

/// Most messages that wait in a conversation.
const MOST: usize = 20;

/// Whether what the visitor says has to wait.
pub fn is_open(turn: &Turn<'_>) -> bool {
    matches!(turn.state.expecting, Expecting::Answer { .. })
}

/// Keeps it until the call is done, and says so once.
pub fn put(turn: &mut Turn<'_>, said: Unanswered) -> Result<(), Fault> {
    hide_secrets(turn, &said)?;
    match turn.state.unanswered.len() {
        0 => turn.say_own("busy", &[], None),
        1..MOST => {}
        _ => {
            turn.say_own("busy-full", &[], None);
            return Ok(());
        }
    }
    turn.state.unanswered.push(said);
    Ok(())
}

/// Takes up what waits, until a call is out again or a person owns the conversation.
pub fn play(turn: &mut Turn<'_>) -> Result<(), Fault> {
    while !turn.state.unanswered.is_empty() && is_free(turn) {
        turn.begin_next();
        match turn.state.unanswered.remove(0) {
            Unanswered::Message { content, understanding, sizes } => {
                turn.sizes = sizes;
                message::take_up(turn, &Utterance::new(&content, &understanding), false)?;
            }
            Unanswered::Press { value, title } => press::take_up(turn, &value, &title, false)?,
            Unanswered::Submitted { form, fields } => submitted::take_up(turn, &form, &fields)?,
        }
    }
    Ok(())
}

fn is_free(turn: &Turn<'_>) -> bool {
    let busy = matches!(turn.state.expecting, Expecting::Answer { .. } | Expecting::Found { .. });
    turn.bot_owns() && turn.state.status == Status::Open && !busy
}

/// Whether a flow is the visitor's way to a person: a handoff stands on its main path with nothing to
/// answer before it.
pub fn leads_to_a_person(flow: &Flow) -> bool {
    let mut place = 0;
    // At most once past each node: flows may go in circles.
    for _ in &flow.nodes {
        let Some(node) = flow.nodes.get(place) else { return false };
        let next = match &node.kind {
            NodeKind::Handoff(_) => return true,
            NodeKind::Jump(Jump::Node(target)) => Some(*target),
            NodeKind::Say(_) | NodeKind::Set(_) | NodeKind::Tag(_) => node.next,
            NodeKind::Jump(Jump::Flow(_))
            | NodeKind::Ask(_)
            | NodeKind::Choose(_)
            | NodeKind::Call(_)
            | NodeKind::Search(_)
            | NodeKind::Http(_)
            | NodeKind::Rate(_)
            | NodeKind::Wait(_)
            | NodeKind::End => None,
        };
        let Some(next) = next else { return false };
        place = next;
    }
    false
}

/// Hides in the journal what may come to fill a sensitive slot: once it does, the entry is written.
fn hide_secrets(turn: &mut Turn<'_>, said: &Unanswered) -> Result<(), Fault> {
    let said = match said {
        Unanswered::Message { content, understanding, .. } => {
            vec![(content.clone(), Understanding::clone(understanding))]
        }
        Unanswered::Press { value, .. } => vec![(Content::text(value), Understanding::default())],
        Unanswered::Submitted { fields, .. } => {
            let field = |it: &Filled| (Content::text(&it.text), it.understanding.clone());
            fields.iter().map(field).collect()
        }
    };
    for (content, understanding) in &said {
        hide_within(turn, &Utterance::new(content, understanding))?;
    }
    Ok(())
}

fn hide_within(turn: &mut Turn<'_>, utterance: &Utterance<'_>) -> Result<(), Fault> {
    let mut secrets = Vec::new();
    for ask in answered::running(turn).filter(|ask| turn.is_sensitive(&ask.slot)) {
        match utterance.read(turn, &ask.expects, None)? {
            Fit::Whole(_) => secrets.push(utterance.text.trim().to_owned()),
            Fit::Part { text, .. } => secrets.push(text),
            Fit::No(_) => {}
        }
    }
    let named = |found: &EntityMatch| {
        turn.bot.slots.values().any(|slot| slot.sensitive && found.is_one_of(&slot.from))
    };
    let found = utterance.understanding.entities.iter().filter(|found| named(found));
    secrets.extend(found.map(|found| found.text.clone()));
    for secret in secrets {
        turn.mask_received(&secret);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        bot::{Bot, Expects, Trigger},
        content::Source,
        dialogue::{Act, Body, CallOutcome, Owner, testing::*},
        id::MediaId,
    };

    const BUSY: &str = "One moment, please. I am still looking that up.";

    /// Looks an order up, and asks where to write to.
    fn orders() -> Bot {
        let kinds = vec![
            http("orders", &[("status", "answer.body.status")], Some(3)),
            say("It is {{ slots.status }}."),
            jump(4),
            say("It cannot be found."),
            ask("mail", Expects::Email),
            say("Writing to {{ slots.mail }}."),
        ];
        let mut bot = one_flow(kinds);
        flow(&mut bot, "hours", vec![intent("hours")], vec![say("9 to 5")]);
        flow(&mut bot, "cost", vec![Trigger::Button("cost".to_owned())], vec![say("5 euros")]);
        flow(&mut bot, "human", vec![intent("human")], vec![say("Right away."), handoff("asked")]);
        bot
    }

    /// A conversation whose call is out.
    fn calling(bot: Bot) -> Talk {
        let mut talk = Talk::with(bot);
        assert!(talk.says("go").is_empty());
        talk
    }

    #[test]
    fn what_is_said_during_a_call_is_taken_up_in_order_when_it_is_answered() {
        let mut talk = calling(orders());
        assert_eq!(talk.hears("when do you open", meant("hours", vec![])), [BUSY]);
        assert!(talk.presses("cost").is_empty(), "said once");
        assert!(talk.says("ada@example.com").is_empty());
        let heard = talk
            .journal
            .iter()
            .filter(|entry| matches!(entry.what, crate::dialogue::Happening::Received { .. }));
        assert_eq!(heard.count(), 3, "each stands in the journal when it comes");
        assert_eq!(
            talk.answers(200, json!({ "status": "sent" })),
            ["It is sent.", "mail?", "9 to 5", "mail?", "5 euros", "mail?", "Writing to ada@example.com."]
        );
        assert!(talk.state.unanswered.is_empty() && talk.state.stack.is_empty());
    }

    #[test]
    fn a_picture_that_waited_has_the_size_that_it_came_with() {
        let expects = Expects::File { types: Vec::new(), max_bytes: 0 };
        let kinds = vec![http("a", &[], None), ask("x", expects), say("thanks for {{ slots.x.name }}")];
        let mut talk = calling(one_flow(kinds));
        let media = MediaId(ulid::Ulid(1));
        talk.sizes = [(media, 10)].into();
        let content =
            Content::Image { source: Source::Media(media), alt: "a tent".to_owned(), caption: None };
        let picture = Body::Message { content, understanding: Understanding::default(), language: None };
        assert_eq!(talk.event(picture), [BUSY]);
        talk.sizes.clear();
        assert_eq!(talk.answers(200, json!({})), ["x?", "thanks for a tent"]);
        assert_eq!(talk.slot("x")["size"], json!(10));
    }

    #[test]
    fn a_failed_call_lets_them_come_up_as_well() {
        let mut talk = calling(orders());
        talk.says("ada@example.com");
        let call = talk.last_call();
        let failed = Body::Answer { call, outcome: CallOutcome::Failed("timed out".to_owned()) };
        assert_eq!(talk.event(failed), ["It cannot be found.", "mail?", "Writing to ada@example.com."]);
    }

    #[test]
    fn cancel_start_over_and_a_person_wait_for_nothing() {
        let check = |text: &str, intents: &[&str], expected: &str| {
            let mut talk = calling(orders());
            talk.says("hm");
            let understanding = intents.first().map(|name| meant(name, vec![])).unwrap_or_default();
            let sent = talk.hears(text, understanding);
            assert_eq!(sent.first().map(String::as_str), Some(expected), "{text}");
            assert!(talk.state.unanswered.is_empty(), "{text}");
            assert!(talk.answers(200, json!({ "status": "sent" })).is_empty(), "{text}");
        };
        check("cancel", &[], "All right, I have stopped that. What else can I do for you?");
        check("start over", &[], "Let us start again. How can I help?");
        check("a person please", &["human"], "Right away.");
    }

    #[test]
    fn a_person_who_takes_over_answers_what_waits() {
        let mut talk = calling(orders());
        talk.hears("when do you open", meant("hours", vec![]));
        talk.acts(ADA, Act::TakeOver);
        assert!(talk.answers(200, json!({ "status": "sent" })).is_empty());
        assert_eq!(talk.acts(ADA, Act::HandBack), ["It is sent.", "mail?"]);
        assert_eq!(talk.state.owner, Owner::Bot);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut talk = calling(orders());
        for _ in 0..MOST {
            talk.hears("when do you open", meant("hours", vec![]));
        }
        let full = "I am still looking that up and cannot take in more until then. Please say that again in a moment.";
        assert_eq!(talk.hears("when do you open", meant("hours", vec![])), [full]);
        assert_eq!(talk.state.unanswered.len(), MOST);
        let sent = talk.answers(200, json!({ "status": "sent" }));
        assert_eq!(sent.iter().filter(|text| *text == "9 to 5").count(), MOST);
    }

    #[test]
    fn a_second_call_makes_the_rest_wait_again() {
        let mut bot = orders();
        let kinds =
            vec![http("stock", &[("stock", "answer.body.stock")], None), say("{{ slots.stock }} left")];
        flow(&mut bot, "stock", vec![intent("stock")], kinds);
        let mut talk = calling(bot);
        talk.hears("is it in stock", meant("stock", vec![]));
        talk.hears("when do you open", meant("hours", vec![]));
        assert_eq!(talk.answers(200, json!({ "status": "sent" })), ["It is sent.", "mail?"]);
        assert_eq!(talk.answers(200, json!({ "stock": 3 })), ["3 left", "mail?", "9 to 5", "mail?"]);
    }

    #[test]
    fn a_secret_that_waits_is_no_secret_in_the_journal() {
        let mut bot = orders();
        slot(&mut bot, "mail", crate::bot::SlotKind::Email, &[]);
        bot.slots.get_mut("mail").expect("a slot").sensitive = true;
        let mut talk = calling(bot);
        talk.says("write to ada@example.com then");
        assert!(
            talk.answers(200, json!({ "status": "sent" }))
                .contains(&"Writing to ada@example.com.".to_owned())
        );
        let journal = serde_json::to_string(&talk.journal[..4]).expect("entries are JSON");
        assert!(!journal.contains("ada@example.com"), "{journal}");
    }
}
