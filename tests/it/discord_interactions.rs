//! The first story on Discord without a gateway: commands, presses and forms come as signed POSTs, and all that a person
//! writes is written into a form.

use serde_json::{Value, json};
use studio_simulators::discord::{Settings, Simulator};

use crate::{
    http_story::{PASSWORD, add, add_member},
    support::{
        Home, eventually, free_port,
        http_client::{Member, http, runtime, send},
        lines,
    },
};

const CONNECTION: &str = "discord-posts";

struct Discord {
    simulator: Simulator,
    address: String,
    channel: String,
}

impl Discord {
    fn start() -> Self {
        let (simulator, address) = runtime().block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = format!("http://{}", listener.local_addr().expect("it has one"));
            (Simulator::start(listener, Settings::at(address.clone())), address)
        });
        let discord = Self { simulator, address, channel: String::new() };
        let known = discord.act("type", &json!({ "from": "ada" }));
        Self { channel: known["channel_id"].as_str().expect("a channel").to_owned(), ..discord }
    }

    fn connection(&self) -> String {
        format!(
            "[[connection]]\nname = \"{CONNECTION}\"\nchannel = \"discord\"\nbot = \"shop\"\nway_in = \"interactions\"\n\
             token = \"{}\"\napi = \"{}/api/v10\"\n",
            self.simulator.settings().token,
            self.address
        )
    }

    fn act(&self, act: &str, body: &Value) -> Value {
        let request = http().post(format!("{}/simulator/{act}", self.address)).json(body);
        let answer = send(request).expect("it is up");
        assert_eq!(answer.status, 200, "{act} {body}: {answer:?}");
        answer.body
    }

    fn see(&self, what: &str) -> Value {
        send(http().get(format!("{}/simulator/{what}", self.address))).expect("it is up").body
    }

    /// What the bot has said, as it stands now.
    fn said(&self) -> Vec<Value> {
        let all = self.see(&format!("messages?channel={}", self.channel));
        all.as_array()
            .into_iter()
            .flatten()
            .filter(|message| message["author"]["bot"] == true)
            .cloned()
            .collect()
    }

    /// Waits until one of the messages behind the first `before` has these words.
    fn hears(&self, before: usize, words: &str) -> Value {
        eventually(&format!("{words:?} is said"), || {
            self.said().into_iter().skip(before).find(|message| message.to_string().contains(words))
        })
    }

    fn types(&self, command: &str, words: &str) {
        let before = self.said().len();
        eventually(&format!("/{command} is offered"), || {
            let commands = self.see("state")["commands"].clone();
            commands.as_array()?.iter().any(|known| known["name"] == command).then_some(())
        });
        self.act("command", &json!({ "from": "ada", "name": command }));
        self.hears(before, words);
    }

    fn forms(&self) -> usize {
        let all = self.see("interactions");
        all.as_array().into_iter().flatten().filter(|known| known["answer"] == 9).count()
    }

    /// Writes into the form that the button below the last message opens.
    fn writes(&self, text: &str) {
        let (said, before) = (self.said(), self.forms());
        let last = said.last().expect("the bot has said something");
        self.act("press", &json!({ "from": "ada", "message": last["id"], "choose": "Answer" }));
        eventually("the form is open", || (self.forms() > before).then_some(()));
        self.act("submit", &json!({ "from": "ada", "answers": { "text": text } }));
    }

    fn answers(&self, text: &str, words: &str) {
        let before = self.said().len();
        self.writes(text);
        self.hears(before, words);
    }
}

#[test]
fn the_story_is_played_on_discord_by_signed_posts() {
    let discord = Discord::start();
    let home = Home::at(free_port(), &discord.connection(), "");
    let studio = home.start();
    add(&home, "olga@example.com", "Olga", "owner");
    let owner = Member::log_in(&studio, "olga@example.com", PASSWORD);
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    eventually("Discord has tried the address", || {
        let standing = owner.get(&format!("/connections/{CONNECTION}")).body["standing"].clone();
        (standing["listening"] == true && standing["last_call"].is_string()).then_some(())
    });
    assert_eq!(discord.see("state")["identified"], 0, "no gateway was opened");

    // An order is looked up after a valid number was given.
    discord.types("track", "What is your order number?");
    discord.answers("12", "does not look like an order number");
    discord.answers("4711", "on its way with DHL");

    // A button answers a question; in the middle of the next, a person is asked for.
    discord.types("advice", "What is the gear for?");
    let (said, before) = (discord.said(), discord.said().len());
    let asked = said.last().expect("the question");
    discord.act("press", &json!({ "from": "ada", "message": asked["id"], "choose": "Trekking" }));
    discord.hears(before, "How many nights");
    discord.answers("I want to talk to a person", "colleague");

    // An agent takes over, and answers; the person answers into the form below that.
    let id = eventually("the conversation waits for a person", || {
        let waiting = ada.get("/conversations?owner=team").body;
        waiting["items"][0]["id"].as_str().map(str::to_owned)
    });
    let path = |verb: &str| format!("/conversations/{id}/{verb}");
    let messages = || -> Vec<Value> {
        ada.get(&path("messages?limit=500")).body["items"].as_array().cloned().unwrap_or_default()
    };
    assert_eq!(ada.post(&path("take-over"), &json!({})).status, 202);
    let reply = json!({ "content": { "type": "text", "text": "Hello, this is Ada." } });
    eventually("she may speak", || (ada.post(&path("replies"), &reply).status == 202).then_some(()));
    discord.hears(0, "Hello, this is Ada.");
    discord.writes("what are your opening hours?");
    eventually("the question is in the transcript", || {
        lines(&messages()).last().is_some_and(|last| last.contains("opening hours")).then_some(())
    });

    // She hands back, and the bot goes on where it was.
    let before = discord.said().len();
    assert_eq!(ada.post(&path("hand-back"), &json!({})).status, 202);
    discord.hears(before, "How many nights");
    discord.answers("3", "how much would you like to spend");

    // What is not signed by Discord is believed by nobody.
    let forged = http().post(format!("{}/webhooks/{CONNECTION}", studio.address)).json(&json!({ "type": 1 }));
    assert_eq!(send(forged).expect("it is up").status, 401);
    assert_eq!(ada.get("/dead-letters").body["items"], json!([]));
    assert!(studio.terminate().success());
}
