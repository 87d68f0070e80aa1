//! What is taken before it, because it was refused when it came?

use tokio::time::Instant;

use super::{heard::Event, inbound::Reader, life::Account, webhook::Taken};
use crate::{
    host::Host,
    late::{Refused, keeps_place},
    problem::Problem,
};

impl Account {
    /// Takes an event, and before it what was refused of its conversation and has not come again yet.
    pub(super) async fn take_in_order<H: Host>(
        &self,
        host: &H,
        reader: &Reader<'_>,
        event: Event,
    ) -> Result<Taken, Problem> {
        let Some(incoming) = event.incoming() else {
            // What was said by a new name belongs behind the move to it.
            return self.take_event(host, reader, event).await;
        };
        let (own, thread, said_at) = (incoming.native.clone(), incoming.thread.clone(), incoming.said_at);
        loop {
            let before = self.known().late.before(&own, &thread, said_at, Instant::now());
            let Some((native, late)) = before else { break };
            // Where it is never stored, it is kept as it came when it comes again.
            self.take_event(host, reader, late).await?;
            self.known().late.settled(&native);
        }
        let taken = self.take_event(host, reader, event).await?;
        self.known().late.settled(&own);
        Ok(taken)
    }

    /// Meta sends this again, with all that was told in the same webhook; `bytes` is its share of that.
    pub(super) fn comes_again(&self, event: Event, bytes: usize) {
        let Some(incoming) = event.incoming().filter(|incoming| keeps_place(&incoming.body)) else { return };
        let (native, thread, said_at) = (incoming.native.clone(), incoming.thread.clone(), incoming.said_at);
        let refused = Refused { native, thread, said_at, event, bytes, since: Instant::now() };
        self.known().late.refused(refused);
    }
}
