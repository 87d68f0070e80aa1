//! The studio on a messaging platform, which a simulator stands in for: what only the server can promise in storms and after kills.

use std::{
    fs,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use axum::{Router, extract::State, http::StatusCode};
use serde_json::{Value, json};
use studio_load::platforms::{Person, Stand, Way};
use studio_simulators::faults::{Fault, Faults, Plan};
use tokio::sync::Semaphore;

use crate::support::{
    Home, eventually, free_port,
    http_client::runtime,
    platforms::{Slack, Telegram, bot, is_in_state, listens, owner, scene, the_conversation},
};

/// A way into each channel by which people are heard while the bot is not let say anything.
const STORMY: [Way; 4] = [Way::TelegramWebhook, Way::DiscordGateway, Way::SlackSockets, Way::WhatsApp];

/// What the bot has said to somebody, as it stands now.
fn told(person: &dyn Person) -> Vec<String> {
    let shown = runtime().block_on(person.shown()).expect("the simulator answers");
    shown.into_iter().map(|shown| shown.text).collect()
}

/// Waits until the bot has said to somebody what it says after all else; all that it has said.
fn told_all(person: &dyn Person, name: &str) -> Vec<String> {
    eventually(&format!("“That was all” by {name}"), || {
        let texts = told(person);
        texts.iter().any(|text| text.contains("That was all")).then_some(texts)
    })
}

#[test]
fn a_storm_on_one_connection_slows_only_that_one() {
    let port = free_port();
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    // Two connections of each channel.
    let start = |weather: &str| {
        STORMY.map(|way| {
            let stand = runtime().block_on(Stand::start(way, at)).expect("a simulator");
            (format!("{weather}-{}", way.channel()), stand)
        })
    };
    let (stormy, calm) = (start("stormy"), start("calm"));
    let both = || stormy.iter().chain(&calm);
    let connections: String = both().map(|(name, stand)| stand.settings_as(name, "shop")).collect();
    let home = Home::at(port, &connections, "");
    bot(&home, "long");
    let studio = home.start();
    let ada = owner(&home, &studio);
    for (name, _) in both() {
        listens(&ada, name);
    }

    let mut held_up = Vec::new();
    for (name, stand) in &stormy {
        let storm = Plan { too_many: 1.0, too_many_seconds: 1, ..Plan::default() };
        runtime().block_on(stand.fail(&storm)).expect("the simulator lets it");
        for number in 1..=3 {
            let person = runtime().block_on(stand.person(number)).expect("somebody");
            runtime().block_on(person.say_all(&["hello", "after"])).expect("the simulator lets them");
            held_up.push((name, person));
        }
    }
    let mut log = String::new();
    for (name, _) in &stormy {
        eventually(&format!("the storm is felt on {name}"), || {
            log += &studio.said();
            let mut lines = log.lines();
            lines.any(|line| line.contains("delivery.retry") && line.contains(name.as_str())).then_some(())
        });
    }
    // The storm lets nothing through and goes on: what waited for its end would not come.
    for (name, stand) in &calm {
        let person = runtime().block_on(stand.person(9)).expect("somebody");
        runtime().block_on(person.say("after")).expect("the simulator lets them");
        told_all(&*person, name);
    }
    for (name, person) in &held_up {
        assert_eq!(told(&**person), Vec::<String>::new(), "{name}: nothing gets through");
    }

    // It abates, and half of what is tried is still refused.
    for (_, stand) in &stormy {
        let storm = Plan { too_many: 0.5, too_many_seconds: 1, seed: 7, ..Plan::default() };
        runtime().block_on(stand.fail(&storm)).expect("the simulator lets it");
    }
    for (name, person) in &held_up {
        assert_eq!(told_all(&**person, name), ["Good day to you.", "That was all."], "{name}");
    }
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]), "to wait is no failure");
}

