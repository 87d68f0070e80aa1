//! How much can others do that keep nothing, and the studio beside them?
//!
//! Each is offered more and more until its waits explode (`capacity`).
//!
//! Bots of bottender (sessions in memory) and hubot, the shortest that there are: what is said comes back. Both take a
//! message by HTTP and hand their reply over by HTTP, as the studio does, and neither keeps what it acknowledged.

use std::{fs, net::SocketAddr, path::PathBuf, process::Stdio, sync::Arc, time::Duration};

use anyhow::{Context as _, bail, ensure};
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::{Instant, sleep},
};

use super::capacity::capacity;
use crate::{
    aim::Aim,
    home::free_address,
    process::Program,
    table::{grouped, head, megabytes, row},
    turns::{Bench, HEADS, Measured, Rate, Replies, Target, Threads, offer, receive},
};

const READY_WITHIN: Duration = Duration::from_secs(30);
/// The peer of the aim.
const RIVAL: &str = "bottender";

/// Where the peers are put.
#[derive(Clone, Debug)]
pub struct Peers {
    pub folder: PathBuf,
}

/// A bot of somebody else's.
struct Peer {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// Arguments of `node`, without the port.
    arguments: &'static [&'static str],
    /// What it is told at `/messages`: conversation and number of the message.
    body: fn(usize, usize) -> Value,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "bottender",
        files: &[
            ("package.json", include_str!("../../peers/bottender/package.json")),
            ("bottender.config.js", include_str!("../../peers/bottender/bottender.config.js")),
            ("index.js", include_str!("../../peers/bottender/index.js")),
        ],
        arguments: &["node_modules/bottender/bin/cli.js", "start"],
        body: |conversation, number| {
            let (id, first_name) = (conversation, "Visitor");
            json!({ "update_id": number, "message": {
                "message_id": number,
                "from": { "id": id, "is_bot": false, "first_name": first_name },
                "chat": { "id": id, "type": "private", "first_name": first_name },
                "date": 1_800_000_000,
                "text": "ping",
            }})
        },
    },
    Peer {
        name: "hubot",
        files: &[
            ("package.json", include_str!("../../peers/hubot/package.json")),
            ("adapter.mjs", include_str!("../../peers/hubot/adapter.mjs")),
            ("scripts/echo.mjs", include_str!("../../peers/hubot/scripts/echo.mjs")),
        ],
        arguments: &["node_modules/hubot/bin/Hubot.mjs", "--file", "./adapter.mjs"],
        body: |conversation, number| json!({ "id": number.to_string(), "conversation": conversation.to_string(), "text": "ping" }),
    },
];

/// What became of one that was offered more and more.
enum Stood {
    /// The most that it did.
    Most(Box<Measured>),
    /// Nothing was learned of it, for this reason.
    Skipped(String),
}

impl Stood {
    fn of(found: anyhow::Result<Option<Measured>>) -> Self {
        match found {
            Ok(Some(most)) => Self::Most(Box::new(most)),
            Ok(None) => Self::Skipped("it did not stand it: no rate held".to_owned()),
            Err(error) => Self::Skipped(format!("it did not stand it: {error:#}")),
        }
    }

    /// In messages a second.
    fn rate(&self) -> Result<u32, &str> {
        match self {
            Self::Most(most) => Ok(most.rate.messages),
            Self::Skipped(why) => Err(why),
        }
    }

    fn row(&self, name: &str) -> String {
        match self {
            Self::Most(most) => row(&[
                name.to_owned(),
                grouped(most.rate.messages),
                most.acknowledged.to_string(),
                megabytes(most.resident),
            ]),
            Self::Skipped(why) => {
                row(&[name.to_owned(), format!("skipped: {why}"), String::new(), String::new()])
            }
        }
    }
}

/// Finds the capacity of each peer, and of the studio.
pub async fn run(program: &Program, peers: &Peers, first: u32, seconds: u32) -> anyhow::Result<()> {
    let mut found = Vec::new();
    for peer in &PEERS {
        println!("{}, which keeps nothing: what it acknowledged is gone when it ends\n", peer.name);
        // What becomes of others when they are offered too much keeps nobody from measuring the studio.
        let stood = match peers.install(peer).await {
            Ok(folder) => Stood::of(load(peer, folder, first, seconds).await),
            Err(error) => Stood::Skipped(format!("it could not be installed: {error:#}")),
        };
        println!();
        found.push((peer.name, stood));
    }
    println!("studio, everything durable\n\n{}", head(&HEADS));
    let mut bench = Bench::start(program).await?;
    let studio = Stood::of(Ok(capacity(first, seconds, async |rate| bench.run(rate).await).await?));
    bench.kill().await?;
    println!(
        "\n{}",
        head(&["", "most messages a second", "acknowledged p50 / p99 / p99.9 there", "resident"])
    );
    for (name, stood) in &found {
        println!("{}", stood.row(&format!("{name}, which keeps nothing")));
    }
    println!("{}\n", studio.row("studio, everything durable"));
    println!("{}", aim(&found, &studio));
    Ok(())
}

