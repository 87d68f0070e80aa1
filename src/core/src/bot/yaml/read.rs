//! How does located YAML become the source types, with every problem of it reported?
//!
//! Reading never stops at the first problem: what cannot be read is reported, its keys and values are kept
//! (see [`Problems::may_define`]), and its siblings are read on.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{Kind, Node};
use crate::bot::{
    code::Code,
    problem::{Place, Problems},
    suggest,
};

/// What can be read from YAML. `None` says that it could not, and that the reason was reported.
pub trait Read: Sized {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self>;

    /// The value of a key that is not there; `None` if the key must be.
    fn absent() -> Option<Self> {
        None
    }
}

/// A value with the place where it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct At<T> {
    pub value: T,
    pub place: Place,
}

/// A text with its place.
pub type Text = At<String>;

impl<T: Read> Read for At<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        Some(Self { value: T::read(node, problems)?, place: node.place })
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match node.kind {
            Kind::Null => Some(None),
            Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Broken => Some(tolerant(node, problems)),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        T::read(node, problems).map(Box::new)
    }
}

/// Items that can be read; the others are reported.
impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Kind::List(items) = &node.kind else {
            mistyped(node, "a list", "write each item on its own line after `- `", problems);
            node.salvage(problems);
            return None;
        };
        Some(items.iter().filter_map(|item| tolerant(item, problems)).collect())
    }
}

/// One item, or a list of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OneOrMany<T>(pub Vec<T>);

impl<T: Read> Read for OneOrMany<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        match &node.kind {
            Kind::List(_) => Vec::read(node, problems).map(Self),
            Kind::Null
            | Kind::Bool { .. }
            | Kind::Number { .. }
            | Kind::Text(_)
            | Kind::Map(_)
            | Kind::Broken => tolerant(node, problems).map(|item| Self(vec![item])),
        }
    }
}

/// Something with a name of the author's choice.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    pub name: Text,
    /// `None` if it could not be read; the name is known nevertheless.
    pub item: Option<T>,
}

/// Things by name, in the order of the file.
#[derive(Clone, Debug)]
pub struct Entries<T>(pub Vec<Entry<T>>);

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Entries<T> {
    /// The readable ones.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &T)> {
        self.0.iter().filter_map(|entry| entry.item.as_ref().map(|item| (&entry.name, item)))
    }
}

impl<T: Read> Entries<T> {
    /// Reads one more.
    pub fn push(&mut self, name: &Text, node: &Node, problems: &mut Problems) {
        self.0.push(Entry { name: name.clone(), item: tolerant(node, problems) });
    }
}

impl<T: Read> Read for Entries<T> {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let Some(entries) = entries(node, "names with values", "write each as `name: value`", problems)
        else {
            node.salvage(problems);
            return None;
        };
        let mut read = Self::default();
        for (name, node) in entries {
            read.push(name, node, problems);
        }
        Some(read)
    }
}

impl Read for String {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        let text = node.scalar();
        if text.is_none() {
            mistyped(node, "a text", "put the text in quotes if it has `: `, ` #`, `{` or `[`", problems);
        }
        text.map(str::to_owned)
    }
}

impl Read for serde_json::Value {
    fn read(node: &Node, problems: &mut Problems) -> Option<Self> {
        Some(match &node.kind {
            Kind::Broken => return None,
            Kind::Null => Self::Null,
            Kind::Bool { value, .. } => Self::Bool(*value),
            Kind::Number { value, .. } => Self::Number(value.clone()),
            Kind::Text(text) => Self::String(text.clone()),
            Kind::List(items) => {
                Self::Array(items.iter().filter_map(|item| Self::read(item, problems)).collect())
            }
            Kind::Map(entries) => Self::Object(
                without_repeats(entries, problems)
                    .into_iter()
                    .filter_map(|(key, value)| Some((key.value.clone(), Self::read(value, problems)?)))
                    .collect(),
            ),
        })
    }
}

/// The fields of a map whose keys are known.
pub struct Fields<'a> {
    pub place: Place,
    /// What the map is, in words: "a step `ask`".
    what: &'static str,
    entries: BTreeMap<&'a str, &'a Node>,
}

impl<'a> Fields<'a> {
    /// `None` if it is no map. Keys that are not `known` are reported.
    pub fn of(
        node: &'a Node,
        what: &'static str,
        known: &[&'static str],
        problems: &mut Problems,
    ) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else {
            let keys = known.iter().take(6).map(|key| format!("`{key}: …`")).collect::<Vec<_>>().join(", ");
            mistyped(node, what, &format!("write it with keys such as {keys}"), problems);
            return None;
        };
        let mut kept = BTreeMap::new();
        for (key, value) in without_repeats(entries, problems) {
            if known.contains(&key.value.as_str()) {
                kept.insert(key.value.as_str(), value);
            } else {
                let name = key.value.as_str();
                let hint =
                    slip(name).unwrap_or_else(|| suggest::hint(name, known.iter().copied(), "remove it"));
                let message = format!("{what} has no key `{}`", super::shorten(name));
                problems.report(Code::UnknownKey, key.place, message, hint);
                value.salvage(problems);
            }
        }
        Some(Self { place: node.place, what, entries: kept })
    }

    pub fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    pub fn required<T: Read>(&mut self, key: &'static str, problems: &mut Problems) -> Option<T> {
        if let Some(node) = self.entries.remove(key) {
            return T::read(node, problems);
        }
        let absent = T::absent();
        if absent.is_none() {
            problems.report(
                Code::MissingField,
                self.place,
                format!("{} needs the key `{key}`", self.what),
                format!("add `{key}: …`"),
            );
        }
        absent
    }

