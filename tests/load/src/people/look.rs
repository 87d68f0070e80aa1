//! What is wrong with the ledgers of a conversation?

use std::collections::BTreeSet;

use jiff::SignedDuration;
use reqwest::Client;
use studio_core::{
    api::{DeliveryState, TranscriptMessage},
    content::{Content, Source},
    dialogue::{Entry, Happening},
    invariants::{Heard, Kept, Ledgers, Sent, Violation, answered, marked, numbered, told},
};

use super::{
    One, Said,
    burst::in_order,
    change::undone,
    talk::{question_to, reply_to},
};
use crate::{
    ledger::{Conversation, Ledger},
    platforms::{Fate, Shown, Way},
    stored,
    visitor::replies,
};

/// Until a connection can send again once it is there: what is tried before has failed, and is marked.
const RECONNECTED_WITHIN: SignedDuration = SignedDuration::from_secs(15);

impl One {
    /// The ledgers as they stand, what is wrong with them, and what is printed of that.
    pub(super) async fn look(
        &self,
        client: &Client,
        ledger: Option<&Ledger>,
        kill: usize,
    ) -> anyhow::Result<(Ledgers, Vec<Violation>, Conversation)> {
        let id = self.id();
        let entries = stored::journal(client, id).await?;
        let transcript = stored::transcript(client, id).await?;
        let shown = self.person.shown().await?;
        let said = self.sent().clone();
        // The platforms' ids are theirs; the words come once in a conversation too. An interaction is kept by the id that its maker knows it by.
        let by_id = self.way.is_by_interactions();
        let by_words = |kept: Kept| Kept { id: kept.id.map(|_| kept.text.clone()), ..kept };
        let kept = entries.iter().filter_map(Kept::of);
        let kept: Vec<Kept> = if by_id { kept.collect() } else { kept.map(by_words).collect() };
        let changes = self.changes().clone();
        let (shown, unchanged) = undone(shown, &kept, &changes);
        let heard = heard(shown, &kept, &transcript);
        let marks = match ledger {
            Some(ledger) if self.is_sure => marked(&heard, &explained(&heard, &transcript, ledger)),
            Some(_) | None => Vec::new(),
        };
        let sent = in_order(self.way, &said, &kept);
        let sent = sent.iter().map(|said| Sent {
            id: if by_id { said.id.clone().unwrap_or_default() } else { said.text.clone() },
            text: said.text.clone(),
            acknowledged: said.fate == Fate::Taken,
        });
        let ledgers = Ledgers { sent: sent.collect(), kept, heard };
        let heard_by_bot =
            ledgers.kept.iter().filter(|kept| kept.id.is_some()).map(|kept| kept.text.as_str());
        let files = self.files(client, &said, &entries).await?;
        let open = said.iter().filter(|said| said.fate == Fate::Open);
        let open = open.map(|said| Violation::Unacknowledged { id: said.text.clone() }).collect();
        let answered = answered(&expected(self.way, heard_by_bot), &ledgers.kept);
        let states = transcript.iter().filter_map(|message| {
            let delivery = message.delivery.as_ref()?;
            Some((message.sequence, delivery.state))
        });
        let untold = told(&ledgers.kept, self.told_at_least(), &states.collect());
        let violations =
            [ledgers.check(), open, numbered(0, &entries), answered, files, untold, marks, unchanged]
                .concat();
        let conversation = Conversation {
            acknowledged_after: vec![kill; ledgers.sent.iter().filter(|sent| sent.acknowledged).count()],
            heard_after: vec![kill; ledgers.heard.len()],
            sent: ledgers.sent.clone(),
            heard: ledgers.heard.clone(),
            ..Conversation::new(id, false)
        };
        Ok((ledgers, violations, conversation))
    }

    /// The files that were acknowledged and are not kept as they were sent, nor on their way.
    async fn files(
        &self,
        client: &Client,
        said: &[Said],
        entries: &[Entry],
    ) -> anyhow::Result<Vec<Violation>> {
        let id = self.id();
        let mut violations = Vec::new();
        for entry in entries {
            let Happening::Received { content, .. } = &entry.what else { continue };
            let (Content::File { source: Source::Media(media), .. }
            | Content::Image { source: Source::Media(media), .. }) = content
            else {
                continue;
            };
            let name = content.plain();
            let sent = said.iter().find(|said| said.text == name).and_then(|said| said.bytes.as_ref());
            if sent.is_none() || stored::media(client, id, *media).await?.as_ref() != sent {
                violations.push(Violation::Lost { id: format!("the content of {name}") });
            }
        }
        Ok(violations)
    }

