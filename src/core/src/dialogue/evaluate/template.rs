//! What does a template come to?
//!
//! minijinja, strict: an unknown name is a fault, an empty slot prints nothing. Fuel bounds the work.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _};

use jiff::civil::Date;
use minijinja::{
    Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value as Shown, filters,
    value::{Rest, Serde, ValueKind},
};
use serde_json::Value;

use super::{Fault, MAX_VALUE_BYTES, Names};
use crate::{dialogue::FaultReason, texts};

/// Instructions (and 64-byte pieces of data) that one rendering may take.
const FUEL: u64 = 20_000;
/// Letters of `2026-12-24`.
const DAY_LENGTH: usize = 10;
/// Longest template, in bytes.
const MAX_LENGTH: usize = 16 * 1024;

thread_local! {
    static TEXTS: RefCell<Environment<'static>> = RefCell::new(environment(print));
    static ADDRESSES: RefCell<Environment<'static>> = RefCell::new(environment(print_in_url));
}

/// Fills a text in.
pub fn render(source: &str, names: &Names) -> Result<String, Fault> {
    if !is_template(source) {
        return Ok(source.to_owned());
    }
    TEXTS.with_borrow(|environment| run(environment, source, Serde(names).into()))
}

/// Fills an address in: whatever is not one of the author's own settings is percent-encoded, so that
/// no visitor writes a path, a query or a host into it.
pub fn render_url(source: &str, names: &Names) -> Result<String, Fault> {
    if !is_template(source) {
        return Ok(source.to_owned());
    }
    let shown = names
        .iter()
        .map(|(name, value)| (*name, if *name == "settings" { trusted(value) } else { Serde(value).into() }))
        .collect::<BTreeMap<_, _>>();
    ADDRESSES.with_borrow(|environment| run(environment, source, shown.into()))
}

/// Whether a text has anything to fill in.
pub fn is_template(source: &str) -> bool {
    ["{{", "{%", "{#"].iter().any(|mark| source.contains(mark))
}

/// Whether a template is short enough to be filled in.
pub fn is_within_bounds(source: &str) -> Result<(), Fault> {
    if source.len() > MAX_LENGTH {
        return Err(Fault::new(format!("the template is longer than {MAX_LENGTH} bytes")));
    }
    Ok(())
}

fn run(environment: &Environment<'_>, source: &str, names: Shown) -> Result<String, Fault> {
    is_within_bounds(source)?;
    let text = environment.render_str(source, names).map_err(|error| describe(source, &error))?;
    if text.len() > MAX_VALUE_BYTES {
        let error = format!("the text has {} bytes; at most {MAX_VALUE_BYTES} are said", text.len());
        return Err(Fault::of(FaultReason::TooLarge, error));
    }
    Ok(text)
}

fn environment(
    formatter: fn(&mut Output<'_>, &mut State<'_, '_>, &Shown) -> Result<(), Error>,
) -> Environment<'static> {
    let mut environment = strict();
    environment.set_formatter(formatter);
    environment
}

/// What templates are filled in with, but for how values are printed.
pub fn strict() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_debug(false);
    environment.set_recursion_limit(50);
    environment.add_filter("date", shown_date);
    environment.add_filter("default", or_default);
    environment.add_filter("d", or_default);
    // What is empty is missing as much as what is not there.
    environment.add_test("defined", |value: &Shown| !value.is_undefined() && !value.is_none());
    environment.add_test("undefined", |value: &Shown| value.is_undefined() || value.is_none());
    environment
}

/// `{{ contact.name | default('friend') }}`
fn or_default(state: &State<'_, '_>, value: &Shown, others: Rest<Shown>) -> Result<Shown, Error> {
    let missing = Shown::UNDEFINED;
    filters::default(state, if value.is_none() { &missing } else { value }, others)
}

/// `{{ slots.day | date }}`: a date, or the day of a moment, as the conversation's language writes it; all else as it is.
fn shown_date(state: &State<'_, '_>, value: &Shown) -> Shown {
    let day = value.as_str().and_then(|text| text.get(..DAY_LENGTH)?.parse::<Date>().ok());
    let Some(day) = day else { return value.clone() };
    let language = state.lookup("language");
    texts::date(language.as_ref().and_then(Shown::as_str).unwrap_or_default(), day).into()
}

fn print(output: &mut Output<'_>, _: &mut State<'_, '_>, value: &Shown) -> Result<(), Error> {
    write!(output, "{}", text_of(value)?).map_err(Error::from)
}

fn print_in_url(output: &mut Output<'_>, _: &mut State<'_, '_>, value: &Shown) -> Result<(), Error> {
    let text = text_of(value)?;
    if value.is_safe() {
        return output.write_str(&text).map_err(Error::from);
    }
    output.write_str(&percent_encode(&text)).map_err(Error::from)?;
    // A part of nothing but dots would climb up the path.
    if text == "." || text == ".." {
        return Err(Error::new(ErrorKind::InvalidOperation, "dots alone in an address"));
    }
    Ok(())
}

