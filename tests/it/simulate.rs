//! Does what `studio simulate` prints lead a studio to a platform?

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Stdio},
};

use serde_json::json;
use studio_simulators::slack;

use crate::support::{
    Home, eventually, free_port,
    platforms::{Simulator, Slack},
};

/// `studio simulate`, which runs until the end of the test.
struct Simulate {
    child: Child,
    /// What it prints after the settings has somewhere to go.
    _output: BufReader<ChildStdout>,
    settings: String,
}

impl Simulate {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut command = home.command(&[&["simulate", "--port", "0"][..], arguments].concat());
        let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
        let mut output = BufReader::new(child.stdout.take().expect("it prints"));
        let mut settings = String::new();
        while !settings.contains("They run until Ctrl-C") {
            assert_ne!(output.read_line(&mut settings).expect("readable"), 0, "it ended: {settings}");
        }
        Self { child, _output: output, settings }
    }

    /// Where it is reached, below the address of the API.
    fn simulator(&self) -> Simulator {
        let api = self.settings.split("api = \"").nth(1).and_then(|rest| rest.split("/api\"").next());
        Simulator { address: api.expect("the address is printed").to_owned() }
    }
}

impl Drop for Simulate {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn slack_tells_by_signed_posts_where_the_command_line_says_so() {
    let port = free_port();
    let home = Home::at(port, "", "");
    let events = format!("http://127.0.0.1:{port}/webhooks/slack");
    let simulate = Simulate::start(&home, &["slack", "--slack-events", &events]);
    assert!(simulate.settings.contains("signing_secret = "), "{}", simulate.settings);
    let path = home.path().join("studio.toml");
    let settings = fs::read_to_string(&path).expect("readable");
    fs::write(&path, format!("{settings}\n{}", simulate.settings)).expect("writable");

    let studio = home.start();
    let slack = Slack { simulator: simulate.simulator(), settings: slack::Settings::default() };
    assert_eq!(slack.act("verify", &json!({})), json!({ "verified": true }));
    let channel = slack.say("U0ANNA", "where is my order?");
    slack.hears(&channel, "order number");
    eventually("it is acknowledged", || {
        (slack.simulator.see("deliveries")[0]["acknowledged"] == true).then_some(())
    });
    assert_eq!(slack.simulator.see("subscription"), json!({ "url": events, "off": false }));
    assert!(studio.terminate().success());
}
