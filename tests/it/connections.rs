//! Connections are made, paused and deleted while the studio runs; their credentials are kept, and seen by nobody.

use serde_json::{Value, json};
use studio_load::sign::signed;

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, Running,
        http_client::{Answer, Member, Visitor, http, send},
        platforms::owner,
    },
};

mod everywhere;
mod private;
mod waiting;

/// 32 bytes in base64, as `openssl rand -base64 32` prints them.
const KEY: &str = "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=";
const OTHER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const SECRET: &str = "whsec_bGF0ZWxhdGVsYXRlbGF0ZWxhdGVsYXRlbGF0ZQ==";
const OTHER_SECRET: &str = "whsec_bmV3ZXJuZXdlcm5ld2VybmV3ZXJuZXdlcm5ld2Vy";

/// Says something on the connection `late`.
fn say(studio: &Running, id: &str, text: &str) -> Answer {
    say_signed(studio, SECRET, id, text)
}

fn say_signed(studio: &Running, secret: &str, id: &str, text: &str) -> Answer {
    let body = json!({ "conversation": "v", "message": { "text": text }, "language": "en" }).to_string();
    let request = http()
        .post(format!("{}/webhooks/late?wait=20", studio.address))
        .header("content-type", "application/json")
        .body(body.clone());
    send(signed(request, secret, id, &body)).expect("it is up")
}

fn change(member: &Member, name: &str, changes: &Value) -> Answer {
    member.ask(reqwest::Method::PATCH, &format!("/connections/{name}"), changes)
}

fn state(ada: &Member, name: &str) -> Value {
    ada.get(&format!("/connections/{name}")).body["state"].clone()
}

fn late() -> Value {
    json!({ "name": "late", "channel": "http", "bot": "shop", "secret": SECRET })
}

/// Whether any file below the folder holds these bytes.
fn holds(folder: &std::path::Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).expect("readable").flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, needle);
        }
        std::fs::read(&path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
    })
}

fn pages_hold_every_connection_once(ada: &Member) {
    let names = |body: &Value| -> Vec<String> {
        let items = body["items"].as_array().into_iter().flatten();
        items.filter_map(|one| one["name"].as_str().map(str::to_owned)).collect()
    };
    let (mut seen, mut query) = (Vec::new(), "limit=1".to_owned());
    loop {
        let page = ada.get(&format!("/connections?{query}")).body;
        assert_eq!(names(&page).len(), 1, "{page}");
        seen.extend(names(&page));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("limit=1&cursor={cursor}");
    }
    assert_eq!(seen, names(&ada.get("/connections").body));
    assert!(seen.len() > 1 && seen.is_sorted(), "{seen:?}");
    for path in ["/connections", "/unread"] {
        for query in ["limit=0", "colour=red", "cursor=%2f"] {
            assert_eq!(ada.get(&format!("{path}?{query}")).status, 422, "{path}?{query}");
        }
    }
}

