//! What does a day of a bot add up to, and how is it written?

use studio_core::{
    api::DayStatistics,
    dialogue::{Entry, Happening, RepairKind, Speaker},
    feeling::Tone,
    id::OrganisationId,
    understanding::Counted,
};
use surrealdb::types::{SurrealValue, Value, array, object};

use super::{Days, TurnRow};
use crate::keys::record;

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(super) struct Row {
    pub(super) bot: String,
    pub(super) day: String,
    conversations: u64,
    received: u64,
    said_by_bot: u64,
    said_by_members: u64,
    not_understood: u64,
    handoffs: u64,
    answered_from_documents: u64,
    ratings: u64,
    rating_sum: i64,
    // Rows of before have none of these.
    positive: Option<u64>,
    negative: Option<u64>,
    sentiment_sum: Option<i64>,
    urgent: Option<u64>,
    questions: Option<u64>,
    profane: Option<u64>,
    judged: Option<u64>,
    unsure: Option<u64>,
    confidence_sum: Option<u64>,
    confidence_square_sum: Option<u64>,
    words: Option<u64>,
    unknown_words: Option<u64>,
    strange: Option<u64>,
}

pub(super) const ADD: &str = "INSERT INTO statistics $days ON DUPLICATE KEY UPDATE \
    conversations += $input.conversations, received += $input.received, \
    said_by_bot += $input.said_by_bot, said_by_members += $input.said_by_members, \
    not_understood += $input.not_understood, handoffs += $input.handoffs, \
    answered_from_documents += $input.answered_from_documents, \
    ratings += $input.ratings, rating_sum += $input.rating_sum, \
    positive = (positive ?? 0) + $input.positive, \
    negative = (negative ?? 0) + $input.negative, \
    sentiment_sum = (sentiment_sum ?? 0) + $input.sentiment_sum, \
    urgent = (urgent ?? 0) + $input.urgent, \
    questions = (questions ?? 0) + $input.questions, \
    profane = (profane ?? 0) + $input.profane, \
    judged = (judged ?? 0) + $input.judged, \
    unsure = (unsure ?? 0) + $input.unsure, \
    confidence_sum = (confidence_sum ?? 0) + $input.confidence_sum, \
    confidence_square_sum = (confidence_square_sum ?? 0) + $input.confidence_square_sum, \
    words = (words ?? 0) + $input.words, \
    unknown_words = (unknown_words ?? 0) + $input.unknown_words, \
    strange = (strange ?? 0) + $input.strange RETURN NONE";

/// `days` without `taken`, which was counted in them.
pub(super) fn less(mut days: Days, taken: &Days) -> Days {
    for (key, taken) in taken {
        if let Some(day) = days.get_mut(key) {
            day.conversations -= taken.conversations;
            day.received -= taken.received;
            day.said_by_bot -= taken.said_by_bot;
            day.said_by_members -= taken.said_by_members;
            day.not_understood -= taken.not_understood;
            day.handoffs -= taken.handoffs;
            day.answered_from_documents -= taken.answered_from_documents;
            day.ratings -= taken.ratings;
            day.rating_sum -= taken.rating_sum;
            day.positive -= taken.positive;
            day.negative -= taken.negative;
            day.sentiment_sum -= taken.sentiment_sum;
            day.urgent -= taken.urgent;
            day.questions -= taken.questions;
            day.profane -= taken.profane;
            day.judged -= taken.judged;
            day.unsure -= taken.unsure;
            day.confidence_sum -= taken.confidence_sum;
            day.confidence_square_sum -= taken.confidence_square_sum;
            day.words -= taken.words;
            day.unknown_words -= taken.unknown_words;
            day.strange -= taken.strange;
        }
    }
    days
}

pub(super) fn add(days: &mut Days, turn: &TurnRow, entries: &[Entry]) {
    for entry in entries {
        // What takes the place of a rating counts where that was counted.
        let at = if let Happening::Rated { instead_of: Some(before), .. } = &entry.what {
            before.at
        } else {
            entry.at
        };
        let day = at.strftime("%Y-%m-%d").to_string();
        let statistics = days.entry((turn.bot.clone(), day.clone())).or_insert_with(|| DayStatistics {
            day,
            bot: turn.bot.clone(),
            ..DayStatistics::default()
        });
        fold(statistics, entry);
    }
}

