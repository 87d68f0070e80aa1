//! In which language a bot answers: as it was told, as the visitor writes, as he asks for.

use serde_json::json;

use crate::{
    bot::{Ask, Bot, NodeKind, Saying, SlotKind},
    dialogue::{testing::*, *},
    understanding::Understanding,
};

fn written(language: &str) -> Understanding {
    Understanding { language: Some(language.to_owned()), ..Understanding::default() }
}

fn changes(talk: &Talk) -> Vec<(String, LanguageReason)> {
    let changed = talk.journal.iter().filter_map(|entry| match &entry.what {
        Happening::LanguageChanged { language, because, .. } => Some((language.clone(), *because)),
        _ => None,
    });
    changed.collect()
}

#[test]
fn the_language_follows_the_visitor() {
    let mut talk = Talk::with(empty_bot());
    talk.hears("quatsch", written("de"));
    assert_eq!(talk.state.language, "de");
    talk.hears("what is", written("en"));
    assert_eq!(talk.state.language, "de", "two words may be anything");
    talk.hears("what is this all about", written("en"));
    assert_eq!(talk.state.language, "en");
    talk.hears("qu'est-ce que c'est que ça", written("fr"));
    assert_eq!(talk.state.language, "en", "the bot speaks no French");
    assert_eq!(changes(&talk), [("en".to_owned(), LanguageReason::Written)]);
}

#[test]
fn several_short_messages_show_a_language_too() {
    let mut talk = Talk::with(empty_bot());
    talk.hears("what is this all about", written("en"));
    talk.hears("guten Tag", written("de"));
    talk.hears("hello there", written("en"));
    talk.hears("guten Tag", written("de"));
    assert_eq!(talk.state.language, "en", "between them was one in English");
    talk.says("4711");
    talk.hears("mein Paket", written("de"));
    assert_eq!(talk.state.language, "de", "what is in no language does not count");
}

#[test]
fn an_address_abroad_changes_no_language() {
    let address = "Hauptstraße 5, 80331 München";
    let letter = format!("Anna Müller, {address}, Deutschland");
    let sent = |found: bool| {
        let entities = if found { vec![entity("address", address, address)] } else { Vec::new() };
        Understanding { entities, ..written("de") }
    };
    let asked = ["name", "to", "at", "note", "more"].map(|slot| ask(slot, text()));
    let mut talk = Talk::with(one_flow(asked.into()));
    talk.hears("go", written("en"));
    assert_eq!(talk.hears("Anna Müller", written("de")), ["to?"]);
    assert_eq!(talk.hears(&letter, sent(false)), ["at?"]);
    talk.hears("Hinterhaus links, 2. Stock", written("de"));
    assert_eq!((talk.state.language.as_str(), talk.slot("to")), ("en", json!(letter)));
    talk.hears("Vor der Tür ablegen bitte", written("de"));
    assert_eq!(talk.state.language, "en", "one sentence may be copied");
    talk.hears("und klingeln Sie nicht", written("de"));
    assert_eq!(talk.state.language, "de", "the second in a row is no accident");

    let mut talk = Talk::with(empty_bot());
    talk.hears("hello", written("en"));
    for _ in 0..3 {
        talk.hears(&letter, sent(true));
    }
    assert_eq!(talk.state.language, "en", "a name and an address are of no language");
    talk.hears(&format!("bitte schicken Sie es an {address}"), sent(true));
    assert_eq!(talk.state.language, "de");
}

/// Whoever writes in a language that the bot has not is told, in that language, which it has.
#[test]
fn a_stranger_is_told_once_which_languages_there_are() {
    const TOLD: &str = "Je ne peux répondre que dans ces langues : English, Deutsch.";
    const ONCE: &str = "Sorry, I did not understand that. Could you say it in other words?";
    let french = || written("fr");
    let mut talk = Talk::with(empty_bot());
    assert_eq!(talk.hears("où est ma commande", french()), [TOLD, ONCE]);
    assert_eq!(talk.says("pardon"), [ONCE], "it is not said again with the answer");
    let again = talk.hears("je voudrais un remboursement", french());
    assert!(!again.contains(&TOLD.to_owned()), "{again:?}");

    let check = |text: &str, understanding: Understanding, expected: Option<&str>| {
        let sent = Talk::with(empty_bot()).hears(text, understanding);
        assert_eq!(sent.first().map(String::as_str).filter(|said| *said != ONCE), expected, "{text}");
    };
    check("où est-elle donc", french(), Some(TOLD));
    check("ma commande", french(), None);
    check("qu'est-ce que c'est que ça", Understanding::default(), None);
    check("здравствуйте", written("ru"), Some("Я могу отвечать только на этих языках: English, Deutsch."));
    let understood = Understanding { language: Some("fr".to_owned()), ..meant("hours", vec![]) };
    check("vos heures d'ouverture", understood.clone(), None);
    check("vos heures d'ouverture s'il vous plaît", understood, Some(TOLD));

    assert_eq!(Talk::with(empty_bot()).hears("wo ist meine bestellung", written("de")).len(), 1);

    let mut talk = Talk::with(one_flow(vec![ask("note", text()), say("Noted.")]));
    talk.says("go");
    assert_eq!(talk.hears("je vous écris en français", french()), ["Noted."], "it may be quoted");

    let mut talk = Talk::with(empty_bot());
    talk.bot.translation.into = crate::translation::Reach::These(vec!["fr".to_owned()]);
    assert_eq!(talk.hears("où est ma commande", french()).len(), 1, "a machine speaks it");
    assert_eq!(talk.state.language, "fr");
    let sent = talk.hears("donde esta mi pedido", written("es"));
    assert_eq!(
        sent.first().map(String::as_str),
        Some("Solo puedo responder en estos idiomas: English, Deutsch, Français.")
    );
}

