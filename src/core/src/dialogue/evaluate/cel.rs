//! What does a CEL expression come to?
//!
//! CEL has no loops but those over lists, no host objects and no clock here ([`moment`] reckons with what
//! it is given). What remains to bound is
//! its length, its nesting and the work of nested lists, which [`super::bound`] estimates beforehand.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use cel::{Context, Env, ExecutionError, common::ast::IdedExpr};
use serde_json::Value;

use super::{Fault, Names, arithmetic, bound, moment, nesting, nothing, small};
use crate::dialogue::{FaultReason, validate::plain};

/// Longest expression, in bytes.
const MAX_LENGTH: usize = 1_000;
/// Deepest nesting that the parser itself lets through, after [`nesting`] has let it through.
const MAX_NESTING: u16 = 64;

thread_local! {
    static ENVIRONMENT: Arc<Env> = Arc::new(environment());
    static STANDARD: Env = Env::stdlib();
}

fn environment() -> Env {
    let mut environment = Env::default().with_optional_support(false).with_stdlib();
    moment::declare(&mut environment);
    arithmetic::declare(&mut environment);
    environment
}

/// Whether a condition holds. Anything but a truth value is a fault, `null` is not: it is false.
pub fn condition(source: &str, names: &Names) -> Result<bool, Fault> {
    match value(source, names)? {
        Value::Bool(holds) => Ok(holds),
        Value::Null => Ok(false),
        other => {
            let error = format!("`{source}` is {} instead of true or false", kind_of(&other));
            Err(Fault::of(FaultReason::NoTruth, error))
        }
    }
}

/// The value of an expression.
pub fn value(source: &str, names: &Names) -> Result<Value, Fault> {
    // The parser and interpreter are foreign code that is given visitors' data: should one of them
    // have a bug, it must cost this flow and not the conversation.
    match catch_unwind(AssertUnwindSafe(|| evaluate(source, names))) {
        Ok(outcome) => {
            outcome.map_err(|Fault { error, reason }| Fault { error: format!("`{source}`: {error}"), reason })
        }
        Err(_) => Err(Fault::new(format!("`{source}` cannot be evaluated"))),
    }
}

fn evaluate(source: &str, names: &Names) -> Result<Value, Fault> {
    let mut expression = nothing::guard(parse(source)?);
    bound::check(&expression, names)?;
    arithmetic::unify(&mut expression);
    let mut context = Context::with_env(ENVIRONMENT.with(Arc::clone));
    for (name, value) in names {
        context.add_variable_from_value(*name, import(value));
    }
    let result = cel::Value::resolve_val(&expression, &context).map_err(|error| describe(&error))?;
    if let Some(text) = moment::text(result.as_ref()) {
        return Ok(Value::String(text));
    }
    let result = cel::Value::try_from(result.as_ref()).map_err(|error| describe(&error))?;
    let json = result.json().map_err(|_| Fault::new("the value is not one that can be kept"))?;
    small(plain(json))
}

/// Whether an expression is short and flat enough to be parsed.
pub fn is_within_bounds(source: &str) -> Result<(), Fault> {
    if source.len() > MAX_LENGTH {
        return Err(Fault::new(format!("longer than {MAX_LENGTH} bytes")));
    }
    nesting::check(source)
}

/// The tree of an expression, macros expanded.
pub fn parse(source: &str) -> Result<IdedExpr, Fault> {
    is_within_bounds(source)?;
    STANDARD
        .with(Env::parser)
        .enable_optional_syntax(false)
        .max_recursion_depth(MAX_NESTING)
        .parse(source)
        .map_err(|errors| {
            let first = errors.errors.first().map(|error| in_plain_words(error.pos, &error.msg));
            Fault::new(first.unwrap_or_else(|| "it cannot be read".to_owned()))
        })
}

