//! How soon is an event of a platform acknowledged while flows wait for a slow service?
//!
//! Signed events as Telegram, Slack, WhatsApp and Discord post them, on all four at once, each at its time whether or not
//! earlier ones were answered. One in ten starts a flow that waits 3 s for a service. The floor is the same requests to a
//! server that only checks the signature and answers.

mod floor;
mod requests;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures::future::try_join_all;
use studio_simulators::discord;
use tokio::net::TcpListener;

use self::requests::{Post, Sender};
use crate::{
    aim::Aim,
    home::{Home, free_address},
    ledger::Ledger,
    people::introduced,
    platforms::{Stand, Way},
    process::{Program, Studio},
    receiver,
    table::{grouped, head, row},
    turns::{Latency, Prepared, Rate, Target, send},
};

/// Connections over which each platform sends; Telegram opens 40 at most where nothing else is set.
const CONNECTIONS: usize = 40;
/// Name of the connection with Discord, whose simulator is asked within this process.
const DISCORD: &str = "discord";

/// Longest median, and longest wait of 99 in 100.
const AIMS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(250));

/// What the acknowledgements of one platform took, and how many of its events were refused.
struct Seen {
    waits: Latency,
    refused: usize,
}

/// Offers `rate` events a second on each platform, to the studio and to the floor, and prints a table and the aims.
pub async fn run(program: &Program, rate: u32, seconds: u32, people: usize) -> anyhow::Result<()> {
    let rate = Rate { messages: rate, seconds, connections: CONNECTIONS };
    let address = free_address()?;
    let mut stands = Vec::new();
    for way in [Way::TelegramWebhook, Way::SlackEvents, Way::WhatsApp] {
        stands.push(Stand::start(way, address).await?);
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for a simulator")?;
    let api = format!("http://{}", listener.local_addr()?);
    let discord = discord::Simulator::start(listener, discord::Settings::at(api));
    let connections =
        stands.iter().map(|stand| stand.settings("load")).collect::<String>() + &settings(&discord);
    let receiver = receiver::patient(Ledger::default()).await?;
    let home = Home::at(address, receiver, "[log]\nlevel = \"warn\"\n", &connections)?;
    let mut studio = Studio::start(program, &home)?;
    studio.ready(&home).await?;
    let known: Vec<&str> = stands.iter().map(|stand| stand.way.name()).chain([DISCORD]).collect();
    introduced(&home, &known).await?;

    let mut senders = Vec::new();
    for stand in &stands {
        senders.push(Sender::of(stand, people).await?);
    }
    senders.push(Sender::discord(discord, people).await?);
    let posts: Vec<Vec<Post>> =
        senders.iter().map(|sender| sender.posts(rate.count())).collect::<anyhow::Result<_>>()?;
    let names: Vec<&str> = senders.iter().map(Sender::name).collect();
    let of_studio = offer(address, &names, &posts, rate).await?;
    studio.kill(&home).await?;
    let floor = floor::start(&senders).await?;
    let of_floor = offer(floor, &names, &posts, rate).await?;
    println!("{} events a second on each platform\n", grouped(rate.messages));
    println!(
        "{}",
        head(&["platform", "acknowledged p50 / p99 / p99.9", "refused", "floor p50 / p99 / p99.9"])
    );
    for ((name, studio), floor) in names.iter().zip(&of_studio).zip(&of_floor) {
        let cells =
            [(*name).to_owned(), studio.waits.to_string(), grouped(studio.refused), floor.waits.to_string()];
        println!("{}", row(&cells));
    }
    println!();
    for (name, studio) in names.iter().zip(&of_studio) {
        println!("{}", aim(name, studio));
    }
    Ok(())
}

fn settings(discord: &discord::Simulator) -> String {
    let discord::Settings { token, address, .. } = discord.settings();
    format!(
        "[[connection]]\nname = \"{DISCORD}\"\nchannel = \"discord\"\nbot = \"load\"\ntoken = \"{token}\"\n\
         api_url = \"{address}/api/v10\"\nway_in = \"interactions\"\npublic_key = \"{}\"\n",
        discord.public_key()
    )
}

/// Offers everything to one server, all platforms at once; what was seen of each.
async fn offer(
    address: SocketAddr,
    names: &[&str],
    posts: &[Vec<Post>],
    rate: Rate,
) -> anyhow::Result<Vec<Seen>> {
    let begun = Instant::now();
    let sending = names.iter().zip(posts).map(|(name, posts)| {
        let target = Target { address, path: format!("/webhooks/{name}") };
        let prepared: Vec<Prepared> = posts.iter().map(|post| post.prepared(&target)).collect();
        async move { send(address, prepared, rate, begun).await }
    });
    let seen = |(waits, refused)| Seen { waits: Latency::of(waits), refused };
    Ok(try_join_all(sending).await?.into_iter().map(seen).collect())
}

fn aim(name: &str, Seen { waits, refused }: &Seen) -> Aim {
    let (median, most) = AIMS;
    let is_met = *refused == 0 && waits.count() > 0 && waits.at(500) < median && waits.at(990) <= most;
    let said = format!("{}, {} refused", waits.two(), grouped(*refused));
    let what = format!("acknowledgement of {name}, half and 99 of 100");
    Aim::measured(what, "under 10 ms and within 250 ms, none refused", said, is_met)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_an_aim_is_told() {
        let check = |waits: &[u64], refused: usize, expected: &str| {
            let waits = Latency::of(waits.iter().copied().map(Duration::from_millis).collect());
            let said = aim("telegram", &Seen { waits, refused }).to_string();
            assert!(said.starts_with(&format!("aim {expected} | acknowledgement of telegram")), "{said}");
        };
        check(&[1, 2, 250], 0, "met");
        check(&[1, 2, 250], 1, "missed");
        check(&[1, 10, 20], 0, "missed");
        check(&[1, 2, 251], 0, "missed");
        check(&[], 0, "missed");
    }
}
