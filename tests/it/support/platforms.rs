//! Simulated platforms, and studios that are connected to them.

use std::net::SocketAddr;

use serde_json::{Value, json};
use studio_load::platforms::{Stand, Way};
use studio_simulators::{slack, telegram};
use tokio::net::TcpListener;

use super::{
    Home, Running, eventually, free_port,
    http_client::{Member, http, runtime, send},
};
use crate::http_story::{PASSWORD, add, add_member};

/// A simulator of a platform, which outlives the studio.
pub struct Simulator {
    pub address: String,
}

impl Simulator {
    /// Serves it at a free port.
    pub fn start<F>(serve: impl FnOnce(TcpListener) -> F) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        runtime().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = format!("http://{}", listener.local_addr().expect("it has one"));
            tokio::spawn(serve(listener));
            Self { address }
        })
    }

    /// Something that a person does.
    pub fn act(&self, act: &str, body: &Value) -> Value {
        let request = http().post(format!("{}/simulator/{act}", self.address)).json(body);
        let answer = send(request).expect("it is up");
        assert_eq!(answer.status, 200, "{act} {body}: {answer:?}");
        answer.body
    }

    pub fn see(&self, what: &str) -> Value {
        send(http().get(format!("{}/simulator/{what}", self.address))).expect("it is up").body
    }

    /// What goes wrong with it from now on.
    pub fn fail(&self, plan: &Value) {
        let request = http().put(format!("{}/simulator/faults", self.address)).json(plan);
        let answer = send(request).expect("it is up");
        assert!(answer.status < 300, "{answer:?}");
    }
}

/// A simulated workspace.
pub struct Slack {
    pub simulator: Simulator,
    pub settings: slack::Settings,
}

impl Slack {
    pub fn start() -> Self {
        let settings = slack::Settings::default();
        let simulator = Simulator::start(|listener| slack::serve(listener, settings.clone()));
        Self { simulator, settings }
    }

    /// Something that a person does.
    pub fn act(&self, act: &str, body: &Value) -> Value {
        self.simulator.act(act, body)
    }

    /// Says something to the bot alone; the name of the channel.
    pub fn say(&self, user: &str, text: &str) -> String {
        let said = self.act("say", &json!({ "user": user, "text": text }));
        said["channel"].as_str().expect("a channel").to_owned()
    }

    /// Anna says hello and is greeted once the connection listens; the name of her channel.
    pub fn greeted(&self, ada: &Member, connection: &str) -> String {
        listens(ada, connection);
        let channel = self.say("U0ANNA", "hello");
        self.hears(&channel, "Good day");
        channel
    }

    pub fn fail(&self, plan: &Value) {
        self.simulator.fail(plan);
    }

    /// What the bot has said in a channel, as it stands now.
    pub fn texts(&self, channel: &str) -> Vec<String> {
        let all = self.simulator.see(&format!("messages?channel={channel}"));
        let own = all.as_array().into_iter().flatten().map(|message| &message["value"]);
        own.filter(|message| message["bot_id"].is_string()).map(words).collect()
    }

    pub fn hears(&self, channel: &str, words: &str) -> Vec<String> {
        eventually(&format!("{words:?} in {channel}"), || {
            let texts = self.texts(channel);
            texts.iter().any(|text| text.contains(words)).then_some(texts)
        })
    }

    pub fn connection(&self, name: &str) -> String {
        format!(
            "[[connection]]\nname = \"{name}\"\nchannel = \"slack\"\nbot = \"shop\"\nbot_token = \"{}\"\n\
             app_token = \"{}\"\napi = \"{}/api\"\n",
            self.settings.bot_token, self.settings.app_token, self.simulator.address
        )
    }
}

/// A simulated Telegram.
pub struct Telegram {
    pub simulator: Simulator,
}

impl Telegram {
    pub fn start() -> Self {
        let settings = telegram::Settings::default();
        Self { simulator: Simulator::start(|listener| telegram::serve(listener, settings)) }
    }

    /// Something that a person does.
    pub fn act(&self, act: &str, body: &Value) -> Value {
        self.simulator.act(act, body)
    }

    /// Person 7 begins to talk to the bot, says hello and is greeted.
    pub fn greeted(&self) {
        self.act("start", &json!({ "person": 7 }));
        self.act("say", &json!({ "person": 7, "text": "hello" }));
        self.hears(7, "Good day");
    }

    /// What the bot has said in a chat, as it stands now.
    pub fn said(&self, chat: i64) -> Vec<Value> {
        let said = self.simulator.see(&format!("said?chat={chat}"))["said"].clone();
        said.as_array().cloned().unwrap_or_default()
    }

