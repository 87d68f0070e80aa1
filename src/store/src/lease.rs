//! Which studio has the store? On a database server nothing else keeps a second one from doing the same work.
//!
//! One row says who has it. All times are of the database's clock.
//!
//! 1. Whoever opens the store to write puts itself into the row, unless another stands there who said less than [`LASTS`]
//!    ago that it is there. It says so every [`RENEWED_EVERY`], and takes itself out when the store is closed.
//! 2. Who finds another there waits until that one's time has run out, or has said again that it is there: then it gives
//!    up. A process of the same machine that is seen to be gone is not waited for.
//! 3. Every transaction begins with a look at the row, and is refused where another stands in it: what a studio that was
//!    stopped for long or cut off still has under way is not written.
//! 4. What is sent is in no transaction: a studio that could not say for [`TRUSTED`] that it is there sends nothing until it
//!    has said so again ([`Store::held`]).
//! 5. One that finds another in its place is to end: [`Store::taken`].
//!
//! What that leaves open stands in docs/decisions/0009-one-studio.md.

use std::{
    fmt, fs,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use jiff::Timestamp;
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
    system::uname,
};
use surrealdb::types::{Object, RecordId, SurrealValue, array, object};
use tokio::{
    sync::{SetOnce, watch},
    task::AbortHandle,
    time::{Instant, sleep, timeout},
};

use crate::{
    Store,
    error::{Failure, OpenError, StoreError},
    keys::record,
    transact::Probe,
};

/// Who was not heard of for so long has the store no more.
const LASTS: Duration = Duration::from_secs(10);
const RENEWED_EVERY: Duration = Duration::from_secs(2);
/// For so long after it was last heard of a studio takes the store to be its own; the rest is for what is on its way.
const TRUSTED: Duration = Duration::from_secs(8);
/// How often who waits for the store looks.
const LOOKED_EVERY: Duration = Duration::from_millis(250);
/// After the store was taken from one who may live: what that one had under way in the database has come to its end.
const SETTLED: Duration = Duration::from_secs(1);
/// Longest wait for a release, which the next start can do without.
const RELEASED_WITHIN: Duration = Duration::from_secs(2);

const CLAIM: [&str; 4] = [
    "LET $now = time::micros(time::now())",
    "LET $found = (SELECT * FROM $row)[0]",
    // A time that lies ahead is of a clock that was set back since.
    "IF $found != NONE AND $found.holder != $me.holder AND $found.holder != $gone \
        AND $found.renewed > $now - $lasts AND $found.renewed < $now + $lasts { THROW 'held' }",
    "UPSERT $row SET holder = $me.holder, host = $me.host, pid = $me.pid, machine = $me.machine, \
        started = $me.started, since = $now, renewed = $now RETURN NONE",
];
const READ: &str = "SELECT holder, host, pid, machine, started, since, renewed FROM $row";
const CLAIMED: &str = "RETURN (SELECT VALUE holder FROM $row)[0] == $holder";
const FENCE: &str =
    "IF (SELECT VALUE holder FROM $lease_row)[0] != $lease_holder { THROW 'the lease is not ours' }";
const TAKEN: &str = "the lease is not ours";
/// Behind the fence, as all else.
const RENEW: &str = "UPDATE $lease_row SET renewed = time::micros(time::now()) RETURN NONE";
const RELEASE: &str = "DELETE $lease_row RETURN NONE";

/// How long a lease lasts; other times are for tests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub lasts: Duration,
    pub renewed_every: Duration,
    pub trusted: Duration,
}

impl Default for Terms {
    fn default() -> Self {
        Self { lasts: LASTS, renewed_every: RENEWED_EVERY, trusted: TRUSTED }
    }
}

/// A studio's own side of its lease.
pub(crate) struct Lease {
    /// At random, one for each that was ever had.
    holder: String,
    terms: Terms,
    /// Until when it may be relied on.
    until: watch::Sender<Instant>,
    /// Who has it instead.
    lost: SetOnce<String>,
    released: AtomicBool,
    renewing: AbortHandle,
}

/// A process, as its machine knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Process {
    pub host: String,
    pub pid: u32,
    /// The same for all processes that see each other by their numbers until the machine is started anew; `None` where
    /// that is not to be known.
    pub machine: Option<String>,
    /// When it began, in a unit of its machine.
    pub started: Option<u64>,
}

impl Process {
    pub fn this() -> Self {
        let pid = std::process::id();
        Self {
            host: uname().nodename().to_string_lossy().into_owned(),
            pid,
            machine: machine(),
            started: Self::started(pid),
        }
    }

