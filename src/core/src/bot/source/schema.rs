//! How is a source type written as JSON Schema?

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The schema of a map whose keys are known.
pub struct Object {
    description: String,
    properties: Map<String, Value>,
    required: Vec<&'static str>,
}

impl Object {
    pub fn new(description: &str) -> Self {
        Self { description: description.trim().to_owned(), properties: Map::new(), required: Vec::new() }
    }

    pub fn property<T: JsonSchema>(
        &mut self,
        key: &'static str,
        description: &str,
        required: bool,
        generator: &mut SchemaGenerator,
    ) {
        let mut schema = generator.subschema_for::<T>();
        if !description.is_empty() {
            schema.insert("description".to_owned(), description.trim().into());
        }
        self.properties.insert(key.to_owned(), schema.to_value());
        if required {
            self.required.push(key);
        }
    }

    pub fn finish(self) -> Schema {
        let mut schema = Map::new();
        schema.insert("description".to_owned(), self.description.into());
        schema.insert("type".to_owned(), "object".into());
        schema.insert("properties".to_owned(), self.properties.into());
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), json!(self.required));
        }
        schema.insert("additionalProperties".to_owned(), false.into());
        schema.into()
    }
}

/// One of several forms.
pub fn any_of(forms: Vec<Schema>) -> Schema {
    let forms: Vec<Value> = forms.into_iter().map(Schema::to_value).collect();
    schemars::json_schema!({ "anyOf": forms })
}

/// A plain text.
pub fn text() -> Schema {
    schemars::json_schema!({ "type": ["string", "number", "boolean"] })
}

/// One of a few words.
pub fn words(known: &[&str]) -> Schema {
    schemars::json_schema!({ "enum": known })
}

/// Implements [`JsonSchema`] by one expression over the generator.
macro_rules! schema {
    ($type:ty, $name:literal, $inline:literal, |$generator:ident| $schema:expr) => {
        impl ::schemars::JsonSchema for $type {
            fn inline_schema() -> bool {
                $inline
            }

            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn json_schema($generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                $schema
            }
        }
    };
}
