//! How visitors feel, and their personal data, in a conversation.

use serde_json::json;

use crate::{
    bot::{Expects, NodeKind, SlotKind},
    content::Content,
    dialogue::{testing::*, *},
    feeling::{Sentiment, SentimentBy, Trend},
    id::MemberId,
    privacy::{Keeping, Personal, PersonalKind, Privacy, masked},
    understanding::Understanding,
};

fn felt(score: f64) -> Understanding {
    Understanding { sentiment: Sentiment::of(score, SentimentBy::Lexicon), ..Understanding::default() }
}

#[test]
fn conditions_see_how_the_visitor_feels() {
    let branches = [
        (Some("message.urgent && message.tone == 'negative'"), Some(1)),
        (
            Some("conversation.mood < -0.5 && conversation.trend == 'steady' && message.sentiment <= -0.5"),
            Some(2),
        ),
        (
            Some("message.question && message.personal.exists(kind, kind == 'card') && !message.profane"),
            Some(3),
        ),
        (Some("message.sentiment == 0.0 && message.tone == 'neutral' && conversation.mood < 0"), Some(4)),
        (None, Some(5)),
    ];
    let mut kinds = vec![choose(&branches)];
    kinds.extend(["urgent", "bad", "card", "neutral", "nothing"].map(say));
    let mut bot = one_flow(kinds);
    (1..5).for_each(|node| cut(&mut bot, "main", node));
    let mut talk = Talk::with(bot);
    assert_eq!(talk.says("go"), ["nothing"]);
    assert_eq!(talk.hears("go", felt(-0.8)), ["bad"]);
    assert_eq!(talk.hears("go", Understanding { urgent: true, ..felt(-0.3) }), ["urgent"]);
    let personal = vec![PersonalKind::Card];
    assert_eq!(
        talk.hears("go", Understanding { question: true, personal, ..Understanding::default() }),
        ["card"]
    );
    assert_eq!(talk.says("go"), ["neutral"]);
    assert_eq!(talk.faults(), [] as [String; 0]);
}

#[test]
fn a_conversation_is_urgent_until_a_person_has_dealt_with_it() {
    let mut talk = Talk::with(one_flow(vec![handoff("help")]));
    talk.hears("go", felt(-0.5));
    assert!(!talk.state.urgent, "a bad mood alone is not urgent");
    talk.hears("now!", Understanding { urgent: true, ..felt(0.9) });
    assert!(talk.state.urgent);
    assert_eq!((talk.state.mood.score, talk.state.mood.trend()), (0.2, Trend::Improving));
    let ada = MemberId(ulid::Ulid(7));
    talk.acts(ada, Act::TakeOver);
    assert!(talk.state.urgent, "to take it is not to be done with it");
    talk.acts(ada, Act::HandBack);
    assert!(!talk.state.urgent);
    talk.hears("now!", Understanding { urgent: true, ..Understanding::default() });
    talk.acts(ada, Act::Close);
    assert!(!talk.state.urgent);
    talk.hears("now!", Understanding { urgent: true, ..Understanding::default() });
    talk.event(Body::Forget);
    assert!(!talk.state.urgent && talk.state.mood.is_even(), "what was felt is forgotten");
}

#[test]
fn a_handoff_may_be_urgent_by_itself() {
    let NodeKind::Handoff(calm) = handoff("help") else { panic!("a handoff") };
    let wait = Some(jiff::SignedDuration::from_secs(4));
    let mut talk =
        Talk::with(one_flow(vec![NodeKind::Handoff(crate::bot::Handoff { urgent: true, wait, ..calm })]));
    let over = "it is urgent no longer than somebody is waited for";
    talk.says("go");
    assert!(talk.state.urgent);
    talk.timer(TimerKind::Handoff);
    assert!(talk.state.owner == Owner::Bot && !talk.state.urgent, "{over}");
    talk.says("go");
    assert!(talk.state.urgent);
    talk.says("never mind");
    assert!(talk.state.owner == Owner::Bot && !talk.state.urgent, "{over}");
}

