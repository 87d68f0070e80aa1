//! The first story on Discord without a gateway: commands, presses and forms come as signed POSTs, and all that a person
//! writes is written into a form.

use serde_json::{Value, json};
use studio_simulators::discord;

use crate::support::{
    Home, eventually, free_port,
    http_client::{http, send},
    lines,
    platforms::{Simulator, owner_and_agent},
};

const CONNECTION: &str = "discord-posts";

struct Discord {
    simulator: Simulator,
    channel: String,
}

impl Discord {
    fn start() -> Self {
        let simulator = Simulator::start(|listener| {
            let address = listener.local_addr().expect("it has one");
            discord::serve(listener, discord::Settings::at(format!("http://{address}")))
        });
        let known = simulator.act("type", &json!({ "from": "ada" }));
        let channel = known["channel_id"].as_str().expect("a channel").to_owned();
        Self { simulator, channel }
    }

    fn connection(&self) -> String {
        format!(
            "[[connection]]\nname = \"{CONNECTION}\"\nchannel = \"discord\"\nbot = \"shop\"\nway_in = \"interactions\"\n\
             token = \"{}\"\napi = \"{}/api/v10\"\n",
            discord::Settings::at(self.simulator.address.clone()).token,
            self.simulator.address
        )
    }

    /// What the bot has said, as it stands now.
    fn said(&self) -> Vec<Value> {
        let all = self.simulator.see(&format!("messages?channel={}", self.channel));
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
            let commands = self.simulator.see("state")["commands"].clone();
            commands.as_array()?.iter().any(|known| known["name"] == command).then_some(())
        });
        self.simulator.act("command", &json!({ "from": "ada", "name": command }));
        self.hears(before, words);
    }

    fn forms(&self) -> usize {
        let all = self.simulator.see("interactions");
        all.as_array().into_iter().flatten().filter(|known| known["answer"] == 9).count()
    }

    /// Writes into the form that the button below the last message opens.
    fn writes(&self, text: &str) {
        let (said, before) = (self.said(), self.forms());
        let last = said.last().expect("the bot has said something");
        self.simulator.act("press", &json!({ "from": "ada", "message": last["id"], "choose": "Answer" }));
        eventually("the form is open", || (self.forms() > before).then_some(()));
        self.simulator.act("submit", &json!({ "from": "ada", "answers": { "text": text } }));
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
    let (owner, ada) = owner_and_agent(&home, &studio);
    eventually("Discord has tried the address", || {
        let standing = owner.get(&format!("/connections/{CONNECTION}")).body["standing"].clone();
        (standing["listening"] == true && standing["last_call"].is_string()).then_some(())
    });
    assert_eq!(discord.simulator.see("state")["identified"], 0, "no gateway was opened");

    // An order is looked up after a valid number was given.
    discord.types("track", "What is your order number?");
    discord.answers("12", "does not look like an order number");
    discord.answers("4711", "on its way with DHL");

    // A button answers a question; in the middle of the next, a person is asked for.
    discord.types("advice", "What is the gear for?");
    let (said, before) = (discord.said(), discord.said().len());
    let asked = said.last().expect("the question");
    discord.simulator.act("press", &json!({ "from": "ada", "message": asked["id"], "choose": "Trekking" }));
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