/// Asks for a number, in English or German.
fn asking() -> Bot {
    let asked = response(&[("en", &["Your number?"]), ("de", &["Ihre Nummer?"])]);
    let ask = Ask { question: Saying::Inline(Box::new(asked)), ..question("number", number()) };
    one_flow(vec![NodeKind::Ask(Box::new(ask))])
}

#[test]
fn who_asks_for_a_language_is_answered_in_it_and_asked_again() {
    let mut talk = Talk::with(asking());
    slot(&mut talk.bot, "number", SlotKind::Number, &[]);
    assert_eq!(talk.says("go"), ["Your number?"]);
    assert_eq!(talk.says("Auf Deutsch bitte!"), ["Ab jetzt auf Deutsch.", "Ihre Nummer?"]);
    assert_eq!(talk.state.language, "de");
    assert_eq!(talk.says("auf Englisch bitte"), ["From now on in English.", "Your number?"]);
    assert_eq!(talk.says("auf Deutsch bitte"), ["Ab jetzt auf Deutsch.", "Ihre Nummer?"]);
    assert_eq!(talk.says("in English please"), ["From now on in English.", "Your number?"]);
    assert_eq!(talk.says("en français"), ["Please answer with a number, such as 3."]);
    assert_eq!(
        changes(&talk),
        ["de", "en", "de", "en"].map(|language| (language.to_owned(), LanguageReason::Asked))
    );
}

#[test]
fn a_language_that_was_asked_for_is_kept() {
    let mut talk = Talk::with(empty_bot());
    talk.says("Deutsch bitte");
    for _ in 0..2 {
        talk.hears("what is this all about", written("en"));
        assert_eq!(talk.state.language, "de", "it was asked for");
    }
    talk.hears("yes indeed", written("en"));
    assert_eq!(talk.state.language, "de", "two words may be anything");
    talk.hears("so what is this all about", written("en"));
    assert_eq!(talk.state.language, "en", "but not for ever");

    let mut talk = Talk::with(empty_bot());
    talk.says("deutsch");
    talk.event(Body::Forget);
    assert!(talk.state.language == "de" && talk.state.language_wished, "who is forgotten is still spoken to");
}

#[test]
fn a_member_sets_the_language() {
    let mut talk = Talk::with(empty_bot());
    talk.says("hello");
    assert!(talk.acts(ADA, Act::Speak { language: "de-CH".to_owned() }).is_empty(), "nothing is said");
    assert_eq!((talk.state.language.as_str(), talk.state.language_wished), ("de", true));
    talk.acts(ADA, Act::Speak { language: "fr".to_owned() });
    assert_eq!(talk.state.language, "de");
    let refused = talk.journal.last().map(|entry| &entry.what);
    assert!(matches!(refused, Some(Happening::Refused { reason: Refusal::NotSpoken, .. })), "{refused:?}");
}

/// What was wished for elsewhere comes and goes; what was wished for here is newer or older than it.
#[test]
fn a_persons_wish_from_another_conversation_is_followed_and_given_back() {
    let at = |seconds: i64| jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_secs(seconds);
    let late = at(32_503_680_000);
    let wished = |language: Option<&str>, at| Body::Wished { language: language.map(str::to_owned), at };
    let mut talk = Talk::with(empty_bot());
    talk.says("hello");
    assert_eq!(talk.state.language, "en");
    assert!(talk.event(wished(Some("de-AT"), late)).is_empty(), "nothing is said");
    assert_eq!((talk.state.language.as_str(), talk.state.language_wished), ("de", true));
    assert_eq!(own_wish(&talk.state), None, "it was not wished for here");
    talk.event(wished(Some("fr"), late));
    assert_eq!(talk.state.language, "de", "the bot does not speak it");
    talk.event(wished(None, late));
    assert_eq!((talk.state.language.as_str(), talk.state.language_wished), ("en", false));
    assert_eq!(
        changes(&talk),
        [("de".to_owned(), LanguageReason::Person), ("en".to_owned(), LanguageReason::Person)]
    );

    // One of its own counts where it is the newer one.
    talk.says("auf Deutsch bitte");
    talk.event(wished(Some("en"), at(1)));
    assert_eq!(talk.state.language, "de");
    talk.event(wished(Some("en"), late));
    assert_eq!(talk.state.language, "en");
    let (language, own) = own_wish(&talk.state).expect("it is not forgotten");
    assert_eq!(language, "de");
    talk.event(wished(Some("de"), own));
    assert_eq!((talk.state.language.as_str(), talk.state.before_wish.is_none()), ("de", true));
    talk.event(wished(Some("en"), late));
    talk.says("auf Deutsch bitte");
    talk.event(wished(None, late));
    assert_eq!(talk.state.language, "de", "what was spoken before is past");
}
