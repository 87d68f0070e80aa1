//! How far has each message come?
//!
//! A message that has left, or could not, has one row, `sending`, with the platform's own ids of its
//! parts. What the platform says of a part stands in a row of that part's own: it may come before the
//! message is known to have left, in any order and again and again, and only ever grows. The two are
//! put together when they are read.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use studio_core::{
    api::{Correction, Delivery, DeliveryState, RefusedChange},
    id::{ConversationId, OrganisationId},
    policy::delivery::{Again, Form, Otherwise},
};
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    accept::MOST_ROWS,
    error::StoreError,
    json,
    keys::{Parts, parse, record},
    refused,
    told::{self, Told},
    transact::Probe,
};

/// What is known of a message once it has left, or is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    pub conversation: ConversationId,
    pub sequence: u64,
    /// The platform's own ids of its parts, in order.
    pub parts: Vec<String>,
    /// It may have left twice.
    pub uncertain: bool,
    /// What the channel could not show, in words for the author.
    pub losses: Vec<String>,
    /// Why it was given up; `None` where it has left.
    pub error: Option<String>,
    pub at: Timestamp,
    /// The parts that left in another form than at first.
    pub otherwise: Vec<Otherwise>,
    /// Where the platform tells of its parts by no more than their chat and their numbers there.
    pub told: Option<Told>,
}

/// What a platform said of a part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartReport {
    pub conversation: ConversationId,
    pub part: String,
    /// What we sent with the part, to know it again.
    pub tag: Option<String>,
    pub state: DeliveryState,
    /// Why it failed.
    pub error: Option<String>,
    /// Where it failed and may be taken another time, or in another form.
    pub again: Option<Again>,
    pub at: Timestamp,
}

/// A message that has left, with the platform's own ids of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departed {
    pub parts: Vec<String>,
    pub delivery: Delivery,
    /// What it was changed into since.
    pub correction: Option<Correction>,
    /// The last change that was asked for, where it could not be made.
    pub refused_change: Option<RefusedChange>,
    /// The parts that left in another form than at first.
    pub otherwise: Vec<Otherwise>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    parts: Vec<String>,
    /// Rows of earlier versions have none.
    uncertain: Option<bool>,
    losses: Vec<String>,
    error: Option<String>,
    at: String,
    correction: Option<String>,
    /// JSON.
    refused_change: Option<String>,
    /// JSON; only of rows that have some.
    otherwise: Option<String>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct PartRow {
    id: RecordId,
    /// Of [`rank`]; none while only its message is known.
    rank: Option<i64>,
    error: Option<String>,
    at: Option<String>,
}

pub(crate) fn id(organisation: OrganisationId, conversation: ConversationId, sequence: u64) -> RecordId {
    record("sending", array![organisation.to_string(), conversation.to_string(), sequence])
}

pub(crate) fn part_id(organisation: OrganisationId, conversation: ConversationId, part: &str) -> RecordId {
    record("part", array![organisation.to_string(), conversation.to_string(), part.to_owned()])
}

const NOTE: &str = "INSERT INTO sending $departures ON DUPLICATE KEY UPDATE parts = $input.parts, \
    uncertain = $input.uncertain, losses = $input.losses, error = $input.error, at = $input.at, \
    otherwise = $input.otherwise RETURN NONE";
const NOTE_PARTS: &str = "FOR $part IN $departed_parts { UPSERT $part.id SET sequence = $part.sequence, \
    told = $part.told ?? told RETURN NONE }";
pub(crate) const TAGGED: &str = "SELECT VALUE id FROM type::record(part:[$organisation, $conversation]..\
    [$organisation, $conversation, []]) WHERE tag = $tag AND rank != 2 LIMIT 1";
const REFUSED: &str = "SELECT VALUE id FROM part:[$organisation, $conversation]..\
    [$organisation, $conversation, []] WHERE tag = $tag AND rank = 2";
/// `rank` comes last: what stands before it compares with the old one.
const REPORT: &str = "FOR $row IN $rows { UPSERT $row.id SET \
    error = IF $row.rank > (rank ?? 0) { $row.error } ELSE { error }, \
    at = IF $row.rank > (rank ?? 0) { $row.at } ELSE { at }, \
    again = IF $row.rank > (rank ?? 0) { $row.again } ELSE { again }, \
    form = IF $row.rank > (rank ?? 0) { $row.form } ELSE { form }, \
    tag = $row.tag ?? tag, \
    rank = math::max([rank ?? 0, $row.rank]) RETURN NONE }";