#[test]
fn a_connection_of_the_api_outlives_the_studio_and_its_credentials_are_seen_by_nobody() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = owner(&home, &studio);
    assert_eq!(say(&studio, "0", "hello").status, 404, "there is none yet");
    let made = ada.post("/connections", &late());
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!((&made.body["source"], &made.body["state"]), (&json!("api"), &json!("running")));
    assert!(!made.body.to_string().contains("bGF0ZW"), "{made:?}");
    assert_eq!(say(&studio, "1", "where is my order?").status, 200);
    assert_eq!(ada.post("/connections", &late()).status, 409, "there is one of this name");
    assert!(!ada.get("/connections").body.to_string().contains("bGF0ZW"));
    pages_hold_every_connection_once(&ada);

    // Paused, nothing comes in; it goes on, and stays as it is over a restart.
    assert_eq!(ada.post("/connections/late/pause", &json!({})).status, 200);
    let refused = say(&studio, "2", "is anybody there?");
    assert_eq!((refused.status, refused.headers["retry-after"].as_bytes()), (503, &b"15"[..]), "{refused:?}");
    assert_eq!(
        Visitor::new(&studio, "other").post("1", &json!({ "text": "hi" }), 0).expect("up").status,
        202
    );
    assert!(studio.terminate().success());
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(state(&ada, "late"), "paused");
    assert_eq!(say(&studio, "2", "is anybody there?").status, 503);
    assert_eq!(ada.post("/connections/late/resume", &json!({})).status, 200);
    assert_eq!(say(&studio, "2", "is anybody there?").status, 200);
    assert!(!studio.said().contains("bGF0ZW"), "no line of the log names it");
    assert!(studio.terminate().success());
    assert!(holds(home.path(), b"is anybody there?"), "what is said is found");
    assert!(!holds(home.path(), b"bGF0ZW"), "the secret is not");

    // Without its key it does not run, says why, and disturbs no other.
    for (environment, words) in
        [(&[][..], "STUDIO_KEY"), (&[("STUDIO_KEY", OTHER_KEY)][..], "STUDIO_KEY is not the key")]
    {
        let studio = home.start_with(environment);
        let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
        let broken = ada.get("/connections/late").body;
        assert_eq!(broken["state"], "broken");
        assert_eq!((&broken["channel"], &broken["bot"]), (&json!("http"), &json!("shop")), "{broken}");
        let told = say(&studio, "later", "hello");
        assert!(told.status == 503 && told.body.to_string().contains("studio doctor"), "{told:?}");
        assert!(broken["problem"].as_str().is_some_and(|why| why.contains(words)), "{broken}");
        Visitor::new(&studio, "third").say("1", "hello");
        assert!(studio.terminate().success());
    }

    // Deleted, it is gone for good; what was said stays.
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let delete = |path: &str| {
        let request = http().delete(format!("{}/api/v1{path}", studio.address)).bearer_auth(&ada.token);
        send(request).expect("it is up").status
    };
    assert_eq!(delete("/connections/late"), 204);
    assert_eq!(delete("/connections/late"), 404);
    assert_eq!(delete("/connections/crm"), 409, "it stands in the settings");
    assert_eq!(say(&studio, "3", "hello").status, 404);
    let said = ada.get("/conversations?connection=late").body;
    assert_eq!(said["items"].as_array().map(Vec::len), Some(1), "{said}");
    let none = ada.get("/conversations?connection=late&status=closed");
    assert_eq!((none.status, &none.body["items"]), (200, &json!([])), "it is known by what is kept of it");
}

#[test]
fn a_wrong_connection_is_refused_with_what_to_do() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    let check = |change: &[(&str, Value)], status: u16, words: &str| {
        let mut settings = late();
        for (key, value) in change {
            settings[*key] = value.clone();
        }
        let answer = ada.post("/connections", &settings);
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{answer:?}");
        assert!(!answer.body.to_string().contains("bGF0ZW"), "{answer:?}");
    };
    check(&[], 422, "openssl rand -base64 32");
    check(&[("bot", json!("shopp"))], 422, "there is no bot `shopp`; did you mean `shop`?");
    check(&[("bot", json!("nowhere"))], 422, "there is no bot `nowhere`");
    let page = json!({ "name": "page", "channel": "web", "bot": "shop", "origins": ["https://a.example"] });
    assert_eq!(
        ada.post("/connections", &page).status,
        201,
        "without a credential there is nothing to encrypt"
    );
    let mut listed = page;
    listed["theme"] = json!(["#ffffff"]);
    let answer = ada.post("/connections", &listed);
    assert_eq!(answer.status, 422, "{answer:?}");
    assert!(answer.body.to_string().contains("`theme`: an object is needed, not a list"), "{answer:?}");
    // Of no bot; Discord is not asked.
    let token = "MTk4NjIyNDgzNDcxOTI1MjQ4.GAbcDe.made-up-for-this-test_and-opens-nothing";
    for (pasted, words) in
        [(format!("Bot {token}"), "without “Bot” before it"), ("4f".repeat(32), "public key")]
    {
        let guild = json!({ "name": "guild", "channel": "discord", "bot": "shop", "token": pasted });
        let answer = ada.post("/connections", &guild);
        let said = answer.body.to_string();
        assert!(answer.status == 422 && said.contains(words) && !said.contains(&pasted), "{answer:?}");
    }
    check(&[("channel", json!("pigeon"))], 422, "pigeon");
    check(&[("colour", json!("red"))], 422, "colour");
    check(&[("secret", json!("short"))], 422, "whsec_");
    check(&[("name", json!("act"))], 422, "the studio uses that name itself");
    check(&[("name", json!("crm"))], 409, "already");
    check(&[("secret_file", json!("/etc/passwd"))], 422, "a file of the server");
    check(&[("reply_url", json!("http://169.254.169.254/latest"))], 422, "reply_url");
    add(&home, "bob@example.com", "Bob", "agent");
    let bob = Member::log_in(&studio, "bob@example.com", PASSWORD);
    assert_eq!(bob.get("/connections").status, 403);
    assert_eq!(bob.post("/connections", &late()).status, 403);
    assert!(studio.terminate().success());
    for environment in [&[][..], &[("STUDIO_KEY", KEY)][..]] {
        let studio = home.start_with(environment);
        let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
        assert_eq!(state(&ada, "page"), "running", "with a key or without");
        assert!(studio.terminate().success());
    }
    let said = home.try_start(&[("STUDIO_KEY", "password")]).err().expect("a wrong key is refused");
    assert!(said.contains("32 bytes in base64"), "{said}");
}

