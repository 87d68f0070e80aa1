//! Which messages should somebody look at, and what was decided about them?
//!
//! The messages are folded from the journal together with the statistics (`statistics`), and so are the same when folded
//! anew. What was decided is nobody's fold: it stays, by the digest of a wording, and holds for all who say it again.

use jiff::Timestamp;
use studio_core::{
    api::{ReviewGuess, ReviewReason},
    dialogue::Entry,
    id::{ConversationId, OrganisationId},
    review::{Doubtful, doubtful},
};
use surrealdb::types::{RecordId, SurrealValue, Value, array, object};

use crate::{
    ERASED, Store,
    error::StoreError,
    json,
    keys::{Parts, parse, record},
    review_places,
    transact::Probe,
};

/// How a message is kept: without personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    /// The form in which wordings are the same.
    pub key: String,
    /// ISO 639-1.
    pub language: String,
}

/// Masks a doubtful message of a bot; `None` keeps it out of the list.
pub type Mask<'m> = &'m (dyn Fn(OrganisationId, &str, &Doubtful<'_>) -> Option<Masked> + Send + Sync);

/// A message that somebody should look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed {
    pub conversation: ConversationId,
    pub sequence: u64,
    pub bot: String,
    pub masked: Masked,
    /// What it was taken for, the most likely first.
    pub guesses: Vec<ReviewGuess>,
    pub reason: ReviewReason,
    pub at: Timestamp,
}

/// What was decided about a wording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lesson {
    /// Digest of the wording.
    pub id: String,
    /// The decision that it is a part of.
    pub decision: String,
    /// `None`: it means nothing that the bot should know.
    pub intent: Option<String>,
    /// What the draft learns; `None` where other words of the same decision are learned.
    pub phrase: Option<String>,
    pub language: String,
    /// Whether the intent was made by it.
    pub created: bool,
    /// Who decided.
    pub by: String,
    pub at: Timestamp,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
pub(crate) struct Row {
    id: RecordId,
    bot: String,
    text: String,
    key: String,
    language: String,
    guesses: String,
    reason: String,
    at: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct LessonRow {
    id: RecordId,
    decision: String,
    intent: Option<String>,
    phrase: Option<String>,
    language: String,
    created: bool,
    by: String,
    at: String,
}

pub(crate) const PUT: [&str; 2] = [
    "INSERT INTO review $review ON DUPLICATE KEY UPDATE text = $input.text, key = $input.key, \
     language = $input.language, reason = $input.reason, place = $input.place RETURN NONE",
    review_places::PUT,
];
pub(crate) const DROP: [&str; 2] = [
    "DELETE review:[$organisation]..[$organisation, []] RETURN NONE",
    "DELETE review_place:[$organisation]..[$organisation, []] RETURN NONE",
];
pub(crate) const LESSONS: &str =
    "SELECT * FROM lesson:[$organisation, $bot]..[$organisation, $bot, []] ORDER BY id";
/// Forgets what a person said. The epoch tells whoever folds at this moment to begin again.
pub(crate) const FORGET: [&str; 3] = [
    "DELETE (SELECT VALUE place FROM review:[$organisation, $conversation]..\
     [$organisation, $conversation, $before] WHERE place != NONE) RETURN NONE",
    "DELETE review:[$organisation, $conversation]..[$organisation, $conversation, $before] RETURN NONE",
    "UPSERT $projection SET epoch = (epoch ?? 0) + 1 RETURN NONE",
];

const TEACH: &str = "INSERT INTO lesson $rows ON DUPLICATE KEY UPDATE decision = $input.decision, \
    intent = $input.intent, phrase = $input.phrase, language = $input.language, created = $input.created, \
    by = $input.by, at = $input.at RETURN NONE";

impl Store {
    /// Notes what was decided; what was decided before about the same wordings holds no more.
    pub async fn teach(
        &self,
        organisation: OrganisationId,
        bot: &str,
        lessons: &[Lesson],
    ) -> Result<(), StoreError> {
        for lessons in lessons.chunks(crate::accept::MOST_ROWS) {
            let rows: Vec<Value> = lessons.iter().map(|lesson| lesson.row(organisation, bot)).collect();
            self.transact(&[TEACH], object! { rows: rows }, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// All that was decided about what was said to a bot, by digest.
    pub async fn lessons(&self, organisation: OrganisationId, bot: &str) -> Result<Vec<Lesson>, StoreError> {
        let bind = object! { organisation: organisation.to_string(), bot: bot.to_owned() };
        let rows: Vec<LessonRow> = self.rows("lesson", LESSONS, bind).await?;
        rows.into_iter().map(LessonRow::read).collect()
    }

    /// Takes a phrase back, and with the last phrase of a decision all of it: its messages are in the list again. Returns
    /// whether there was such a phrase.
    pub async fn unteach(
        &self,
        organisation: OrganisationId,
        bot: &str,
        id: &str,
    ) -> Result<bool, StoreError> {
        let lessons = self.lessons(organisation, bot).await?;
        let Some(gone) = lessons.iter().find(|lesson| lesson.id == id && lesson.phrase.is_some()) else {
            return Ok(false);
        };
        let same = |lesson: &&Lesson| lesson.decision == gone.decision;
        let others = lessons.iter().filter(same).filter(|lesson| lesson.id != id && lesson.phrase.is_some());
        let all = others.count() == 0;
        let ids: Vec<RecordId> = lessons
            .iter()
            .filter(|lesson| lesson.id == id || all && same(lesson))
            .map(|lesson| lesson_id(organisation, bot, &lesson.id))
            .collect();
        self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids }, Probe::Repeat).await?;
        Ok(true)
    }
}

/// The row of what is doubtful in a turn, and that of its place.
pub(crate) fn fold(
    organisation: OrganisationId,
    turn: &RecordId,
    bot: &str,
    entries: &[Entry],
    mask: Mask<'_>,
) -> Result<Option<(Value, Value)>, StoreError> {
    let Some(found) = doubtful(entries).filter(|found| found.text != ERASED) else { return Ok(None) };
    let Some(Masked { text, key, language }) = mask(organisation, bot, &found) else { return Ok(None) };
    let mut parts = Parts::of("turn", turn)?;
    parts.text()?;
    let (organisation, conversation, sequence) =
        (organisation.to_string(), parts.text()?, found.entry.sequence);
    let place = review_places::id(&organisation, bot, found.entry.at, &conversation, sequence);
    let place_row = review_places::row(place.clone(), &key, found.reason.as_str());
    let id = record("review", array![organisation, conversation, sequence]);
    let guesses: Vec<ReviewGuess> = (found.understanding.intents.iter())
        .map(|scored| ReviewGuess { intent: scored.intent.clone(), confidence: scored.confidence })
        .collect();
    let row = object! {
        id: id,
        bot: bot.to_owned(),
        text: text,
        key: key,
        language: language,
        guesses: json::write("review", &guesses)?,
        reason: found.reason.as_str().to_owned(),
        at: found.entry.at.to_string(),
        place: place,
    };
    Ok(Some((row.into_value(), place_row)))
}

impl Row {
    pub(crate) fn read(self) -> Result<Reviewed, StoreError> {
        let mut parts = Parts::of("review", &self.id)?;
        parts.text()?;
        let reason = ReviewReason::of(&self.reason);
        Ok(Reviewed {
            conversation: parts.parse()?,
            sequence: parts.number()?,
            bot: self.bot,
            masked: Masked { text: self.text, key: self.key, language: self.language },
            guesses: json::read("review", &self.guesses)?,
            reason: reason.ok_or(StoreError::Corrupt { table: "review", what: self.reason })?,
            at: parse("review", &self.at)?,
        })
    }
}

fn lesson_id(organisation: OrganisationId, bot: &str, id: &str) -> RecordId {
    record("lesson", array![organisation.to_string(), bot.to_owned(), id.to_owned()])
}

impl Lesson {
    fn row(&self, organisation: OrganisationId, bot: &str) -> Value {
        object! {
            id: lesson_id(organisation, bot, &self.id),
            decision: self.decision.clone(),
            intent: self.intent.clone(),
            phrase: self.phrase.clone(),
            language: self.language.clone(),
            created: self.created,
            by: self.by.clone(),
            at: self.at.to_string(),
        }
        .into_value()
    }
}

impl LessonRow {
    fn read(self) -> Result<Lesson, StoreError> {
        let mut parts = Parts::of("lesson", &self.id)?;
        parts.text()?;
        parts.text()?;
        Ok(Lesson {
            id: parts.text()?,
            decision: self.decision,
            intent: self.intent,
            phrase: self.phrase,
            language: self.language,
            created: self.created,
            by: self.by,
            at: parse("lesson", &self.at)?,
        })
    }
}
