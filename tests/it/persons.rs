//! Who is whom, where several talk?

use serde_json::{Value, json};

use crate::{
    http_story::PASSWORD,
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        platforms::{Slack, Telegram, conversations, listens, owner, scene},
        terminal::Terminal,
    },
};

#[test]
fn what_is_told_of_a_second_speaker_is_nothing_of_the_first() {
    let slack = Slack::start();
    let (_home, _studio, ada) = scene(&slack.connection("team"));
    slack.greeted(&ada, "team");
    let anna = eventually("her name", || {
        let id = conversations(&ada, "team").first()?["contact"].as_str()?.to_owned();
        let contact = ada.get(&format!("/contacts/{id}")).body;
        (contact["attributes"]["username"] == "u0anna").then_some(contact)
    });

    let ts = slack
        .act("say", &json!({ "user": "U0ANNA", "channel": "C0GENERAL", "text": "<@U0BOT0001> hello" }))["ts"]
        .clone();
    slack.hears("C0GENERAL", "Good day");
    slack.act("say", &json!({ "user": "U0BEN", "channel": "C0GENERAL", "text": "after", "thread_ts": ts }));
    slack.hears("C0GENERAL", "That was all");
    // Ben is known where he talks alone: who was to be introduced before him is by then.
    slack.hears(&slack.say("U0BEN", "hello"), "Good day");
    let all = eventually("Ben's name", || {
        let all = conversations(&ada, "team");
        all.iter().any(|one| one["contact_name"] == "u0ben").then_some(all)
    });
    let of = |contact: &Value| all.iter().filter(|one| one["contact"] == *contact).count();
    assert_eq!((all.len(), of(&anna["id"])), (3, 1), "{all:?}");
    let shared = all.iter().find(|one| one["contact_name"] == "#general");
    assert_eq!(shared.map(|shared| of(&shared["contact"])), Some(1), "{all:?}");
    let now = ada.get(&format!("/contacts/{}", anna["id"].as_str().expect("an id"))).body;
    for what in ["name", "attributes", "identities"] {
        assert_eq!(now[what], anna[what], "{what}");
    }
}

#[test]
fn who_has_one_verified_address_in_two_workspaces_is_one_person_until_somebody_takes_them_apart() {
    let (first, second) = (Slack::start(), Slack::start());
    let (home, studio, ada) = scene(&[first.connection("first"), second.connection("second")].concat());
    let says_hello = |slack: &Slack, user: &str, email: &str, confirmed: bool| {
        slack.act("email", &json!({ "user": user, "email": email, "confirmed": confirmed }));
        slack.hears(&slack.say(user, "hello"), "Good day");
    };
    let contact = |ada: &Member, connection: &str, name: &str| {
        eventually(name, || {
            let all = conversations(ada, connection);
            let id = all.iter().find(|one| one["contact_name"] == name)?["contact"].as_str()?.to_owned();
            Some(ada.get(&format!("/contacts/{id}")).body)
        })
    };
    let identities = |ada: &Member, connection: &str, name: &str| {
        contact(ada, connection, name)["identities"].as_array().map_or(0, Vec::len)
    };
    for connection in ["first", "second"] {
        listens(&ada, connection);
    }
    says_hello(&first, "U0ANNA", "Anna@shop.example", true);
    assert_eq!(contact(&ada, "first", "u0anna")["attributes"]["email_verified"], true);
    // What nobody has shown to be theirs says nothing of who they are.
    says_hello(&second, "U0EVE", "anna@shop.example", false);
    assert_eq!(contact(&ada, "second", "u0eve")["attributes"]["email"], "anna@shop.example");
    says_hello(&second, "U0ANJA", "anna@shop.example", true);
    eventually("they are one person", || (identities(&ada, "second", "u0anja") == 2).then_some(()));
    assert_eq!((identities(&ada, "first", "u0anna"), identities(&ada, "second", "u0eve")), (2, 1));

    // Whichever of both is part of the other.
    let apart = [("first", "u0anna"), ("second", "u0anja")].map(|(connection, name)| {
        let all = conversations(&ada, connection);
        let id = all.iter().find(|one| one["contact_name"] == name).expect("it is there")["contact"].clone();
        let id = id.as_str().expect("an id");
        ada.post(&format!("/contacts/{id}/unmerge"), &json!({})).status
    });
    assert!(apart.contains(&200), "{apart:?}");
    studio.kill();
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    listens(&ada, "second");
    second.hears(&second.say("U0ANJA", "after"), "That was all");
    assert_eq!(
        (identities(&ada, "first", "u0anna"), identities(&ada, "second", "u0anja")),
        (1, 1),
        "they stay apart"
    );
}

