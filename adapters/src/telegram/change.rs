//! How is a message changed or taken back that has left?

use std::collections::VecDeque;

use serde_json::Value;
use studio_core::{content::Loss, id::ConversationId};
use teloxide_core::{
    payloads::{DeleteBusinessMessages, DeleteMessage},
    types::{BusinessConnectionId, MessageId, True},
};

use super::{
    judge::{has_no_caption, has_no_text, is_about_links, is_about_marks, is_gone, is_unchanged},
    life::{Account, PATIENCE},
    outbound::{LONGEST_CAPTION, Piece, Rendered, Style, render},
    place::Place,
    request,
    send::{Rest, Stop, dead, number_told},
};
use crate::{
    host::Host,
    parts::Parts,
    platform::{Attempt, Edit, Outcome},
};

/// Most messages of a business chat that are deleted at a time.
const MOST_DELETED: usize = 100;

const ONLY_WORDS: &str = "only words can be changed on Telegram; send the file or place anew";
const OTHER_PICTURE: &str =
    "of a picture only the words below it can be changed on Telegram; take it back and send another one";

/// A piece that is to be in the place of a message.
struct Next {
    piece: Piece,
    /// It is there already, where no piece before it became more messages than it had.
    stays: bool,
}

/// What became of a piece that was put in the place of a message.
struct Put {
    losses: Vec<Loss>,
    /// What is to stand in messages of its own behind it.
    rest: VecDeque<Piece>,
}

