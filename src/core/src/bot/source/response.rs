//! What stands in responses/, and where else can something to say be written?

use super::{VariantSource, schema};
use crate::bot::{
    problem::{Place, Problems},
    yaml::{Entries, Kind, Node, OneOrMany, Read, Text, entries, mistyped},
};

/// Variants by language.
pub type Variants = Entries<OneOrMany<VariantSource>>;

/// What can be said, by language; on some channels something else.
#[derive(Clone, Debug)]
pub struct ResponseSource {
    pub place: Place,
    pub texts: Variants,
    pub channels: Entries<Variants>,
}

impl Read for ResponseSource {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Some(all) = entries(node, "texts by language", "write `en: …`", problems) else {
            node.salvage(problems);
            return None;
        };
        let mut response =
            Self { place: node.place, texts: Entries::default(), channels: Entries::default() };
        for (key, value) in all {
            if key.value == "channels" {
                response.channels = Entries::read(value, problems).unwrap_or_default();
            } else {
                response.texts.push(key, value, problems);
            }
        }
        Some(response)
    }
}

/// Something to say: a response by its name, or texts in place.
#[derive(Clone, Debug)]
pub enum Saying {
    Named(Text),
    Inline(Box<ResponseSource>),
}

impl Read for Saying {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => {
                ResponseSource::read(node, problems).map(|response| Self::Inline(Box::new(response)))
            }
            Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) => {
                Text::read(node, problems).map(Self::Named)
            }
            Kind::Null | Kind::List(_) | Kind::Broken => {
                mistyped(
                    node,
                    "the name of a response, or texts by language",
                    "write the name of a response, or `{ en: … }`",
                    problems,
                );
                None
            }
        }
    }
}

schema!(ResponseSource, "Response", false, |generator| {
    let variants = generator.subschema_for::<OneOrMany<VariantSource>>();
    let channels = generator.subschema_for::<Entries<Variants>>();
    schemars::json_schema!({
        "description": "What can be said: variants by language; `channels` has what is said on some channels in their place.",
        "type": "object",
        "properties": { "channels": channels },
        "patternProperties": { "^[a-z]{2}$": variants },
        "additionalProperties": false,
    })
});
schema!(Saying, "Saying", false, |generator| schema::any_of(vec![
    schema::text(),
    generator.subschema_for::<ResponseSource>()
]));