#[test]
fn a_connection_of_the_api_is_changed_while_it_runs_and_one_of_the_settings_where_it_stands() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = owner(&home, &studio);
    assert_eq!(ada.post("/connections", &late()).status, 201);
    assert_eq!(say(&studio, "1", "where is my order?").status, 200);

    let changed = change(&ada, "late", &json!({ "secret": OTHER_SECRET, "bot": "shop" }));
    assert_eq!((changed.status, &changed.body["state"]), (200, &json!("running")), "{changed:?}");
    assert!(!changed.body.to_string().contains("bmV3ZX"), "{changed:?}");
    assert_eq!(say(&studio, "2", "hello").status, 401, "the earlier secret counts no more");
    assert_eq!(say_signed(&studio, OTHER_SECRET, "2", "hello").status, 200);

    let check = |name: &str, changes: Value, status: u16, words: &str| {
        let answer = change(&ada, name, &changes);
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{answer:?}");
        assert!(!answer.body.to_string().contains("bmV3ZX"), "{answer:?}");
    };
    check("crm", json!({ "bot": "shop" }), 409, "studio.toml:");
    check("crm", json!({ "bot": "shop" }), 409, "change it there");
    check(
        "nowhere",
        json!({ "bot": "shop" }),
        404,
        "there is no connection `nowhere`; `GET /connections` lists all",
    );
    check("lates", json!({ "bot": "shop" }), 404, "did you mean `late`?");
    let unread = ada.get("/unread/late/nope");
    let detail = unread.body["detail"].as_str().unwrap_or_default();
    assert!(unread.status == 404 && detail.contains("`studio unread list`"), "{unread:?}");
    check("late", json!({ "name": "later" }), 422, "`name` stays");
    check("late", json!({ "channel": "web" }), 422, "`channel` stays");
    check("late", json!({ "secret": null }), 422, "needs a secret");
    check("late", json!({ "secret": "short" }), 422, "whsec_");
    check("late", json!({ "colour": "red" }), 422, "colour");
    check("late", json!({ "bot": "shopp" }), 422, "did you mean `shop`?");
    check("late", json!({ "secret_file": "/etc/passwd" }), 422, "a file of the server");
    check("late", json!({ "reply_url": "http://169.254.169.254/latest" }), 422, "reply_url");
    add(&home, "bob@example.com", "Bob", "agent");
    let bob = Member::log_in(&studio, "bob@example.com", PASSWORD);
    assert_eq!(change(&bob, "late", &json!({ "bot": "shop" })).status, 403);
    assert_eq!(
        say_signed(&studio, OTHER_SECRET, "3", "hello").status,
        200,
        "what was refused changed nothing"
    );

    // Paused it stays so, also when it is changed, and over a restart.
    assert_eq!(ada.post("/connections/late/pause", &json!({})).status, 200);
    let changed = change(&ada, "late", &json!({ "secret": SECRET }));
    assert_eq!((changed.status, &changed.body["state"]), (200, &json!("paused")), "{changed:?}");
    assert!(!studio.said().contains("bmV3ZX"), "no line of the log names it");
    assert!(studio.terminate().success());
    assert!(!holds(home.path(), b"bmV3ZX") && !holds(home.path(), b"bGF0ZW"), "encrypted");
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(state(&ada, "late"), "paused");
    assert_eq!(ada.post("/connections/late/resume", &json!({})).status, 200);
    assert_eq!(say(&studio, "4", "hello").status, 200);
    assert_eq!(say_signed(&studio, OTHER_SECRET, "5", "hello").status, 401);
}

