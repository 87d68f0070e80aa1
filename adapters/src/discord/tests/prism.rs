//! What passes between us and the simulator, judged on the wire by Stoplight's `prism proxy` with Discord's own description: methods,
//! paths, queries, headers, bodies and answers, those with files among them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command as Process, Stdio},
};

use serde::Deserialize;
use studio_simulators::peers;

use super::{specification::everything_is_said, *};

/// Stands between a client and the simulator. It ends when nobody writes to it any more.
struct Judge {
    child: Child,
    address: String,
}

#[derive(Debug, Deserialize)]
struct Judged {
    method: String,
    path: String,
    status: u16,
    multipart: bool,
    problems: Vec<Value>,
}

impl Judge {
    fn before(simulator: &Platform, mut node: Process, description: &Path) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../simulators/peers/discord_prism.js");
        node.arg(script).arg(description).arg(&simulator.address);
        let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("node starts");
        let mut address = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut address).expect("it tells its address");
        assert!(!address.is_empty(), "prism does not run here");
        Self { child, address: address.trim_end().to_owned() }
    }

    async fn judged(&self, client: &reqwest::Client) -> Vec<Judged> {
        let answer = client.get(format!("{}/judged", self.address)).send().await.expect("an answer");
        answer.json().await.expect("its judgements")
    }
}

impl Drop for Judge {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn prism_finds_nothing_that_discord_does_not_describe() {
    let test = "discord: prism_finds_nothing_that_discord_does_not_describe";
    let Some(description) = studio_skipped::shared_data(test, "specs/discord_openapi.json") else { return };
    let Some(node) = peers::node() else { return peers::skip(test) };
    let platform = Platform::new(|_| {}).await;
    let judge = Judge::before(&platform, node, &description);
    let through = Platform {
        simulator: platform.simulator.clone(),
        address: judge.address.clone(),
        client: platform.client.clone(),
    };
    let studio = Studio::new(&through, &memory(), "");
    everything_is_said(&platform, &studio).await;
    studio.end().await;
    let judged = judge.judged(&platform.client).await;
    let faults = judged.iter().filter(|one| !one.problems.is_empty());
    let faults = faults.map(|Judged { method, path, status, problems, .. }| {
        format!("{method} {path}, answered {status}: {}", json!(problems))
    });
    assert_eq!(faults.collect::<Vec<_>>(), Vec::<String>::new());
    assert!(judged.iter().any(|one| one.multipart), "a file was among it");
    assert!(judged.len() >= 20, "{} requests", judged.len());

    // The judge is one.
    let token = format!("Bot {}", platform.simulator.settings().token);
    let wrong = platform.client.post(format!("{}/api/v10/channels/201/messages", judge.address));
    let wrong = wrong.header("authorization", token).json(&json!({ "content": 5 }));
    wrong.send().await.expect("an answer");
    let last = judge.judged(&platform.client).await.pop().expect("it was judged");
    assert!(json!(last.problems).to_string().contains("content must be string"), "{last:?}");
}
