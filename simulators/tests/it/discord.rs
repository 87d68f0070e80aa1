//! discord.py and discord.js against the simulated Discord, people being played by the test.

mod bans;

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use studio_simulators::{
    discord::{Settings, Simulator},
    peers,
};
use tokio::net::TcpListener;

const SOON: Duration = Duration::from_mins(1);

struct Stage {
    address: String,
    client: reqwest::Client,
    bot: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Stage {
    /// The simulator, and a bot of these that runs against it.
    async fn new(mut program: Command, script: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
        let simulator = Simulator::start(listener, Settings::at(address.clone()));
        let script = format!("{}/peers/{script}", env!("CARGO_MANIFEST_DIR"));
        let bot = program.arg(script).args([&address, &simulator.settings().token]);
        let mut bot = bot.stdout(Stdio::piped()).spawn().expect("the bot starts");
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (output, kept) = (bot.stdout.take().expect("it prints"), Arc::clone(&lines));
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                println!("bot: {line}");
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { address, client, bot, lines }
    }

    async fn act(&self, what: &str, body: Value) -> Value {
        let answer = self.client.post(format!("{}/simulator/{what}", self.address)).json(&body).send().await;
        let answer = answer.expect("an answer");
        assert!(answer.status().is_success(), "{what} {body}: {:?}", answer.text().await);
        answer.json().await.expect("JSON")
    }

    async fn say(&self, text: &str) -> Value {
        self.act("say", json!({"from": "ada", "text": text})).await
    }

    async fn see(&self, what: &str) -> Value {
        let answer =
            self.client.get(format!("{}/simulator/{what}", self.address)).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    /// Waits until the bot prints a line that begins so.
    async fn prints(&self, start: &str) -> String {
        let mut found = None;
        self.until(start, async || {
            let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            found = lines.iter().find(|line| line.starts_with(start)).cloned();
            found.is_some()
        })
        .await;
        found.expect("it was found")
    }

    /// Waits until the bot has said something with these words.
    async fn shown(&self, words: &str) -> Value {
        let mut found = None;
        self.until(words, async || {
            let messages = self.see("messages").await;
            let all = messages.as_array().expect("a list").iter().rev();
            let mut own = all.filter(|message| message["author"]["bot"] == true);
            found = own.find(|message| message.to_string().contains(words)).cloned();
            found.is_some()
        })
        .await;
        found.expect("it was found")
    }

    async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let end = Instant::now() + SOON;
        while !holds().await {
            assert!(Instant::now() < end, "never came: {what}; the bot printed {:?}", self.lines);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = self.bot.kill();
        let _ = self.bot.wait();
    }
}

/// A simulator without a bot: the test asks in its place.
struct Bare {
    simulator: Simulator,
    client: reqwest::Client,
}

impl Bare {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
        let simulator = Simulator::start(listener, Settings::at(address));
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { simulator, client }
    }

    /// Something that a person does: the status, and what is told of it.
    async fn act(&self, what: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/simulator/{what}", self.simulator.settings().address);
        read(self.client.post(url).json(&body)).await
    }

    async fn see(&self, what: &str) -> Value {
        let url = format!("{}/simulator/{what}", self.simulator.settings().address);
        read(self.client.get(url)).await.1
    }

    /// Something that the bot asks.
    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let Settings { address, token, .. } = self.simulator.settings();
        let method = method.parse().expect("a method");
        let request = self.client.request(method, format!("{address}/api/v10/{path}")).json(&body);
        let request = request.header("user-agent", "DiscordBot (https://studio.example, 1)");
        read(request.header("authorization", format!("Bot {token}"))).await
    }

    /// The bot says something to Ada: the path of its messages to her, and the message.
    async fn says(&self, body: Value) -> (String, Value) {
        let (_, said) = self.act("say", json!({"from": "ada", "text": "hello"})).await;
        let messages = format!("channels/{}/messages", said["channel_id"].as_str().expect("an id"));
        let (status, told) = self.ask("POST", &messages, body.clone()).await;
        assert_eq!(status, 200, "{body}: {told}");
        (messages, told)
    }