    /// How far a message of the bot must be known to have come in the end.
    fn told_at_least(&self) -> DeliveryState {
        match self.way {
            Way::WhatsApp => DeliveryState::Delivered,
            Way::TelegramPolling
            | Way::TelegramWebhook
            | Way::DiscordGateway
            | Way::DiscordPosts
            | Way::SlackEvents
            | Way::SlackSockets => DeliveryState::Sent,
        }
    }
}

/// What is shown of what was said, and whether the API says that it may have come before.
fn heard(shown: Vec<Shown>, kept: &[Kept], transcript: &[TranscriptMessage]) -> Vec<Heard> {
    let heard = shown.into_iter().map(|shown| {
        let found = kept.iter().find(|kept| kept.id.is_none() && kept.text == shown.text);
        let sequence = found.map_or(0, |kept| kept.sequence);
        let message = transcript.iter().find(|message| message.sequence == sequence);
        let delivery = message.and_then(|message| message.delivery.as_ref());
        let uncertain = delivery.is_some_and(|delivery| delivery.uncertain);
        Heard { sequence, text: shown.text, uncertain }
    });
    heard.collect()
}

/// Places in it of which it may be that they came before: something went wrong, or was over, between the moment at which each was said, or soon
/// before it, and the one at which it was known to have left.
fn explained(heard: &[Heard], transcript: &[TranscriptMessage], ledger: &Ledger) -> BTreeSet<usize> {
    let is_explained = |heard: &Heard| {
        let message = transcript.iter().find(|message| message.sequence == heard.sequence);
        let times = message.and_then(|message| Some((message.at, message.delivery.as_ref()?.at?)));
        times.is_none_or(|(said, left)| ledger.was_in_doubt_between(said - RECONNECTED_WITHIN, left))
    };
    heard.iter().enumerate().filter(|(_, heard)| is_explained(heard)).map(|(place, _)| place).collect()
}

/// What the bot says to what it is told, in this order.
fn expected<'a>(way: Way, told: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut said = Vec::new();
    let told: Vec<String> = told.into_iter().map(|words| reply_to(way, words)).collect();
    for reply in replies(told.iter().map(String::as_str)) {
        let question = reply.split_once(' ').and_then(|(_, words)| question_to(words));
        said.push(reply);
        said.extend(question);
    }
    said
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_mark_needs_something_that_went_wrong_since_its_message_was_said() {
        let second = |second: i64| Timestamp::from_second(second).expect("a time");
        let content = serde_json::to_value(Content::text("1 say 1")).expect("written");
        let transcript = json!([{
            "sequence": 2, "at": second(100), "from": { "type": "visitor" }, "content": content,
            "conversation": "01J9Z3K7T2N8Q4R6V0W1X5Y9AB", "connection": "slack", "channel": "slack",
            "delivery": { "state": "sent", "at": second(103), "uncertain": true },
        }]);
        let transcript: Vec<TranscriptMessage> = serde_json::from_value(transcript).expect("a transcript");
        let kept = [Kept { sequence: 2, id: None, text: "1 say 1".to_owned() }];
        let words = || vec![Shown { words: Vec::new(), text: "1 say 1".to_owned() }];
        let heard = heard(words(), &kept, &transcript);
        let check = |wrong_at: i64, expected: &[Violation]| {
            let ledger = Ledger::default();
            ledger.went_wrong_at(second(wrong_at));
            assert_eq!(marked(&heard, &explained(&heard, &transcript, &ledger)), expected, "at {wrong_at}");
        };
        check(101, &[]);
        check(98, &[]);
        check(50, &[Violation::Mismarked { sequence: 2 }]);
        check(110, &[Violation::Mismarked { sequence: 2 }]);
        // However long the way back took.
        let ledger = Ledger::default();
        ledger.went_wrong_at(second(10));
        ledger.came_back_at(second(98));
        assert_eq!(marked(&heard, &explained(&heard, &transcript, &ledger)), []);
    }
}
