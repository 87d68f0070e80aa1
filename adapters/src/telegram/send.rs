//! How does a message leave for Telegram, part by part?

use std::collections::VecDeque;

use studio_core::{
    content::{Loss, Source},
    id::ConversationId,
};
use teloxide_core::{
    payloads::SendChatAction,
    types::{ChatAction, True},
};
use url::Url;

use super::{
    call::{CallError, Sent, call},
    config::QuickReplies,
    judge::{is_about_links, is_about_marks, is_about_source, is_too_large, judge},
    life::{Account, PATIENCE, UPLOAD_PATIENCE, with_advice},
    limits,
    outbound::{Keys, Piece, Press, Rendered, Style, render},
    place::Place,
    request::{self, Origin, Request},
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Leaving, Outcome, Scope},
};

/// Ends the name of a message behind which more of its piece is to leave.
const MORE: &str = "+";

/// The number of a message by its name.
pub fn number_told(part: &str) -> &str {
    part.trim_end_matches(MORE)
}

/// What is to leave of a piece: itself, or what Telegram takes in its place.
pub(super) struct Rest {
    pub waiting: VecDeque<Piece>,
    /// Messages of what takes its place that have left in an earlier try.
    before: usize,
    pub losses: Vec<Loss>,
}

impl Rest {
    pub fn of(piece: &Piece, before: usize) -> Self {
        Self { waiting: VecDeque::from([piece.clone()]), before, losses: Vec::new() }
    }

    /// Others take the place of the first.
    fn replace(&mut self, by: Vec<Piece>, losses: Vec<Loss>) {
        self.waiting.pop_front();
        // One may itself have to be replaced by several.
        let left = if by.len() > self.before { std::mem::take(&mut self.before) } else { 0 };
        for piece in by.into_iter().skip(left).rev() {
            self.waiting.push_front(piece);
        }
        self.losses.extend(losses);
    }

    /// The first has left; how it is called.
    fn left(&mut self, sent: &Sent) -> String {
        self.waiting.pop_front();
        let more = if self.waiting.is_empty() { "" } else { MORE };
        format!("{}{more}", sent.message_id)
    }
}

/// Why a piece did not leave.
pub(super) enum Stop {
    Call(CallError),
    /// The studio could not say what it holds.
    Studio(String),
    Dead(String),
    /// Not now: the limiter says so.
    Later(Outcome),
}

