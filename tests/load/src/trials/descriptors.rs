//! What if no file descriptors are left? Who is there goes on, nobody new comes in, and what needs a file or a socket fails or waits.
//!
//! Whoever does something meanwhile has a connection from before. Where the store has to open a file, to write a table, the studio ends.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use reqwest::Client;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use studio_core::{
    dialogue::{Entry, Happening},
    id::{ConversationId, OrganisationId},
};
use tokio::{net::TcpStream, task::JoinSet, time::sleep};

use super::{DEALT_WITHIN, DURING, REFUSED, Scene, ended, guest::Guest, hangs};
use crate::{
    crash, editions,
    home::{HTTP, Home},
    process::Studio,
    stored,
    usage::Usage,
    visitor::CALL_FAILED,
};

/// What the system says.
const NONE_LEFT: &str = "Too many open files";
const A_MOMENT: Duration = Duration::from_millis(50);
/// New connections while there are no descriptors for them: more than are given back meanwhile.
const CALLERS: usize = 64;
/// Who comes once there are some is served by then: the studio looks every 200 ms.
const SERVED_WITHIN: Duration = Duration::from_secs(2);
const THREAD: &str = "without-descriptors";
/// Who fills the log, with messages that are nearly as long as may be.
const GUESTS: usize = 8;
const WORDS: usize = 1_700;
/// Of the log that the trial sets, before the descriptors are gone: the rest is written soon, and not at once.
const NEARLY_FULL: u64 = crash::LEAST_LOG * 11 / 16;
const FILLED_WITHIN: Duration = Duration::from_mins(4);
/// The numbers below belong to files that are open as long as the studio runs: nothing else can be opened, whatever is closed.
const FEW: u64 = 8;

pub(super) async fn none_left(scene: &Scene<'_>, studio: &Studio) -> anyhow::Result<u64> {
    let home = scene.home;
    let (owner, visitor) = (stored::client(home)?, Client::new());
    let published = editions::publish(&owner, "load").await?;
    ensure!(published.is_success(), "a publication was answered with {published}");
    let said = hangs::post_by(&visitor, home, THREAD, "1", "say on").await?;
    ensure!(said.is_success(), "a message was answered with {said}");

    let pid = studio.pid().context("the studio has ended")?;
    let open = u64::try_from(Usage::of(pid)?.descriptors)?;
    let process = Pid::from_raw(i32::try_from(pid)?);
    // The studio has the limits of this process, and asked for all that it may have.
    let maximum = getrlimit(Resource::Nofile).maximum;
    let before = prlimit(process, Resource::Nofile, Rlimit { current: Some(open), maximum })?;
    let acknowledged = scene.ledger.count();
    let mut callers = Vec::new();
    for _ in 0..CALLERS {
        callers.push(TcpStream::connect(home.address).await?);
    }
    // Its bot calls a service, and the bot's files are to be read: each is done or fails, and ends nothing.
    let said = hangs::post_by(&visitor, home, THREAD, "2", "call 2").await?;
    ensure!(said.is_success(), "a message of somebody who was there was answered with {said}");
    editions::publish(&owner, "load").await.context("a publication was not answered")?;
    sleep(DURING).await;
    ensure!(scene.ledger.count() > acknowledged, "who was there was not served");

    prlimit(process, Resource::Nofile, before)?;
    let begun = Instant::now();
    Client::new().get(format!("http://{}/health/live", home.address)).send().await?.error_for_status()?;
    ensure!(begun.elapsed() < SERVED_WITHIN, "a newcomer waited for {} ms", begun.elapsed().as_millis());
    let published = editions::publish(&owner, "load").await?;
    ensure!(
        published.is_success(),
        "a publication was answered with {published} once there were descriptors"
    );
    called(&owner).await?;
    Ok(scene.said()?.matches(NONE_LEFT).count().try_into()?)
}

/// The log is full and must become a table; how often the studio said that it could open nothing.
pub(super) async fn none_for_a_table(scene: &Scene<'_>, studio: &mut Studio) -> anyhow::Result<u64> {
    let home = scene.home;
    let text = format!("say{}", " word".repeat(WORDS));
    let mut guests = JoinSet::new();
    for _ in 0..GUESTS {
        let (mut guest, text) = (Guest::come(home).await?, text.clone());
        guests.spawn(async move {
            while let Ok(status) = guest.say(&text).await {
                if !status.is_success() {
                    sleep(A_MOMENT).await;
                }
            }
        });
    }
    let begun = Instant::now();
    while bytes_of_log(home)? < NEARLY_FULL {
        ensure!(begun.elapsed() < FILLED_WITHIN, "the log does not grow");
        sleep(A_MOMENT).await;
    }
    let pid = studio.pid().context("the studio has ended")?;
    let process = Pid::from_raw(i32::try_from(pid)?);
    let maximum = getrlimit(Resource::Nofile).maximum;
    prlimit(process, Resource::Nofile, Rlimit { current: Some(FEW), maximum })?;
    ended(studio).await?;
    guests.shutdown().await;
    let said = scene.said()?;
    let why = |line: &str| line.contains(REFUSED) && line.contains(NONE_LEFT);
    ensure!(said.lines().any(why), "it ended for another reason");
    Ok(said.matches(NONE_LEFT).count().try_into()?)
}

fn bytes_of_log(home: &Home) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(home.store().join("wal"))? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}

/// The flow goes on behind its call, whatever became of that.
async fn called(owner: &Client) -> anyhow::Result<()> {
    let id = ConversationId::of_thread(OrganisationId::FIRST, HTTP, THREAD);
    let is_end = |text: &str| ["done call 2", CALL_FAILED].contains(&text);
    let is_over =
        |entry: &Entry| matches!(&entry.what, Happening::Said { content, .. } if is_end(&content.plain()));
    let begun = Instant::now();
    while !stored::journal(owner, id).await?.iter().any(is_over) {
        ensure!(begun.elapsed() < DEALT_WITHIN, "the flow does not go on behind its call");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
