//! A visitor is answered in a language that nobody wrote, by a machine that is asked as its documents say.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add_member},
    support::{
        Home,
        browser::Browser,
        eventually,
        http_client::{Member, Visitor, runtime},
        page::Page,
        platforms::{Slack, listens, owner, the_conversation},
    },
};

const BOT: &str = "\
name: shop
title: Shop
languages: [en]
settings: { closing: '18:00' }
teams: { support: Support }
translation:
  into: [pl, pt]
  keep: [Nordlicht]
  glossary: { en: { pl: { tent: namiot } } }
";
const INTENTS: &str = "\
hours:
  phrases: { en: [when are you open tomorrow, what are your opening hours, until when is the shop open, are you open on sunday] }
returns:
  phrases: { en: [I want to send it back, how do I return something, it does not fit me, can I have my money back] }
";
const ENTITIES: &str = "\
product: { list: { tent: [tents], backpack: [backpacks] } }
order_line: { parts: [number, product] }
";
const FLOWS: &str = "\
hours:
  when: [{ intent: hours }, { keyword: hours }]
  steps:
    - say: { en: 'The tent shop Nordlicht closes at {{ settings.closing }}. You wrote: {{ message.text }}' }
returns:
  when: [{ intent: returns }, { keyword: returns }]
  steps:
    - say: { en: Send it back within two weeks. }
person:
  when: [{ keyword: człowiek }]
  steps: [handoff: support]
";
const WANTED: &str = "Chcę kupić dwa namioty i plecak";
const ASKED: &str = "o której godzinie jutro otwieracie sklep";

/// A LibreTranslate of the test: strict, and out of order or silent when it is told so.
#[derive(Clone, Default)]
struct Machine {
    texts: Arc<Mutex<Vec<(String, String)>>>,
    down: Arc<Mutex<bool>>,
    silent: Arc<Mutex<bool>>,
}

impl Machine {
    fn start(&self) -> u16 {
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let port = listener.local_addr().expect("it has one").port();
            let router = Router::new().fallback(answer).with_state(self.clone());
            tokio::spawn(axum::serve(listener, router).into_future());
            port
        })
    }

    /// The texts that it was asked for in this language.
    fn asked(&self, target: &str) -> Vec<String> {
        let texts = self.texts.lock().expect("no panic");
        texts.iter().filter(|(to, _)| to == target).map(|(_, text)| text.clone()).collect()
    }
}

async fn answer(
    State(machine): State<Machine>,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let refuse = |status: StatusCode, said: &str| (status, Json(json!({ "error": said })));
    let is_silent = *machine.silent.lock().expect("no panic");
    if is_silent {
        std::future::pending::<()>().await;
    }
    if *machine.down.lock().expect("no panic") {
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "Cannot translate text: out of memory");
    }
    if uri.path() == "/languages" {
        let codes = ["en", "pl", "pt"];
        let all = codes.map(|code| json!({ "code": code, "name": code, "targets": codes }));
        return (StatusCode::OK, Json(json!(all)));
    }
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    if uri.path() != "/translate" || headers["content-type"] != "application/json" || body["format"] != "text"
    {
        return refuse(StatusCode::BAD_REQUEST, "Invalid request");
    }
    if body["api_key"] != "letmein" {
        return refuse(StatusCode::FORBIDDEN, "Invalid API key");
    }
    let target = body["target"].as_str().unwrap_or_default();
    let made: Vec<String> = body["q"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(|text| {
            machine.texts.lock().expect("no panic").push((target.to_owned(), text.to_owned()));
            match text {
                ASKED => "when are you open tomorrow".to_owned(),
                WANTED => "I want to buy two tents and a backpack".to_owned(),
                "The {0} shop {1} closes at {2}. You wrote: {3}" => {
                    "Sklep {1} ({0}) zamyka o { 2 }. Napisano: {3}".to_owned()
                }
                other => format!("?{other}"),
            }
        })
        .collect();
    (StatusCode::OK, Json(json!({ "translatedText": made })))
}

fn home(port: u16) -> Home {
    home_with_web(port, "")
}

/// The same with further settings of the web connection.
fn home_with_web(port: u16, web: &str) -> Home {
    home_with(port, "", "", web)
}