impl Account {
    pub async fn send<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        self.send_pieces(host, leaving).await.settled()
    }

    async fn send_pieces<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
        let mut place: Place = match leaving.thread.parse() {
            Ok(place) => place,
            Err(error) => return dead(format!("{error}")),
        };
        let key = host.token_key();
        let Rendered { pieces, mut losses } = render(&leaving.message.content, self.style(&place, &key));
        let done = leaving.parts.iter().filter(|part| !part.ends_with(MORE)).count();
        let mut before = leaving.parts.iter().rev().take_while(|part| part.ends_with(MORE)).count();
        let mut parts = Vec::new();
        let mut leaves = Parts::begin();
        self.keep_place(host, &place).await;
        for piece in pieces.iter().skip(done) {
            let mut rest = Rest::of(piece, std::mem::take(&mut before));
            while !rest.waiting.is_empty() {
                if let Err(outcome) =
                    leaves.next(host, self.name(), leaving.conversation, &leaving.thread).await
                {
                    return Attempt { parts, losses, outcome };
                }
                match self.leave(host, &mut place, leaving.conversation, &mut rest).await {
                    Ok(part) => parts.push(part),
                    Err(stop) => {
                        let outcome = self.outcome(host, &leaving.thread, stop);
                        return Attempt { parts, losses, outcome };
                    }
                }
            }
            losses.extend(rest.losses);
        }
        Attempt { parts, losses, outcome: Outcome::Done }
    }

    /// Shows for five seconds, or until a message comes, that someone is typing.
    pub async fn typing(&self, thread: &str) {
        let Ok(place) = thread.parse::<Place>() else { return };
        let mut method = SendChatAction::new(place.chat_id(), ChatAction::Typing);
        method.business_connection_id = place.business_id();
        method.message_thread_id = place.thread_id();
        // Nobody misses it.
        let _ = call::<_, True>(&self.line, &method, None, PATIENCE).await;
    }

    /// A keyboard in place of the letters is for one person alone.
    pub(super) fn style<'k>(&self, place: &Place, key: &'k [u8; 32]) -> Style<'k> {
        let reply_keyboard = match self.config.quick_replies {
            QuickReplies::Keyboard => !place.is_group() && place.business.is_none(),
            QuickReplies::Inline => false,
        };
        Style { reply_keyboard, key }
    }

    pub(super) fn outcome<H: Host>(&self, host: &H, thread: &str, stop: Stop) -> Outcome {
        match stop {
            Stop::Dead(reason) => Outcome::Dead { reason },
            Stop::Later(outcome) => outcome,
            Stop::Studio(error) => Outcome::Retry { after: None, scope: Scope::Chat, error },
            Stop::Call(error) => {
                let wait = match &error {
                    CallError::Refused(refusal) if refusal.code == 429 => refusal.retry_after,
                    CallError::Refused(_) | CallError::Unreachable(_) | CallError::Lost(_) => None,
                };
                let limited = wait.is_some_and(|wait| self.is_limited(thread, wait, host.now()));
                self.note(host, &with_advice(&error));
                judge(&error, limited)
            }
        }
    }

    /// Sends the next message of a piece; where Telegram does not take it as it is, with less. Says how it is called.
    pub(super) async fn leave<H: Host>(
        &self,
        host: &H,
        place: &mut Place,
        conversation: ConversationId,
        rest: &mut Rest,
    ) -> Result<String, Stop> {
        let nothing = || Stop::Dead("the message holds nothing that can be sent".to_owned());
        let (mut marked, mut as_file, mut moved) = (true, false, false);
        loop {
            let piece = rest.waiting.front().cloned().ok_or_else(nothing)?;
            let Some(request) = self.request(host, place, conversation, &piece, marked, as_file).await?
            else {
                let (words, losses) = piece.as_words().ok_or_else(nothing)?;
                rest.replace(words, losses);
                continue;
            };
            let error = match self.perform(host, &request).await {
                Ok(sent) => {
                    self.remember_keys(place, &piece);
                    return Ok(rest.left(&sent));
                }
                Err(error) => error,
            };
            if let CallError::Refused(refusal) = &error
                && let Some(to) = refusal.migrated_to
                && !moved
            {
                let from = place.to_string();
                place.chat = to;
                let to = place.to_string();
                host.moved(self.name(), &from, &to).await.map_err(|error| Stop::Studio(error.to_string()))?;
                moved = true;
            } else if marked && is_about_marks(&error) {
                marked = false;
            } else if is_about_links(&error)
                && let Some((words, losses)) = piece.with_links_as_words()
            {
                rest.replace(words, losses);
            } else if is_about_source(&error) && !as_file && is_kept_picture(&piece) {
                as_file = true;
            } else if (is_about_source(&error) || is_too_large(&error))
                && let Some((words, losses)) = piece.as_words()
            {
                rest.replace(words, losses);
            } else {
                return Err(Stop::Call(error));
            }
        }
    }

    /// `None` where the file is gone, empty, or larger than Telegram takes.
    async fn request<H: Host>(
        &self,
        host: &H,
        place: &Place,
        conversation: ConversationId,
        piece: &Piece,
        marked: bool,
        as_file: bool,
    ) -> Result<Option<Request>, Stop> {
        Ok(match piece {
            Piece::Words { text, keys } => Some(request::words(place, text, keys, marked)),
            Piece::Picture { source, caption, keys, .. } => self
                .origin(host, conversation, source)
                .await?
                .map(|origin| request::picture(place, origin, caption, keys, marked, as_file)),
            Piece::File { source, .. } => {
                self.origin(host, conversation, source).await?.map(|origin| request::document(place, origin))
            }
            Piece::Place { latitude_microdegrees, longitude_microdegrees, label } => Some(request::location(
                place,
                *latitude_microdegrees,
                *longitude_microdegrees,
                label.as_deref(),
            )),
        })
    }

    async fn origin<H: Host>(
        &self,
        host: &H,
        conversation: ConversationId,
        source: &Source,
    ) -> Result<Option<Origin>, Stop> {
        match source {
            Source::Url(url) => Ok(Url::parse(url).ok().map(Origin::Address)),
            Source::Media(id) => {
                let found = host.load_media(conversation, *id).await;
                let found = found.map_err(|error| Stop::Studio(error.to_string()))?;
                let Some((facts, bytes)) = found else { return Ok(None) };
                if bytes.is_empty() || bytes.len() > limits::of(&self.config.api).sent {
                    return Ok(None);
                }
                Ok(Some(Origin::Bytes { name: facts.name, media_type: facts.media_type, bytes }))
            }
        }
    }

    async fn perform<H: Host>(&self, host: &H, request: &Request) -> Result<Sent, CallError> {
        match request {
            Request::Words(method) => self.call(host, method, PATIENCE).await,
            Request::Location(method) => self.call(host, method, PATIENCE).await,
            Request::Venue(method) => self.call(host, method, PATIENCE).await,
            Request::Photo(method, upload) => {
                self.call_with(host, method, upload.as_ref(), UPLOAD_PATIENCE).await
            }
            Request::Animation(method, upload) => {
                self.call_with(host, method, upload.as_ref(), UPLOAD_PATIENCE).await
            }
            Request::Document(method, upload) => {
                self.call_with(host, method, upload.as_ref(), UPLOAD_PATIENCE).await
            }
        }
    }

    fn remember_keys(&self, place: &Place, piece: &Piece) {
        if let Some(keys) = keys_shown(piece) {
            self.shows(&place.to_string(), keys);
        }
    }
}

/// Titles, as they are shown in place of the letters, with their values.
pub(super) fn keys_shown(piece: &Piece) -> Option<Vec<(String, String)>> {
    let Piece::Words { keys: Keys::Reply(rows), .. } = piece else { return None };
    let key = |key: &super::outbound::Key| match &key.press {
        Press::Value { value, .. } => Some((key.title.clone(), value.clone())),
        Press::Link(_) => None,
    };
    Some(rows.iter().flatten().filter_map(key).collect())
}

fn is_kept_picture(piece: &Piece) -> bool {
    matches!(piece, Piece::Picture { source: Source::Media(_), .. })
}

pub(super) fn dead(reason: String) -> Attempt {
    Attempt { parts: Vec::new(), losses: Vec::new(), outcome: Outcome::Dead { reason } }
}
