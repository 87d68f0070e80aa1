//! Who sees that somebody is at it while a remote service is asked? The person in their channel, as long as it takes.

use std::{future::pending, time::Duration};

use studio_adapters::host::HostEvent;
use studio_core::id::ConversationId;
use studio_store::Payload;

use super::Leaving;
use crate::studio::Studio;

/// It is shown anew before it is over: Telegram and the widget show it for 5 seconds, Discord for 10.
const EVERY: Duration = Duration::from_secs(4);
/// So often at most in one try, which is two minutes: what takes longer waits for something else than the service.
const MOST: u32 = 30;

/// The conversation of a call.
pub(super) struct Asking {
    conversation: ConversationId,
    connection: String,
    thread: String,
}

impl Asking {
    /// Nothing of what is no call, nor of one whose answer is there and waits for the inbox to take it.
    pub fn of(leaving: &Leaving) -> Option<Self> {
        let row = &leaving.row;
        match row.payload {
            Payload::Call(_) if leaving.answer.is_none() => Some(Self {
                conversation: row.conversation,
                connection: row.connection.clone(),
                thread: row.thread.clone(),
            }),
            Payload::Call(_) | Payload::Message(_) | Payload::Correction { .. } => None,
        }
    }

    fn show(&self, studio: &Studio) {
        if let Some(who) = studio.bot_of(&self.connection) {
            studio.rooms.tell(self.conversation, HostEvent::Typing { who });
        }
        studio.show_typing(&self.connection, &self.thread);
    }
}

/// Does the work, and shows meanwhile that somebody is at it, where something is asked. It ends with the work, however that ends.
pub(super) async fn meanwhile<T>(
    studio: &Studio,
    asking: Option<Asking>,
    work: impl Future<Output = T>,
) -> T {
    shown_while(EVERY, MOST, asking.map(|asking| move || asking.show(studio)), work).await
}

async fn shown_while<T>(
    every: Duration,
    most: u32,
    show: Option<impl FnMut()>,
    work: impl Future<Output = T>,
) -> T {
    let shown = async {
        if let Some(mut show) = show {
            for _ in 0..most {
                show();
                tokio::time::sleep(every).await;
            }
        }
        pending::<T>().await
    };
    tokio::select! {
        // At first, so that it is seen before the answer.
        biased;
        never = shown => never,
        done = work => done,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn it_is_shown_again_and_again_and_not_without_end() {
        let count = Cell::new(0);
        let show = || count.set(count.get() + 1);
        let work = async {
            while count.get() < 3 {
                tokio::task::yield_now().await;
            }
            // Room for more than the most.
            tokio::time::sleep(Duration::from_millis(50)).await;
            "done"
        };
        assert_eq!(shown_while(Duration::from_millis(1), 3, Some(show), work).await, "done");
        assert_eq!(count.get(), 3);
    }

    #[tokio::test]
    async fn it_is_shown_before_the_work_begins_and_never_where_nothing_is_asked() {
        let count = Cell::new(0);
        let show = || count.set(count.get() + 1);
        assert_eq!(shown_while(EVERY, MOST, Some(show), async { count.get() }).await, 1);
        assert_eq!(shown_while(EVERY, MOST, None::<fn()>, async { count.get() }).await, 1);
    }
}
