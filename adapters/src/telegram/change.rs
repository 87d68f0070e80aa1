//! How is a message changed or taken back that has left?

use std::collections::VecDeque;

use serde_json::Value;
use studio_core::{content::Loss, id::ConversationId};
use teloxide_core::{
    payloads::{DeleteBusinessMessages, DeleteMessage},
    types::{BusinessConnectionId, MessageId, True},
};

use super::{
    call::CallError,
    judge::{has_no_caption, has_no_text, is_about_links, is_gone, is_unchanged},
    life::{Account, PATIENCE},
    outbound::{LONGEST_CAPTION, Piece, Rendered, Style, render},
    place::Place,
    request,
    send::{MORE, Rest, Stop, dead},
};
use crate::{
    host::Host,
    platform::{Attempt, Edit, Outcome},
};

/// Most messages of a business chat that are deleted at a time.
const MOST_DELETED: usize = 100;

impl Account {
    /// Changes the words of what has left; what the new words have no need of is deleted, and what
    /// they need beyond it is sent.
    pub async fn edit<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        let mut place: Place = match edit.thread.parse() {
            Ok(place) => place,
            Err(error) => return dead(format!("{error}")),
        };
        let key = host.token_key();
        // Telegram changes only messages whose keys stand below them.
        let style = Style { reply_keyboard: false, key: &key };
        let Rendered { pieces, losses } = render(&edit.content, style);
        let mut attempt = Attempt { parts: Vec::new(), losses, outcome: Outcome::Done };
        let conversation = host.conversation(self.name(), &edit.thread);
        let (mut waiting, mut old) = (VecDeque::from(pieces), edit.parts.iter());
        while let Some(piece) = waiting.pop_front() {
            let done = match old.next() {
                Some(part) => {
                    let changed = self.change(host, &place, part, piece, &mut waiting).await;
                    changed.map(|given_up| {
                        attempt.losses.extend(given_up);
                        attempt.parts.push(part.trim_end_matches(MORE).to_owned());
                    })
                }
                None => self.add(host, &mut place, conversation, &piece, &mut attempt).await,
            };
            if let Err(stop) = done {
                attempt.outcome = self.outcome(host, &edit.thread, stop);
                return attempt;
            }
        }
        let surplus = old.as_slice();
        if !surplus.is_empty() {
            attempt.outcome = self.retract(host, &edit.thread, surplus).await.outcome;
        }
        attempt
    }

    pub async fn retract<H: Host>(&self, host: &H, thread: &str, parts: &[String]) -> Attempt {
        let place: Place = match thread.parse() {
            Ok(place) => place,
            Err(error) => return dead(format!("{error}")),
        };
        let id = |part: &String| part.trim_end_matches(MORE).parse().ok().map(MessageId);
        let ids = parts.iter().filter_map(id).collect::<Vec<_>>();
        let deleted = match place.business_id() {
            Some(business) => self.delete_for_business(host, &business, &ids).await,
            None => self.delete(host, &place, &ids).await,
        };
        let outcome = match deleted {
            Ok(()) => Outcome::Done,
            Err(error) => self.outcome(host, thread, Stop::Call(error)),
        };
        Attempt { parts: Vec::new(), losses: Vec::new(), outcome }
    }

    /// One by one: of several at once Telegram passes over those that it does not delete.
    async fn delete<H: Host>(&self, host: &H, place: &Place, ids: &[MessageId]) -> Result<(), CallError> {
        for id in ids {
            let method = DeleteMessage::new(place.chat_id(), *id);
            if let Err(error) = self.call::<_, _, True>(host, &method, PATIENCE).await
                && !is_gone(&error)
            {
                return Err(error);
            }
        }
        Ok(())
    }

    async fn delete_for_business<H: Host>(
        &self,
        host: &H,
        business: &BusinessConnectionId,
        ids: &[MessageId],
    ) -> Result<(), CallError> {
        for some in ids.chunks(MOST_DELETED) {
            let method = DeleteBusinessMessages::new(business.clone(), some.to_vec());
            self.call::<_, _, True>(host, &method, PATIENCE).await?;
        }
        Ok(())
    }

    /// Sends a piece behind those of a message that is changed.
    async fn add<H: Host>(
        &self,
        host: &H,
        place: &mut Place,
        conversation: ConversationId,
        piece: &Piece,
        attempt: &mut Attempt,
    ) -> Result<(), Stop> {
        let mut rest = Rest::of(piece, 0);
        while !rest.waiting.is_empty() {
            let part = self.leave(host, place, conversation, &mut rest).await?;
            attempt.parts.push(part);
        }
        attempt.losses.extend(rest.losses);
        Ok(())
    }

    /// Puts a piece in the place of a message; where Telegram does not take it as it is, it goes with less, and what that
    /// needs beyond one message waits before all else. Says what is given up.
    async fn change<H: Host>(
        &self,
        host: &H,
        place: &Place,
        part: &str,
        mut piece: Piece,
        waiting: &mut VecDeque<Piece>,
    ) -> Result<Vec<Loss>, Stop> {
        let Ok(message) = part.trim_end_matches(MORE).parse() else {
            return Err(Stop::Dead(format!("“{part}” is no message of Telegram")));
        };
        let mut losses = Vec::new();
        loop {
            let stop = match self.put(host, place, message, &piece).await {
                Ok(()) => return Ok(losses),
                Err(stop) => stop,
            };
            let simpler = match &stop {
                Stop::Call(error) if is_about_links(error) => piece.with_links_as_words(),
                Stop::Call(error) if has_no_caption(error) => piece.as_words(),
                Stop::Call(_) | Stop::Studio(_) | Stop::Dead(_) => None,
            };
            let Some((pieces, given_up)) = simpler else { return Err(stop) };
            losses.extend(given_up);
            let mut pieces = pieces.into_iter();
            let nothing = || Stop::Dead("the change holds nothing that can be shown".to_owned());
            piece = pieces.next().ok_or_else(nothing)?;
            for rest in pieces.rev() {
                waiting.push_front(rest);
            }
        }
    }

    async fn put<H: Host>(&self, host: &H, place: &Place, message: i32, piece: &Piece) -> Result<(), Stop> {
        let done = match piece {
            Piece::Words { text, keys } => {
                let method = request::edit_words(place, message, text, keys);
                match self.call::<_, _, Value>(host, &method, PATIENCE).await {
                    Err(error) if has_no_text(&error) && text.length() <= LONGEST_CAPTION => {
                        let method = request::edit_caption(place, message, text, keys);
                        self.call::<_, _, Value>(host, &method, PATIENCE).await
                    }
                    done => done,
                }
            }
            Piece::Picture { caption, keys, .. } => {
                let method = request::edit_caption(place, message, caption, keys);
                self.call::<_, _, Value>(host, &method, PATIENCE).await
            }
            Piece::File { .. } | Piece::Place { .. } => {
                let reason = "only words can be changed on Telegram; send the file or place anew";
                return Err(Stop::Dead(reason.to_owned()));
            }
        };
        match done {
            Ok(_) => Ok(()),
            Err(error) if is_unchanged(&error) => Ok(()),
            Err(error) => Err(Stop::Call(error)),
        }
    }
}
