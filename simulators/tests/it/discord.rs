//! discord.py and discord.js against the simulated Discord, people being played by the test.

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

#[tokio::test]
async fn what_discord_refuses_is_refused_in_json() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("the port that was taken"));
    let simulator = Simulator::start(listener, Settings::at(address.clone()));
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let said = client.post(format!("{address}/simulator/say")).json(&json!({"from": "ada", "text": "hello"}));
    let said: Value = said.send().await.expect("an answer").json().await.expect("JSON");
    let channel = said["channel_id"].as_str().expect("an id");
    let check = async |method: &str, path: &str, body: Value, code: u64| {
        let method = method.parse().expect("a method");
        let request = client.request(method, format!("{address}/api/v10/{path}")).json(&body);
        let request = request.header("user-agent", "DiscordBot (https://studio.example, 1)");
        let request = request.header("authorization", format!("Bot {}", simulator.settings().token));
        let answer = request.send().await.expect("an answer");
        let taken = answer.status().is_success();
        let answer: Value = answer.json().await.expect("JSON");
        assert_eq!(
            (answer["code"].as_u64(), taken),
            ((code > 0).then_some(code), code == 0),
            "{path}: {answer}"
        );
    };
    let messages = format!("channels/{channel}/messages");
    let reply = |id: &Value| json!({"content": "a", "message_reference": {"message_id": id}});
    check("GET", "channels/abc", json!({}), 50_035).await;
    check("POST", &messages, reply(&json!("1")), 50_035).await;
    check("POST", &messages, reply(&said["id"]), 0).await;
    let theirs = format!("{messages}/{}", said["id"].as_str().expect("an id"));
    check("DELETE", &theirs, json!({}), 50_003).await;
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
