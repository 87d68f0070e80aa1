//! How does a message of HTTP/1.1 pass, with as little work as can be? The benchmark runs beside what it measures, on the
//! same processors.

use std::io;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Largest head and body together; none of ours comes near.
const LARGEST: usize = 1 << 20;

/// A connection on which one message follows the other. Bodies have a `content-length`, or there is none.
pub(super) struct Wire {
    stream: TcpStream,
    /// What was read: the last message, and what came behind it.
    read: Vec<u8>,
    /// Length of the last message.
    taken: usize,
}

/// A request or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Received<'a> {
    /// From its first line to the empty one.
    pub head: &'a [u8],
    pub body: &'a [u8],
}

impl Received<'_> {
    /// An answer's status; zero where there is none.
    pub fn status(&self) -> u16 {
        let digits = self.head.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        digits.and_then(|digits| digits.parse().ok()).unwrap_or_default()
    }
}

impl Wire {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self { stream, read: Vec::with_capacity(2_048), taken: 0 })
    }

    pub async fn write(&mut self, message: &[u8]) -> io::Result<()> {
        self.stream.write_all(message).await
    }

    /// The next message; `None` when the other side has closed.
    pub async fn next(&mut self) -> io::Result<Option<Received<'_>>> {
        self.read.drain(..self.taken);
        self.taken = 0;
        let (head, whole) = loop {
            if let Some((head, whole)) = lengths(&self.read)
                && self.read.len() >= whole
            {
                break (head, whole);
            }
            if self.read.len() > LARGEST {
                return Err(io::Error::other("a message is too large"));
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        };
        self.taken = whole;
        Ok(Some(Received { head: &self.read[..head], body: &self.read[head..whole] }))
    }
}

/// Length of the head, and of the whole message; `None` until the head is there.
fn lengths(read: &[u8]) -> Option<(usize, usize)> {
    let head = read.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let name = b"content-length:";
    let lines = read[..head].split(|byte| *byte == b'\n');
    let length = lines.filter_map(|line| line.split_at_checked(name.len())).find_map(|(start, value)| {
        start
            .eq_ignore_ascii_case(name)
            .then(|| std::str::from_utf8(value).ok()?.trim().parse::<usize>().ok())?
    });
    Some((head, head + length.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_ends_where_its_length_says() {
        let check = |text: &str, expected| assert_eq!(lengths(text.as_bytes()), expected, "{text}");
        check("HTTP/1.1 204 No Content\r\n\r\n", Some((27, 27)));
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabcd", Some((38, 40)));
        check("POST / HTTP/1.1\r\nhost: a\r\ncontent-length:3", None);
    }

    #[test]
    fn the_status_stands_in_the_first_line() {
        let status = |head: &str| Received { head: head.as_bytes(), body: b"" }.status();
        assert_eq!(status("HTTP/1.1 202 Accepted\r\n\r\n"), 202);
        assert_eq!(status("HTTP"), 0);
    }
}
