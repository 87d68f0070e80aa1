//! How does what an adapter hands over become an event of the inbox?

use std::collections::BTreeMap;

use jiff::SignedDuration;
use studio_adapters::{
    host::{AcceptError, Acceptance, Host as _, Incoming, Novelty},
    platform::Attachment,
};
use studio_core::{
    dialogue::Event,
    id::{EventKey, MediaId},
    policy::{length, nesting},
};
use studio_store::{Arrival, NewFetch};

use super::{ORGANISATION, RESTS, StudioHost};
use crate::pipeline::{Receipt, ReceiveError};

const STOPPING: AcceptError = AcceptError::Busy { retry_after: SignedDuration::from_secs(5) };

impl StudioHost {
    /// Takes an event; `blocked` is why nothing gets through to the person from it on.
    pub(super) async fn take(
        &self,
        incoming: Incoming,
        blocked: Option<&str>,
    ) -> Result<Acceptance, AcceptError> {
        let connection = self
            .0
            .connection(&incoming.connection)
            .ok_or_else(|| AcceptError::Refused(format!("there is no connection {}", incoming.connection)))?;
        if self.0.switchboard.rests(&incoming.connection) {
            return Err(AcceptError::Busy { retry_after: RESTS });
        }
        if self.0.intake.backlog().sleeps_enough() && !self.0.registry.runs(ORGANISATION, connection.bot()) {
            return Err(AcceptError::Busy { retry_after: SignedDuration::from_mins(1) });
        }
        if let Some(why) = nesting::refusal(&incoming.body) {
            return Err(AcceptError::Refused(why));
        }
        let conversation = self.conversation(&incoming.connection, &incoming.thread);
        // What is under way is finished; a sender that never rests would keep that from ending.
        if self.0.stopping.is_cancelled() {
            return Err(STOPPING);
        }
        let (mut body, mut attachments) = (incoming.body, incoming.attachments);
        // The other channels refuse it, and tell whoever writes.
        if connection.platform().is_some() && length::cut(&mut body) {
            tracing::warn!(connection = incoming.connection, native = incoming.native, "message.cut");
        }
        let now = self.0.clock.now();
        let key = EventKey { source: incoming.connection.clone(), native: incoming.native };
        let files = attachments.iter_mut().map(|file| &mut file.name).collect();
        self.mask(connection.bot(), conversation, &key, (&mut body, files), now).await?;
        let arrival = Arrival {
            conversation,
            channel: connection.channel().to_owned(),
            thread: incoming.thread,
            external: Some(incoming.external),
            event: Event {
                key,
                at: now,
                said_at: incoming.said_at,
                author: incoming.author,
                sizes: sizes(&attachments),
                body,
            },
            connection: incoming.connection,
            fingerprint: incoming.fingerprint,
            attachments: attachments.into_iter().map(to_fetch).collect(),
        };
        let files_wait = !arrival.attachments.is_empty();
        if blocked.is_none() && connection.platform().is_some() {
            self.0.deliverer.hears(&self.0, ORGANISATION, conversation).await;
        }
        match self.0.intake.receive(ORGANISATION, arrival).await {
            Ok(Receipt::New) => {
                if files_wait {
                    self.0.files_wait.notify_one();
                }
                if let Some(why) = blocked {
                    self.0.deliverer.cannot_reach(&self.0, ORGANISATION, conversation, why, now).await;
                }
                Ok(Acceptance { conversation, novelty: Novelty::New })
            }
            Ok(Receipt::Repeat) => Ok(Acceptance { conversation, novelty: Novelty::Repeat }),
            Err(ReceiveError::Busy { retry_after }) => {
                let seconds = i64::try_from(retry_after).unwrap_or(i64::MAX);
                Err(AcceptError::Busy { retry_after: SignedDuration::from_secs(seconds) })
            }
            Err(ReceiveError::Stopping) => Err(STOPPING),
            Err(ReceiveError::Conflict) => Err(AcceptError::Conflict),
            Err(ReceiveError::Store(error)) => Err(AcceptError::Store(error)),
        }
    }
}

fn sizes(attachments: &[Attachment]) -> BTreeMap<MediaId, u64> {
    attachments.iter().filter(|it| it.size > 0).map(|it| (it.media, it.size)).collect()
}

fn to_fetch(attachment: Attachment) -> NewFetch {
    let Attachment { media, native, name, media_type, size } = attachment;
    NewFetch { media, native, name, media_type, size }
}
