//! How are record ids and times written?

use jiff::Timestamp;
use studio_core::id::{EventKey, OrganisationId};
use surrealdb::types::{Array, RecordId, RecordIdKey, SurrealValue, Value, array};

use crate::error::StoreError;

pub(crate) fn record(table: &'static str, key: Array) -> RecordId {
    RecordId::new(table, key)
}

/// A place in the inbox: what came when, to which organisation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InboxKey {
    /// Grows with every arrival of a process; roughly microseconds since 1970.
    pub arrived: u64,
    pub organisation: OrganisationId,
    pub event: EventKey,
}

impl InboxKey {
    /// When the event came, roughly.
    pub fn arrived_at(&self) -> Timestamp {
        let microseconds = i64::try_from(self.arrived).unwrap_or(i64::MAX);
        Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
    }

    pub(crate) fn record(&self) -> RecordId {
        record("inbox", self.key())
    }

    pub(crate) fn key(&self) -> Array {
        array![
            self.arrived,
            self.organisation.to_string(),
            self.event.source.clone(),
            self.event.native.clone()
        ]
    }

    pub(crate) fn read(table: &'static str, id: &RecordId) -> Result<Self, StoreError> {
        let mut parts = Parts::of(table, id)?;
        Ok(Self {
            arrived: parts.number()?,
            organisation: parts.parse()?,
            event: EventKey { source: parts.text()?, native: parts.text()? },
        })
    }
}

/// The parts of an array key, taken from the left.
pub(crate) struct Parts {
    table: &'static str,
    parts: std::vec::IntoIter<Value>,
}

impl Parts {
    pub(crate) fn of(table: &'static str, id: &RecordId) -> Result<Self, StoreError> {
        match &id.key {
            RecordIdKey::Array(parts) => Ok(Self { table, parts: parts.clone().into_vec().into_iter() }),
            _ => Err(StoreError::Corrupt { table, what: "the record id is not an array".to_owned() }),
        }
    }

    fn next<T: SurrealValue>(&mut self) -> Result<T, StoreError> {
        let part = self.parts.next().unwrap_or(Value::None);
        T::from_value(part).map_err(|error| self.corrupt(error.to_string()))
    }

    fn corrupt(&self, what: impl Into<String>) -> StoreError {
        StoreError::Corrupt { table: self.table, what: format!("record id: {}", what.into()) }
    }

    pub(crate) fn text(&mut self) -> Result<String, StoreError> {
        self.next()
    }

    pub(crate) fn number(&mut self) -> Result<u64, StoreError> {
        self.next()
    }

    pub(crate) fn parse<T: std::str::FromStr>(&mut self) -> Result<T, StoreError> {
        let text = self.text()?;
        text.parse().map_err(|_| self.corrupt("a part is not an identifier"))
    }
}

/// Text of a row as one of our types.
pub(crate) fn parse<T: std::str::FromStr>(table: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt { table, what: "a field is not an identifier or time".to_owned() })
}

/// Microseconds since 1970, rounded up so that nothing is due before its time; 0 for times before.
pub(crate) fn microseconds(at: Timestamp) -> u64 {
    let whole = u64::try_from(at.as_microsecond()).unwrap_or(0);
    whole + u64::from(at.subsec_nanosecond() % 1_000 > 0)
}