    /// A person presses something, and the bot answers so: the path of the interaction's messages.
    async fn answers(&self, person: &str, message: &Value, choose: &str, answer: Value) -> String {
        let press = json!({"from": person, "message": message["id"], "choose": choose});
        let (status, asked) = self.act("press", press).await;
        assert_eq!(status, 200, "{asked}");
        let told = |field: &str| asked[field].as_str().expect("a text").to_owned();
        let path = format!("interactions/{}/{}/callback", told("id"), told("token"));
        let (status, refused) = self.ask("POST", &path, answer).await;
        assert_eq!(status, 204, "{refused}");
        format!("webhooks/900000000000000001/{}/messages", told("token"))
    }
}

/// The status and body of an answer, if it has one of JSON.
async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
}

fn id(message: &Value) -> &str {
    message["id"].as_str().expect("an id")
}

#[tokio::test]
async fn what_discord_refuses_is_refused_in_json() {
    let bare = Bare::new().await;
    let (_, said) = bare.act("say", json!({"from": "ada", "text": "hello"})).await;
    let check = async |method: &str, path: &str, body: Value, code: u64| {
        let (status, answer) = bare.ask(method, path, body).await;
        let told = (answer["code"].as_u64(), status < 300);
        assert_eq!(told, ((code > 0).then_some(code), code == 0), "{path}: {answer}");
    };
    let messages = format!("channels/{}/messages", said["channel_id"].as_str().expect("an id"));
    let reply = |id: &Value| json!({"content": "a", "message_reference": {"message_id": id}});
    check("GET", "channels/abc", json!({}), 50_035).await;
    check("POST", &messages, reply(&json!("1")), 50_035).await;
    check("POST", &messages, reply(&said["id"]), 0).await;
    let theirs = format!("{messages}/{}", id(&said));
    check("DELETE", &theirs, json!({}), 50_003).await;
    check("PUT", &format!("{theirs}/reactions/👍/@me"), json!({}), 0).await;
    check("PUT", &format!("{theirs}/reactions/up/@me"), json!({}), 10_014).await;
    check("PUT", &format!("{theirs}/reactions/tent:123/@me"), json!({}), 10_014).await;
    check("PUT", &format!("{messages}/1/reactions/👍/@me"), json!({}), 10_008).await;
    let close = json!({"channel": said["channel_id"], "closed": true});
    assert_eq!(bare.act("close", close).await.0, 200);
    check("PUT", &format!("{theirs}/reactions/👍/@me"), json!({}), 50_007).await;
    check("GET", &theirs, json!({}), 50_007).await;
}

#[tokio::test]
async fn an_ephemeral_answer_is_seen_by_one_person_alone() {
    let bare = Bare::new().await;
    let button = |id: &str| json!({"type": 2, "style": 1, "custom_id": id, "emoji": {"name": "👍"}});
    let row = |id: &str| json!([{"type": 1, "components": [button(id)]}]);
    bare.act("say", json!({"from": "ada", "channel": "general", "text": "hello"})).await;
    let general = bare.see("messages?channel=general").await[0]["channel_id"].clone();
    let messages = format!("channels/{}/messages", general.as_str().expect("an id"));
    let (_, shown) = bare.ask("POST", &messages, json!({"content": "Well?", "components": row("up")})).await;

    let secret = json!({"type": 4, "data": {"content": "For you", "flags": 64, "components": row("more")}});
    let of_ada = bare.answers("ada", &shown, "👍", secret).await;
    let thinking = json!({"type": 5, "data": {"flags": 64}});
    let of_bob = bare.answers("bob", &shown, "up", thinking).await;
    let changed = bare.ask("PATCH", &format!("{of_bob}/@original"), json!({"content": "For bob"})).await;
    assert_eq!((changed.0, &changed.1["flags"]), (200, &json!(64)));
    let follow_up = of_ada.trim_end_matches("/messages").to_owned() + "?wait=true";
    let (status, second) = bare.ask("POST", &follow_up, json!({"content": "And this", "flags": 64})).await;
    assert_eq!((status, &second["flags"]), (200, &json!(64)));
    let (status, open) = bare.ask("POST", &follow_up, json!({"content": "For all", "flags": 4})).await;
    assert_eq!((status, &open["flags"]), (200, &json!(4)));

    let all = bare.see("messages?channel=general").await;
    let all = all.as_array().expect("a list");
    let hidden = all.iter().filter(|message| message["only"].is_string()).collect::<Vec<_>>();
    assert_eq!(hidden.len(), 3, "{all:?}");
    assert_ne!(hidden[0]["only"], hidden[1]["only"]);
    // The bot finds none of them in the channel, and nobody else can press what is on them.
    let (_, listed) = bare.ask("GET", &messages, json!({})).await;
    let found = listed.as_array().expect("a list").iter().map(|message| &message["content"]);
    assert_eq!(found.collect::<Vec<_>>(), ["For all", "Well?", "hello"]);
    let theirs = format!("{messages}/{}", id(hidden[0]));
    for method in ["GET", "PATCH", "DELETE"] {
        let (status, refused) = bare.ask(method, &theirs, json!({"content": "a"})).await;
        assert_eq!((status, &refused["code"]), (404, &json!(10_008)), "{method}");
    }
    let (status, _) = bare.ask("GET", &format!("{of_ada}/@original"), json!({})).await;
    assert_eq!(status, 200, "the interaction leads to it");
    let press = |from: &str| json!({"from": from, "message": hidden[0]["id"], "choose": "more"});
    assert_eq!(bare.act("press", press("bob")).await.0, 422);
    assert_eq!(bare.act("press", press("ada")).await.0, 200);
}

