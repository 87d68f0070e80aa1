//! What becomes of a change of a message that is one of an album, or that is for others by now?

use std::{collections::VecDeque, time::Duration};

use jiff::SignedDuration;
use serde_json::Value;
use studio_core::{content::Content, dialogue::Body};

use super::{
    album,
    inbound::{Meaning, PartChanged, read},
    kinds,
    life::Account,
    receive::Later,
};
use crate::host::{Host, HostError, Incoming};

/// How far back an album is looked for.
const LOOK_BACK: u64 = 500;
/// How often, and how long at the most, the turn of what was said before a change is waited for.
const LOOK: Duration = Duration::from_millis(50);
const MOST_LOOKS: u32 = 40;
/// Messages of which it is known that they were answered to come again.
const MOST_LATE: usize = 1_000;
/// Under which the host keeps which they are.
const KEY: &str = "telegram.late";

impl Account {
    /// A message became something that is for others: that counts where the message itself was taken in. Whether it is stored.
    pub(super) async fn changed<H: Host>(
        &self,
        host: &H,
        message: &str,
        event: Incoming,
        raw: &Value,
    ) -> Result<bool, Later> {
        if host.has_come(self.name(), message).await? {
            return self.accept(host, event, &[raw]).await;
        }
        self.recall_late(host).await?;
        let is_late = self.state().late.iter().any(|late| late == message);
        if is_late {
            let why = "the message that it changes must come again first".to_owned();
            return Err(Later { after: Some(SignedDuration::from_secs(1)), why });
        }
        self.count(|counts| counts.ignore(kinds::heard(raw)));
        Ok(false)
    }

    /// One message of an album was changed: the album is as it was otherwise. Whether it is stored.
    pub(super) async fn part_changed<H: Host>(
        &self,
        host: &H,
        part: PartChanged,
        raw: &Value,
    ) -> Result<bool, Later> {
        let PartChanged { message, album, is_meant, card, mut event } = part;
        let conversation = host.conversation(self.name(), &event.thread);
        for _ in 0..MOST_LOOKS {
            if !host.awaits_turn(conversation) {
                break;
            }
            tokio::time::sleep(LOOK).await;
        }
        if host.awaits_turn(conversation) {
            // An earlier change of the album may be among it, which this one would undo.
            let why = "what was said before the change of an album must have its turn first".to_owned();
            return Err(Later { after: Some(SignedDuration::from_secs(1)), why });
        }
        let from = host.standing(conversation).await?.sequence.saturating_sub(LOOK_BACK);
        let limit = usize::try_from(LOOK_BACK).unwrap_or(usize::MAX);
        let messages = host.messages(conversation, from, limit).await?;
        // What people say among themselves may stand between the messages of an album.
        let is_foreign = {
            let mut pen = self.pen.lock().await;
            self.open(host, &mut pen).await?.is_foreign(&album)
        };
        let found = if is_foreign { None } else { album::find(&messages, &message, &card) };
        if let Some((album, cards, place)) = found {
            let mut cards = match host.change_of(conversation, album).await? {
                Some(Content::Carousel { cards: changed }) if changed.len() == cards.len() => changed,
                Some(_) | None => cards.to_vec(),
            };
            cards[place] = card;
            event.body = Body::Edited { id: album.to_owned(), content: Content::Carousel { cards } };
            return self.accept(host, event, &[raw]).await;
        }
        if let Body::Edited { id, .. } = &mut event.body
            && !messages.iter().any(|known| known.client_id.as_ref() == Some(&*id))
        {
            // Its album is too long ago: the change stands for itself, and takes the place of no album.
            id.push_str(":part");
        }
        if is_meant {
            return self.accept(host, event, &[raw]).await;
        }
        self.changed(host, &message, event, raw).await
    }

    /// Notes whether a message of a group must come again: what is told of it before that must wait, after a start as well.
    pub(super) async fn note_late<H: Host>(&self, host: &H, update: &Value, is_late: bool) {
        if !is_late && self.state().late.is_empty() {
            return;
        }
        let Ok(update) = read(update) else { return };
        let (Meaning::Events(events) | Meaning::Part { events, .. }) = self.hear(host, &update).meaning
        else {
            return;
        };
        let of_group = |event: Incoming| Some(event.native).filter(|_| event.thread.starts_with('-'));
        let natives: Vec<String> = events.into_iter().filter_map(of_group).collect();
        if natives.is_empty() {
            return;
        }
        // Where the store fails, this life knows it all the same.
        let _ = self.recall_late(host).await;
        let is_changed = {
            let mut state = self.state();
            let before = state.late.clone();
            let late = &mut state.late;
            for native in natives {
                let is_known = late.contains(&native);
                if is_late && !is_known {
                    late.push_back(native);
                } else if !is_late && is_known {
                    late.retain(|known| *known != native);
                }
            }
            let too_many = late.len().saturating_sub(MOST_LATE);
            late.drain(..too_many);
            let is_changed = *late != before;
            state.late_changes += u64::from(is_changed);
            is_changed
        };
        if is_changed {
            self.keep_late(host).await;
        }
    }

    /// Writes the newest list, one at a time: it is long, and comes where the store is busy. What others changed meanwhile is
    /// in the next one, which is written once for all of them.
    async fn keep_late<H: Host>(&self, host: &H) {
        let mut kept = self.late_kept.lock().await;
        let (changes, late) = {
            let state = self.state();
            if state.late_changes == *kept {
                return;
            }
            (state.late_changes, serde_json::json!(state.late).to_string())
        };
        let written = host.remember(self.name(), KEY, late).await;
        // Those who wait do not try the same in vain; the next change is written with all before it.
        *kept = changes;
        drop(kept);
        if let Err(error) = written {
            self.note(host, &format!("which messages must come again is not kept: {error}"));
        }
    }

    /// Learns which messages the life before this one was still to be sent again.
    async fn recall_late<H: Host>(&self, host: &H) -> Result<(), HostError> {
        if self.state().knows_late {
            return Ok(());
        }
        let kept = host.recall(self.name(), KEY).await?;
        let kept = kept.and_then(|kept| serde_json::from_str::<VecDeque<String>>(&kept).ok());
        let mut state = self.state();
        if !state.knows_late {
            state.knows_late = true;
            let mut late = kept.unwrap_or_default();
            late.append(&mut state.late);
            state.late = late;
        }
        Ok(())
    }
}