/// Everything but the unreserved characters of RFC 3986 as `%XX`.
pub fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing into a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn text_of(value: &Shown) -> Result<String, Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        return Ok(String::new());
    }
    // As conditions and JSON write them: `true`, not `True`.
    Ok(if value.kind() == ValueKind::Bool { value.is_true().to_string() } else { value.to_string() })
}

fn trusted(value: &Value) -> Shown {
    match value {
        Value::String(text) => Shown::from_safe_string(text.clone()),
        Value::Array(items) => items.iter().map(trusted).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| (name.clone(), trusted(field)))
            .collect::<BTreeMap<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => Serde(value).into(),
    }
}

fn describe(source: &str, error: &Error) -> Fault {
    let line = error.line().and_then(|line| source.lines().nth(line.saturating_sub(1))).unwrap_or(source);
    let line = line.trim().chars().take(120).collect::<String>();
    let reason = match error.kind() {
        ErrorKind::UndefinedError => FaultReason::NotThere,
        ErrorKind::OutOfFuel => FaultReason::TooMuchWork,
        _ => FaultReason::Another,
    };
    let told = match error.detail() {
        Some(detail) => format!("`{line}`: {}: {detail}", error.kind()),
        None => format!("`{line}`: {}", error.kind()),
    };
    Fault::of(reason, told)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample() -> Names {
        Names::from([
            (
                "slots",
                json!({ "number": 4711, "name": null, "path": "../a b?c", "dots": "..", "price": 12.5, "agreed": true }),
            ),
            ("settings", json!({ "shop": "http://127.0.0.1:8100" })),
            ("tags", json!(["a", "b"])),
        ])
    }

    #[test]
    fn templates_are_filled() {
        let check = |source: &str, expected: &str| {
            assert_eq!(render(source, &sample()).as_deref(), Ok(expected), "{source}");
        };
        check("Order {{ slots.number }}", "Order 4711");
        check("Hi {{ slots.name }}!", "Hi !");
        check("{{ slots.price }} EUR", "12.5 EUR");
        check("{{ slots.agreed }}, {{ slots.price > 20 }}", "true, false");
        check("{{ 'yes' if slots.agreed else 'no' }}", "yes");
        check("{% if slots.name %}x{% else %}y{% endif %}", "y");
        check("{{ slots.nickname | default('friend') }}", "friend");
        check("{{ slots.name | default('friend') }}", "friend");
        check("{{ 'known' if slots.name is defined else 'unknown' }}", "unknown");
        check("{{ 'known' if slots.nickname is undefined else 'unknown' }}", "known");
        check("{{ slots.number | default('none') }}", "4711");
        check("{% for tag in tags %}{{ tag }};{% endfor %}", "a;b;");
        check("no template", "no template");
        check("<b> & \"", "<b> & \"");
    }

    #[test]
    fn dates_are_written_as_the_language_writes_them() {
        let check = |language: &str, value: Value, expected: &str| {
            let names = Names::from([("language", json!(language)), ("slots", json!({ "day": value }))]);
            let shown = render("{{ slots.day | date }}", &names);
            assert_eq!(shown.as_deref(), Ok(expected), "{language}");
        };
        check("en", json!("2026-12-01"), "1 December 2026");
        check("en-GB", json!("2026-12-01T10:00:00Z"), "1 December 2026");
        check("de", json!("2026-12-01"), "01.12.2026");
        check("fr", json!("2026-12-01"), "01/12/2026");
        check("sv", json!("2026-12-01"), "2026-12-01");
        check("en", json!("soon"), "soon");
        check("en", json!(null), "");
        check("en", json!(7), "7");
    }

    #[test]
    fn faults_are_told() {
        let check = |source: &str| assert!(render(source, &sample()).is_err(), "{source}");
        check("{{ slots.nickname }}");
        check("{{ environment }}");
        check("{{ slots. }}");
        check("{% for a in range(10000) %}{% for b in range(10000) %}x{% endfor %}{% endfor %}");
        check("{{ 'x' * 100000000 }}");
        check("{% include 'other' %}");
    }

    #[test]
    fn addresses_are_encoded() {
        let check = |source: &str, expected: Option<&str>| {
            assert_eq!(render_url(source, &sample()).ok().as_deref(), expected, "{source}");
        };
        check("{{ settings.shop }}/orders/{{ slots.number }}", Some("http://127.0.0.1:8100/orders/4711"));
        check("{{ settings.shop }}/{{ slots.path }}", Some("http://127.0.0.1:8100/..%2Fa%20b%3Fc"));
        check("{{ settings.shop }}/{{ slots.dots }}/admin", None);
    }
}
