//! Which personal data is recognised, and what becomes of it?

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A kind of personal data.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PersonalKind {
    Email,
    Phone,
    Iban,
    Card,
    Ip,
    /// A number by which a state knows a person, with a right checksum.
    NationalId,
    Person,
    Address,
}

impl PersonalKind {
    pub const ALL: [Self; 8] = [
        Self::Email,
        Self::Phone,
        Self::Iban,
        Self::Card,
        Self::Ip,
        Self::NationalId,
        Self::Person,
        Self::Address,
    ];

    /// As bot files and stored understandings write it; the same as the entity's name where there is one.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::Ip => "ip",
            Self::NationalId => "national_id",
            Self::Person => "person",
            Self::Address => "address",
        }
    }

    /// What stands in its place: `[card]`.
    pub fn mask(self) -> String {
        format!("[{}]", self.as_str())
    }

    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What becomes of a kind of personal data in what visitors write.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// Stored as it was written.
    #[default]
    Keep,
    /// Masked in texts, and given to the slots that are filled from it.
    Slots,
    /// Masked before anything is stored.
    Mask,
}

/// What becomes of personal data, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// Those that are not kept as they are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<PersonalKind, Keeping>,
}

impl Privacy {
    pub fn keeps_all(&self) -> bool {
        self.kinds.is_empty()
    }

    pub fn of(&self, kind: PersonalKind) -> Keeping {
        self.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// Whether something is masked before it is stored.
    pub fn masks_at_the_door(&self) -> bool {
        self.kinds.values().any(|keeping| *keeping == Keeping::Mask)
    }
}

/// Personal data in a text, in bytes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Personal {
    pub kind: PersonalKind,
    pub start: usize,
    pub end: usize,
}

/// A text with masks in the place of these, which are in order and do not overlap, and where they stand now.
pub fn masked(text: &str, found: &[Personal]) -> (String, Vec<Personal>) {
    let mut masked = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(found.len());
    let mut end = 0;
    for personal in found {
        let Some(before) = text.get(end..personal.start) else { continue };
        masked.push_str(before);
        let start = masked.len();
        masked.push_str(&personal.kind.mask());
        places.push(Personal { kind: personal.kind, start, end: masked.len() });
        end = personal.end;
    }
    masked.push_str(text.get(end..).unwrap_or_default());
    (masked, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_stand_where_the_data_stood() {
        let text = "ä: a@b.de, 4111";
        let found = [
            Personal { kind: PersonalKind::Email, start: 4, end: 10 },
            Personal { kind: PersonalKind::Card, start: 12, end: 16 },
        ];
        let (masked, places) = masked(text, &found);
        assert_eq!(masked, "ä: [email], [card]");
        let shown: Vec<&str> = places.iter().map(|it| &masked[it.start..it.end]).collect();
        assert_eq!(shown, ["[email]", "[card]"]);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for kind in PersonalKind::ALL {
            assert_eq!(PersonalKind::of(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
