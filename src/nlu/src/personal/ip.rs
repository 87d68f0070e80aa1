//! Which addresses of machines does a text hold?

use std::net::{Ipv4Addr, Ipv6Addr};

/// Places in bytes. The text is normalised.
pub(super) fn find(text: &str) -> Vec<(usize, usize)> {
    let has = |sign: u8, most: usize| text.bytes().filter(|byte| *byte == sign).take(most).count() == most;
    let (dots, colons) = (has(b'.', 3), has(b':', 2));
    if !dots && !colons {
        return Vec::new();
    }
    let belongs = |letter: char| letter.is_ascii_hexdigit() || matches!(letter, '.' | ':');
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        if belongs(letter) {
            start.get_or_insert(at);
            continue;
        }
        let Some(from) = start.take() else { continue };
        let attached = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '@');
        let is_part = text[..from].ends_with(attached) || text[at..].starts_with(attached);
        // A full stop or a colon behind it belongs to the sentence; "::" does not.
        let piece = &text[from..at];
        let piece = piece.strip_suffix('.').unwrap_or(piece);
        let piece = if piece.ends_with("::") { piece } else { piece.strip_suffix(':').unwrap_or(piece) };
        if !is_part && is_address(piece) {
            found.push((from, from + piece.len()));
        }
    }
    found
}

fn is_address(piece: &str) -> bool {
    // With a port behind it, too.
    let host = piece.split_once(':').map_or(piece, |(host, _)| host);
    if host.contains('.') && host.parse::<Ipv4Addr>().is_ok() {
        return true;
    }
    let digits = piece.bytes().filter(u8::is_ascii_hexdigit).count();
    digits >= 3 && piece.parse::<Ipv6Addr>().is_ok()
}
