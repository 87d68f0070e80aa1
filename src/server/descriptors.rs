//! How many connections has the machine file descriptors for?

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Descriptors that are never given to connections: the store's files, the index, calls to remote services.
const OWN: u64 = 512;

/// Connections at a time: as many as wanted, if there are descriptors for them. Asks the system for all that it gives.
pub(super) fn connections(wanted: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    if let Some(most) = limit.maximum {
        // What cannot be raised is used as it is.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: Some(most) });
    }
    let given = getrlimit(Resource::Nofile).current;
    let connections = room(wanted, given);
    if connections < wanted {
        tracing::warn!(connections, wanted, descriptors = ?given, "server.connections.few");
    }
    connections
}

/// `None`: there is no limit.
fn room(wanted: usize, descriptors: Option<u64>) -> usize {
    let Some(descriptors) = descriptors else { return wanted };
    let left = descriptors - OWN.min(descriptors / 2);
    usize::try_from(left).unwrap_or(usize::MAX).min(wanted).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_studio_keeps_descriptors_for_itself() {
        let check =
            |descriptors: Option<u64>, expected: usize| assert_eq!(room(10_000, descriptors), expected);
        check(None, 10_000);
        check(Some(1 << 20), 10_000);
        check(Some(10_100), 9_588);
        check(Some(1_024), 512);
        check(Some(100), 50);
        check(Some(0), 1);
    }
}
