//! What does a process take of the machine?

use std::{fs, time::Duration};

use anyhow::Context as _;

/// Ticks a second in which the kernel counts processor time, on every Linux.
const TICKS: u64 = 100;

/// What a process has taken so far.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// In user and kernel mode, over all threads.
    pub processor: Duration,
    /// Bytes in memory now, and at most so far.
    pub resident: u64,
    pub peak: u64,
    /// Open file descriptors, and threads, now.
    pub descriptors: usize,
    pub threads: usize,
}

impl Usage {
    /// Reads them from `/proc`.
    pub fn of(pid: u32) -> anyhow::Result<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name before it, in brackets, may hold anything.
        let fields = stat.rsplit_once(')').context("the kernel's line is another")?.1;
        let field = |place: usize| fields.split_whitespace().nth(place)?.parse::<u64>().ok();
        let (user, kernel) = field(11).zip(field(12)).context("the kernel's line is another")?;
        let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib: u64 =
                line.with_context(|| format!("no {name}"))?.trim().trim_end_matches(" kB").parse()?;
            anyhow::Ok(kib * 1_024)
        };
        Ok(Self {
            processor: Duration::from_millis((user + kernel) * 1_000 / TICKS),
            resident: bytes("VmRSS:")?,
            peak: bytes("VmHWM:")?,
            descriptors: fs::read_dir(format!("/proc/{pid}/fd"))?.count(),
            threads: fs::read_dir(format!("/proc/{pid}/task"))?.count(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_takes_something() {
        let before = Usage::of(std::process::id()).expect("of this process");
        let held: Vec<u8> = vec![1; 64 << 20];
        let after = Usage::of(std::process::id()).expect("of this process");
        assert!(after.resident >= before.resident + (60 << 20), "{} bytes are held", held.len());
        drop(held);
        let later = Usage::of(std::process::id()).expect("of this process");
        // The kernel counts each thread's pages in portions.
        assert!(later.peak + (4 << 20) >= after.resident, "{later:?} and before {after:?}");
        assert!(after.descriptors > 2 && after.threads > 0);
    }
}
