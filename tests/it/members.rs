//! Members come and go: what they hold goes back, what they made ends, and an owner is always left.

use serde_json::{Value, json};
use studio_core::api::{Conversation, Me, Page};
use studio_tui::{Api, ApiError, Target};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, Running, eventually,
        http_client::{Answer, Member, Visitor, http, runtime, send},
    },
};

fn remove(studio: &Running, by: &str, id: &Value) -> Answer {
    let id = id.as_str().expect("an id");
    send(http().delete(format!("{}/api/v1/members/{id}", studio.address)).bearer_auth(by)).expect("it is up")
}

fn id_of(member: &Member) -> Value {
    member.get("/me").body["member"].clone()
}

#[test]
fn a_member_who_goes_leaves_nothing_behind() {
    let home = Home::new();
    let studio = home.start();
    for (email, name, role) in [("ada@example.com", "Ada", "owner"), ("bob@example.com", "Bob", "owner")] {
        add(&home, email, name, role);
    }
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let bob = Member::log_in(&studio, "bob@example.com", PASSWORD);
    let key = bob.post("/api-keys", &json!({ "name": "reports", "role": "owner" })).body;
    assert_eq!(key["api_key"]["made_by"], id_of(&bob), "{key}");
    let key = key["key"].as_str().expect("a key").to_owned();
    let with_key =
        || send(http().get(format!("{}/api/v1/me", studio.address)).bearer_auth(&key)).expect("it is up");
    assert_eq!(with_key().status, 200);

    // One conversation that waited for a person, and one taken from the bot.
    let (waiting, running) = (Visitor::new(&studio, "waiting"), Visitor::new(&studio, "running"));
    waiting.say("1", "I want to talk to a person");
    running.say("1", "hello");
    running.hears("");
    let owners = || {
        let items = ada.get("/conversations").body["items"].clone();
        let owner = |item: &Value| (item["id"].as_str().expect("an id").to_owned(), item["owner"].clone());
        items.as_array().expect("a list").iter().map(owner).collect::<std::collections::BTreeMap<_, _>>()
    };
    let before = eventually("one waits for a person", || {
        let owners = owners();
        let waits = owners.values().filter(|owner| owner["type"] == "team").count();
        (owners.len() == 2 && waits == 1).then_some(owners)
    });
    for id in before.keys() {
        assert_eq!(bob.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);
    }
    eventually("Bob has both", || owners().values().all(|owner| owner["name"] == "Bob").then_some(()));
    // A member is no key, although both are named alike.
    let bob_id = id_of(&bob);
    let no_key = format!("{}/api/v1/api-keys/{}", studio.address, bob_id.as_str().expect("an id"));
    assert_eq!(send(http().delete(no_key).bearer_auth(&ada.token)).expect("it is up").status, 404);
    assert!(owners().values().all(|owner| owner["name"] == "Bob"), "what Bob has was given away");

    assert_eq!(remove(&studio, &ada.token, &id_of(&bob)).status, 204);
    let told = |answer: &Answer| answer.body["detail"].as_str().unwrap_or_default().to_owned();
    let gone = bob.get("/me");
    assert!(gone.status == 401 && told(&gone).starts_with("the session has ended: log in again"), "{gone:?}");
    let gone = with_key();
    assert!(
        gone.status == 401 && told(&gone).starts_with("the API key has expired or was deleted"),
        "{gone:?}"
    );
    let after = eventually("both wait for a person", || {
        let owners = owners();
        owners.values().all(|owner| owner["type"] == "team").then_some(owners)
    });
    for (id, owner) in &before {
        let team = if owner["type"] == "team" { &owner["team"] } else { &Value::Null };
        assert_eq!(&after[id]["team"], team, "{id}");
    }

    let refused = remove(&studio, &ada.token, &id_of(&ada));
    assert_eq!(refused.status, 409, "{refused:?}");
    assert!(
        refused.body["detail"].as_str().is_some_and(|detail| detail.contains("--role owner")),
        "{refused:?}"
    );
    assert_eq!(ada.get("/me").status, 200);
}