/// What a visitor wrote, as a bot gets it whose slots alone may have mail addresses.
fn hidden(text: &str, mail: &str) -> (String, Understanding) {
    let start = text.find(mail).expect("the address stands in the text");
    let raw = [Personal { kind: PersonalKind::Email, start, end: start + mail.len() }];
    let (shown, places) = masked(text, &raw);
    let mut entities =
        vec![entity("email", mail, json!(mail)), entity("url", mail, json!("https://example.org"))];
    for found in &mut entities {
        (found.start, found.end) = (start, start + mail.len());
    }
    if let Some(start) = text.rfind("tomorrow") {
        let found = entity("date", "tomorrow", json!("2026-11-24"));
        entities.push(crate::understanding::EntityMatch { start, end: start + 8, ..found });
    }
    let mut understanding = named(entities);
    let privacy = Privacy { kinds: [(PersonalKind::Email, Keeping::Slots)].into() };
    understanding.hide(&raw, &places, &privacy);
    (shown, understanding)
}

#[test]
fn masked_data_reaches_the_slots_that_are_filled_from_it_and_nothing_else() {
    const MAIL: &str = "ada@example.org";
    let told = |talk: &Talk| serde_json::to_string(&talk.journal).expect("entries are JSON");
    let check = |text: &str, start: &str, expects: Expects, kind: SlotKind| {
        let mut bot = one_flow(vec![
            ask("mail", expects),
            say("{{ slots.mail == 'ada@example.org' }} {{ message.entities.email }}"),
        ]);
        slot(&mut bot, "mail", kind, &["email"]);
        bot.slots.get_mut("mail").expect("the slot").sensitive = true;
        let mut talk = Talk::with(bot);
        if !start.is_empty() {
            assert_eq!(talk.says(start), ["mail?"]);
        }
        let (shown, understanding) = hidden(text, MAIL);
        let said = talk.hears(&shown, understanding);
        assert_eq!(said, ["true [email]"], "{text}");
        assert_eq!(talk.slot("mail"), json!(MAIL));
        assert!(!told(&talk).contains("example.org"), "{}", told(&talk));
        assert!(told(&talk).contains("[email]"));
        assert!(!talk.state.message.to_string().contains("example.org"));
    };
    check(MAIL, "go", Expects::Email, SlotKind::Email);
    check("write to ada@example.org, please", "go", Expects::Email, SlotKind::Email);
    check("ada@example.org", "go", text(), SlotKind::Any);
    check("write to ada@example.org, please", "go", text(), SlotKind::Text);
}

#[test]
fn what_stands_behind_a_mask_is_where_it_stands() {
    let (shown, understanding) = hidden("ä ada@example.org tomorrow", "ada@example.org");
    assert_eq!(shown, "ä [email] tomorrow");
    let found: Vec<(&str, &str, bool)> = understanding
        .entities
        .iter()
        .map(|found| (found.entity.as_str(), &shown[found.start..found.end], found.hidden))
        .collect();
    assert_eq!(found, [("email", "[email]", true), ("date", "tomorrow", false)]);
    let kept = Privacy { kinds: [(PersonalKind::Email, Keeping::Mask)].into() };
    let mut other = named(vec![entity("email", "ada@example.org", json!("ada@example.org"))]);
    let raw = [Personal { kind: PersonalKind::Email, start: 0, end: 15 }];
    other.hide(&raw, &masked("ada@example.org", &raw).1, &kept);
    assert_eq!(other.entities, []);
}

#[test]
fn every_word_of_a_message_can_be_reached() {
    let mut content =
        Content::Location { latitude_microdegrees: 1, longitude_microdegrees: 2, label: Some("a".into()) };
    content.words_mut().into_iter().for_each(|word| word.push('!'));
    assert_eq!(content.plain(), "a!");
}