#[test]
fn two_flooded_channels_keep_no_other_waiting() {
    let port = free_port();
    let at = SocketAddr::from(([127, 0, 0, 1], port));
    let stands = STORMY.map(|way| runtime().block_on(Stand::start(way, at)).expect("a simulator"));
    let connections: String = stands.iter().map(|stand| stand.settings("shop")).collect();
    let home = Home::at(port, &connections, "");
    bot(&home, "long");
    let studio = home.start();
    let ada = owner(&home, &studio);
    let mut log = String::new();
    for stand in &stands {
        let name = stand.way.name();
        listens(&ada, name);
        let come = |number| {
            let person = runtime().block_on(stand.person(number)).expect("somebody");
            runtime().block_on(person.say("hello")).expect("the simulator lets them");
            eventually(&format!("a greeting by {name}"), || {
                told(&*person).iter().any(|text| text.contains("Good day")).then_some(())
            });
            person
        };
        let flooded = [1, 2].map(come);
        let too_many_in = flooded.iter().map(|person| person.thread()).collect();
        let plan = Plan { too_many_in, too_many_seconds: 600, ..Plan::default() };
        runtime().block_on(stand.fail(&plan)).expect("the simulator lets it");
        for person in &flooded {
            runtime().block_on(person.say("after")).expect("the simulator lets them");
        }
        eventually(&format!("both are asked to wait by {name}"), || {
            log += &studio.said();
            let is_it = |line: &&str| line.contains("delivery.retry") && line.contains(name);
            (log.lines().filter(is_it).count() >= flooded.len()).then_some(())
        });
        let other = come(3);
        runtime().block_on(other.say("after")).expect("the simulator lets them");
        told_all(&*other, name);
        is_in_state(&ada, name, "running");
        for person in &flooded {
            assert_eq!(told(&**person), ["Good day to you."], "{name}: nothing gets through");
        }
    }
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]), "to wait is no failure");
}

#[test]
fn a_message_of_many_parts_goes_on_behind_those_that_left_before_a_kill() {
    let slack = Slack::start();
    let home = Home::with(&slack.connection("team"));
    let sentence =
        |number: usize| format!("Sentence {number} tells something that is worth a line of its own. ");
    let story: String = (0..1_600).map(sentence).collect();
    bot(&home, story.trim_end());
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "put_off:1")]);
    listens(&owner(&home, &studio), "team");
    let channel = slack.say("U0ANNA", "hello");
    slack.hears(&channel, "Good day");
    slack.fail(&json!({ "too_many": 0.4, "too_many_seconds": 1, "seed": 7 }));
    slack.say("U0ANNA", "long");
    slack.say("U0ANNA", "after");
    assert!(!studio.wait_for_end().success(), "killed when Slack asked to wait in the middle of it");
    drop(studio);
    let before = slack.texts(&channel).len();
    assert!(before > 1, "some of it has left: {before}");
    slack.fail(&json!({}));

    let studio = home.start();
    let texts = slack.hears(&channel, "That was all.");
    assert!(texts.len() > before, "{before}");
    let all = texts.join(" ");
    let mut last = 0;
    for number in 0..1_600 {
        let sentence = format!("Sentence {number} tells");
        assert_eq!(all.matches(&sentence).count(), 1, "{sentence} of {} messages", texts.len());
        let place = all.find(&sentence).expect("it is there");
        assert!(place >= last, "in order");
        last = place;
    }
    assert!(texts.last().is_some_and(|last| last.contains("That was all")), "and what follows comes behind");
    assert!(studio.terminate().success());
}

/// With this seed the first request of this plan fails, and those that follow do not.
fn one_failure() -> Value {
    let plan = |seed| Plan { seed, failed: 0.3, ..Plan::default() };
    let fails_once = |seed: &u64| {
        let faults = Faults::default();
        faults.set(plan(*seed));
        faults.next() == Some(Fault::Failed) && (0..20).all(|_| faults.next().is_none())
    };
    json!(plan((0..1_000_000).find(fails_once).expect("some seed does")))
}

#[test]
fn a_doctor_tries_again_what_failed_and_warns_of_what_passes() {
    let telegram = Telegram::start();
    let (home, studio, _) = scene(&telegram.connection("phone"));
    assert!(studio.terminate().success());
    let doctor = || home.run(&["doctor"], &std::collections::BTreeMap::new());
    telegram.simulator.fail(&one_failure());
    let (status, out, err) = doctor();
    assert!(status.success() && !out.contains("BAD"), "{out}{err}");
    let told = out.lines().find(|line| line.contains("phone (telegram)")).expect("it is told");
    assert!(
        told.trim_start().starts_with("warn") && told.contains("it passed when it was tried again"),
        "{told}"
    );
    telegram.simulator.fail(&json!({ "failed": 1.0 }));
    let (status, out, err) = doctor();
    assert!(!status.success() && out.contains("BAD  connection phone (telegram)"), "{out}{err}");
}