/// The same with further settings of translation, and with further connections.
fn home_with(port: u16, translation: &str, connections: &str, web: &str) -> Home {
    let settings = format!(
        "[translation]\nservice = \"libretranslate\"\naddress = \"http://127.0.0.1:{port}\"\nkey = \"letmein\"\n{translation}\
         [egress]\nallow_private = [\"127.0.0.0/8\"]\nallow_ports = [{port}]\n{connections}"
    );
    let home = Home::with_web(&settings, web);
    for (file, text) in [
        ("bot.yaml", BOT),
        ("intents/all.yaml", INTENTS),
        ("entities/all.yaml", ENTITIES),
        ("flows/all.yaml", FLOWS),
    ] {
        let file = home.path().join("bots/shop").join(file);
        fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        fs::write(file, text).expect("writable");
    }
    home
}

/// The last message of the bot, as members see it.
fn last(member: &Member, conversation: &str) -> Value {
    let messages = member.get(&format!("/conversations/{conversation}/messages")).body;
    let of_bot =
        messages["items"].as_array().into_iter().flatten().filter(|it| it["from"]["type"] == "speaker");
    of_bot.max_by_key(|it| it["sequence"].as_u64()).cloned().unwrap_or_default()
}

fn conversation(member: &Member, count: usize) -> String {
    eventually("the conversation is there", || {
        let all = member.get("/conversations").body;
        let items = all["items"].as_array().filter(|items| items.len() == count)?;
        let newest = items.iter().max_by_key(|it| it["created_at"].as_str().map(str::to_owned))?;
        newest["id"].as_str().map(str::to_owned)
    })
}

#[test]
fn a_visitor_is_answered_in_a_language_that_nobody_wrote() {
    let machine = Machine::default();
    let home = home(machine.start());
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let visitor = Visitor::new(&studio, "piotr");

    // Understood through English, answered in Polish; the placeholder, the glossary and the name are as they must be.
    visitor.say("1", ASKED);
    let answer = format!("Sklep Nordlicht (namiot) zamyka o 18:00. Napisano: {ASKED}");
    visitor.hears(&answer);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let id = conversation(&ada, 1);
    let said = last(&ada, &id);
    assert_eq!(said["translated"], true, "{said}");
    assert_eq!(said["translation"], json!({ "from": "en", "to": "pl", "engine": "libretranslate" }));
    let timeline = ada.get(&format!("/conversations/{id}/timeline")).body;
    let received =
        timeline["items"].as_array().into_iter().flatten().find(|it| it["what"]["type"] == "received");
    let understanding = received.map(|it| it["what"]["understanding"].clone()).unwrap_or_default();
    assert_eq!(understanding["intents"][0]["intent"], "hours", "{understanding}");
    assert_eq!(understanding["through"]["way"], "translation", "{understanding}");
    assert_eq!(understanding["through"]["translation"]["to"], "en");
    assert!(
        !understanding.to_string().contains("open tomorrow"),
        "a visitor's words are kept as they were written"
    );
    let asked = machine.asked("pl");
    assert_eq!(asked, ["The {0} shop {1} closes at {2}. You wrote: {3}"], "nothing of the visitor is in it");

    // After a restart what was paid for is there, although the machine is not.
    studio.kill();
    *machine.down.lock().expect("no panic") = true;
    let studio = home.start();
    let visitor = Visitor::new(&studio, "paula");
    visitor.say("1", "proszę powiedzieć mi coś o waszych plecakach");
    eventually("an answer in Polish", || {
        let transcript = visitor.transcript();
        transcript.iter().any(|line| line.starts_with("bot: ")).then_some(())
    });
    visitor.say("2", "hours");
    visitor.hears("Sklep Nordlicht (namiot) zamyka o 18:00. Napisano: hours");
    assert_eq!(machine.asked("pl").len(), 1, "it was not asked again");

    // What is not there is said as its author wrote it; members see why, and the operator reads it once.
    // Two words of English in a row would be a visitor who has changed to English.
    visitor.say("3", "proszę powiedzieć mi coś o waszych plecakach");
    visitor.say("4", "returns");
    visitor.hears("Send it back within two weeks.");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let said = last(&ada, &conversation(&ada, 2));
    assert_eq!(said["translated"], Value::Null, "{said}");
    let why = said["translation"]["failed"].as_str().unwrap_or_default();
    assert!(why.contains("500") && why.contains("out of memory"), "{said}");
    let log = studio.said();
    let told = log.lines().filter(|line| line.contains("translation.failed"));
    assert_eq!(told.count(), 1, "{log}");
}