    /// When a process of this machine began.
    pub fn started(pid: u32) -> Option<u64> {
        stat(pid).map(|stat| stat.started)
    }

    /// Whether it is certain that it has ended, seen from `here`.
    pub fn is_gone(&self, here: &Self) -> bool {
        let together = self.machine.is_some() && self.machine == here.machine && self.host == here.host;
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let (true, Some(pid), Some(started)) = (together, pid, self.started) else { return false };
        match (test_kill_process(pid), stat(self.pid)) {
            (Err(Errno::SRCH), _) => true,
            // Its number is another's by now, or it is dead and nobody has asked for its status yet.
            (_, Some(stat)) => stat.started != started || stat.is_dead,
            (_, None) => false,
        }
    }
}

/// Linux: the boot, and the name space of process numbers, which each container has of its own.
fn machine() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let space = fs::read_link("/proc/self/ns/pid").ok()?;
    // Where `/proc` is that of another name space, its numbers say nothing.
    let mine = fs::read_link("/proc/self").ok()?.to_str()? == std::process::id().to_string();
    mine.then(|| format!("{} {}", boot.trim(), space.display()))
}

struct Stat {
    started: u64,
    is_dead: bool,
}

fn stat(pid: u32) -> Option<Stat> {
    read_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The name of the program stands in brackets, and may hold some.
fn read_stat(text: &str) -> Option<Stat> {
    let (_, rest) = text.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let is_dead = matches!(fields.next()?, "Z" | "X");
    // The 22nd of all; the state was the third.
    let started = fields.nth(18)?.parse().ok()?;
    Some(Stat { started, is_dead })
}

/// Who has the store of a database server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub host: String,
    pub pid: u32,
    pub since: Timestamp,
    /// When it was last heard of.
    pub renewed: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} of {} since {:.0}", self.pid, self.host, self.since)
    }
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    holder: String,
    host: String,
    pid: u32,
    machine: Option<String>,
    started: Option<u64>,
    /// Microseconds.
    since: i64,
    renewed: i64,
}

impl Row {
    fn process(&self) -> Process {
        let (host, machine) = (self.host.clone(), self.machine.clone());
        Process { host, pid: self.pid, machine, started: self.started }
    }

    fn holder(&self) -> Holder {
        let time = |micros| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        let (since, renewed) = (time(self.since), time(self.renewed));
        Holder { host: self.host.clone(), pid: self.pid, since, renewed }
    }
}

fn row() -> RecordId {
    record("lease", array!["store"])
}

pub(crate) fn is_taken(thrown: &str) -> bool {
    thrown.contains(TAKEN)
}