#[test]
fn what_does_not_fit_is_refused() {
    let home = Home::new();
    let studio = home.start();
    add(&home, "ada@example.com", "Ada", "owner");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    for name in ["Eve\r\nx: y", "Eve\u{1b}[31m", " "] {
        let new = json!({ "email": "eve@example.com", "name": name, "role": "agent", "password": PASSWORD });
        assert_eq!(ada.post("/members", &new).status, 422, "{name:?}");
        assert_eq!(ada.post("/api-keys", &json!({ "name": name, "role": "agent" })).status, 422, "{name:?}");
    }
    let new = json!({ "email": "eve@example.com", "name": "Eve", "role": "agent", "password": "short" });
    assert_eq!(ada.post("/members", &new).status, 422);
    let key = json!({ "name": "reports", "role": "agent", "days": 0 });
    assert_eq!(ada.post("/api-keys", &key).status, 422);
    for query in ["status=foo", "owner=foo", "channel=fax", "colour=red"] {
        assert_eq!(ada.get(&format!("/conversations?{query}")).status, 422, "{query}");
    }
    for (query, told) in [
        ("bot=nobot", "there is no bot `nobot`; `GET /bots` lists all; known: `shop`"),
        ("bot=shpo", "there is no bot `shpo`; did you mean `shop`?"),
        (
            "connection=nope",
            "there is no connection `nope`; `GET /connections` lists all; known: `crm`, `web`",
        ),
        ("bot=shop&connection=nope&query=hello", "there is no connection `nope`"),
    ] {
        let refused = ada.get(&format!("/conversations?{query}"));
        let detail = refused.body["detail"].as_str().unwrap_or_default();
        assert!(refused.status == 422 && detail.starts_with(told), "{query} {refused:?}");
    }
    assert_eq!(ada.get("/conversations?bot=shop&connection=crm").status, 200, "there is none as yet");
    for path in ["/conversations", "/parked", "/dead-letters"] {
        for (query, expected) in [
            ("cursor=abc", 422),
            ("cursor=", 422),
            ("limit=0", 422),
            ("limit=201", 422),
            ("limit=some", 422),
            ("limit=200", 200),
        ] {
            let answer = ada.get(&format!("{path}?{query}"));
            assert_eq!(answer.status, expected, "{path}?{query} {answer:?}");
        }
        let told = |limit: i64| ada.get(&format!("{path}?limit={limit}")).body["detail"].clone();
        assert_eq!((told(-1), told(100_000)), (json!("`limit` must be 1 to 200"), told(-1)), "{path}");
    }
    for thread in ["one", "two", "three"] {
        Visitor::new(&studio, thread).say("1", "hello");
    }
    eventually("three conversations", || {
        (ada.get("/conversations").body["items"].as_array().map(Vec::len) == Some(3)).then_some(())
    });
    let page = ada.get("/conversations?limit=2").body;
    let cursor = page["next_cursor"].as_str().expect("there is more");
    let rest = ada.get(&format!("/conversations?limit=2&cursor={cursor}"));
    assert_eq!(rest.body["items"].as_array().map(Vec::len), Some(1), "{rest:?}");

    let id = page["items"][0]["id"].as_str().expect("an id");
    let buttons = |link: &str| {
        let button = json!({ "title": "a", "action": { "link": link } });
        json!({ "content": { "type": "buttons", "text": "a", "buttons": [button] } })
    };
    let reply = |body: &Value| ada.post(&format!("/conversations/{id}/replies"), body);
    let refused = reply(&buttons("javascript:alert(1)"));
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(reply(&buttons("mailto:a@b.example")).status, 409, "it is not hers");
    for content in [
        json!({ "type": "location", "latitude_microdegrees": 91_000_000, "longitude_microdegrees": 0 }),
        json!({ "type": "buttons", "text": "a", "buttons": [] }),
        json!({ "type": "text", "text": "a\u{0}" }),
        json!({ "type": "text", "text": "a\u{1b}[2J" }),
    ] {
        let answer = reply(&json!({ "content": content }));
        assert_eq!(answer.status, 422, "{answer:?}");
    }
    let empty = reply(&json!({ "content": { "type": "carousel", "cards": [] } }));
    assert_eq!(
        (empty.status, &empty.body["detail"]),
        (422, &json!("`cards` is empty: add some")),
        "{empty:?}"
    );
    let note = ada.post(&format!("/conversations/{id}/notes"), &json!({ "text": "a\u{0}" }));
    assert_eq!(note.status, 422, "{note:?}");

    let output = home.command(&["user", "add", "eve@example.com", "--name", "Eve"]).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("no password was given"), "{said}");
}

#[test]
fn who_needs_no_login_says_by_which_name_visitors_read_them() {
    let home = Home::new();
    let studio = home.start();
    let visitor = Visitor::new(&studio, "named");
    visitor.say("1", "I want to talk to a person");
    let socket = Target::Unix(home.path().join("data/studio.sock"));
    let called = |name: &str| Api::new(&socket).expect("a client").with_name(name).expect("it can be sent");
    let zoe = called("Zoë");
    let list = || runtime().block_on(zoe.get::<Page<Conversation>>(&["conversations"], &[])).expect("listed");
    let id = eventually("somebody waits", || list().items.first().map(|one| one.id.to_string()));
    runtime().block_on(zoe.order(&["conversations", &id, "take-over"])).expect("stored");
    eventually("Zoë has it", || {
        let owner = serde_json::to_value(&list().items.first()?.owner).expect("JSON");
        (owner["name"] == "Zoë").then_some(())
    });
    let odd = runtime().block_on(called("Ada\u{202e}evE").get::<Me>(&["me"], &[]));
    assert!(matches!(odd, Err(ApiError::Refused { status: 422, .. })), "{odd:?}");
    // A login says the name itself, and over the network a name is no login.
    add(&home, "ada@example.com", "Ada", "agent");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let me = |request: reqwest::RequestBuilder| {
        send(request.header("studio-agent-name", "Eve")).expect("it is up")
    };
    let address = format!("{}/api/v1/me", studio.address);
    assert_eq!(me(http().get(&address).bearer_auth(&ada.token)).body["name"], "Ada");
    assert_eq!(me(http().get(&address)).status, 401);
}