impl Account {
    /// Changes the words of what has left; what the new words have no need of is deleted, and what
    /// they need beyond it is sent. Files and places stay where they were.
    pub async fn edit<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        self.change_pieces(host, edit).await.settled()
    }

    async fn change_pieces<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        let mut place: Place = match edit.thread.parse() {
            Ok(place) => place,
            Err(error) => return dead(format!("{error}")),
        };
        let key = host.token_key();
        // Telegram changes only messages whose keys stand below them.
        let style = Style { reply_keyboard: false, key: &key };
        let Rendered { pieces, losses } = render(&edit.content, style);
        let mut waiting = match nexts(pieces, &before(edit, style), edit.parts.len()) {
            Ok(waiting) => waiting,
            Err(reason) => return dead(reason.to_owned()),
        };
        let mut attempt = Attempt { parts: Vec::new(), losses, outcome: Outcome::Done };
        let conversation = host.conversation(self.name(), &edit.thread);
        let (mut old, mut moved) = (edit.parts.iter(), false);
        let mut leaves = Parts::begin();
        while let Some(Next { piece, stays }) = waiting.pop_front() {
            let done = match old.next() {
                Some(part) if stays && !moved => {
                    attempt.parts.push(part.clone());
                    Ok(())
                }
                Some(part) => match leaves.next(host, self.name(), conversation, &edit.thread).await {
                    Err(outcome) => Err(Stop::Later(outcome)),
                    Ok(()) => self.change(host, &place, part, piece).await.map(|put| {
                        moved |= !put.rest.is_empty();
                        attempt.losses.extend(put.losses);
                        attempt.parts.push(number_told(part).to_owned());
                        for piece in put.rest.into_iter().rev() {
                            waiting.push_front(Next { piece, stays: false });
                        }
                    }),
                },
                None => self.add(host, &mut place, conversation, &piece, &mut leaves, &mut attempt).await,
            };
            if let Err(stop) = done {
                attempt.outcome = self.outcome(host, &edit.thread, stop);
                return attempt;
            }
        }
        let surplus = old.as_slice();
        if !surplus.is_empty() {
            attempt.outcome = self.take_back(host, &edit.thread, surplus, &mut leaves).await;
        }
        attempt
    }

    pub async fn retract<H: Host>(&self, host: &H, thread: &str, parts: &[String]) -> Attempt {
        let outcome = self.take_back(host, thread, parts, &mut Parts::begin()).await;
        Attempt { parts: Vec::new(), losses: Vec::new(), outcome }
    }

    async fn take_back<H: Host>(
        &self,
        host: &H,
        thread: &str,
        parts: &[String],
        leaves: &mut Parts,
    ) -> Outcome {
        let place: Place = match thread.parse() {
            Ok(place) => place,
            Err(error) => return Outcome::Dead { reason: format!("{error}") },
        };
        let id = |part: &String| number_told(part).parse().ok().map(MessageId);
        let ids = parts.iter().filter_map(id).collect::<Vec<_>>();
        let deleted = match place.business_id() {
            Some(business) => self.delete_for_business(host, thread, &business, &ids, leaves).await,
            None => self.delete(host, &place, thread, &ids, leaves).await,
        };
        match deleted {
            Ok(()) => Outcome::Done,
            Err(stop) => self.outcome(host, thread, stop),
        }
    }

    /// One by one: of several at once Telegram passes over those that it does not delete.
    async fn delete<H: Host>(
        &self,
        host: &H,
        place: &Place,
        thread: &str,
        ids: &[MessageId],
        leaves: &mut Parts,
    ) -> Result<(), Stop> {
        let conversation = host.conversation(self.name(), thread);
        for id in ids {
            leaves.next(host, self.name(), conversation, thread).await.map_err(Stop::Later)?;
            let method = DeleteMessage::new(place.chat_id(), *id);
            if let Err(error) = self.call::<_, _, True>(host, &method, PATIENCE).await
                && !is_gone(&error)
            {
                return Err(Stop::Call(error));
            }
        }
        Ok(())
    }

    async fn delete_for_business<H: Host>(
        &self,
        host: &H,
        thread: &str,
        business: &BusinessConnectionId,
        ids: &[MessageId],
        leaves: &mut Parts,
    ) -> Result<(), Stop> {
        let conversation = host.conversation(self.name(), thread);
        for some in ids.chunks(MOST_DELETED) {
            leaves.next(host, self.name(), conversation, thread).await.map_err(Stop::Later)?;
            let method = DeleteBusinessMessages::new(business.clone(), some.to_vec());
            self.call::<_, _, True>(host, &method, PATIENCE).await.map_err(Stop::Call)?;
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
        leaves: &mut Parts,
        attempt: &mut Attempt,
    ) -> Result<(), Stop> {
        let mut rest = Rest::of(piece, 0);
        while !rest.waiting.is_empty() {
            let thread = place.to_string();
            leaves.next(host, self.name(), conversation, &thread).await.map_err(Stop::Later)?;
            let part = self.leave(host, place, conversation, &mut rest).await?;
            attempt.parts.push(part);
        }
        attempt.losses.extend(rest.losses);
        Ok(())
    }

    /// Puts a piece in the place of a message; where Telegram does not take it as it is, it goes with less.
    async fn change<H: Host>(
        &self,
        host: &H,
        place: &Place,
        part: &str,
        mut piece: Piece,
    ) -> Result<Put, Stop> {
        let Ok(message) = number_told(part).parse() else {
            return Err(Stop::Dead(format!("“{part}” is no message of Telegram")));
        };
        let mut put = Put { losses: Vec::new(), rest: VecDeque::new() };
        let mut marked = true;
        loop {
            let stop = match self.put(host, place, message, &piece, marked).await {
                Ok(is_below_a_file) => {
                    put.losses.extend(is_below_a_file.then_some(Loss::FileStays));
                    return Ok(put);
                }
                Err(stop) => stop,
            };
            let simpler = match &stop {
                Stop::Call(error) if marked && is_about_marks(error) => {
                    marked = false;
                    continue;
                }
                Stop::Call(error) if is_about_links(error) => piece.with_links_as_words(),
                Stop::Call(error) if has_no_caption(error) => piece.as_words(),
                Stop::Call(_) | Stop::Studio(_) | Stop::Dead(_) | Stop::Later(_) => None,
            };
            let Some((pieces, given_up)) = simpler else { return Err(stop) };
            put.losses.extend(given_up);
            let mut pieces = pieces.into_iter();
            let nothing = || Stop::Dead("the change holds nothing that can be shown".to_owned());
            piece = pieces.next().ok_or_else(nothing)?;
            for rest in pieces.rev() {
                put.rest.push_front(rest);
            }
        }
    }

    /// Whether words that were to stand alone stand below a picture or a file now.
    async fn put<H: Host>(
        &self,
        host: &H,
        place: &Place,
        message: i32,
        piece: &Piece,
        marked: bool,
    ) -> Result<bool, Stop> {
        let mut is_below_a_file = false;
        let done = match piece {
            Piece::Words { text, keys } => {
                let method = request::edit_words(place, message, text, keys, marked);
                match self.call::<_, _, Value>(host, &method, PATIENCE).await {
                    Err(error) if has_no_text(&error) && text.length() <= LONGEST_CAPTION => {
                        is_below_a_file = true;
                        let method = request::edit_caption(place, message, text, keys, marked);
                        self.call::<_, _, Value>(host, &method, PATIENCE).await
                    }
                    done => done,
                }
            }
            Piece::Picture { caption, keys, .. } => {
                let method = request::edit_caption(place, message, caption, keys, marked);
                self.call::<_, _, Value>(host, &method, PATIENCE).await
            }
            Piece::File { .. } | Piece::Place { .. } => return Err(Stop::Dead(ONLY_WORDS.to_owned())),
        };
        match done {
            Ok(_) => Ok(is_below_a_file),
            Err(error) if is_unchanged(&error) => Ok(is_below_a_file),
            Err(error) => Err(Stop::Call(error)),
        }
    }
}

/// The pieces of what the message says so far, each of them one of its parts; none where that is not known.
fn before(edit: &Edit, style: Style<'_>) -> Vec<Piece> {
    let before = edit.before.as_ref().map(|before| (render(&before.content, style).pieces, before.parts));
    before.filter(|(pieces, parts)| pieces.len() == *parts).map(|(pieces, _)| pieces).unwrap_or_default()
}

/// All pieces that are to be in the place of so many parts can be there, or nothing is changed; the error says why.
fn nexts(pieces: Vec<Piece>, before: &[Piece], parts: usize) -> Result<VecDeque<Next>, &'static str> {
    let next = |(index, piece): (usize, Piece)| {
        let stays = match (&piece, before.get(index)) {
            (Piece::File { .. } | Piece::Place { .. }, Some(before)) if piece == *before => true,
            (Piece::File { .. } | Piece::Place { .. }, _) if index < parts => return Err(ONLY_WORDS),
            (Piece::Picture { source, .. }, Some(Piece::Picture { source: before, .. }))
                if source != before =>
            {
                return Err(OTHER_PICTURE);
            }
            (Piece::Words { .. } | Piece::Picture { .. } | Piece::File { .. } | Piece::Place { .. }, _) => {
                false
            }
        };
        Ok(Next { piece, stays })
    };
    pieces.into_iter().enumerate().map(next).collect()
}