/// The shop speaks English and German.
#[test]
fn a_language_that_was_wished_for_holds_on_all_channels_of_the_person() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let visitors = ["phone", "desk"].map(|thread| Visitor::new(&studio, thread));
    for visitor in &visitors {
        visitor.say("1", "hello there, good morning");
    }
    let found = eventually("two conversations", || {
        let items = ada.get("/conversations").body["items"].as_array().cloned().unwrap_or_default();
        (items.len() == 2).then_some(items)
    });
    let id = |place: usize, field: &str| found[place][field].as_str().expect("a text").to_owned();
    let language = |place: usize| {
        let shown = ada.get(&format!("/conversations/{}", id(place, "id"))).body;
        shown["conversation"]["language"].as_str().unwrap_or_default().to_owned()
    };
    let speaks = |place: usize, wanted: &str| {
        eventually(&format!("conversation {place} is held in {wanted}"), || {
            (language(place) == wanted).then_some(())
        });
    };
    let set = |place: usize, tag: &str| {
        let path = format!("/conversations/{}/language", id(place, "id"));
        assert_eq!(ada.post(&path, &json!({ "language": tag })).status, 202);
        speaks(place, tag);
    };
    set(0, "de");
    assert_eq!(language(1), "en", "they are two persons");

    // What one of them wished for is the wish of both, once they are one.
    let merge = |part: usize, into: usize| {
        let path = format!("/contacts/{}/merge", id(part, "contact"));
        assert_eq!(ada.post(&path, &json!({ "into": id(into, "contact") })).status, 200);
    };
    merge(1, 0);
    speaks(1, "de");
    let timeline = ada.get(&format!("/conversations/{}/timeline", id(1, "id"))).body.to_string();
    assert!(timeline.contains("\"because\":\"person\""), "{timeline}");
    set(1, "en");
    speaks(0, "en");

    // Apart, each speaks as it did: over a restart as well.
    studio.kill();
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let apart = format!("/contacts/{}/unmerge", id(1, "contact"));
    assert_eq!(ada.post(&apart, &json!({})).status, 200);
    let language = |place: usize| {
        let shown = ada.get(&format!("/conversations/{}", id(place, "id"))).body;
        shown["conversation"]["language"].as_str().unwrap_or_default().to_owned()
    };
    eventually("the first is held in German again", || (language(0) == "de").then_some(()));
    assert_eq!(language(1), "en", "it was set there itself");
}

#[test]
fn persons_are_merged_and_taken_apart() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    for thread in ["phone", "desk"] {
        Visitor::new(&studio, thread).say("1", &format!("hello from my {thread}"));
    }
    let contacts = eventually("two conversations", || {
        let items = ada.get("/conversations").body["items"].as_array().cloned().unwrap_or_default();
        let contacts: Vec<_> =
            items.iter().filter_map(|item| item["contact"].as_str().map(str::to_owned)).collect();
        (contacts.len() == 2).then_some(contacts)
    });
    let (one, other) = (&contacts[0], &contacts[1]);
    let merged = ada.post(&format!("/contacts/{one}/merge"), &json!({ "into": other }));
    assert_eq!(merged.status, 200, "{merged:?}");
    assert_eq!(merged.body["id"], json!(other));
    let count = |body: &Value, of: &str| body[of].as_array().map_or(0, Vec::len);
    assert_eq!((count(&merged.body, "identities"), count(&merged.body, "conversations")), (2, 2));
    assert_eq!(ada.post(&format!("/contacts/{other}/merge"), &json!({ "into": one })).status, 409);
    let said = ada.get(&format!("/contacts/{one}/messages")).body;
    let said = said["items"].as_array().expect("messages");
    assert!(said.iter().all(|message| message["channel"] == "http" && message["connection"] == "crm"));
    for thread in ["phone", "desk"] {
        let text = format!("hello from my {thread}");
        assert!(said.iter().any(|message| message["content"]["text"] == text.as_str()), "{said:?}");
    }
    assert_eq!(ada.post(&format!("/contacts/{one}/unmerge"), &json!({})).status, 200);
    assert_eq!(ada.post(&format!("/contacts/{one}/unmerge"), &json!({})).status, 409);
    let alone = ada.get(&format!("/contacts/{other}")).body;
    assert_eq!((count(&alone, "identities"), count(&alone, "conversations")), (1, 1));
}

