//! What if a request's body comes a byte a second? It has a time, and more of it for every part that has come.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::{
    sync::Notify,
    time::{Instant, Sleep, sleep_until},
};

/// Bytes that buy a body another second: a tenth of what the slowest of today's telephones sends.
const PACE: u64 = 4 << 10;

/// A body that rings when it is late, and says nothing more.
pub(super) struct Paced<B> {
    body: B,
    patience: Duration,
    /// Bytes so far.
    received: u64,
    begun: Option<Instant>,
    waiting: Option<Pin<Box<Sleep>>>,
    late: Arc<Notify>,
}

impl<B> Paced<B> {
    pub fn new(body: B, patience: Duration, late: Arc<Notify>) -> Self {
        Self { body, patience, received: 0, begun: None, waiting: None, late }
    }

    fn wait(&mut self, cx: &mut Context<'_>) {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let until = begun + self.patience + Duration::from_secs(self.received / PACE);
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if waiting.deadline() != until {
            waiting.as_mut().reset(until);
        }
        if waiting.as_mut().poll(cx).is_ready() {
            self.late.notify_one();
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Paced<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_pending() {
            self.wait(cx);
        }
        let frame = ready!(frame);
        if let Some(Ok(frame)) = &frame {
            self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use futures::{StreamExt as _, stream};
    use tokio::{select, time::sleep};

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(200);

    /// Whether a body is whole before it is late that comes in so many parts of this size, ten milliseconds apart.
    async fn is_whole(count: usize, size: usize) -> bool {
        let parts = stream::iter(0..count).then(move |_| async move {
            sleep(Duration::from_millis(10)).await;
            Ok::<_, std::io::Error>(Bytes::from(vec![0; size]))
        });
        let late = Arc::new(Notify::new());
        let body = Paced::new(axum::body::Body::from_stream(parts), PATIENCE, Arc::clone(&late));
        select! {
            read = to_bytes(axum::body::Body::new(body), usize::MAX) => {
                assert_eq!(read.expect("it is whole").len(), count * size);
                true
            }
            () = late.notified() => false,
        }
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_too_slow_and_a_slow_line_is_not() {
        assert!(is_whole(2, 1).await, "a small body has its time");
        assert!(!is_whole(1_000, 1).await);
        assert!(is_whole(40, 8 << 10).await);
    }
}
