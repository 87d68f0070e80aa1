//! How does a row read in a copy?

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value as Json};
use surrealdb::types::{Array, Bytes, Number, Object, RecordId, RecordIdKey, Value};

use crate::error::StoreError;

pub(crate) fn object_to_json(table: &'static str, row: Object) -> Result<Map<String, Json>, StoreError> {
    row.into_iter().map(|(name, value)| Ok((name, to_json(table, value)?))).collect()
}

/// Values that JSON does not have are objects of one field whose name begins with `$`; rows never
/// have such objects of their own, since payloads are text.
fn to_json(table: &'static str, value: Value) -> Result<Json, StoreError> {
    let tagged = |tag: &str, value: Json| Json::Object(Map::from_iter([(tag.to_owned(), value)]));
    Ok(match value {
        Value::None => tagged("$none", Json::Null),
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(value),
        Value::Number(Number::Int(value)) => Json::from(value),
        Value::String(value) => Json::String(value),
        Value::Bytes(value) => tagged("$bytes", Json::String(STANDARD.encode(&value[..]))),
        Value::Array(items) => {
            Json::Array(items.into_iter().map(|item| to_json(table, item)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => Json::Object(object_to_json(table, fields)?),
        Value::RecordId(RecordId { table: of, key: RecordIdKey::Array(key) }) => {
            let key = to_json(table, Value::Array(key))?;
            tagged("$id", Json::Array(vec![Json::String(of.to_string()), key]))
        }
        other => {
            let what = format!("a field of kind {:?} is not exported", other.kind());
            return Err(StoreError::Corrupt { table, what });
        }
    })
}

pub(crate) fn json_to_object(table: &str, row: Map<String, Json>) -> Option<Object> {
    let row = from_json(Json::Object(row))?;
    match row {
        Value::Object(row) => match row.get("id") {
            Some(Value::RecordId(id)) if id.table.as_str() == table => Some(row),
            _ => None,
        },
        _ => None,
    }
}

fn from_json(value: Json) -> Option<Value> {
    Some(match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Number(value) => Value::Number(Number::Int(value.as_i64()?)),
        Json::String(value) => Value::String(value),
        Json::Array(items) => {
            Value::Array(items.into_iter().map(from_json).collect::<Option<Vec<_>>>()?.into())
        }
        Json::Object(fields) => match fields.iter().next() {
            Some((tag, _)) if tag.starts_with('$') && fields.len() == 1 => untag(fields)?,
            _ => {
                let mut object = Object::new();
                for (name, value) in fields {
                    object.insert(name, from_json(value)?);
                }
                Value::Object(object)
            }
        },
    })
}

fn untag(fields: Map<String, Json>) -> Option<Value> {
    let (tag, value) = fields.into_iter().next()?;
    match (tag.as_str(), value) {
        ("$none", Json::Null) => Some(Value::None),
        ("$bytes", Json::String(text)) => Some(Value::Bytes(Bytes::from(STANDARD.decode(text).ok()?))),
        ("$id", Json::Array(parts)) => {
            let [Json::String(table), key] = <[Json; 2]>::try_from(parts).ok()? else { return None };
            let Value::Array(key) = from_json(key)? else { return None };
            let key: Array = key;
            Some(Value::RecordId(RecordId::new(table, key)))
        }
        _ => None,
    }
}
