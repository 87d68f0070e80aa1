//! How is a frame stored? The same way from a socket as from a POST.

use jiff::SignedDuration;
use tokio::time::{Duration, timeout};

use super::{
    door::Visitor,
    frame::{ClientFrame, ErrorCode, ErrorFrame, ServerFrame},
    inbound::{Sender, incoming, named},
    life::Shared,
};
use crate::{
    fingerprint::fingerprint,
    host::{AcceptError, Host, HostError},
};

/// A store that does not answer for so long is said to be busy; the widget sends again.
const LONGEST_STORE: Duration = Duration::from_secs(15);

/// Stores a frame; the acknowledgement is made only once it is durable.
pub(super) async fn deliver<H: Host>(
    shared: &Shared<H>,
    visitor: &Visitor,
    frame: ClientFrame,
) -> Result<ServerFrame, ErrorFrame> {
    let Some((id, file)) = named(&frame).map(|(id, file)| (id.to_owned(), file)) else {
        let message = "this frame is not stored; send message, press or event".into();
        return Err(ErrorFrame { code: ErrorCode::Invalid, message, id: None, retry_after_ms: None });
    };
    let fail = |code, message: String, retry_after: Option<SignedDuration>| ErrorFrame {
        code,
        message,
        id: Some(id.clone()),
        retry_after_ms: retry_after.map(milliseconds),
    };
    let limits = &visitor.config.limits;
    shared
        .messages
        .take(visitor.session.clone(), limits.messages(), shared.host.now())
        .map_err(|after| fail(ErrorCode::TooFast, "too many messages in a short time".into(), Some(after)))?;
    let fingerprint = fingerprint(&shared.host.token_key(), "web", &frame);
    let store = async {
        let file = match file {
            None => None,
            Some(file) => {
                let facts = shared.host.media_facts(visitor.conversation, file).await;
                let facts = facts.map_err(|HostError(why)| AcceptError::Store(why))?;
                facts.map(|facts| (file, facts))
            }
        };
        let sender =
            Sender { connection: &visitor.config.name, session: &visitor.session, longest_text: limits.text };
        match incoming(sender, frame, file, fingerprint) {
            Ok(incoming) => shared.host.accept(incoming).await.map(|_| Ok(())),
            Err(why) => Ok(Err(why)),
        }
    };
    let busy = "nothing was stored yet; send the same again";
    match timeout(LONGEST_STORE, store).await {
        Ok(Ok(Ok(()))) => Ok(ServerFrame::Ack { id }),
        Ok(Ok(Err(why))) => Err(fail(ErrorCode::Invalid, why, None)),
        Ok(Err(AcceptError::Busy { retry_after })) => {
            Err(fail(ErrorCode::Busy, busy.into(), Some(retry_after)))
        }
        Ok(Err(error @ AcceptError::Conflict)) => Err(fail(ErrorCode::Conflict, error.to_string(), None)),
        Ok(Err(AcceptError::Refused(why))) => Err(fail(ErrorCode::Refused, why, None)),
        Ok(Err(AcceptError::Store(why))) => {
            tracing::error!(error = %why, "channel.store_failed");
            Err(fail(ErrorCode::Busy, busy.into(), Some(SignedDuration::from_secs(5))))
        }
        Err(_) => Err(fail(ErrorCode::Busy, busy.into(), Some(SignedDuration::from_secs(5)))),
    }
}

fn milliseconds(duration: SignedDuration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(0).max(1)
}
