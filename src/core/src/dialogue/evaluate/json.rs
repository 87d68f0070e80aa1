//! What do values come to whose texts are templates or expressions?

use serde_json::Value;

use super::{Fault, Names, cel, small, template};
use crate::bot::Expression;

/// The value of a `set` or `wait` step.
pub fn expression(written: &Expression, names: &Names) -> Result<Value, Fault> {
    match written {
        Expression::Literal(value) => Ok(value.clone()),
        Expression::Cel(source) => cel::value(source, names),
        Expression::Template(source) => template::render(source, names).map(Value::String),
    }
}

/// JSON whose texts are templates, or CEL after a leading `=`.
pub fn json(written: &Value, names: &Names) -> Result<Value, Fault> {
    small(fill(written, names)?)
}

fn fill(written: &Value, names: &Names) -> Result<Value, Fault> {
    Ok(match written {
        Value::String(source) => match source.strip_prefix('=') {
            Some(source) => cel::value(source.trim(), names)?,
            None => Value::String(template::render(source, names)?),
        },
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| fill(item, names)).collect::<Result<_, _>>()?)
        }
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(name, field)| Ok((name.clone(), fill(field, names)?)))
                .collect::<Result<_, Fault>>()?,
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => written.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_filled() {
        let names = Names::from([("slots", json!({ "count": 1, "name": "Ada" }))]);
        let body = json!({ "count": "= slots.count + 1", "text": ["Hi {{ slots.name }}"], "flag": true });
        let expected = json!({ "count": 2, "text": ["Hi Ada"], "flag": true });
        assert_eq!(super::json(&body, &names), Ok(expected));
        assert!(super::json(&json!("= nothing"), &names).is_err());
        assert_eq!(expression(&Expression::Literal(Value::Null), &names), Ok(Value::Null));
    }
}
