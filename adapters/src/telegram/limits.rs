//! How large may a file be? By Telegram's own servers, and by a Bot API server of one's own.

use url::Url;

/// In bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub sent: usize,
    pub fetched: usize,
}

/// Read in telegram-bot-api's `Client.h`, and in its README: a server of one's own takes 2,000 MB. Fetched files are held in memory,
/// so that of those no more are taken than of the other platforms.
const TELEGRAMS: Limits = Limits { sent: 50 << 20, fetched: FETCHED };
const OWN: Limits = Limits { sent: 2_000 << 20, fetched: 100 << 20 };

/// What a bot may fetch from a server that does not run with `--local`.
pub const FETCHED: usize = 20 << 20;

/// Of the server at this base address.
pub fn of(api: &Url) -> Limits {
    if api.host_str() == Some("api.telegram.org") { TELEGRAMS } else { OWN }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_of_ones_own_takes_more() {
        let of = |api: &str| {
            let Limits { sent, fetched } = of(&Url::parse(api).expect("an address"));
            (sent >> 20, fetched >> 20)
        };
        assert_eq!(of("https://api.telegram.org"), (50, 20));
        assert_eq!(of("http://127.0.0.1:8081/"), (2_000, 100));
    }
}