/// Counts one entry. It looks at nothing that is erased when a person is forgotten.
fn fold(day: &mut DayStatistics, entry: &Entry) {
    if entry.sequence == 1 {
        day.conversations += 1;
    }
    match &entry.what {
        Happening::Received { understanding, .. } => {
            day.received += 1;
            let counted = understanding.counted();
            feel(day, &counted);
            judge(day, &counted);
        }
        Happening::Pressed { .. } => day.received += 1,
        what @ Happening::Said { .. } if what.shows_more() => {}
        Happening::Said { by: Speaker::Bot, content: _, why, template: _ } => {
            day.said_by_bot += 1;
            if why.as_ref().is_some_and(|why| !why.sources.is_empty()) {
                day.answered_from_documents += 1;
            }
        }
        Happening::Said { by: Speaker::Member { .. }, .. } => day.said_by_members += 1,
        Happening::Repaired { repair } => match repair {
            RepairKind::MisunderstoodOnce
            | RepairKind::MisunderstoodTwice
            | RepairKind::MisunderstoodOften => day.not_understood += 1,
            RepairKind::Cancel
            | RepairKind::StartOver
            | RepairKind::Repeat
            | RepairKind::Person
            | RepairKind::Correct
            | RepairKind::Digress
            | RepairKind::Timeout
            | RepairKind::Denied => {}
        },
        Happening::HandedOff { .. } => day.handoffs += 1,
        Happening::Rated { slot: _, score, instead_of } => {
            day.ratings += u64::from(instead_of.is_none());
            day.rating_sum += i64::from(*score) - instead_of.map_or(0, |before| i64::from(before.score));
        }
        Happening::Opened { .. }
        | Happening::Introduced { .. }
        | Happening::Edited { .. }
        | Happening::Deleted { .. }
        | Happening::Happened { .. }
        | Happening::Corrected { .. }
        | Happening::Noted { .. }
        | Happening::SlotFilled { .. }
        | Happening::FlowStarted { .. }
        | Happening::FlowEnded { .. }
        | Happening::Searched { .. }
        | Happening::Called { .. }
        | Happening::Answered { .. }
        | Happening::OwnerChanged { .. }
        | Happening::LanguageChanged { .. }
        | Happening::Tagged { .. }
        | Happening::Waiting { .. }
        | Happening::Closed { .. }
        | Happening::Reopened
        | Happening::Refused { .. }
        | Happening::Faulted { .. }
        | Happening::Erased => {}
    }
}

fn feel(day: &mut DayStatistics, counted: &Counted) {
    if let Some((tone, hundredths)) = counted.sentiment {
        match tone {
            Tone::Positive => day.positive += 1,
            Tone::Negative => day.negative += 1,
        }
        day.sentiment_sum += hundredths;
    }
    day.urgent += u64::from(counted.urgent);
    day.questions += u64::from(counted.question);
    day.profane += u64::from(counted.profane);
}

/// How familiar a message was.
fn judge(day: &mut DayStatistics, counted: &Counted) {
    if counted.words == 0 {
        return;
    }
    day.judged += 1;
    day.unsure += u64::from(!counted.confident);
    day.confidence_sum += counted.confidence;
    day.confidence_square_sum += counted.confidence * counted.confidence;
    day.words += u64::from(counted.words);
    day.unknown_words += u64::from(counted.unknown_words);
    day.strange += u64::from(counted.unknown_words > 0);
}

pub(super) fn rows(organisation: OrganisationId, days: Days) -> Vec<Value> {
    days.into_values()
        // Days on which nothing counts have no row, however they came about.
        .filter(|day| {
            let nothing =
                DayStatistics { day: day.day.clone(), bot: day.bot.clone(), ..DayStatistics::default() };
            *day != nothing
        })
        .map(|day| {
            object! {
                id: record("statistics", array![organisation.to_string(), day.bot.clone(), day.day.clone()]),
                bot: day.bot,
                day: day.day,
                conversations: day.conversations,
                received: day.received,
                said_by_bot: day.said_by_bot,
                said_by_members: day.said_by_members,
                not_understood: day.not_understood,
                handoffs: day.handoffs,
                answered_from_documents: day.answered_from_documents,
                ratings: day.ratings,
                rating_sum: day.rating_sum,
                positive: day.positive,
                negative: day.negative,
                sentiment_sum: day.sentiment_sum,
                urgent: day.urgent,
                questions: day.questions,
                profane: day.profane,
                judged: day.judged,
                unsure: day.unsure,
                confidence_sum: day.confidence_sum,
                confidence_square_sum: day.confidence_square_sum,
                words: day.words,
                unknown_words: day.unknown_words,
                strange: day.strange,
            }
            .into_value()
        })
        .collect()
}

impl Row {
    pub(super) fn read(self) -> DayStatistics {
        DayStatistics {
            day: self.day,
            bot: self.bot,
            conversations: self.conversations,
            received: self.received,
            said_by_bot: self.said_by_bot,
            said_by_members: self.said_by_members,
            not_understood: self.not_understood,
            handoffs: self.handoffs,
            answered_from_documents: self.answered_from_documents,
            ratings: self.ratings,
            rating_sum: self.rating_sum,
            positive: self.positive.unwrap_or_default(),
            negative: self.negative.unwrap_or_default(),
            sentiment_sum: self.sentiment_sum.unwrap_or_default(),
            urgent: self.urgent.unwrap_or_default(),
            questions: self.questions.unwrap_or_default(),
            profane: self.profane.unwrap_or_default(),
            judged: self.judged.unwrap_or_default(),
            unsure: self.unsure.unwrap_or_default(),
            confidence_sum: self.confidence_sum.unwrap_or_default(),
            confidence_square_sum: self.confidence_square_sum.unwrap_or_default(),
            words: self.words.unwrap_or_default(),
            unknown_words: self.unknown_words.unwrap_or_default(),
            strange: self.strange.unwrap_or_default(),
        }
    }
}
