//! What if the other end reads nothing, or a byte a second? A connection that takes nothing for too long is cut off.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    time::{Sleep, sleep},
};

use crate::seldom::Seldom;

static STALLED: Seldom = Seldom::every(Duration::from_secs(10));

/// A stream, with its place among the connections: a socket that grew out of a request keeps it.
#[derive(Debug)]
pub(super) struct Steady<S> {
    stream: S,
    patience: Duration,
    /// Runs while a write waits for the other end.
    stalled: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl<S> Steady<S> {
    pub fn new(stream: S, patience: Duration, place: OwnedSemaphorePermit) -> Self {
        Self { stream, patience, stalled: None, _place: place }
    }

    /// Passes on what came of a write, and lets none wait too long.
    fn judge(&mut self, wrote: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if wrote.is_ready() {
            self.stalled = None;
            return wrote;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        if stalled.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        if let Some(times) = STALLED.count() {
            tracing::warn!(times, "server.reader.too_slow");
        }
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other end takes nothing")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Steady<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Steady<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.judge(wrote, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.judge(wrote, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
        sync::Semaphore,
        time::Instant,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(200);

    async fn steady<S>(stream: S, places: &Arc<Semaphore>) -> Steady<S> {
        let place = Arc::clone(places).acquire_owned().await.expect("it is not closed");
        Steady::new(stream, PATIENCE, place)
    }

    #[tokio::test]
    async fn who_takes_nothing_is_cut_off_and_gives_its_place_back() {
        let places = Arc::new(Semaphore::new(1));
        let (ours, _theirs) = duplex(16);
        let mut stream = steady(ours, &places).await;
        let begun = Instant::now();
        let error = stream.write_all(&[0; 64]).await.expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(begun.elapsed() >= PATIENCE);
        assert_eq!(places.available_permits(), 0);
        drop(stream);
        assert_eq!(places.available_permits(), 1);
    }

    #[tokio::test]
    async fn who_takes_a_little_now_and_then_is_served() {
        let (ours, mut theirs) = duplex(16);
        let mut stream = steady(ours, &Arc::new(Semaphore::new(1))).await;
        let reading = tokio::spawn(async move {
            let mut taken = [0; 16];
            for _ in 0..4 {
                tokio::time::sleep(PATIENCE / 2).await;
                theirs.read_exact(&mut taken).await.expect("there is more");
            }
        });
        stream.write_all(&[0; 64]).await.expect("it is taken in time");
        reading.await.expect("it read");
    }
}
