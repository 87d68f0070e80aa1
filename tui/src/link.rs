//! How does the live stream stay up, and how is a gap seen?

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde::Deserialize;
use studio_core::api::{LiveFrame, LiveHello, LivePosition};
use tokio::{sync::mpsc::Sender, time};
use tokio_tungstenite::tungstenite;

use crate::{
    api::{Api, decode},
    error::ApiError,
    message::{LiveNews, Msg},
};

/// Without a word for so long, not even the answer to a ping, the connection is given up.
const SILENCE: Duration = Duration::from_secs(45);
const PING: Duration = Duration::from_secs(15);
/// The server's code for a token that is wrong or has ended.
const LOG_IN: u16 = 4401;
const ENDED: &str = "the login has ended";
const LONGEST_WAIT: Duration = Duration::from_secs(15);

/// Follows the stream until nobody listens any more, or the login has ended.
pub async fn follow(api: Api, out: Sender<Msg>) {
    let mut place = Place::default();
    let mut failures = 0;
    loop {
        let error = match connect(&api, &mut place, &mut failures, &out).await {
            Ok(()) => return,
            Err(error) => error,
        };
        let retry_in = wait(failures);
        failures += 1;
        let logged_out = matches!(error, ApiError::Unauthorised(_));
        if out.send(Msg::Live(LiveNews::Lost { error, retry_in })).await.is_err() || logged_out {
            return;
        }
        time::sleep(retry_in).await;
    }
}

/// Doubles from half a second up to a quarter of a minute.
fn wait(failures: u32) -> Duration {
    (Duration::from_millis(500) * 2_u32.pow(failures.min(6))).min(LONGEST_WAIT)
}

/// One connection. `Ok` once nobody listens any more.
async fn connect(
    api: &Api,
    place: &mut Place,
    failures: &mut u32,
    out: &Sender<Msg>,
) -> Result<(), ApiError> {
    let mut socket = api.live().await?;
    let hello = LiveHello { token: api.token().map(str::to_owned), after: place.after };
    let hello = serde_json::to_string(&hello).map_err(|error| ApiError::Unreadable(error.to_string()))?;
    socket.send(tungstenite::Message::text(hello)).await.map_err(|error| broken(&error))?;
    let mut pings = time::interval_at(time::Instant::now() + PING, PING);
    let mut heard = time::Instant::now();
    loop {
        let frame = tokio::select! {
            frame = socket.next() => frame,
            () = out.closed() => return Ok(()),
            _ = pings.tick() => {
                if heard.elapsed() > SILENCE {
                    return Err(ApiError::Unreachable("the live stream fell silent".to_owned()));
                }
                socket.send(tungstenite::Message::Ping(tungstenite::Bytes::new())).await.map_err(|error| broken(&error))?;
                continue;
            }
        };
        heard = time::Instant::now();
        let text = match frame {
            None => return Err(ApiError::Unreachable("the studio ended the live stream".to_owned())),
            Some(Err(error)) => return Err(broken(&error)),
            Some(Ok(tungstenite::Message::Text(text))) => text,
            Some(Ok(tungstenite::Message::Close(close))) => {
                if close.as_ref().is_some_and(|close| u16::from(close.code) == LOG_IN) {
                    return Err(ApiError::Unauthorised(ENDED.to_owned()));
                }
                let reason = close.map(|close| crate::scrub::line(&close.reason)).unwrap_or_default();
                return Err(ApiError::Unreachable(format!("the studio ended the live stream {reason}")));
            }
            Some(Ok(
                tungstenite::Message::Binary(_)
                | tungstenite::Message::Ping(_)
                | tungstenite::Message::Pong(_)
                | tungstenite::Message::Frame(_),
            )) => continue,
        };
        let news = match decode::<LiveFrame>(text.as_bytes()) {
            Ok(frame) => place.take_in(frame),
            Err(error) => place.pass_over(&decode(text.as_bytes())?, error),
        };
        *failures = 0;
        for news in news {
            if out.send(Msg::Live(news)).await.is_err() {
                return Ok(());
            }
        }
    }
}

fn broken(error: &tungstenite::Error) -> ApiError {
    ApiError::Unreachable(crate::scrub::line(&error.to_string()))
}

/// Where the stream was left, over all connections.
#[derive(Debug, Default)]
struct Place {
    after: Option<LivePosition>,
    /// Whether it was told that a frame cannot be read.
    told: bool,
}

/// What is read of a frame that cannot be read.
#[derive(Deserialize)]
struct Envelope {
    position: Option<LivePosition>,
}