fn aim(found: &[(&str, Stood)], studio: &Stood) -> Aim {
    let (what, wanted) = ("messages a second beside bottender, everything durable", "twice as many");
    let of_peer = found.iter().find(|(name, _)| *name == RIVAL).map(|(_, stood)| stood.rate());
    let of_studio = studio.rate().unwrap_or(0);
    match of_peer {
        Some(Ok(of_peer)) => {
            let times = f64::from(of_studio) / f64::from(of_peer);
            let said = format!("{times:.2} times: {} of {}", grouped(of_studio), grouped(of_peer));
            Aim::measured(what, wanted, said, of_studio >= 2 * of_peer)
        }
        Some(Err(why)) => Aim::skipped(what, wanted, format!("{RIVAL}: {why}")),
        None => Aim::skipped(what, wanted, format!("{RIVAL} was not asked for")),
    }
}

impl Peers {
    /// Installs a peer where that has not been done; its folder. No script of any package is run.
    async fn install(&self, peer: &Peer) -> anyhow::Result<PathBuf> {
        let folder = self.folder.join(peer.name);
        for (name, text) in peer.files {
            let file = folder.join(name);
            fs::create_dir_all(file.parent().context("it lies in a folder")?)?;
            fs::write(file, text)?;
        }
        if !folder.join("node_modules").exists() {
            let status = Command::new("npm")
                .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"])
                .current_dir(&folder)
                .stdout(Stdio::null())
                .status()
                .await
                .context("there is no npm")?;
            ensure!(status.success(), "npm ended with {status}");
        }
        Ok(folder)
    }
}

/// The most that it can.
async fn load(peer: &Peer, folder: PathBuf, first: u32, seconds: u32) -> anyhow::Result<Option<Measured>> {
    let replies = Arc::new(Replies::new(Threads::FEW));
    let receiver = receive(Arc::clone(&replies)).await?;
    let address = free_address()?;
    let mut process = start(peer, folder, address, receiver).await?;
    let pid = process.id().context("it has ended")?;
    let target = Target { address, path: "/messages".to_owned() };
    println!("{}", head(&HEADS));
    let mut sent = 0;
    let most = capacity(first, seconds, async |rate: Rate| {
        let request = |place: usize| {
            let body = (peer.body)(Threads::FEW.of_message(place), sent + place).to_string();
            target.prepare(&[], &body)
        };
        let requests = (0..rate.count()).map(request).collect();
        sent += rate.count();
        offer(address, requests, &replies, rate, pid).await
    });
    let most = most.await?;
    process.kill().await.context("it could not be killed")?;
    Ok(most)
}

/// Starts a peer and waits until it takes connections.
async fn start(
    peer: &Peer,
    folder: PathBuf,
    address: SocketAddr,
    receiver: SocketAddr,
) -> anyhow::Result<Child> {
    let port = address.port().to_string();
    let mut process = Command::new("node")
        .args(peer.arguments)
        .current_dir(folder)
        .env("NODE_ENV", "production")
        .env("RECEIVER", format!("http://{receiver}"))
        .env("PORT", port)
        .env("BIND_ADDRESS", address.ip().to_string())
        .env("HUBOT_LOG_LEVEL", "silent")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("there is no node")?;
    let begun = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        if let Some(status) = process.try_wait()? {
            bail!("{} ended by itself ({status})", peer.name);
        }
        ensure!(begun.elapsed() < READY_WITHIN, "{} takes no connections", peer.name);
        sleep(Duration::from_millis(20)).await;
    }
    Ok(process)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::turns::Latency;

    fn most(messages: u32) -> Stood {
        let rate = Rate { messages, seconds: 1, connections: 1 };
        let (took, nothing) = (Duration::from_secs(1), Duration::ZERO);
        let (acknowledged, replied) = (Latency::default(), Latency::default());
        let measured = Measured {
            rate,
            acknowledged,
            replied,
            refused: 0,
            took,
            per_turn: nothing,
            sender: nothing,
            resident: 0,
        };
        Stood::of(Ok(Some(measured)))
    }

    #[test]
    fn a_peer_that_is_not_there_or_stands_nothing_is_skipped_and_not_beaten() {
        let check = |peer: Stood, studio: Stood, expected: &str| {
            let said = aim(&[("hubot", most(1)), (RIVAL, peer)], &studio).to_string();
            assert!(said.contains(expected), "{said}");
        };
        check(most(1_500), most(3_000), "aim met | messages a second beside bottender");
        check(most(1_500), most(2_999), "aim missed");
        check(most(1_500), Stood::of(Ok(None)), "0.00 times: 0 of 1,500");
        check(Stood::of(Ok(None)), most(3_000), "| bottender: it did not stand it: no rate held");
        check(Stood::Skipped("there is no npm".to_owned()), most(3_000), "aim skipped");
        let ended = Stood::of(Err(anyhow::anyhow!("it ended by itself")));
        assert_eq!(ended.row("hubot"), "| hubot | skipped: it did not stand it: it ended by itself |  |  |");
    }
}
