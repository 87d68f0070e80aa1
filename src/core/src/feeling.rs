//! How does a visitor feel, and who says so?
//!
//! Lists of words say so for every message. Whoever implements [`SentimentModel`] is asked first; what it says is marked as
//! its word, and where it does not answer in time the lists' word stands, marked as theirs.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use crate::embedding::EmbedError;

/// What a message feels like. One that is neutral has none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sentiment {
    /// From -1, as bad as can be, to 1; two digits.
    pub score: f64,
    pub label: Tone,
    pub by: SentimentBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    Positive,
    Negative,
}

/// Who judged a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SentimentBy {
    /// Lists of words.
    Lexicon,
    /// A model that was trained for it.
    Model,
}

impl Sentiment {
    /// Of a score from -1 to 1, if it is anything but neutral.
    pub fn of(score: f64, by: SentimentBy) -> Option<Self> {
        let score = two_digits(score);
        let label = if score > 0.0 { Tone::Positive } else { Tone::Negative };
        (score != 0.0).then_some(Self { score, label, by })
    }
}

/// A sentiment model that runs.
pub trait SentimentModel: Debug + Send + Sync {
    /// Name and hash of the weights.
    fn identity(&self) -> &str;

    /// The score of a text, -1 to 1 and 0 where it is neutral, while somebody waits for it; nothing where the model does
    /// not know its language (ISO 639-1).
    fn judge_now(&self, text: &str, language: Option<&str>) -> Result<Option<f64>, EmbedError>;
}

/// How a conversation has felt of late.
///
/// Two means that follow the messages, one quickly and one slowly. The quick one is the mood, and which side of the slow one
/// it is on tells where it goes. A neutral message moves both a little towards nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Mood {
    /// From -1 to 1; two digits.
    pub score: f64,
    /// The same over a longer time.
    pub before: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    Improving,
    Steady,
    Worsening,
}

impl Mood {
    /// Share of a felt message, and of a neutral one, in the quick mean and in the slow one.
    const FELT: (f64, f64) = (0.5, 0.2);
    const NEUTRAL: (f64, f64) = (0.1, 0.05);
    /// Distance between the means from which on the mood goes somewhere.
    const MOVES: f64 = 0.15;

    /// The mood after a message of this score.
    #[must_use]
    pub fn after(self, score: Option<f64>) -> Self {
        let Some(score) = score else { return self.towards(0.0, Self::NEUTRAL) };
        // The first feeling is the whole of what is known.
        if self == Self::default() {
            return Self { score: two_digits(score), before: two_digits(score) };
        }
        self.towards(score, Self::FELT)
    }

    fn towards(self, score: f64, (quick, slow): (f64, f64)) -> Self {
        let moved = |from: f64, share: f64| two_digits(from + (score - from) * share);
        Self { score: moved(self.score, quick), before: moved(self.before, slow) }
    }

    pub fn trend(self) -> Trend {
        match self.score - self.before {
            change if change >= Self::MOVES => Trend::Improving,
            change if change <= -Self::MOVES => Trend::Worsening,
            _ => Trend::Steady,
        }
    }

    /// Whether nothing is felt.
    pub fn is_even(&self) -> bool {
        *self == Self::default()
    }
}

impl Trend {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Improving => "improving",
            Self::Steady => "steady",
            Self::Worsening => "worsening",
        }
    }
}

/// Rounded, and never `-0`.
fn two_digits(number: f64) -> f64 {
    let rounded = (number.clamp(-1.0, 1.0) * 100.0).round() / 100.0;
    if rounded == 0.0 || rounded.is_nan() { 0.0 } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mood_follows_what_is_said_and_tells_where_it_goes() {
        let check = |scores: &[f64], expected: (f64, Trend)| {
            let felt = |score: f64| (score != 0.0).then_some(score);
            let mood = scores.iter().fold(Mood::default(), |mood, score| mood.after(felt(*score)));
            assert_eq!((mood.score, mood.trend()), expected, "{scores:?}");
        };
        check(&[], (0.0, Trend::Steady));
        check(&[0.0, 0.0], (0.0, Trend::Steady));
        check(&[-0.8], (-0.8, Trend::Steady));
        check(&[-0.8, -0.8, -0.8], (-0.8, Trend::Steady));
        check(&[0.5, -0.6], (-0.05, Trend::Worsening));
        check(&[-0.8, 0.6], (-0.1, Trend::Improving));
        check(&[-0.8, 0.0, 0.0], (-0.65, Trend::Steady));
        check(&[f64::NAN, 7.0], (1.0, Trend::Steady));
    }

    #[test]
    fn what_is_neutral_has_no_sentiment() {
        assert_eq!(Sentiment::of(0.001, SentimentBy::Lexicon), None);
        assert_eq!(Sentiment::of(f64::NAN, SentimentBy::Model), None);
        let felt = Sentiment::of(-7.0, SentimentBy::Model);
        assert_eq!(felt.map(|felt| (felt.score, felt.label)), Some((-1.0, Tone::Negative)));
    }
}
