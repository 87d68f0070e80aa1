//! What do people say who do not wait? Several messages, one right after the other, as a platform then tells of them: updates of one queue, events
//! that are sent again beside others, one POST of several messages and statuses, events of one session.

use std::collections::{BTreeMap, BTreeSet};

use studio_core::invariants::Kept;
use tokio_util::sync::CancellationToken;

use super::{One, Said, talk::reply_to};
use crate::platforms::{Fate, Way};

/// Of so many lines one comes with others behind it, where somebody is hasty.
const EVERY: usize = 3;
/// The line among them. On Discord the first was answered by then: so nothing that is said to the bot there can be lost any more.
const PLACE: usize = 2;

/// Whether a hasty person says this line, and others behind it, without waiting.
pub(super) fn begins(number: usize) -> bool {
    number % EVERY == PLACE
}

impl One {
    /// Says all of it without waiting, and waits then until it is known what became of each; `false` where some of it was given up: what comes of
    /// that later would be out of order.
    pub(super) async fn burst(
        &self,
        number: usize,
        size: usize,
        quiet: &CancellationToken,
    ) -> anyhow::Result<bool> {
        let words: Vec<String> = (1..=size).map(|place| format!("say {number}.{place}")).collect();
        let first = {
            let mut sent = self.sent();
            let first = sent.len();
            sent.extend(words.iter().map(|words| Said {
                id: None,
                text: words.clone(),
                fate: Fate::Open,
                bytes: None,
                burst: Some(number),
            }));
            first
        };
        let texts: Vec<&str> = words.iter().map(String::as_str).collect();
        let ids = self.person.say_all(&texts).await?;
        let mut is_whole = true;
        for (place, id) in (first..).zip(&ids) {
            let fate = self.until_known(id).await?;
            is_whole &= fate == Fate::Taken;
            if let Some(said) = self.sent().get_mut(place) {
                said.fate = fate;
            }
        }
        // Discord says of nothing that it was taken: it is when it was answered.
        if self.way == Way::DiscordGateway {
            for words in &words {
                self.until_heard(&reply_to(self.way, words), &BTreeSet::new(), quiet).await?;
            }
        }
        Ok(is_whole)
    }
}

/// What was sent, in the order that can be asked for: the one in which it was said. Where a platform promises none of messages that are on their way
/// at once, those of one burst are taken in the order in which they are kept.
pub(super) fn in_order(way: Way, said: &[Said], kept: &[Kept]) -> Vec<Said> {
    if way.keeps_order() {
        return said.to_vec();
    }
    let place: BTreeMap<&str, usize> =
        kept.iter().enumerate().filter_map(|(place, kept)| Some((kept.id.as_deref()?, place))).collect();
    let mut said = said.to_vec();
    for together in said.chunk_by_mut(|one, next| one.burst.is_some() && one.burst == next.burst) {
        together.sort_by_key(|said| place.get(said.text.as_str()).copied().unwrap_or(usize::MAX));
    }
    said
}

#[cfg(test)]
mod tests {
    use studio_core::invariants::{Sent, Violation, ordered};

    use super::*;

    fn said(text: &str, burst: Option<usize>) -> Said {
        Said { id: None, text: text.to_owned(), fate: Fate::Taken, bytes: None, burst }
    }

    /// What is wrong with the order in which these were kept.
    fn disorder(way: Way, kept: [&str; 5]) -> Vec<Violation> {
        let said =
            [said("a", None), said("b", Some(2)), said("c", Some(2)), said("d", Some(5)), said("e", None)];
        let kept = (1..).zip(kept).map(|(sequence, text)| Kept {
            sequence,
            id: Some(text.to_owned()),
            text: text.to_owned(),
        });
        let kept: Vec<Kept> = kept.collect();
        let sent = in_order(way, &said, &kept).into_iter().map(|said| Sent {
            id: said.text.clone(),
            text: said.text,
            acknowledged: true,
        });
        ordered(&sent.collect::<Vec<_>>(), &kept)
    }

    #[test]
    fn what_is_said_at_once_has_an_order_where_the_platform_keeps_one() {
        for way in Way::ALL {
            let turned = disorder(way, ["a", "c", "b", "d", "e"]);
            assert_eq!(turned.is_empty(), !way.keeps_order(), "{way:?}: {turned:?}");
            assert_eq!(disorder(way, ["a", "b", "c", "d", "e"]), [], "{way:?}");
            // Between what was waited for there is one everywhere.
            for kept in [["b", "a", "c", "d", "e"], ["a", "b", "d", "c", "e"], ["a", "b", "c", "e", "d"]] {
                assert_eq!(disorder(way, kept).len(), 1, "{way:?}: {kept:?}");
            }
        }
    }
}