impl Place {
    /// Goes on behind a frame that cannot be read, of a newer studio for example: coming back would bring it again.
    fn pass_over(&mut self, envelope: &Envelope, error: ApiError) -> Vec<LiveNews> {
        let Some(position) = envelope.position else { return Vec::new() };
        let seen = |known: LivePosition| known.epoch == position.epoch && position.number <= known.number;
        if self.after.is_some_and(seen) {
            return Vec::new();
        }
        self.after = Some(position);
        let first = !std::mem::replace(&mut self.told, true);
        vec![LiveNews::Unreadable(first.then_some(error))]
    }

    /// What a frame means: turns that were seen are set aside, a number that is missing is a gap.
    fn take_in(&mut self, frame: LiveFrame) -> Vec<LiveNews> {
        match &frame {
            LiveFrame::Welcome { position, caught_up } => {
                // Caught up: what was missed follows, so the place stays where it was.
                if !caught_up || self.after.is_none() {
                    self.after = Some(*position);
                }
                vec![LiveNews::Frame(frame)]
            }
            LiveFrame::Turn { position, .. } => {
                let position = *position;
                let known = self.after.replace(position);
                match known {
                    Some(known) if known.epoch == position.epoch && position.number <= known.number => {
                        self.after = Some(known);
                        Vec::new()
                    }
                    Some(known) if known.epoch == position.epoch && position.number == known.number + 1 => {
                        vec![LiveNews::Frame(frame)]
                    }
                    Some(_) | None => vec![LiveNews::Gap, LiveNews::Frame(frame)],
                }
            }
            LiveFrame::Typing { .. } | LiveFrame::TooSlow => vec![LiveNews::Frame(frame)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn position(epoch: u64, number: u64) -> LivePosition {
        LivePosition { epoch, number }
    }

    fn turn(epoch: u64, number: u64) -> LiveFrame {
        let conversation = Box::new(samples::conversation("ada"));
        LiveFrame::Turn { position: position(epoch, number), conversation, entries: Vec::new() }
    }

    fn welcome(epoch: u64, number: u64, caught_up: bool) -> LiveFrame {
        LiveFrame::Welcome { position: position(epoch, number), caught_up }
    }

    #[test]
    fn gaps_and_repeats_are_seen_by_number() {
        let mut place = Place::default();
        for (frame, expected, after) in [
            (welcome(1, 5, true), "frame", 5),
            (turn(1, 6), "frame", 6),
            (turn(1, 6), "", 6),
            (turn(1, 8), "gap frame", 8),
            // Come back: what was missed follows the welcome.
            (welcome(1, 10, true), "frame", 8),
            (turn(1, 9), "frame", 9),
            (turn(1, 10), "frame", 10),
            // Another start of the server.
            (welcome(2, 3, false), "frame", 3),
            (turn(2, 4), "frame", 4),
            (turn(3, 9), "gap frame", 9),
        ] {
            let told = format!("{frame:?}");
            let news: Vec<&str> = place
                .take_in(frame)
                .iter()
                .map(|news| match news {
                    LiveNews::Frame(_) => "frame",
                    LiveNews::Gap => "gap",
                    LiveNews::Unreadable(_) => "unreadable",
                    LiveNews::Lost { .. } => "lost",
                })
                .collect();
            assert_eq!(news.join(" "), expected, "{told}");
            assert_eq!(place.after.map(|after| after.number), Some(after), "{told}");
        }
    }

    #[test]
    fn a_frame_that_cannot_be_read_is_passed_over_and_told_once() {
        let mut place = Place::default();
        place.take_in(welcome(1, 5, true));
        let mut pass = |text: &str| {
            let error = decode::<LiveFrame>(text.as_bytes()).expect_err("it cannot be read");
            let news = place.pass_over(&decode(text.as_bytes()).expect("an envelope"), error);
            let told = |news: &LiveNews| match news {
                LiveNews::Unreadable(error) => error.is_some(),
                LiveNews::Frame(_) | LiveNews::Gap | LiveNews::Lost { .. } => panic!("{news:?}"),
            };
            (news.iter().map(told).collect::<Vec<_>>(), place.after.map(|after| after.number))
        };
        let turn = |number: u64| {
            format!(r#"{{"type":"turn","position":{{"epoch":1,"number":{number}}},"entries":"new"}}"#)
        };
        assert_eq!(pass(&turn(6)), (vec![true], Some(6)));
        assert_eq!(pass(&turn(6)), (vec![], Some(6)), "it comes again after a reconnect");
        assert_eq!(pass(&turn(7)), (vec![false], Some(7)));
        assert_eq!(pass(r#"{"type":"applause"}"#), (vec![], Some(7)));
        assert_eq!(place.take_in(self::turn(1, 8)).len(), 1, "the next is no gap");
    }

    #[test]
    fn waits_grow_and_end() {
        let waits: Vec<u128> = (0..8).map(|failures| wait(failures).as_millis()).collect();
        assert_eq!(waits, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    }
}
