//! Is there memory for a model? One that does not fit would end the whole process, not itself alone.

use std::fs;

use crate::{stats::resident, verify::ModelError};

/// Fails where the weights, which stand in memory at least once, are larger than what is left of it.
pub(crate) fn must_fit(weights: u64) -> Result<(), ModelError> {
    let read = |file: &str| fs::read_to_string(file).unwrap_or_default();
    let left =
        left(&read("/proc/meminfo"), &read("/sys/fs/cgroup/memory.max"), resident().unwrap_or_default());
    match left {
        Some(left) if left < weights => Err(ModelError::Memory { weights, left }),
        Some(_) | None => Ok(()),
    }
}

/// Bytes that the machine and the process's group have left; nothing where neither tells.
fn left(machine: &str, most_of_group: &str, resident: u64) -> Option<u64> {
    let of_group = most_of_group.trim().parse::<u64>().ok().map(|most| most.saturating_sub(resident));
    let of_machine = kilobytes(machine, "MemAvailable:")
        .map(|memory| (memory + kilobytes(machine, "SwapFree:").unwrap_or_default()) * 1024);
    of_group.into_iter().chain(of_machine).min()
}

fn kilobytes(machine: &str, name: &str) -> Option<u64> {
    let value = machine.lines().find_map(|line| line.strip_prefix(name))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_the_smaller_of_machine_and_group() {
        let machine = "MemTotal: 4000 kB\nMemAvailable:   1000 kB\nSwapFree:        24 kB\n";
        assert_eq!(left(machine, "max\n", 0), Some(1_048_576));
        assert_eq!(left(machine, "900000\n", 100_000), Some(800_000));
        assert_eq!(left(machine, "900000\n", 1_000_000), Some(0));
        assert_eq!(left("", "", 0), None);
    }

    #[test]
    fn a_model_larger_than_any_memory_is_refused_with_both_sizes() {
        must_fit(1).unwrap();
        let told = must_fit(u64::MAX).unwrap_err().to_string();
        assert!(told.contains("MB of memory") && told.contains("`[models]`"), "{told}");
    }
}
