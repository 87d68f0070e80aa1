//! What is the shape of each kind of file, for editors?

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    source::{BotSource, EntitySource, FlowSource, IntentSource, ResponseSource, TestFile},
    translation::TranslationSource,
    yaml::Entries,
};

/// JSON Schemas by the kind of file: `bot`, `intents`, `entities`, `flows`, `responses`, `tests`, `translations`.
pub fn json_schema() -> Value {
    let kinds: [(&str, Value); 7] = [
        ("bot", of::<BotSource>("bot.yaml")),
        ("intents", of::<Entries<IntentSource>>("intents/*.yaml")),
        ("entities", of::<Entries<EntitySource>>("entities/*.yaml")),
        ("flows", of::<Entries<FlowSource>>("flows/*.yaml")),
        ("responses", of::<Entries<ResponseSource>>("responses/*.yaml")),
        ("tests", of::<TestFile>("tests/*.yaml")),
        ("translations", of::<Vec<TranslationSource>>("translations/*.yaml")),
    ];
    Value::Object(kinds.into_iter().map(|(kind, schema)| (kind.to_owned(), schema)).collect::<Map<_, _>>())
}

fn of<T: JsonSchema>(title: &str) -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    if let Some(Value::Object(call)) = schema.pointer_mut("/definitions/HttpSource") {
        let methods = ["get", "post", "put", "patch", "delete"];
        call.insert(
            "oneOf".to_owned(),
            methods.map(|method| json!({ "required": [method] })).into_iter().collect(),
        );
    }
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn a_call_has_one_method() {
        let schema = json_schema();
        let call = &schema["flows"]["definitions"]["HttpSource"];
        let required =
            call["oneOf"].as_array().into_iter().flatten().filter_map(|form| form["required"].as_array());
        let methods = required.flatten().filter_map(Value::as_str).collect::<Vec<_>>();
        assert_eq!(methods, ["get", "post", "put", "patch", "delete"]);
        assert!(methods.iter().all(|method| call["properties"].get(method).is_some()));
    }

    /// With `UPDATE_SCHEMA=1` the files are written anew.
    #[test]
    fn the_schema_files_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
        let Value::Object(kinds) = json_schema() else { panic!("schemas by kind") };
        for (kind, schema) in kinds {
            let path = folder.join(format!("{kind}.json"));
            if std::env::var_os("UPDATE_SCHEMA").is_some() {
                let text = serde_json::to_string_pretty(&schema).expect("a value is JSON") + "\n";
                fs::create_dir_all(&folder).expect("folder can be made");
                fs::write(&path, &text).expect("file can be written");
            }
            let current = fs::read_to_string(&path).unwrap_or_default();
            // The order of the keys depends on the features with which other crates build serde_json.
            let current: Value = serde_json::from_str(&current).unwrap_or_default();
            assert!(
                current == schema,
                "{} is not current: run the tests with UPDATE_SCHEMA=1",
                path.display()
            );
        }
    }
}