/// JSON as CEL has it: whole numbers are `int`, so that they stay exact.
fn import(value: &Value) -> cel::Value {
    match value {
        Value::Null => cel::Value::Null,
        Value::Bool(truth) => cel::Value::Bool(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => cel::Value::Int(whole),
            None => cel::Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => cel::Value::String(Arc::new(text.clone())),
        Value::Array(items) => cel::Value::List(Arc::new(items.iter().map(import).collect())),
        Value::Object(fields) => cel::Value::Map(
            fields
                .iter()
                .map(|(name, field)| (name.clone(), import(field)))
                .collect::<HashMap<_, _>>()
                .into(),
        ),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What went wrong, without the values: they are the visitor's, and the library writes them down in
/// an order that differs from run to run.
fn describe(error: &ExecutionError) -> Fault {
    let (reason, told) = match error {
        ExecutionError::NoSuchKey(name) => (FaultReason::NotInIt, format!("there is no `{name}` in it")),
        ExecutionError::UndeclaredReference(name) => {
            (FaultReason::UnknownName, format!("`{name}` is not known"))
        }
        ExecutionError::NoSuchOverload(overload) => (FaultReason::Another, overload.to_string()),
        ExecutionError::InvalidArgumentCount { expected, actual } => {
            (FaultReason::Another, format!("{expected} arguments are needed, not {actual}"))
        }
        ExecutionError::DivisionByZero(_) | ExecutionError::RemainderByZero(_) => {
            (FaultReason::DivisionByZero, "division by zero".to_owned())
        }
        ExecutionError::Overflow(..) => (FaultReason::NumberTooLarge, "the number is too large".to_owned()),
        ExecutionError::IndexOutOfBounds(_) => {
            (FaultReason::ListTooShort, "the list is not that long".to_owned())
        }
        ExecutionError::ValuesNotComparable(..) => {
            (FaultReason::KindsCompared, "values of different kinds are compared".to_owned())
        }
        ExecutionError::UnsupportedBinaryOperator(operator, ..) => {
            (FaultReason::Another, format!("`{operator}` cannot be done with such values"))
        }
        ExecutionError::FunctionError { function, .. } => {
            (FaultReason::Another, format!("`{function}` cannot be done"))
        }
        _ => (FaultReason::Another, "it does not work with these values".to_owned()),
    };
    Fault::of(reason, told)
}

/// What the parser says of a place (line and character, from 1), without all that could stand there.
fn in_plain_words((line, character): (isize, isize), told: &str) -> String {
    const UNFIT: [&str; 4] = [
        "mismatched input '",
        "extraneous input '",
        "no viable alternative at input '",
        "token recognition error at: '",
    ];
    let told = told.lines().next().unwrap_or_default();
    let Some(told) = told.strip_prefix("Syntax error: ") else { return shorten(told, 300) };
    let line = if line > 1 { format!("line {line}, ") } else { String::new() };
    let place = format!("{line}character {character}");
    if let Some((wanted, found)) = told.strip_prefix("missing '").and_then(|it| it.split_once("' at ")) {
        let place = if found == "'<EOF>'" { "the end" } else { place.as_str() };
        return format!("`{wanted}` is missing at {place}");
    }
    let missing = || Some(told.strip_prefix("missing ")?.rsplit_once(" at '")?.1);
    let unfit = UNFIT.iter().find_map(|start| told.strip_prefix(start)).or_else(missing);
    match unfit.map(|rest| rest.split("' expecting ").next().unwrap_or(rest).trim_end_matches(['\'', ' '])) {
        Some(found) if found.ends_with("<EOF>") => "it ends too early".to_owned(),
        Some(found) => format!("`{}` at {place} cannot stand there", shorten(found, 40)),
        None => shorten(told, 300),
    }
}

fn shorten(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn sample() -> Names {
        Names::from([
            (
                "slots",
                json!({ "status": "shipped", "count": 2, "price": 12.5, "name": null, "items": ["a", "b"] }),
            ),
            ("tags", json!(["complaint"])),
        ])
    }

    #[test]
    fn expressions_have_values() {
        let check =
            |source: &str, expected: Value| assert_eq!(value(source, &sample()), Ok(expected), "{source}");
        check("slots.count + 1", json!(3));
        check("slots.status == 'shipped' && slots.count > 1", json!(true));
        check("slots.name == null", json!(true));
        check("slots.price > 12.0", json!(true));
        check("'complaint' in tags", json!(true));
        check("slots.items.exists(item, item == 'b')", json!(true));
        check("slots.items.map(item, item + '!')", json!(["a!", "b!"]));
        check("slots.items.size()", json!(2));
        check("has(slots.nothing)", json!(false));
        check("has(slots.name)", json!(false));
        check("has(slots.status)", json!(true));
        check("slots.status.matches('^ship')", json!(true));
        check("slots.count > 1 ? 'many' : 'one'", json!("many"));
    }

    #[test]
    fn nothing_is_neither_larger_nor_smaller() {
        let check =
            |source: &str, expected: Value| assert_eq!(value(source, &sample()), Ok(expected), "{source}");
        for operator in ["<", "<=", ">", ">="] {
            check(&format!("slots.name {operator} 3"), json!(false));
            check(&format!("3 {operator} slots.name"), json!(false));
            check(&format!("slots.name {operator} slots.name"), json!(false));
        }
        check("!(slots.name > 3)", json!(true));
        check("slots.name > 3 || slots.count > 1", json!(true));
        check("slots.items.filter(item, slots.name > 3)", json!([]));
        check("[1, null, 5].filter(number, number > 3)", json!([5]));
        check("slots.name == 3", json!(false));
    }

    #[test]
    fn faults_are_told() {
        let check = |source: &str| assert!(value(source, &sample()).is_err(), "{source}");
        check("slots.nothing");
        check("environment");
        check("slots.count +");
        check("1 / 0");
        check("slots.name + 1 > 3");
        check("slots.status > 3");
        check("");
        check(&format!("1{}", "+1".repeat(600)));
        check(&format!("{}1{}", "(".repeat(90), ")".repeat(90)));
        assert!(condition("slots.count", &sample()).is_err());
        assert_eq!(condition("slots.name", &sample()), Ok(false));
    }

    #[test]
    fn what_is_no_expression_is_told_in_few_words() {
        let check = |source: &str, expected: &str| {
            assert_eq!(parse(source).map(drop), Err(Fault::new(expected)), "{source}");
        };
        check("slots.x >", "it ends too early");
        check("slots.x and slots.y", "`and` at character 9 cannot stand there");
        check("slots.x = 3", "`=` at character 9 cannot stand there");
        for source in ["(slots.x", "slots.x > > 3", "slots..x", "[1, 2", "size(", "1 +\n* 2"] {
            let Err(Fault { error: told, .. }) = parse(source) else { panic!("{source} is an expression") };
            assert!(told.len() < 60 && !told.contains("expecting"), "{source}: {told}");
        }
    }

    #[test]
    fn only_lists_are_gone_through() {
        let object =
            json!({ "b": 1, "a": 2, "list": [{ "tags": ["x"] }, { "tags": [] }], "mixed": [[1], {}] });
        let names = Names::from([("slots", json!({ "object": object }))]);
        let check = |source: &str, fits: bool| assert_eq!(value(source, &names).is_ok(), fits, "{source}");
        check("slots.object.map(key, key)", false);
        check("slots.object.exists(key, key == 'a')", false);
        check("{'a': 1}.map(key, key)", false);
        check("slots.object.list.exists(item, item.tags.exists(tag, tag == 'x'))", true);
        check("slots.object.list[0].tags.map(tag, tag)", true);
        check("slots.object.mixed.map(item, item.map(inner, inner))", false);
        check("(true ? slots.object : []).map(item, item)", false);
        check("(true ? slots.object.list : []).map(item, item.tags)", true);
        check("(slots.object.list + []).size() == 2", true);
        let error = value("slots.object + slots.object", &names);
        assert_eq!(error, value("slots.object + slots.object", &names));
    }

    #[test]
    fn costly_expressions_are_refused() {
        let names = Names::from([("slots", json!({ "list": vec!["word"; 2_000] }))]);
        assert!(value("slots.list.exists(word, word == 'x')", &names).is_ok());
        assert!(value("slots.list.map(a, slots.list.map(b, a + b))", &names).is_err());
        assert!(value("slots.list.map(a, slots.list)", &names).is_err());
    }

    #[test]
    fn the_deepest_tree_fits_the_stack() {
        assert_eq!(value(&format!("1{}", "+1".repeat(32)), &sample()), Ok(json!(33)));
        assert_eq!(value(&format!("{}1{}", "(".repeat(10), ")".repeat(10)), &sample()), Ok(json!(1)));
        assert_eq!(value(&format!("{}true", "!".repeat(32)), &sample()), Ok(json!(true)));
        assert!(value(&format!("true{}", " && true".repeat(110)), &sample()).is_ok());
        let _ = value(&format!("{}1{}", "size([".repeat(5), "])".repeat(5)), &sample());
        let _ = value(&format!("slots{}", ".a".repeat(32)), &sample());
        let _ = value(&format!("{}1", "true?1:".repeat(32)), &sample());
        let _ = value(&format!("{}1", "{1:".repeat(10)), &sample());
        let _ = value(&"[".repeat(400), &sample());
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn nothing_panics(source in "[a-z(){}\\[\\].,'\"0-9+*/<>=!?:&| \\\\é`-]{0,60}") {
            let _ = value(&source, &sample());
        }
    }
}
