//! How does the visitor feel?

use studio_core::{
    api::ConversationDetail,
    feeling::{SentimentBy, Trend},
    understanding::Understanding,
};

use crate::{model::Model, words::Text};

/// What the last message feels like, and the conversation; nothing where nothing is felt.
pub fn rows(model: &Model, detail: &ConversationDetail) -> Vec<String> {
    let mut rows: Vec<String> = detail.mind.understanding.iter().filter_map(|it| of(model, it)).collect();
    let conversation = &detail.conversation;
    if let Some(mood) = conversation.mood {
        let trend = match conversation.trend.unwrap_or(Trend::Steady) {
            Trend::Improving => Text::Improving,
            Trend::Steady => Text::Steady,
            Trend::Worsening => Text::Worsening,
        };
        rows.push(format!("{} {mood:+.2}, {}", model.say(Text::MoodOfLate), model.say(trend)));
    }
    rows
}

/// A message's feelings on one line; nothing where there are none.
pub fn of(model: &Model, understanding: &Understanding) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(sentiment) = understanding.sentiment {
        let by = match sentiment.by {
            SentimentBy::Lexicon => Text::FeltByLexicon,
            SentimentBy::Model => Text::FeltByModel,
        };
        parts.push(format!("{:+.2} {}", sentiment.score, model.say(by)));
    }
    let flags = [
        (understanding.urgent, Text::Urgent),
        (understanding.question, Text::Question),
        (understanding.profane, Text::Profane),
    ];
    parts.extend(flags.into_iter().filter(|(is, _)| *is).map(|(_, text)| model.say(text).to_owned()));
    if !understanding.personal.is_empty() {
        let kinds: Vec<&str> = understanding.personal.iter().map(|kind| kind.as_str()).collect();
        parts.push(format!("{}: {}", model.say(Text::PersonalData), kinds.join(", ")));
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}