#[test]
fn the_widget_marks_what_a_machine_translated() {
    let Some(browser) = Browser::open("the mark of a machine in the widget") else { return };
    let machine = Machine::default();
    let page = Page::serve();
    let home = home_with_web(machine.start(), &format!("origins = [\"{}\"]", page.origin));
    let studio = home.start();
    page.show(&studio, "data-language=\"pl\"");
    browser.go(&page.origin);
    browser.click(".launcher");
    browser.asks(ASKED, "zamyka o 18:00");
    let below = |words: &str| {
        browser.script(
            "const bubble = [...root.querySelectorAll('.bubble')].find(node => node.textContent.includes(arguments[0]));
             const line = bubble.closest('.message').querySelector('.meta');
             return line.getClientRects().length > 0 && line.textContent.includes('tłumaczenie automatyczne')",
            &[json!(words)],
        )
    };
    assert_eq!((below("zamyka o 18:00"), below(ASKED)), (json!(true), json!(false)));

    // The author's own words are nobody's translation.
    *machine.down.lock().expect("no panic") = true;
    browser.asks("returns", "Send it back within two weeks.");
    assert_eq!(below("Send it back within two weeks."), json!(false));
}

#[test]
fn a_platform_shows_what_a_machine_translated_unless_the_operator_wants_that_not() {
    let machine = Machine::default();
    let port = machine.start();
    for (setting, is_marked) in [("", true), ("mark = false\n", false)] {
        let slack = Slack::start();
        let home = home_with(port, setting, &slack.connection("team"), "");
        let studio = home.start();
        let ada = owner(&home, &studio);
        listens(&ada, "team");
        let channel = slack.say("U0ANNA", ASKED);
        let shown = slack.hears(&channel, "zamyka o 18:00");
        let answer = shown.iter().find(|text| text.contains("zamyka o 18:00")).expect("it was heard");
        assert_eq!(answer.contains("(tłumaczenie automatyczne)"), is_marked, "{answer}");
        // What was said stays what was said.
        let said = last(&ada, &the_conversation(&ada, "team"));
        let words = format!("Sklep Nordlicht (namiot) zamyka o 18:00. Napisano: {ASKED}");
        assert_eq!((&said["content"]["text"], &said["translated"]), (&json!(words), &json!(true)), "{said}");
        assert!(studio.terminate().success());
    }
}

#[test]
fn a_machine_that_never_answers_is_given_up_and_told() {
    let machine = Machine::default();
    *machine.silent.lock().expect("no panic") = true;
    let home = home(machine.start());
    let studio = home.start_with(&[("STUDIO_TRANSLATION_TIMEOUT", "1s")]);
    let visitor = Visitor::new(&studio, "piotr");
    visitor.say("1", "proszę powiedzieć mi coś o waszych plecakach");
    visitor.say("2", "returns");
    visitor.hears("Send it back within two weeks.");
    let log = studio.said();
    assert!(log.lines().any(|line| line.contains(" WARN ") && line.contains("translation.failed")), "{log}");
}

#[test]
fn what_the_bots_entities_name_in_a_translation_is_found() {
    let machine = Machine::default();
    let home = home(machine.start());
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    Visitor::new(&studio, "piotr").say("1", WANTED);
    let id = conversation(&ada, 1);
    let understanding = eventually("it is understood", || {
        let timeline = ada.get(&format!("/conversations/{id}/timeline")).body;
        let items = timeline["items"].as_array()?;
        let received = items.iter().find(|it| it["what"]["type"] == "received")?;
        Some(received["what"]["understanding"].clone())
    });
    assert_eq!(understanding["through"]["way"], "translation", "{understanding}");
    let entities = understanding["entities"].as_array().cloned().unwrap_or_default();
    let all = |name: &str| entities.iter().filter(|it| it["entity"] == name).collect::<Vec<_>>();
    let values = all("product").iter().map(|it| it["value"].clone()).collect::<Vec<_>>();
    assert_eq!(values, ["tent", "backpack"], "{understanding}");
    let [line] = all("order_line")[..] else { panic!("{understanding}") };
    assert_eq!(line["value"], json!({ "number": 2, "product": "tent" }), "{understanding}");
    let end = json!(WANTED.len());
    assert_eq!((&line["start"], &line["end"]), (&end, &end), "{understanding}");
}

