//! Is a new visitor served as quickly as before the load?

use std::time::{Duration, Instant};

use anyhow::bail;
use tokio::time::{sleep, timeout};

use super::{
    post::{Answer, Line},
    world::World,
};

/// Probes before the load, of which the slowest counts.
const PROBES: usize = 5;
/// As quickly as before: not more than so many times the wait, or this.
const TIMES: u32 = 3;
const ANYHOW: Duration = Duration::from_millis(250);
/// So many quick probes, one after the other.
const IN_A_ROW: usize = 3;
/// What a new visitor says.
const WORDS: &str = "say hello";
/// A wait that is no more measured.
const LONGEST: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(100);

/// The longest that new visitors wait for their answer now, while nothing else is under way.
pub(super) async fn usual(world: &World) -> anyhow::Result<Duration> {
    let mut usual = Duration::ZERO;
    for _ in 0..PROBES {
        let Some(wait) = probe(world).await? else { bail!("an idle studio does not answer") };
        usual = usual.max(wait);
    }
    Ok(usual)
}

/// How long it takes from now until new visitors wait no longer than usual; nothing if that is not within `limit`.
pub(super) async fn quick_again(
    world: &World,
    usual: Duration,
    limit: Duration,
) -> anyhow::Result<Option<Duration>> {
    let begun = Instant::now();
    let mut first = Duration::ZERO;
    let mut quick = 0;
    while begun.elapsed() < limit {
        let at = begun.elapsed();
        match probe(world).await? {
            Some(wait) if wait <= (usual * TIMES).max(ANYHOW) => {
                if quick == 0 {
                    first = at;
                }
                quick += 1;
                if quick == IN_A_ROW {
                    return Ok(Some(first));
                }
            }
            Some(_) | None => quick = 0,
        }
        sleep(PAUSE).await;
    }
    Ok(None)
}

/// How long a new visitor waits for the answer; nothing if the message is refused, or it takes too long.
pub(super) async fn probe(world: &World) -> anyhow::Result<Option<Duration>> {
    let thread = world.open("probe");
    world.book.sent(&thread, 0, ("1", WORDS));
    let begun = Instant::now();
    match Line::new(world.home.address).say(&thread, "1", WORDS).await? {
        Answer::Acknowledged => world.book.acknowledged(&thread, 0),
        Answer::Refused { .. } => return Ok(None),
        Answer::Wrong(why) => bail!("a probe was answered with {why}"),
    }
    let answered = timeout(LONGEST, world.ledger.until_heard(&thread, &format!("1 {WORDS}"))).await;
    Ok(answered.is_ok().then(|| begun.elapsed()))
}
