//! What if a request's body comes a byte a second, or a thousand large ones come at once? A body has a time, and more of it
//! for every part that has come; all that are being read have a size together.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
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

/// Bytes of all bodies that are being read. Whose they are is known of few of them: a signature is over the whole.
pub(super) const MOST_READ: usize = 256 << 20;

/// How many bytes of bodies are being read.
#[derive(Clone, Debug, Default)]
pub(super) struct Read(Arc<AtomicUsize>);

/// Why a body is not read to its end.
#[derive(Debug, Default)]
pub(super) struct Alarm {
    pub late: Notify,
    /// Too much is being read.
    pub full: Notify,
}

/// A body that rings when it is late or one too many, and says nothing more.
pub(super) struct Paced<B> {
    body: B,
    patience: Duration,
    /// Bytes so far.
    received: usize,
    all: Read,
    begun: Option<Instant>,
    waiting: Option<Pin<Box<Sleep>>>,
    alarm: Arc<Alarm>,
}

impl<B> Paced<B> {
    pub fn new(body: B, patience: Duration, all: Read, alarm: Arc<Alarm>) -> Self {
        Self { body, patience, received: 0, all, begun: None, waiting: None, alarm }
    }

    fn receive(&mut self, bytes: usize) {
        self.received += bytes;
        if self.all.0.fetch_add(bytes, Ordering::AcqRel) + bytes > MOST_READ {
            self.alarm.full.notify_one();
        }
    }

    fn wait(&mut self, cx: &mut Context<'_>) {
        let begun = *self.begun.get_or_insert_with(Instant::now);
        let until = begun + self.patience + Duration::from_secs(self.received as u64 / PACE);
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if waiting.deadline() != until {
            waiting.as_mut().reset(until);
        }
        if waiting.as_mut().poll(cx).is_ready() {
            self.alarm.late.notify_one();
        }
    }
}

impl<B> Drop for Paced<B> {
    fn drop(&mut self) {
        self.all.0.fetch_sub(self.received, Ordering::AcqRel);
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
            self.receive(frame.data_ref().map_or(0, Bytes::len));
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
        let (all, alarm) = (Read::default(), Arc::new(Alarm::default()));
        let body =
            Paced::new(axum::body::Body::from_stream(parts), PATIENCE, all.clone(), Arc::clone(&alarm));
        select! {
            read = to_bytes(axum::body::Body::new(body), usize::MAX) => {
                assert_eq!(read.expect("it is whole").len(), count * size);
                assert_eq!(all.0.load(Ordering::Acquire), 0, "it is not being read any more");
                true
            }
            () = alarm.late.notified() => false,
        }
    }

    #[tokio::test]
    async fn what_is_too_much_together_is_refused() {
        let all = Read::default();
        let part = || axum::body::Body::from(vec![0; MOST_READ / 2]);
        let begin = async |alarm: &Arc<Alarm>| {
            let mut body = Paced::new(part(), PATIENCE, all.clone(), Arc::clone(alarm));
            std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
            body
        };
        let alarms: [Arc<Alarm>; 3] = Default::default();
        let first = begin(&alarms[0]).await;
        let _second = begin(&alarms[1]).await;
        let third = begin(&alarms[2]).await;
        alarms[2].full.notified().await;
        drop((first, third));
        let alarm = Arc::new(Alarm::default());
        let _fourth = begin(&alarm).await;
        let rings = tokio::time::timeout(Duration::from_millis(50), alarm.full.notified()).await;
        assert!(rings.is_err(), "there is room again");
    }

    #[tokio::test]
    async fn a_byte_now_and_then_is_too_slow_and_a_slow_line_is_not() {
        assert!(is_whole(2, 1).await, "a small body has its time");
        assert!(!is_whole(1_000, 1).await);
        assert!(is_whole(40, 8 << 10).await);
    }
}
