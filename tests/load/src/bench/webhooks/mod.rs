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

use anyhow::{Context as _, ensure};
use futures::future::try_join_all;
use studio_simulators::discord;
use tokio::net::TcpListener;

use self::requests::{Post, Sender};
use crate::{
    home::{Home, free_address},
    ledger::Ledger,
    people::introduced,
    platforms::{Stand, Way},
    process::{Program, Studio},
    receiver,
    turns::{Latency, Prepared, Rate, Target, send},
};

/// Connections over which each platform sends; Telegram opens 40 at most where nothing else is set.
const CONNECTIONS: usize = 40;
/// Name of the connection with Discord, whose simulator is asked within this process.
const DISCORD: &str = "discord";

/// Longest median, and longest wait of 99 in 100.
const AIMS: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(250));

/// Offers `rate` events a second on each platform, to the studio and to the floor, and prints a table. Fails where the studio is
/// beyond an aim.
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
    println!("{:>9}  {:<9}  acknowledged p50/p99/p99.9       refused", "offered", "platform");
    let posts: Vec<Vec<Post>> =
        senders.iter().map(|sender| sender.posts(rate.count())).collect::<anyhow::Result<_>>()?;
    let names: Vec<&str> = senders.iter().map(Sender::name).collect();
    let missed = offer("studio", address, &names, &posts, rate).await?;
    studio.kill(&home).await?;
    let floor = floor::start(&senders).await?;
    offer("floor", floor, &names, &posts, rate).await?;
    println!("aims: a median under 10 ms, 99 of 100 within 250 ms, none refused");
    ensure!(missed.is_empty(), "beyond the aims: {}", missed.join("; "));
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

/// Offers everything to one server, all platforms at once, and prints a line for each. Says which were beyond the aims.
async fn offer(
    whom: &str,
    address: SocketAddr,
    names: &[&str],
    posts: &[Vec<Post>],
    rate: Rate,
) -> anyhow::Result<Vec<String>> {
    let begun = Instant::now();
    let sending = names.iter().zip(posts).map(|(name, posts)| {
        let target = Target { address, path: format!("/webhooks/{name}") };
        let prepared: Vec<Prepared> = posts.iter().map(|post| post.prepared(&target)).collect();
        async move { send(address, prepared, rate, begun).await }
    });
    let mut missed = Vec::new();
    for (name, (waits, refused)) in names.iter().zip(try_join_all(sending).await?) {
        let (offered, waits) = (rate.messages, Latency::of(waits));
        println!("{offered:>7}/s  {name:<16}  {waits}  {refused:>7}  {whom}");
        if refused > 0 || !is_within(&waits) {
            missed.push(format!("{name} ({waits}, {refused} refused)"));
        }
    }
    Ok(missed)
}

fn is_within(waits: &Latency) -> bool {
    let (median, most) = AIMS;
    waits.count() > 0 && waits.at(500) < median && waits.at(990) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_an_aim_is_told() {
        let check = |waits: &[u64], expected: bool| {
            let measured = Latency::of(waits.iter().copied().map(Duration::from_millis).collect());
            assert_eq!(is_within(&measured), expected, "{waits:?}");
        };
        check(&[1, 2, 250], true);
        check(&[1, 10, 20], false);
        check(&[1, 2, 251], false);
        check(&[], false);
    }
}
