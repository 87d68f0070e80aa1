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
    home::free_address,
    process::Program,
    turns::{Bench, HEADS, Rate, Replies, Target, Threads, offer, receive},
};

const READY_WITHIN: Duration = Duration::from_secs(30);

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

/// Finds the capacity of each peer, and of the studio.
pub async fn run(program: &Program, peers: &Peers, first: u32, seconds: u32) -> anyhow::Result<()> {
    let mut found = Vec::new();
    for peer in &PEERS {
        println!("{}, WITHOUT durability: what it acknowledged is gone when it ends", peer.name);
        match peers.install(peer).await {
            // What becomes of others when they are offered too much keeps nobody from measuring the studio.
            Ok(folder) => match load(peer, folder, first, seconds).await {
                Ok(most) => found.push((peer.name, most)),
                Err(error) => println!("{} did not stand it: {error:#}", peer.name),
            },
            Err(error) => println!("skipped: {error:#}"),
        }
    }
    println!("the studio, everything durable");
    println!("{HEADS}");
    let mut bench = Bench::start(program).await?;
    let most = capacity(first, seconds, async |rate| bench.run(rate).await).await?;
    bench.kill().await?;
    println!("most turns a second before the waits explode: studio {most}");
    for (name, of_peer) in found {
        println!(
            "{name} {of_peer}; the studio does {:.2} of it",
            f64::from(most) / f64::from(of_peer.max(1))
        );
    }
    println!("aim: twice the turns a second of bottender");
    Ok(())
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
async fn load(peer: &Peer, folder: PathBuf, first: u32, seconds: u32) -> anyhow::Result<u32> {
    let replies = Arc::new(Replies::new(Threads::FEW));
    let receiver = receive(Arc::clone(&replies)).await?;
    let address = free_address()?;
    let mut process = start(peer, folder, address, receiver).await?;
    let pid = process.id().context("it has ended")?;
    let target = Target { address, path: "/messages".to_owned() };
    println!("{HEADS}");
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
