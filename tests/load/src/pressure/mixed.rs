//! Who talks beside the signed posts? Visitors by the widget's sockets, and people on every platform by its stand-in.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use futures::{SinkExt as _, StreamExt as _};
use rand::{SeedableRng as _, rngs::StdRng};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::Message;

use super::{Size, world::World};
use crate::{
    bench::watchers::open,
    home::free_address,
    people::{People, introduced},
    platforms::Way,
    process::Program,
    widget::{Session, Socket, session},
};

const SOCKETS: usize = 64;
/// On each platform.
const PERSONS: usize = 2;
const SEED: u64 = 1;
/// Least time between two messages: a socket takes 100 frames in 10 s.
const LEAST_PAUSE: Duration = Duration::from_millis(120);
/// No answer for so long is none.
const SILENCE: Duration = Duration::from_secs(20);
/// After a socket that broke.
const AGAIN: Duration = Duration::from_millis(100);

/// A studio that is on every platform.
pub(super) async fn start(program: &Program, size: Size) -> anyhow::Result<(Arc<World>, People)> {
    let address = free_address()?;
    let people = People::start(address).await?;
    let world = World::at(program, size, address, &people.settings()).await?;
    introduced(&world.home, &Way::ALL.map(Way::name)).await?;
    Ok((world, people))
}

/// People come to every platform, and talk until they are compared.
pub(super) async fn come(people: &mut People) -> anyhow::Result<()> {
    people.come(PERSONS, &mut StdRng::seed_from_u64(SEED)).await
}

/// People fall silent, and what is wrong with their conversations is a finding; how much of what they did was acknowledged.
pub(super) async fn compare(world: &World, people: &mut People) -> anyhow::Result<usize> {
    let compared = people.compare(&world.home, None, SEED, 0).await?;
    for finding in &compared.findings {
        world.finding(finding.to_string());
    }
    Ok(compared.acknowledged)
}

/// Visitors by socket, who say the next thing when the last was acknowledged or refused.
pub(super) fn sockets(world: &Arc<World>, until: Instant, senders: &mut JoinSet<()>) {
    for _ in 0..SOCKETS {
        let world = Arc::clone(world);
        senders.spawn(async move {
            let client = Client::new();
            while Instant::now() < until {
                let Err(error) = talk(&world, &client, until).await else { continue };
                if is_shed(&error) {
                    world.refused();
                } else {
                    world.broke(format!("a socket broke: {error:#}"));
                }
                sleep(AGAIN).await;
            }
        });
    }
}

/// Whether a visitor was told to come again later, which under too much load is right.
fn is_shed(error: &anyhow::Error) -> bool {
    let status = error.downcast_ref::<reqwest::Error>().and_then(reqwest::Error::status);
    status == Some(StatusCode::SERVICE_UNAVAILABLE)
}

async fn talk(world: &World, client: &Client, until: Instant) -> anyhow::Result<()> {
    let Session { thread: session, token } = session(client, world.home.address).await?;
    let mut socket = open(world.home.address, &token, 0).await?;
    // Its journal is looked at, and not what it hears while it waits.
    world.open_deaf(&session);
    for number in 1.. {
        if Instant::now() >= until {
            break;
        }
        let (id, text) = (format!("m{number}"), format!("say {number}"));
        let frame = json!({ "type": "message", "id": id, "text": text, "language": "en" });
        world.book.sent(&session, 0, (&id, &text));
        socket.send(Message::text(frame.to_string())).await?;
        let pause = if let Some(pause) = refused_for(&mut socket, &id).await? {
            world.refused();
            pause
        } else {
            world.book.acknowledged(&session, 0);
            LEAST_PAUSE
        };
        sleep(pause.max(LEAST_PAUSE)).await;
    }
    Ok(())
}

/// How long a message is to wait; nothing where it is acknowledged.
async fn refused_for(socket: &mut Socket, id: &str) -> anyhow::Result<Option<Duration>> {
    while let Some(frame) = timeout(SILENCE, socket.next()).await.context("a message has no answer")? {
        let Message::Text(frame) = frame? else { continue };
        let frame: Value = serde_json::from_str(&frame)?;
        match frame["type"].as_str() {
            Some("ack") if frame["id"] == id => return Ok(None),
            Some("error") => {
                let pause = frame["retry_after_ms"].as_u64();
                let pause = pause.with_context(|| format!("a message was refused for good: {frame}"))?;
                return Ok(Some(Duration::from_millis(pause)));
            }
            _ => {}
        }
    }
    bail!("the studio closed it")
}