#[test]
fn what_was_said_with_a_person_is_read_page_by_page() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let visitors = ["phone", "desk"].map(|thread| Visitor::new(&studio, thread));
    for number in 0..4 {
        for visitor in &visitors {
            let before = visitor.messages().len();
            visitor.say(&number.to_string(), "hello");
            eventually("its turn", || (visitor.messages().len() > before).then_some(()));
        }
    }
    let all = conversations(&ada, "crm");
    let contact = |place: usize| all[place]["contact"].as_str().expect("a contact").to_owned();
    let merged = ada.post(&format!("/contacts/{}/merge", contact(0)), &json!({ "into": contact(1) }));
    assert_eq!(merged.status, 200, "{merged:?}");

    let path = format!("/contacts/{}/messages", contact(0));
    let page = |query: &str| ada.get(&format!("{path}?{query}")).body;
    let whole = page("limit=500");
    assert_eq!(whole.get("next_cursor"), None, "{whole}");
    let whole = whole["items"].as_array().cloned().expect("messages");
    let changes = whole.windows(2).filter(|pair| pair[0]["conversation"] != pair[1]["conversation"]).count();
    assert!(changes >= 7, "in the order of time: {whole:?}");
    let mut read: Vec<Value> = Vec::new();
    let mut cursor = String::new();
    for _ in 0..=whole.len() {
        let body = page(&format!("limit=3{cursor}"));
        let mut items = body["items"].as_array().cloned().expect("messages");
        assert!(items.len() <= 3, "{body}");
        items.append(&mut read);
        read = items;
        let Some(next) = body["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(read, whole);
    assert_eq!(ada.get(&format!("{path}?cursor=yesterday")).status, 422);
}

#[test]
fn an_agent_makes_two_contacts_one_person_at_the_console_and_takes_them_apart() {
    let telegram = Telegram::start();
    let (home, _studio, ada) = scene(&telegram.connection("phone"));
    for (person, name) in [(7, "Quentin"), (8, "Xaver")] {
        telegram.act("person", &json!({ "id": person, "first_name": name }));
        telegram.act("say", &json!({ "person": person, "text": "hello" }));
        telegram.hears(person, "Good day");
    }
    let quentin = eventually("both are known", || {
        let all = conversations(&ada, "phone");
        let named = |name: &str| all.iter().find(|one| one["contact_name"] == name);
        named("Xaver").and(named("Quentin")).and_then(|found| found["contact"].as_str().map(str::to_owned))
    });
    let person = || ada.get(&format!("/contacts/{quentin}")).body;
    let known = || person()["identities"].as_array().cloned().unwrap_or_default();
    let mut console = Terminal::console(&home);
    console.wait_for("● live");
    console.wait_for("Xaver");
    console.press("/Quentin\r");
    console.wait_for("end search");
    console.press("\r");
    console.wait_for("r reply");
    console.wait_for("Good day");
    console.press("p");
    console.wait_for("m merge with another");
    console.press("m");
    console.wait_for("The same person as");
    console.press("Xaver");
    console.wait_for("telegram · ");
    console.press("\r");
    console.wait_for("Is this person the same as Xaver");
    console.press("y");
    eventually("they are one", || (known().len() == 2).then_some(()));
    console.wait_for("stands for all");

    let whole = person()["id"].clone();
    let part = known().iter().position(|one| one["contact"] != whole).expect("one is a part");
    console.press("g");
    console.press(&"j".repeat(part));
    console.wait_for("u take apart");
    console.press("u");
    console.wait_for("Is this contact another person?");
    console.press("y");
    eventually("they are two again", || (known().len() == 1).then_some(()));
    console.press("\x1b");
    console.wait_for("r reply");
    console.press("\x1b");
    console.wait_for("q quit");
    console.press("q");
    assert_eq!(console.ended(), 0);
}