/// A service that answers each call once it is let, and counts them; where it is.
#[derive(Clone)]
struct Service {
    let_go: Arc<Semaphore>,
    calls: Arc<AtomicUsize>,
    port: u16,
}

impl Service {
    fn start() -> Self {
        async fn answer(State(service): State<Service>) -> StatusCode {
            service.calls.fetch_add(1, Ordering::SeqCst);
            service.let_go.acquire().await.expect("nobody closes it").forget();
            StatusCode::OK
        }
        runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let port = listener.local_addr().expect("it has one").port();
            let service = Self { let_go: Arc::new(Semaphore::new(0)), calls: Arc::default(), port };
            let router = Router::new().fallback(answer).with_state(service.clone());
            tokio::spawn(axum::serve(listener, router).into_future());
            service
        })
    }

    /// A studio whose bot asks the service when it is told so.
    fn home(&self, telegram: &Telegram) -> Home {
        let port = self.port;
        let home = Home::with(&format!(
            "[egress]\nallow_private = [\"127.0.0.1/32\"]\nallow_ports = [{port}]\ntimeout = \"30s\"\n{}",
            telegram.connection("phone")
        ));
        bot(&home, "long");
        let flow = format!(
            "ask:\n  when: [ keyword: ask ]\n  steps:\n    - http: {{ get: \"http://127.0.0.1:{port}/slow\", timeout: 25s }}\n      \
             error:\n        - say: {{ en: Nobody answered. }}\n    - say: {{ en: It is answered. }}\n"
        );
        fs::write(home.path().join("bots/shop/flows/ask.yaml"), flow).expect("writable");
        home
    }
}

/// How often person 7 was shown that somebody is at it.
fn shown(telegram: &Telegram) -> u64 {
    let state = telegram.simulator.see("state");
    let mut chats = state["typing"].as_array().into_iter().flatten();
    chats.find(|chat| chat["chat"] == 7).and_then(|chat| chat["times"].as_u64()).unwrap_or_default()
}

#[test]
fn the_person_sees_that_somebody_is_at_it_for_as_long_as_a_service_is_asked_and_where_an_agent_types() {
    let (telegram, service) = (Telegram::start(), Service::start());
    let home = service.home(&telegram);
    let studio = home.start();
    let ada = owner(&home, &studio);
    telegram.greeted();
    assert_eq!(shown(&telegram), 0, "nobody was at anything");

    let conversation = the_conversation(&ada, "phone");
    assert_eq!(ada.post(&format!("/conversations/{conversation}/typing"), &json!({})).status, 204);
    eventually("the agent is seen typing", || (shown(&telegram) == 1).then_some(()));

    telegram.act("say", &json!({ "person": 7, "text": "ask" }));
    // Telegram shows it for five seconds.
    eventually("the bot is seen at it again and again", || (shown(&telegram) >= 4).then_some(()));
    service.let_go.add_permits(1);
    let texts = telegram.hears(7, "It is answered.");
    assert!(!texts.iter().any(|text| text.contains("Nobody answered")), "{texts:?}");
    assert!(studio.terminate().success());
}

#[test]
fn nobody_is_seen_at_it_while_an_answer_only_waits_to_be_taken() {
    let (telegram, service) = (Telegram::start(), Service::start());
    let home = service.home(&telegram);
    // It is offered again after two seconds at least each time, and after fifteen in all at most.
    let studio = home.start_with(&[("STUDIO_BUSY", "answered,answered,answered")]);
    let ada = owner(&home, &studio);
    listens(&ada, "phone");
    telegram.greeted();
    service.let_go.add_permits(1);
    studio.said();
    let begun = Instant::now();
    telegram.act("say", &json!({ "person": 7, "text": "ask" }));
    let mut log = String::new();
    eventually("the answer is there and is not taken", || {
        log += &studio.said();
        log.contains("delivery.retry").then_some(())
    });
    // While the service is asked it is shown at once and every four seconds, however slow the machine is.
    let most = 1 + begun.elapsed().as_secs() / 4;
    telegram.hears(7, "It is answered.");
    let times = eventually("the bot was seen at it", || Some(shown(&telegram)).filter(|times| *times > 0));
    assert!(times <= most, "{times} times, and not {most} at most");
    assert_eq!(service.calls.load(Ordering::SeqCst), 1, "it does its work once");
    assert!(studio.terminate().success());
}