/// The statements that note departures; their rows are bound.
pub(crate) fn statements(
    organisation: OrganisationId,
    departures: &[Departure],
    bind: &mut Object,
) -> Result<Vec<&'static str>, StoreError> {
    let rows: Vec<Value> = departures
        .iter()
        .map(|departure| {
            let row = object! {
                id: id(organisation, departure.conversation, departure.sequence),
                parts: departure.parts.clone(),
                uncertain: departure.uncertain,
                losses: departure.losses.clone(),
                error: departure.error.clone(),
                at: departure.at.to_string(),
                otherwise: forms("sending", &departure.otherwise)?,
            };
            Ok(row.into_value())
        })
        .collect::<Result<_, StoreError>>()?;
    let parts: Vec<Value> = departures
        .iter()
        .flat_map(|departure| {
            let Departure { conversation, sequence, parts, told, .. } = departure;
            part_rows(organisation, (*conversation, *sequence), parts, told.as_ref())
        })
        .collect();
    let told: Vec<Value> = departures
        .iter()
        .filter_map(|departure| Some((departure.conversation, departure.told.as_ref()?)))
        .flat_map(|(conversation, told)| told.rows(organisation, conversation))
        .collect();
    let mut statements = vec![NOTE];
    bind.insert("departures", rows);
    if !parts.is_empty() {
        statements.push(NOTE_PARTS);
        bind.insert("departed_parts", parts);
    }
    if !told.is_empty() {
        statements.push(told::PUT);
        bind.insert("told", told);
    }
    Ok(statements)
}

/// As they are stored: nothing where there are none.
pub(crate) fn forms(table: &'static str, otherwise: &[Otherwise]) -> Result<Option<String>, StoreError> {
    (!otherwise.is_empty()).then(|| json::write(table, &otherwise)).transpose()
}

pub(crate) fn forms_of(table: &'static str, stored: Option<&str>) -> Result<Vec<Otherwise>, StoreError> {
    Ok(stored.map(|text| json::read(table, text)).transpose()?.unwrap_or_default())
}

/// Which message each part belongs to, and by what else its platform tells of it.
fn part_rows(
    organisation: OrganisationId,
    (conversation, sequence): (ConversationId, u64),
    parts: &[String],
    told: Option<&Told>,
) -> impl Iterator<Item = Value> {
    parts.iter().enumerate().map(move |(place, part)| {
        object! {
            id: part_id(organisation, conversation, part),
            sequence: sequence,
            told: told.and_then(|told| told.id(organisation, conversation, place)),
        }
        .into_value()
    })
}

impl Store {
    /// Notes what a platform said of parts of messages; what is known already stays. What was refused waits to be settled.
    pub async fn note_reports(
        &self,
        organisation: OrganisationId,
        reports: &[PartReport],
    ) -> Result<(), StoreError> {
        for reports in reports.chunks(MOST_ROWS) {
            let rows: Vec<Value> = reports
                .iter()
                .map(|report| {
                    object! {
                        id: part_id(organisation, report.conversation, &report.part),
                        rank: rank(report.state),
                        error: report.error.clone(),
                        again: seconds(report.again),
                        form: form(report.again).map(Form::name),
                        at: report.at.to_string(),
                        tag: report.tag.clone(),
                    }
                    .into_value()
                })
                .collect();
            let mut statements = vec![REPORT];
            let mut bind = object! { rows: rows };
            let unsettled: Vec<Value> = reports
                .iter()
                .filter(|report| report.state == DeliveryState::Failed)
                .map(|report| refused::unsettled_row(organisation, report).into_value())
                .collect();
            if !unsettled.is_empty() {
                statements.push(refused::PUT);
                bind.insert("unsettled", unsettled);
            }
            self.transact(&statements, bind, Probe::Repeat).await?;
        }
        Ok(())
    }

    /// Those of these messages that have left or were given up, by their numbers.
    pub async fn departed(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        sequences: &[u64],
    ) -> Result<BTreeMap<u64, Departed>, StoreError> {
        let ids: Vec<_> =
            sequences.iter().map(|sequence| id(organisation, conversation, *sequence)).collect();
        let rows: Vec<Row> = self.rows("sending", "SELECT * FROM $ids", object! { ids: ids }).await?;
        let parts: Vec<_> = rows
            .iter()
            .flat_map(|row| row.parts.iter().map(|part| part_id(organisation, conversation, part)))
            .collect();
        let mut said = HashMap::new();
        if !parts.is_empty() {
            let found: Vec<PartRow> =
                self.rows("part", "SELECT id, rank, error, at FROM $parts", object! { parts: parts }).await?;
            for row in found {
                said.insert(part_of(&row.id)?, row);
            }
        }
        let mut departed = BTreeMap::new();
        for row in rows {
            let mut key = Parts::of("sending", &row.id)?;
            key.text()?;
            key.text()?;
            let sequence = key.number()?;
            departed.insert(sequence, together(row, &said)?);
        }
        Ok(departed)
    }