    /// The default stands for a key that is absent, empty or unreadable.
    pub fn optional<T: Read>(
        &mut self,
        key: &'static str,
        default: impl FnOnce() -> T,
        problems: &mut Problems,
    ) -> T {
        match self.entries.remove(key) {
            Some(Node { kind: Kind::Null, .. }) | None => default(),
            Some(node) => tolerant(node, problems).unwrap_or_else(default),
        }
    }
}

/// The entries of a map, each key once; repeated ones are reported. `None` if it is no map.
pub fn entries<'a>(
    node: &'a Node,
    wanted: &str,
    hint: &str,
    problems: &mut Problems,
) -> Option<Vec<(&'a Text, &'a Node)>> {
    if let Kind::Map(entries) = &node.kind {
        return Some(without_repeats(entries, problems));
    }
    mistyped(node, wanted, hint, problems);
    None
}

/// Reports that something is not what is wanted here; of what is no YAML that is reported already.
pub fn mistyped(node: &Node, wanted: &str, hint: &str, problems: &mut Problems) {
    if matches!(node.kind, Kind::Broken) {
        return;
    }
    let message = format!("expected {wanted}, found {}", node.describe());
    let slip = node.scalar().and_then(slip);
    problems.report(Code::WrongType, node.place, message, slip.as_deref().unwrap_or(hint));
}

/// What to do about a space that is missing: YAML takes `key:value` for a text and `-item` for a key.
pub fn slip(text: &str) -> Option<String> {
    let item = text.strip_prefix('-').filter(|item| item.starts_with(|c: char| c.is_alphabetic()));
    match item {
        Some(item) => Some(format!("write a space behind the `-`: `- {}`", super::shorten(item))),
        None => super::spaced(text).map(|spaced| format!("write a space behind the colon: `{spaced}`")),
    }
}

/// One of a few words.
pub fn words<T: Clone>(node: &Node, what: &str, known: &[(&str, T)], problems: &mut Problems) -> Option<T> {
    let names = || known.iter().map(|(name, _)| *name);
    let Some(word) = node.scalar() else {
        mistyped(node, what, &suggest::hint("", names(), ""), problems);
        return None;
    };
    let found = known.iter().find(|(name, _)| *name == word).map(|(_, value)| value.clone());
    if found.is_none() {
        problems.report(
            Code::UnknownWord,
            node.place,
            format!("`{}` is not {what}", super::shorten(word)),
            suggest::hint(word, names(), ""),
        );
    }
    found
}

/// Reads, and keeps the words of what cannot be read.
fn tolerant<T: Read>(node: &Node, problems: &mut Problems) -> Option<T> {
    let item = T::read(node, problems);
    if item.is_none() {
        node.salvage(problems);
    }
    item
}

/// The first entry of each key; repeated ones are reported.
fn without_repeats<'a>(entries: &'a [(Text, Node)], problems: &mut Problems) -> Vec<(&'a Text, &'a Node)> {
    let mut first: BTreeMap<&str, Place> = BTreeMap::new();
    let mut kept = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        if let Some(place) = first.get(key.value.as_str()) {
            let message = format!(
                "the key `{}` stands here again; it is at {} already",
                super::shorten(&key.value),
                problems.describe(*place)
            );
            problems.report(Code::DuplicateKey, key.place, message, "remove or rename one of the two");
            value.salvage(problems);
        } else {
            first.insert(&key.value, key.place);
            kept.push((key, value));
        }
    }
    kept
}

/// A struct that is read from a map: a key, a field and its type each; with `=` a default that
/// makes the key optional. The comments become the descriptions of the JSON Schema.
macro_rules! source {
    (
        $(#[doc = $about:literal])+
        struct $name:ident as $what:literal {
            $( $(#[doc = $help:literal])* $key:literal $field:ident: $type:ty $(= $default:expr)?, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where it was written.
            #[allow(dead_code, reason = "not every form is pointed at as a whole")]
            pub place: $crate::bot::problem::Place,
            $( $(#[doc = $help])* pub $field: $type, )+
        }

        impl $name {
            pub const KEYS: &[&'static str] = &[$($key),+];
        }

        impl $crate::bot::yaml::Read for $name {
            fn read(
                node: &$crate::bot::yaml::Node,
                problems: &mut $crate::bot::problem::Problems,
            ) -> Option<Self> {
                let mut fields = $crate::bot::yaml::Fields::of(node, $what, Self::KEYS, problems)?;
                $( let $field: Option<$type> = source!(@field fields problems $key $($default)?); )+
                Some(Self { place: fields.place, $( $field: $field? ),+ })
            }
        }

        impl ::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let mut object = $crate::bot::source::schema::Object::new(concat!($($about),+));
                $( object.property::<$type>(
                    $key,
                    concat!($($help),*),
                    source!(@required $type $(, $default)?),
                    generator,
                ); )+
                object.finish()
            }
        }
    };
    (@field $fields:ident $problems:ident $key:literal) => { $fields.required($key, $problems) };
    (@field $fields:ident $problems:ident $key:literal $default:expr) => {
        Some($fields.optional($key, || $default, $problems))
    };
    (@required $type:ty) => { <$type as $crate::bot::yaml::Read>::absent().is_none() };
    (@required $type:ty, $default:expr) => { false };
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Entries<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("ByName_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "object", "additionalProperties": item })
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [item, { "type": "array", "items": item }] })
    }
}