#[test]
fn a_connection_of_the_settings_is_paused_over_a_restart() {
    let home = Home::new();
    let studio = home.start();
    let ada = owner(&home, &studio);
    assert_eq!(ada.post("/connections/crm/pause", &json!({})).status, 200);
    let visitor = Visitor::new(&studio, "v");
    assert_eq!(visitor.post("1", &json!({ "text": "hello" }), 0).expect("it is up").status, 503);
    studio.kill();
    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(state(&ada, "crm"), "paused");
    assert_eq!(ada.get("/connections/crm").body["source"], "settings");
    assert_eq!(ada.post("/connections/crm/resume", &json!({})).status, 200);
    Visitor::new(&studio, "v").say("1", "hello");
}

#[test]
fn one_that_is_paused_and_cannot_run_says_why() {
    let home = Home::new();
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = owner(&home, &studio);
    assert_eq!(ada.post("/connections", &late()).status, 201);
    assert_eq!(ada.post("/connections/late/pause", &json!({})).status, 200);
    assert!(studio.terminate().success());

    let studio = home.start();
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let broken = ada.get("/connections/late").body;
    let problem = broken["problem"].as_str().unwrap_or_default();
    assert!(
        broken["state"] == "broken"
            && problem.contains("STUDIO_KEY")
            && problem.ends_with("it is paused as well"),
        "{broken}"
    );
    let (well, told) = home.asked(&["doctor"]);
    assert!(!well && told.contains(problem), "{told}");
    assert!(studio.terminate().success());

    // Where no server runs it is told alike.
    let (well, told) = home.asked(&["doctor"]);
    assert!(!well && told.contains(problem), "{told}");
    let studio = home.start_with(&[("STUDIO_KEY", KEY)]);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(state(&ada, "late"), "paused", "with its key it is only that");
}

#[test]
fn a_missing_file_of_a_secret_costs_its_connection_alone() {
    let home = Home::with(
        "[[connection]]\nname = \"phone\"\nchannel = \"telegram\"\nbot = \"shop\"\ntoken_file = \"/nowhere/secret\"\n",
    );
    let studio = home.start();
    let ada = owner(&home, &studio);
    let broken = ada.get("/connections/phone").body;
    assert_eq!((&broken["state"], &broken["channel"]), (&json!("broken"), &json!("telegram")), "{broken}");
    let problem = broken["problem"].as_str().unwrap_or_default();
    assert!(
        problem.contains("`token_file`: cannot read /nowhere/secret") && problem.contains(".toml:"),
        "{problem}"
    );
    Visitor::new(&studio, "third").say("1", "hello");
}

#[test]
fn a_connection_that_knows_no_secret_keeps_its_platform_calling() {
    let nowhere = |names: &[&str]| {
        names.iter().map(|name| [*name, "_file = \"/nowhere/secret\"\n"].concat()).collect::<String>()
    };
    let number = "phone_number_id = \"1\"\naccount_id = \"2\"\nverify_token = \"a word\"\n";
    let settings = [
        ("telegram", "receive = \"webhook\"\n", nowhere(&["token"])),
        ("discord", "way_in = \"interactions\"\n", nowhere(&["token"])),
        ("slack", "", nowhere(&["bot_token", "signing_secret"])),
        ("whatsapp", number, nowhere(&["token", "app_secret"])),
    ];
    let settings = settings.map(|(channel, more, secrets)| {
        format!(
            "[[connection]]\nname = \"{channel}\"\nchannel = \"{channel}\"\nbot = \"shop\"\n{more}{secrets}"
        )
    });
    let home = Home::with(&settings.concat());
    let studio = home.start();
    let ada = owner(&home, &studio);
    let call = |channel: &str, kind: &str| {
        let request =
            http().post(format!("{}/webhooks/{channel}", studio.address)).header("content-type", kind);
        send(request.body("{}")).expect("it is up").status
    };
    for (channel, status) in [("telegram", 503), ("discord", 401), ("slack", 200), ("whatsapp", 503)] {
        assert_eq!(state(&ada, channel), "broken");
        assert_eq!(call(channel, "application/json"), status, "{channel}");
    }
    assert_eq!(call("slack", "application/x-www-form-urlencoded"), 503, "who presses sees that it failed");
    let counts = ada.get("/connections/slack").body["standing"]["counts"].clone();
    assert_eq!(counts["refused"], 2, "{counts}");
    assert_eq!(ada.get("/unread").body["items"], json!([]), "what nobody believes is not kept");
    let manifest = ada.get("/connections/slack/manifest");
    let why = manifest.body["detail"].as_str().unwrap_or_default();
    assert!(manifest.status == 404 && why.contains("the connection cannot run"), "{manifest:?}");
}
