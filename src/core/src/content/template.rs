//! A message whose words a platform has approved before, with its gaps filled.

use std::collections::BTreeMap;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, Unexpected},
};

use super::Source;

/// An approved message, by its name at the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    pub name: String,
    /// As the platform writes it: `en_US`, `de`.
    pub language: String,
    #[serde(default)]
    pub parameters: Parameters,
    /// When it goes in the place of what the bot says; absent where it stands in nobody's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

impl Template {
    /// Whether it goes only where the words of its message may not.
    pub fn is_last_resort(&self) -> bool {
        self.when == Some(When::Closed)
    }
}

/// When does an approved message go in the place of the one that names it?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Where nothing else may be said any more.
    Closed,
    Always,
}

/// What fills its gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Parameters {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<Header>,
    /// By what stands between the braces: `1`, `2` or a name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub body: BTreeMap<String, String>,
    /// By the button's place, from 0: the end of its address, the code to copy, or the value that a press sends back.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "by_place")]
    pub buttons: BTreeMap<usize, String>,
}

/// What fills the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// Its only gap.
    Text(String),
    Image(Source),
    Video(Source),
    Document {
        source: Source,
        name: String,
    },
    /// A place on earth: millionths of a degree.
    Location {
        latitude_microdegrees: i32,
        longitude_microdegrees: i32,
        name: String,
        address: String,
    },
}

/// The keys of a JSON object are strings, and what an enum with a tag has buffered is not taken for a number again.
pub(crate) fn by_place<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<usize, String>, D::Error> {
    let named = BTreeMap::<String, String>::deserialize(deserializer)?;
    let placed = named.into_iter().map(|(name, value)| {
        let place = name.parse::<usize>().ok().filter(|place| place.to_string() == name);
        place
            .map(|place| (place, value))
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&name), &"the place of a button, from 0"))
    });
    placed.collect()
}