impl Store {
    /// Which studio has the store, as far as the store says; nobody where it is no server's, was closed, or is of an
    /// earlier version.
    pub async fn holder(&self) -> Result<Option<Holder>, StoreError> {
        match self.lease_row().await {
            Ok(row) => Ok(row.as_ref().map(Row::holder)),
            Err(StoreError::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Returns who has the store instead of this studio once that is so; never otherwise. What is written fails from
    /// then on. End the process.
    pub async fn taken(&self) -> String {
        match self.lease().get() {
            Some(lease) => lease.lost.wait().await.clone(),
            None => std::future::pending().await,
        }
    }

    /// Waits while it is not certain that this studio has the store: what is sent meanwhile might be sent by another
    /// as well.
    pub async fn held(&self) {
        if let Some(lease) = self.lease().get() {
            let mut until = lease.until.subscribe();
            // Its sender lives as long as the store.
            let _ = until.wait_for(|until| Instant::now() < *until).await;
        }
    }

    /// Takes the store, waiting for one who has ended without saying so.
    pub(crate) async fn claim(&self, terms: Terms, me: &Process) -> Result<(), OpenError> {
        let holder = format!("{:032x}", rand::random::<u128>());
        let mut seen: Option<Row> = None;
        loop {
            let found = self.lease_row().await?;
            if let (Some(seen), Some(found)) = (&seen, &found)
                && (&seen.holder, seen.renewed) != (&found.holder, found.renewed)
            {
                return Err(OpenError::Held { holder: found.holder().to_string() });
            }
            let gone = found.as_ref().filter(|found| found.process().is_gone(me));
            let gone = gone.map(|gone| gone.holder.clone());
            let begun = Instant::now();
            if self.is_claimed(&holder, terms, me, gone).await? {
                self.keep(holder, terms, begun);
                if seen.is_some() {
                    sleep(SETTLED.min(terms.lasts)).await;
                }
                return Ok(());
            }
            if seen.is_none() {
                let holder = found.as_ref().map(|found| found.holder().to_string());
                let what = "it is waited for until it was not heard of for so long, or gives the store up";
                tracing::warn!(holder, seconds = terms.lasts.as_secs(), what, "store.held");
                seen = found;
            }
            sleep(LOOKED_EVERY.min(terms.lasts / 4)).await;
        }
    }

    async fn is_claimed(
        &self,
        holder: &str,
        terms: Terms,
        me: &Process,
        gone: Option<String>,
    ) -> Result<bool, StoreError> {
        let bind = object! {
            row: row(),
            me: object! {
                holder: holder.to_owned(),
                host: me.host.clone(),
                pid: me.pid,
                machine: me.machine.clone(),
                started: me.started,
            },
            gone: gone,
            lasts: i64::try_from(terms.lasts.as_micros()).unwrap_or(i64::MAX / 4),
        };
        let ours = object! { row: row(), holder: holder.to_owned() };
        match self.transact(&CLAIM, bind, Probe::Ask(CLAIMED, ours)).await {
            Ok(()) => Ok(true),
            Err(Failure::Thrown(_)) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }

    /// The store was taken by a request that left at `begun`: says again and again that somebody is there.
    fn keep(&self, holder: String, terms: Terms, begun: Instant) {
        let again = self.downgrade();
        let renewing = tokio::spawn(async move {
            loop {
                sleep(terms.renewed_every).await;
                let Some(store) = again() else { return };
                if !store.renew().await {
                    return;
                }
            }
        });
        let lease = Lease {
            holder,
            terms,
            until: watch::Sender::new(begun + terms.trusted),
            lost: SetOnce::new(),
            released: AtomicBool::new(false),
            renewing: renewing.abort_handle(),
        };
        // It is claimed once.
        let _ = self.lease().set(lease);
    }

    /// Says that this studio is there. Whether it is worth while to say so again.
    pub(crate) async fn renew(&self) -> bool {
        let Some(lease) = self.lease().get() else { return false };
        let begun = Instant::now();
        let said = self.transact(&[RENEW], Object::new(), Probe::Repeat);
        let failure = match timeout(lease.terms.trusted / 2, said).await {
            Ok(Ok(())) => {
                lease.until.send_replace(begun + lease.terms.trusted);
                return true;
            }
            Ok(Err(Failure::Store(StoreError::Closed | StoreError::Taken(_)))) => return false,
            Ok(Err(failure)) => StoreError::from(failure).to_string(),
            Err(_) => "no answer".to_owned(),
        };
        tracing::warn!(error = failure, "store.lease.not_renewed");
        true
    }

    /// Says that the store is nobody's, where it was this studio's.
    pub(crate) async fn release(&self) {
        let Some(lease) = self.lease().get() else { return };
        lease.renewing.abort();
        lease.until.send_replace(Instant::now());
        lease.released.store(true, Ordering::SeqCst);
        let said = self.transact(&[RELEASE], Object::new(), Probe::Repeat);
        if !matches!(timeout(RELEASED_WITHIN, said).await, Ok(Ok(()))) {
            tracing::debug!("the store's lease was not released");
        }
    }

    /// What a transaction begins with, where another studio might have the store.
    pub(crate) fn fence(&self, bind: &mut Object) -> Option<&'static str> {
        let lease = self.lease().get()?;
        bind.insert("lease_row", row());
        bind.insert("lease_holder", lease.holder.clone());
        Some(FENCE)
    }

    /// A transaction met the fence.
    pub(crate) async fn note_taken(&self) -> StoreError {
        if self.lease().get().is_some_and(|lease| lease.released.load(Ordering::SeqCst)) {
            return StoreError::Closed;
        }
        let holder = match self.lease_row().await {
            Ok(Some(row)) => row.holder().to_string(),
            Ok(None) | Err(_) => "one that has ended since".to_owned(),
        };
        if let Some(lease) = self.lease().get()
            && lease.lost.set(holder.clone()).is_ok()
        {
            lease.until.send_replace(Instant::now());
            tracing::error!(holder, "store.taken");
        }
        StoreError::Taken(holder)
    }

    async fn lease_row(&self) -> Result<Option<Row>, StoreError> {
        let rows: Vec<Row> = self.rows("lease", READ, object! { row: row() }).await?;
        Ok(rows.into_iter().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_program_is_called() {
        let line = "71 (a) b) (c) S 1 71 71 0 -1 4194560 9 0 0 0 5 6 0 0 20 0 3 0 123456 1000 200";
        let stat = read_stat(line).expect("a line");
        assert_eq!((stat.started, stat.is_dead), (123_456, false));
        assert!(read_stat(&line.replace(") S", ") Z")).is_some_and(|stat| stat.is_dead));
        assert!(read_stat("71 (cut").is_none());
    }
}
