//! Which addresses does nobody outside reach?

use url::{Host, Url};

/// Whether an address lies in a private network, from where no platform fetches anything. This machine does not
/// count: here platform and bot are on the same one.
pub fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_unique_local() || ip.is_unicast_link_local(),
        Some(Host::Domain(_)) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_networks_are_told_apart() {
        for (url, expected) in [
            ("https://10.0.0.1/a.png", true),
            ("https://192.168.1.1/a.png", true),
            ("http://169.254.169.254/", true),
            ("https://[fd00::1]/", true),
            ("https://127.0.0.1/a.png", false),
            ("https://93.184.216.34/", false),
            ("https://shop.example/a.png", false),
        ] {
            assert_eq!(is_private(&Url::parse(url).expect("an address")), expected, "{url}");
        }
    }
}