#[cfg(feature = "models")]
#[test]
fn a_bot_of_descriptions_alone_is_asked_in_translation() {
    let machine = Machine::default();
    let models = "[models]\nembedding = \"mine\"\nfolder = \"models\"\n";
    let home = home_with(machine.start(), "", models, "");
    let described = "hours: { description: open shop }\nreturns: { description: return money }\n";
    home.write_bot("shop", &[("intents/all.yaml", described)]);
    crate::support::tiny_sentences::import_for(&home, "mine", &[]);
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let visitor = Visitor::new(&studio, "piotr");
    visitor.say("1", ASKED);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let id = conversation(&ada, 1);
    let understanding = eventually("it is understood", || Some(ada.understood(&id)).filter(Value::is_object));
    assert_eq!(machine.asked("en"), [ASKED]);
    assert_eq!(understanding["through"]["way"], "translation", "{understanding}");
    assert_eq!(understanding["through"]["translation"]["to"], "en", "{understanding}");
    assert_eq!(understanding["intents"][0]["intent"], "hours", "{understanding}");
}

#[test]
fn a_keyword_that_matches_as_it_stands_goes_to_no_machine() {
    let machine = Machine::default();
    let home = home(machine.start());
    let studio = home.start();
    let visitor = Visitor::new(&studio, "piotr");
    visitor.say("1", ASKED);
    visitor.hears("zamyka o 18:00");
    visitor.say("2", "Hours!");
    visitor.hears("Napisano: Hours!");
    // In Polish, as the conversation is, and read as the bot has it.
    assert_eq!(machine.asked("en"), [ASKED]);
}

#[test]
fn what_is_said_to_people_goes_to_no_machine() {
    let machine = Machine::default();
    let home = home(machine.start());
    let studio = home.start();
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let visitor = Visitor::new(&studio, "piotr");
    visitor.say("1", "człowiek");
    let id = eventually("it waits for a person", || {
        let waiting = ada.get("/conversations?owner=team").body;
        waiting["items"][0]["id"].as_str().map(str::to_owned)
    });
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let hears = |text: &str| {
        eventually(text, || {
            let messages = ada.get(&path("messages")).body;
            let items = messages["items"].as_array()?;
            items.iter().any(|it| it["content"]["text"] == text).then_some(())
        });
    };
    let to_team = "mam problem z zamówieniem numer siedem";
    visitor.say("2", to_team);
    hears(to_team);
    assert_eq!(ada.post(&path("take-over"), &json!({})).status, 202);
    let to_ada = "nikomu innemu tego nie mówiłem";
    visitor.say("3", to_ada);
    hears(to_ada);
    assert_eq!(ada.post(&path("hand-back"), &json!({})).status, 202);

    // The bot has it again, and what it is told is read in translation.
    visitor.say("4", ASKED);
    eventually("it is read in translation", || {
        machine.asked("en").iter().any(|it| it == ASKED).then_some(())
    });
    let asked = machine.asked("en");
    assert!(!asked.iter().any(|it| it == to_team || it == to_ada), "{asked:?}");
}

#[test]
fn what_a_model_said_is_not_asked_for_again_after_a_kill_nor_for_a_repeat() {
    for point in ["committed", "swept"] {
        let machine = Machine::default();
        let home = home(machine.start());
        let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", point)]);
        let said = json!({ "text": ASKED });
        // Whether this one is answered before the kill is open; that its turn was committed is not.
        let _ = Visitor::new(&studio, "piotr").post("1", &said, 0);
        assert!(!studio.wait_for_end().success(), "{point}: killed");
        drop(studio);
        let asked = || machine.asked("en").iter().filter(|text| *text == ASKED).count();
        assert_eq!(asked(), 1, "{point}: it was understood through English");

        let studio = home.start();
        let visitor = Visitor::new(&studio, "piotr");
        visitor.post("1", &said, 0).expect("it is up");
        // Its turn comes behind whatever was left of the first.
        visitor.say("2", "hours");
        let transcript = visitor.hears("Napisano: hours");
        assert_eq!(asked(), 1, "{point}: it was understood again");
        let of_visitor = transcript.iter().filter(|line| line.starts_with("visitor: ")).count();
        assert_eq!(of_visitor, 2, "{point}: {transcript:#?}");
        add_member(&home, "ada@example.com", "Ada");
        let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
        let id = conversation(&ada, 1);
        let timeline = ada.get(&format!("/conversations/{id}/timeline")).body;
        let first =
            timeline["items"].as_array().into_iter().flatten().find(|it| it["what"]["type"] == "received");
        let first = first.cloned().unwrap_or_default();
        assert_eq!(first["what"]["understanding"]["intents"][0]["intent"], "hours", "{point}: {first}");
        assert_eq!(asked(), 1, "{point}: to read it asks nobody");
    }
}
