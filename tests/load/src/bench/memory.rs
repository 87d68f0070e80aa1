//! How much memory does it take, at first and after many turns? No model is open: the bot has no phrases, and none for names is wanted.

use std::{process::Stdio, time::Duration};

use anyhow::{Context as _, ensure};
use tokio::{process::Command, time::sleep};

use super::CONNECTIONS;
use crate::{
    aim::Aim,
    ask::opened,
    home::Home,
    process::Program,
    table::{MB, grouped, head, megabytes, row},
    turns::{Bench, Rate},
    usage::Usage,
};

/// A studio that was started is idle after this time.
const SETTLED: Duration = Duration::from_secs(5);
/// Turns are counted in so many parts.
const PARTS: usize = 10;

const IDLE_FIRST: &str = "resident when idle, at first, no model open";
/// Resident at first, in bytes: less than this.
const IDLE: u64 = 150 * MB;
/// Flat: of the last parts none holds a tenth more than the most of those before, which come behind the first two, while it still warms up.
const LAST: usize = 4;
const WARM: usize = 2;

/// Prints what is resident after each part of the turns.
pub async fn run(program: &Program, turns: usize, rate: u32) -> anyhow::Result<()> {
    let mut bench = Bench::start(program).await?;
    sleep(SETTLED).await;
    let pid = bench.studio.pid().context("the studio has ended")?;
    let floor = floor(program, &bench.stage.home).await?;
    let first = Usage::of(pid)?.resident;
    let open = opened(&bench.stage.home).await?;
    ensure!(open.is_empty(), "a model is open: {}", open.join(", "));
    println!("{}", head(&["turns", "resident"]));
    let print = |turns: String, bytes: u64| println!("{}", row(&[turns, megabytes(bytes)]));
    print("floor: the same program with its libraries, which waits for a line".to_owned(), floor);
    print("0".to_owned(), first);
    let seconds = u32::try_from(turns / PARTS)?.div_ceil(rate);
    let (mut done, mut parts) = (0, Vec::with_capacity(PARTS));
    for _ in 0..PARTS {
        let measured = bench.run(Rate { messages: rate, seconds, connections: CONNECTIONS }).await?;
        done += measured.replied.count();
        print(grouped(done), measured.resident);
        parts.push(measured.resident);
    }
    sleep(SETTLED).await;
    print(format!("{}, idle", grouped(done)), Usage::of(pid)?.resident);
    println!();
    for aim in aims(first, &parts) {
        println!("{aim}");
    }
    bench.kill().await?;
    Ok(())
}

fn aims(first: u64, parts: &[u64]) -> [Aim; 2] {
    let (earlier, last) = parts.split_at(parts.len().saturating_sub(LAST));
    let most = |parts: &[u64]| parts.iter().max().copied();
    let (what, wanted) = ("resident over many turns", "flat: no more than a tenth above what it was");
    let flat = match (most(earlier.get(WARM..).unwrap_or_default()), most(last)) {
        (Some(before), Some(after)) => {
            let said = format!("{} before, {} at the end", megabytes(before), megabytes(after));
            Aim::measured(what, wanted, said, after <= before + before / 10)
        }
        _ => Aim::skipped(what, wanted, "it was looked at too seldom"),
    };
    [Aim::measured(IDLE_FIRST, "under 150 MB", megabytes(first), first < IDLE), flat]
}

/// What the program takes that has loaded all its libraries, has found the studio, and reads a password: bytes.
async fn floor(program: &Program, home: &Home) -> anyhow::Result<u64> {
    let mut child = Command::new(&program.binary)
        .args(["user", "add", "floor@example.com", "--name", "Floor"])
        .current_dir(home.path())
        .envs(program.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("it cannot be run")?;
    sleep(SETTLED).await;
    ensure!(child.try_wait()?.is_none(), "it did not wait for a password");
    let resident = Usage::of(child.id().context("it has ended")?)?.resident;
    child.kill().await?;
    Ok(resident)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_behind_the_first_parts_is_not_flat() {
        let check = |first: u64, parts: &[u64], expected: [&str; 2]| {
            let bytes: Vec<u64> = parts.iter().map(|megabytes| megabytes * MB).collect();
            for (said, expected) in aims(first * MB, &bytes).iter().zip(expected) {
                assert!(said.to_string().starts_with(expected), "{said}, and not {expected}");
            }
        };
        let flat = [300, 500, 600, 600, 600, 600, 650, 590, 600, 600];
        check(149, &flat, ["aim met", "aim met | resident over many turns"]);
        let growing = [300, 500, 600, 600, 600, 600, 620, 640, 650, 670];
        check(150, &growing, ["aim missed", "aim missed"]);
        check(149, &[300, 400], ["aim met", "aim skipped"]);
    }
}