    /// A message that has left was changed, or taken back. `parts` are its parts from now on, and `told` is how the platform tells of
    /// them; none where they stay.
    pub async fn note_correction(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        sequence: u64,
        correction: &Correction,
        parts: &[String],
        told: Option<&Told>,
    ) -> Result<(), StoreError> {
        let mut bind = object! {
            id: id(organisation, conversation, sequence),
            correction: json::write("sending", correction)?,
        };
        let mut statements =
            vec!["UPDATE $id SET correction = $correction, refused_change = NONE RETURN NONE"];
        if !parts.is_empty() {
            let rows: Vec<Value> = part_rows(organisation, (conversation, sequence), parts, told).collect();
            bind.insert("parts", parts.to_vec());
            bind.insert("departed_parts", rows);
            statements.extend(["UPDATE $id SET parts = $parts RETURN NONE", NOTE_PARTS]);
            if let Some(told) = told {
                bind.insert("told", told.rows(organisation, conversation).collect::<Vec<_>>());
                statements.push(told::PUT);
            }
        }
        self.transact(&statements, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// A message that has left could not be changed as it was asked for.
    pub async fn note_refused_change(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        sequence: u64,
        refused: &RefusedChange,
    ) -> Result<(), StoreError> {
        let bind = object! {
            id: id(organisation, conversation, sequence),
            refused_change: json::write("sending", refused)?,
        };
        let statements = ["UPDATE $id SET refused_change = $refused_change RETURN NONE"];
        self.transact(&statements, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// The platform's own id of the part that was sent with this tag, if the platform has told of it and has not refused it.
    pub async fn part_of_tag(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        tag: &str,
    ) -> Result<Option<String>, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: conversation.to_string(),
            tag: tag.to_owned(),
        };
        let found: Vec<RecordId> = self.rows("part", TAGGED, bind).await?;
        found.first().map(part_of).transpose()
    }

    /// How many tries of the part that was sent with this tag were refused after they had been taken.
    pub(crate) async fn refusals(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        tag: &str,
    ) -> Result<u32, StoreError> {
        let bind = object! {
            organisation: organisation.to_string(),
            conversation: conversation.to_string(),
            tag: tag.to_owned(),
        };
        let found: Vec<RecordId> = self.rows("part", REFUSED, bind).await?;
        Ok(u32::try_from(found.len()).unwrap_or(u32::MAX))
    }
}

fn part_of(id: &RecordId) -> Result<String, StoreError> {
    let mut key = Parts::of("part", id)?;
    key.text()?;
    key.text()?;
    key.text()
}

/// A message is as far as its slowest part, and has failed if one of them has.
fn together(row: Row, said: &HashMap<String, PartRow>) -> Result<Departed, StoreError> {
    let correction = row.correction.as_deref().map(|text| json::read("sending", text)).transpose()?;
    let refused_change = row.refused_change.as_deref().map(|text| json::read("sending", text)).transpose()?;
    let otherwise = forms_of("sending", row.otherwise.as_deref())?;
    let mut delivery = Delivery {
        state: DeliveryState::Sent,
        at: Some(parse("sending", &row.at)?),
        uncertain: row.uncertain.unwrap_or_default(),
        losses: row.losses,
        error: None,
    };
    if row.error.is_some() {
        (delivery.state, delivery.error) = (DeliveryState::Failed, row.error);
        return Ok(Departed { parts: row.parts, delivery, correction, refused_change, otherwise });
    }
    let states = row.parts.iter().map(|part| said.get(part).and_then(|said| said.rank).and_then(state));
    let slowest = states.map(|state| state.unwrap_or(DeliveryState::Sent)).min();
    let failed = row
        .parts
        .iter()
        .filter_map(|part| said.get(part))
        .find(|said| said.rank.and_then(state) == Some(DeliveryState::Failed));
    if let Some(failed) = failed {
        delivery.state = DeliveryState::Failed;
        delivery.error.clone_from(&failed.error);
        delivery.at = failed.at.as_deref().map(|at| parse("part", at)).transpose()?;
    } else if let Some(slowest) = slowest.filter(|slowest| *slowest > DeliveryState::Sent) {
        delivery.state = slowest;
        let last = row.parts.iter().filter_map(|part| said.get(part)?.at.as_deref()).max();
        delivery.at = last.map(|at| parse("part", at)).transpose()?;
    }
    Ok(Departed { parts: row.parts, delivery, correction, refused_change, otherwise })
}

fn seconds(again: Option<Again>) -> Option<i64> {
    match again {
        Some(Again::After(after)) => Some(after.as_secs()),
        Some(Again::In(_)) | None => None,
    }
}

fn form(again: Option<Again>) -> Option<Form> {
    match again {
        Some(Again::In(form)) => Some(form),
        Some(Again::After(_)) | None => None,
    }
}

pub(crate) fn rank(state: DeliveryState) -> i64 {
    match state {
        DeliveryState::Waiting => 0,
        DeliveryState::Sent => 1,
        DeliveryState::Failed => 2,
        DeliveryState::Delivered => 3,
        DeliveryState::Read => 4,
    }
}

fn state(rank: i64) -> Option<DeliveryState> {
    use DeliveryState::{Delivered, Failed, Read, Sent, Waiting};
    [Waiting, Sent, Failed, Delivered, Read].into_iter().find(|state| self::rank(*state) == rank)
}
