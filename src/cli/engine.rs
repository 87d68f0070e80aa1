//! What is known of the database that the settings name? As docs/decisions/0003-engine.md has it.

/// What is said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Good(&'static str),
    Warning(&'static str),
}

const SURREALKV: &str = "surrealkv, embedded: the default, killed most often of the three, and looked after at each start \
    (docs/reliability.md)";
const ROCKSDB: &str = "rocksdb, embedded: killed some sixty times without a loss, which proves little, and SurrealDB 4 will \
    not have it. `surrealkv` is what is proved (docs/decisions/0003-engine.md)";
const SERVER: &str = "a SurrealDB server: what it keeps is as safe as the engine below it. SurrealKV, as SurrealDB 3.3 has it, may lose \
    what it acknowledged when the server is killed, so put it on RocksDB or TiKV \
    (docs/decisions/0003-engine.md). One studio at a time runs on it";
const MEMORY: &str = "memory: all is forgotten at the end";

/// What is known of a `store.url`; of one that is none nothing, which the settings say themselves.
pub fn told(url: &str) -> Option<Told> {
    match url {
        "surrealkv" => Some(Told::Good(SURREALKV)),
        "rocksdb" => Some(Told::Warning(ROCKSDB)),
        "memory" => Some(Told::Warning(MEMORY)),
        url if url.starts_with("ws://") || url.starts_with("wss://") => Some(Told::Warning(SERVER)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_engine_is_told_what_is_known() {
        assert_eq!(told("surrealkv"), Some(Told::Good(SURREALKV)));
        assert_eq!(told("rocksdb"), Some(Told::Warning(ROCKSDB)));
        assert_eq!(told("wss://db.example:8000"), Some(Told::Warning(SERVER)));
        assert_eq!(told("memory"), Some(Told::Warning(MEMORY)));
        assert_eq!(told("http://db.example"), None);
    }
}