#[tokio::test]
async fn what_the_server_has_is_chosen_by_name_and_forms_have_all_their_fields() {
    let bare = Bare::new().await;
    let menu =
        |kind: u64| json!({"type": 1, "components": [{"type": kind, "custom_id": format!("m{kind}")}]});
    let button =
        json!({"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "b", "label": "Form"}]});
    let rows = json!({"components": [menu(5), menu(6), menu(8), button], "content": "Who, and where?"});
    let (messages, shown) = bare.says(rows).await;
    for (name, kind) in [("ada", 5), ("@everyone", 6), ("support", 8)] {
        let press = json!({"from": "ada", "message": shown["id"], "choose": name});
        assert_eq!(bare.act("press", press).await.0, 200, "{kind}");
    }
    let nobody = json!({"from": "ada", "message": shown["id"], "choose": "nobody"});
    assert_eq!(bare.act("press", nobody).await.0, 422);

    let below = |field: Value| json!({"type": 18, "label": "Which?", "component": field});
    let options = json!([{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}]);
    let form = json!({"type": 9, "data": {"custom_id": "f", "title": "All", "components": [
        {"type": 10, "content": "Read this"},
        below(json!({"type": 5, "custom_id": "who"})),
        below(json!({"type": 21, "custom_id": "one", "options": options})),
        below(json!({"type": 22, "custom_id": "several", "options": options, "max_values": 2})),
        below(json!({"type": 23, "custom_id": "sure"})),
    ]}});
    bare.answers("ada", &shown, "Form", form).await;
    let submit = |one: &str| {
        let answers = json!({"who": "ada", "one": one, "several": ["1", "2"], "sure": true});
        json!({"from": "ada", "answers": answers})
    };
    assert_eq!(bare.act("submit", submit("3")).await.0, 422);
    assert_eq!(bare.act("submit", submit("2")).await.0, 200);

    // A message of components alone stays one.
    let text = json!({"flags": 1 << 15, "components": [{"type": 10, "content": "Hello"}]});
    let (_, made) = bare.says(text).await;
    assert_eq!(made["flags"], 1 << 15);
    let theirs = format!("{messages}/{}", id(&made));
    let (_, refused) = bare.ask("PATCH", &theirs, json!({"content": "a"})).await;
    assert_eq!(refused["code"], 50_035, "{refused}");
    let (_, changed) = bare
        .ask("PATCH", &theirs, json!({"components": [{"type": 14}, {"type": 10, "content": "Bye"}]}))
        .await;
    assert_eq!(
        (&changed["flags"], &changed["components"][1]["id"]),
        (&json!(1 << 15), &json!(2)),
        "{changed}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_py_lives_on_the_simulator() {
    let Some(python) = peers::python() else { return peers::skip("discord_py_lives_on_the_simulator") };
    let stage = Stage::new(python, "discord_client.py").await;
    assert_eq!(stage.prints("ready").await, "ready studio-bot The simulated server general,support");
    assert_eq!(stage.prints("synced").await, "synced 1");

    stage.say("hello").await;
    assert_eq!(stage.shown("Hello to you").await["nonce"], "n-1");
    stage.say("choose").await;
    let choice = stage.shown("Choose").await;
    let press = |choose: &str| json!({"from": "ada", "message": choice["id"], "choose": choose});
    stage.act("press", press("Later")).await;
    stage.shown("I waited").await;
    stage.act("press", press("Bag")).await;
    stage.shown("You chose bag").await;
    stage.act("press", press("👍")).await;
    let alone = stage.shown("For you alone").await;
    assert!(alone["only"].is_string() && alone["flags"] == 64, "{alone}");
    stage.act("press", press("ada")).await;
    stage.shown("You named ada").await;
    stage.act("press", press("Form")).await;
    stage
        .until("the form", async || stage.see("interactions").await.to_string().contains("Send it back"))
        .await;
    let form = stage.see("interactions").await;
    let form = form
        .as_array()
        .expect("a list")
        .iter()
        .find(|known| known["modal"].is_object())
        .cloned()
        .expect("it is open");
    let holder = &form["modal"]["components"][0];
    let field = holder["component"]["custom_id"].as_str().or(holder["components"][0]["custom_id"].as_str());
    stage.act("submit", json!({"from": "ada", "answers": {field.expect("an id"): "too small"}})).await;
    stage.shown("Because too small").await;
    stage.act("press", press("Change")).await;
    stage.shown("Changed").await;
    stage.act("command", json!({"from": "ada", "channel": "general", "name": "greet"})).await;
    let greeting = stage.shown("Hello ada").await;
    assert_eq!((&greeting["type"], &greeting["flags"]), (&json!(20), &json!(0)));

    stage.say("card").await;
    stage.shown("For two").await;
    let file = json!({"name": "a.txt", "media_type": "text/plain", "base64": "YWJj"});
    stage.act("say", json!({"from": "ada", "text": "file", "files": [file]})).await;
    let back = stage.shown("back.txt").await;
    let url = back["attachments"][0]["url"].as_str().expect("an address");
    assert_eq!(stage.client.get(url).send().await.expect("an answer").text().await.expect("text"), "cba");
    stage.say("edit").await;
    stage.prints("deleted").await;
    stage.say("history").await;
    assert!(stage.prints("history").await.ends_with("hello"));
    stage.say("long").await;
    assert_eq!(stage.prints("refused").await, "refused 400 50035 True");
    stage.say("type").await;
    stage
        .until("typing is shown", async || {
            stage.see("state").await["typing"].as_array().is_some_and(|all| !all.is_empty())
        })
        .await;

    let said = stage.act("say", json!({"from": "bob", "channel": "general", "text": "chatter"})).await;
    stage.prints("heard chatter").await;
    stage.act("edit", json!({"message": said["id"], "text": "changed"})).await;
    assert_eq!(stage.prints("edited chatter").await, "edited chatter -> changed");
    stage.act("react", json!({"from": "bob", "message": said["id"], "emoji": "👍"})).await;
    stage.prints("reaction 👍").await;
    stage.act("thread", json!({"name": "tents", "channel": "support"})).await;
    stage.prints("thread tents").await;
    stage.act("type", json!({"from": "ada"})).await;
    stage.prints("typing").await;

    stage.act("gateway", json!({"reconnect": true})).await;
    stage.prints("resumed").await;
    stage.say("burst").await;
    stage.shown("burst 6").await;
    let requests = stage.see("requests").await;
    let refused =
        requests.as_array().expect("a list").iter().filter(|request| request["status"] == 429).count();
    assert_eq!(refused, 0, "it learned the bucket from our headers");
    stage.say("quit").await;
    stage.until("it leaves", async || stage.see("state").await["open"] == 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_js_lives_on_the_simulator() {
    let Some(node) = peers::node() else { return peers::skip("discord_js_lives_on_the_simulator") };
    let stage = Stage::new(node, "discord_client.js").await;
    assert_eq!(stage.prints("ready").await, "ready studio-bot The simulated server");
    stage.say("hello").await;
    stage.shown("Hello to you").await;
    stage.say("choose").await;
    let sure = stage.shown("Sure?").await;
    stage.act("press", json!({"from": "ada", "message": sure["id"], "choose": "Yes"})).await;
    stage.prints("pressed yes").await;
    stage.shown("It is done").await;
    stage.act("command", json!({"from": "ada", "name": "greet"})).await;
    stage.shown("Hello ada").await;
    stage.say("file").await;
    stage.shown("abc.txt").await;
    stage.act("gateway", json!({"break": true})).await;
    stage.prints("resumed").await;
    stage.say("hello").await;
    stage.say("quit").await;
    stage.until("it leaves", async || stage.see("state").await["open"] == 0).await;
}
