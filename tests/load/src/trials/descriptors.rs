//! What if no file descriptors are left? Who is there goes on, nobody new comes in, and what needs a file or a socket fails or waits.
//!
//! Whoever does something meanwhile has a connection from before.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use reqwest::Client;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use studio_core::{
    dialogue::{Entry, Happening},
    id::{ConversationId, OrganisationId},
};
use tokio::{net::TcpStream, time::sleep};

use super::{DEALT_WITHIN, DURING, Scene, hangs, library};
use crate::{home::HTTP, process::Studio, stored, usage::Usage, visitor::CALL_FAILED};

/// New connections while there are no descriptors for them.
const CALLERS: usize = 4;
/// Who comes once there are some is served by then: the studio looks every 200 ms.
const SERVED_WITHIN: Duration = Duration::from_secs(2);
const THREAD: &str = "without-descriptors";

pub(super) async fn none_left(scene: &Scene<'_>, studio: &Studio) -> anyhow::Result<u64> {
    let home = scene.home;
    let (owner, visitor) = (stored::client(home)?, Client::new());
    let published = library::publish_by(&owner, "load").await?;
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
    library::publish_by(&owner, "load").await.context("a publication was not answered")?;
    sleep(DURING).await;
    ensure!(scene.ledger.count() > acknowledged, "who was there was not served");

    prlimit(process, Resource::Nofile, before)?;
    let begun = Instant::now();
    Client::new().get(format!("http://{}/health/live", home.address)).send().await?.error_for_status()?;
    ensure!(begun.elapsed() < SERVED_WITHIN, "a newcomer waited for {} ms", begun.elapsed().as_millis());
    let published = library::publish_by(&owner, "load").await?;
    ensure!(
        published.is_success(),
        "a publication was answered with {published} once there were descriptors"
    );
    called(&owner).await?;
    Ok(scene.said()?.matches("Too many open files").count().try_into()?)
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
