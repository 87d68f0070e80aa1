//! Agents change what the bot has said, and take some of it back. Is that shown which was asked for last, and once?

use std::{collections::BTreeMap, time::Instant};

use anyhow::ensure;
use rand::{RngExt as _, rngs::StdRng};
use reqwest::{Client, StatusCode};
use studio_core::{
    api::{DeliveryState, Sender, TranscriptMessage},
    content::Content,
    dialogue::{Act, Speaker},
    invariants::{Kept, Violation},
};
use tokio::time::sleep;

use super::{LOOK, One, People};
use crate::{agent, home::Home, patience::MOST, platforms::Shown, stored};

/// What was asked for last, by the number of the message: other words, or that it be taken back.
pub(super) type Changes = BTreeMap<u64, Option<String>>;

impl People {
    /// In each conversation on a platform that can, one message of the bot is changed twice and one is taken back, once all is quiet and agrees;
    /// how many changes were acknowledged. What is shown of them [`People::compare`] looks at.
    pub async fn correct(&self, home: &Home, random: &mut StdRng) -> anyhow::Result<usize> {
        let client = stored::client(home)?;
        let mut count = 0;
        for one in self.lot.iter().filter(|one| one.way.corrects()) {
            let mut said = one.changeable(&client).await?;
            if let Some((of, text)) = take(&mut said, random) {
                one.change(&client, of, Some(format!("changed {text}"))).await?;
                one.change(&client, of, Some(format!("changed again {text}"))).await?;
                count += 2;
            }
            if let Some((of, _)) = take(&mut said, random) {
                one.change(&client, of, None).await?;
                count += 1;
            }
        }
        Ok(count)
    }
}

impl One {
    /// Plain words of the bot that are there for certain, and once, with their numbers.
    async fn changeable(&self, client: &Client) -> anyhow::Result<Vec<(u64, String)>> {
        let transcript = stored::transcript(client, self.id()).await?;
        let is_there = |message: &TranscriptMessage| {
            let delivery = message.delivery.as_ref();
            delivery.is_some_and(|delivery| {
                !delivery.uncertain
                    && !matches!(delivery.state, DeliveryState::Waiting | DeliveryState::Failed)
            })
        };
        let by_bot = |from: &Sender| matches!(from, Sender::Speaker { speaker: Speaker::Bot });
        let messages = transcript.iter().filter(|message| by_bot(&message.from) && is_there(message));
        let said = messages.map(|message| (message.sequence, message.content.plain()));
        Ok(said.filter(|(_, text)| text.contains(" say ")).collect())
    }

    /// Asks until it is acknowledged.
    async fn change(&self, client: &Client, of: u64, words: Option<String>) -> anyhow::Result<()> {
        let what = words.as_deref().unwrap_or("taken back");
        let key = format!("{}-{}-{of}-{what}", self.way.name(), self.person.thread());
        let act = Act::Correct { of, content: words.clone().map(Content::text) };
        self.changes().insert(of, words);
        let begun = Instant::now();
        loop {
            let status = agent::request(client, self.id(), &key, &act).send().await?.status();
            if status == StatusCode::ACCEPTED {
                return Ok(());
            }
            ensure!(begun.elapsed() < MOST, "{key} was answered with {status}");
            sleep(LOOK).await;
        }
    }
}

fn take(said: &mut Vec<(u64, String)>, random: &mut StdRng) -> Option<(u64, String)> {
    (!said.is_empty()).then(|| said.swap_remove(random.random_range(0..said.len())))
}

/// What is shown, as it would be had nothing been changed; and what is not shown as it was asked for last.
pub(super) fn undone(
    mut shown: Vec<Shown>,
    kept: &[Kept],
    changes: &Changes,
) -> (Vec<Shown>, Vec<Violation>) {
    let mut violations = Vec::new();
    // What was taken back is put between others by their words, which must be those that were said.
    let (reworded, gone): (Vec<_>, Vec<_>) = changes.iter().partition(|(_, words)| words.is_some());
    for (of, words) in reworded.into_iter().chain(gone) {
        let Some(said) = kept.iter().find(|kept| kept.sequence == *of) else { continue };
        let times = |text: &str| shown.iter().filter(|shown| shown.text == text).count();
        if times(&said.text) > 0 || words.as_deref().is_some_and(|words| times(words) != 1) {
            violations.push(Violation::Unchanged { sequence: *of });
            continue;
        }
        if let Some(words) = words {
            for shown in shown.iter_mut().filter(|shown| shown.text == *words) {
                shown.text.clone_from(&said.text);
            }
        } else {
            let is_later = |shown: &Shown| {
                kept.iter().any(|kept| kept.id.is_none() && kept.text == shown.text && kept.sequence > *of)
            };
            let place = shown.iter().position(is_later).unwrap_or(shown.len());
            shown.insert(place, Shown { words: Vec::new(), text: said.text.clone() });
        }
    }
    (shown, violations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_changed_is_shown_as_it_was_asked_for_last_and_once() {
        let texts = ["1 say 1", "2 say 2", "3 say 3", "4 say 4"];
        let kept: Vec<Kept> = (1..)
            .zip(texts)
            .map(|(sequence, text)| Kept { sequence, id: None, text: text.to_owned() })
            .collect();
        let changes = Changes::from([(2, None), (3, Some("changed again 3 say 3".to_owned()))]);
        let check = |shown: &[&str], expected: &[u64]| {
            let shown = shown.iter().map(|text| Shown { words: Vec::new(), text: (*text).to_owned() });
            let (shown, violations) = undone(shown.collect(), &kept, &changes);
            let unchanged = expected.iter().map(|sequence| Violation::Unchanged { sequence: *sequence });
            assert_eq!(violations, unchanged.collect::<Vec<_>>());
            shown.into_iter().map(|shown| shown.text).collect::<Vec<_>>()
        };
        let again = "changed again 3 say 3";
        assert_eq!(check(&["1 say 1", again, "4 say 4"], &[]), texts);
        check(&["1 say 1", "2 say 2", again, "4 say 4"], &[2]);
        check(&["1 say 1", "3 say 3", "4 say 4"], &[3]);
        check(&["1 say 1", "changed 3 say 3", "4 say 4"], &[3]);
        check(&["1 say 1", again, again, "4 say 4"], &[3]);
        check(&["1 say 1", "4 say 4"], &[3]);
    }
}
