//! Which values of a setting can work?

use std::{net::IpAddr, path::PathBuf};

use ipnet::IpNet;
use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error};
use tracing_subscriber::EnvFilter;
use url::Url;

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

pub(super) fn at_least_one<'de, D: Deserializer<'de>, T: Deserialize<'de> + PartialOrd + From<u8>>(
    value: D,
) -> Result<T, D::Error> {
    let number = T::deserialize(value)?;
    if number < T::from(1) { Err(Error::custom("at least 1 is needed")) } else { Ok(number) }
}

pub(super) fn ports<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<u16>, D::Error> {
    let ports = Vec::<u16>::deserialize(value)?;
    if ports.contains(&0) { Err(Error::custom("nothing listens at port 0")) } else { Ok(ports) }
}

/// A network, or an address, which is a network of one.
struct Network(IpNet);

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address.or_else(|_| text.parse()).map(Self).map_err(Error::custom)
    }
}

pub(super) fn networks<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<IpNet>, D::Error> {
    let networks = Vec::<Network>::deserialize(value)?;
    Ok(networks.into_iter().map(|Network(network)| network).collect())
}

/// A transaction must fit into the log.
const LEAST_LOG: u64 = 64 << 20;

pub(super) fn log_bytes<'de, D: Deserializer<'de>>(value: D) -> Result<u64, D::Error> {
    let bytes = u64::deserialize(value)?;
    if bytes < LEAST_LOG {
        return Err(Error::custom(format!("at least {LEAST_LOG} (64 MiB) is needed")));
    }
    Ok(bytes)
}

fn duration<'de, D: Deserializer<'de>>(value: D) -> Result<SignedDuration, D::Error> {
    let text = String::deserialize(value)?;
    text.parse().map_err(|_| {
        Error::custom(format!("`{text}` is no length of time; one is `500ms`, `30s`, `5m` or `1h 30m`"))
    })
}

pub(super) fn positive<'de, D: Deserializer<'de>>(value: D) -> Result<SignedDuration, D::Error> {
    let duration = duration(value)?;
    if duration.is_positive() { Ok(duration) } else { Err(Error::custom("a time longer than 0 s is needed")) }
}

pub(super) fn not_negative<'de, D: Deserializer<'de>>(value: D) -> Result<SignedDuration, D::Error> {
    let duration = duration(value)?;
    if duration.is_negative() { Err(Error::custom("a time cannot be negative")) } else { Ok(duration) }
}

/// A level, or directives such as `info,studio_store=debug`.
pub(super) fn log_level<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    let is_level = LEVELS.contains(&text.to_lowercase().as_str());
    if is_level || (text.contains('=') && EnvFilter::try_new(&text).is_ok()) {
        return Ok(text);
    }
    Err(Error::custom("error, warn, info, debug or trace, or parts such as info,studio_store=debug"))
}

/// The name of a folder.
pub(super) fn folder<'de, D: Deserializer<'de>>(value: D) -> Result<PathBuf, D::Error> {
    let path = PathBuf::deserialize(value)?;
    if path.as_os_str().is_empty() {
        return Err(Error::custom("the name of a folder is needed, such as \"data\"; the one here is `.`"));
    }
    Ok(path)
}

/// Nothing, or an address of http or https.
pub(super) fn web_address<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let text = String::deserialize(value)?;
    let fits = Url::parse(&text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if text.is_empty() || fits {
        return Ok(text);
    }
    Err(Error::custom("an address such as https://chat.example.com is needed"))
}