    pub fn texts(&self, chat: i64) -> Vec<String> {
        let text = |said: &Value| said["message"]["text"].as_str().unwrap_or_default().to_owned();
        self.said(chat).iter().map(text).collect()
    }

    pub fn hears(&self, chat: i64, words: &str) -> Vec<String> {
        eventually(&format!("{words:?} in the chat {chat}"), || {
            let texts = self.texts(chat);
            texts.iter().any(|text| text.contains(words)).then_some(texts)
        })
    }

    pub fn connection(&self, name: &str) -> String {
        format!(
            "[[connection]]\nname = \"{name}\"\nchannel = \"telegram\"\nbot = \"shop\"\ntoken = \"{}\"\n\
             api = \"{}\"\npoll_seconds = 1\n",
            telegram::Settings::default().token,
            self.simulator.address
        )
    }
}

/// The words of a message: those of its blocks, where it has any.
fn words(message: &Value) -> String {
    fn collect(value: &Value, into: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if name == "text" => into.push(text.clone()),
                        other => collect(other, into),
                    }
                }
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    collect(&message["blocks"], &mut found);
    if found.is_empty() { message["text"].as_str().unwrap_or_default().to_owned() } else { found.join(" ") }
}

/// A bot that echoes little and tells much.
pub fn bot(home: &Home, story: &str) {
    let folder = home.path().join("bots/shop");
    let flows = "long:\n  when: [ keyword: long ]\n  steps: [ say: long ]\n\
                 hello:\n  when: [ keyword: hello ]\n  steps: [ say: hello ]\n\
                 after:\n  when: [ keyword: after ]\n  steps: [ say: after ]\n";
    let responses = json!({
        "long": { "en": story },
        "hello": { "en": "Good day to you." },
        "after": { "en": "That was all." },
    });
    for (path, text) in [
        ("bot.yaml", "name: shop\ntitle: Shop\nlanguages: [en]\n".to_owned()),
        ("flows/a.yaml", flows.to_owned()),
        // JSON is YAML.
        ("responses/a.yaml", responses.to_string()),
    ] {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
}

/// A studio with these connections and the bot; Ada owns it.
pub fn scene(connections: &str) -> (Home, Running, Member) {
    let home = Home::with(connections);
    bot(&home, "long");
    let studio = home.start();
    let ada = owner(&home, &studio);
    (home, studio, ada)
}

/// The shop on a platform, at a studio that a simulator knows.
pub fn shop(way: Way) -> (Stand, Home, Running) {
    let port = free_port();
    let stand = runtime().block_on(Stand::start(way, SocketAddr::from(([127, 0, 0, 1], port))));
    let stand = stand.expect("a simulator");
    let home = Home::at(port, &stand.settings("shop"), "");
    let studio = home.start();
    (stand, home, studio)
}

/// Olga owns the studio, and Ada is an agent.
pub fn owner_and_agent(home: &Home, studio: &Running) -> (Member, Member) {
    add(home, "olga@example.com", "Olga", "owner");
    let olga = Member::log_in(studio, "olga@example.com", PASSWORD);
    add_member(home, "ada@example.com", "Ada");
    (olga, Member::log_in(studio, "ada@example.com", PASSWORD))
}

pub fn owner(home: &Home, studio: &Running) -> Member {
    add(home, "ada@example.com", "Ada", "owner");
    Member::log_in(studio, "ada@example.com", PASSWORD)
}

/// Waits until events are on their way to the studio.
pub fn listens(ada: &Member, connection: &str) {
    eventually(&format!("{connection} listens"), || {
        let standing = ada.get(&format!("/connections/{connection}")).body["standing"].clone();
        (standing["listening"] == true).then_some(())
    });
}

/// Waits until a connection is in this state; why it is.
pub fn is_in_state(ada: &Member, connection: &str, state: &str) -> String {
    eventually(&format!("{connection} is {state}"), || {
        let found = ada.get(&format!("/connections/{connection}")).body;
        (found["state"] == state).then(|| found["problem"].as_str().unwrap_or_default().to_owned())
    })
}

pub fn conversations(ada: &Member, connection: &str) -> Vec<Value> {
    let listed = ada.get(&format!("/conversations?connection={connection}")).body;
    listed["items"].as_array().cloned().unwrap_or_default()
}

/// The first conversation of a connection, once there is one.
pub fn the_conversation(ada: &Member, connection: &str) -> String {
    eventually("the conversation", || {
        conversations(ada, connection).first().and_then(|found| found["id"].as_str().map(str::to_owned))
    })
}
