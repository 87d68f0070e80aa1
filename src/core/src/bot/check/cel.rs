//! Is a CEL expression well formed, and what does it read?

use std::collections::BTreeSet;

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};

use super::expressions::{ONE_PASSAGE, Variable};
use crate::{
    bot::{
        code::Code,
        problem::{Place, Problems},
        suggest,
        yaml::shorten,
    },
    dialogue::evaluate::{Fault, Names, is_within_bounds, parse, value},
};

/// Functions that expressions may call.
pub const CEL_FUNCTIONS: [&str; 17] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "matches",
    "string",
    "int",
    "uint",
    "double",
    "bytes",
    "bool",
    "type",
    "dyn",
    "max",
    "min",
    "timestamp",
    "duration",
];
/// Names of types, which may stand where variables do.
const TYPES: [&str; 10] =
    ["int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type"];
/// What one expression reads.
#[derive(Default)]
pub struct Found {
    pub variables: Vec<Variable>,
    pub texts: BTreeSet<String>,
    /// Texts to which it compares `message.intent`.
    pub intents: BTreeSet<String>,
    /// What it comes to instead of true or false, where that can be told.
    pub no_truth: Option<&'static str>,
    functions: BTreeSet<String>,
}

pub fn check(source: &str, place: Place, problems: &mut Problems) -> Found {
    let hint = "write a condition such as `slots.status == \"shipped\" && slots.count > 1`";
    let mut found = Found::default();
    if source.trim().is_empty() {
        problems.report(Code::InvalidCondition, place, "the expression is empty", hint);
        return found;
    }
    if let Err(Fault { error: why, .. }) = is_within_bounds(source) {
        let message = format!("`{}` cannot be evaluated: {why}", shorten(source));
        let hint = "write it shorter and flatter, or split it over several slots";
        problems.report(Code::InvalidCondition, place, message, hint);
        return found;
    }
    match parse(source) {
        Ok(expression) => {
            walk(&expression, &mut Vec::new(), &mut found);
            found.no_truth = no_truth(&expression);
            fails_always(source, &found, place, problems);
        }
        Err(Fault { error: reason, .. }) => {
            let hint = if source.contains(" and ") || source.contains(" or ") {
                "write `&&` for and, `||` for or, `!` for not"
            } else if source.contains('=') && !source.contains("==") {
                "write `==` to compare"
            } else {
                hint
            };
            let message = format!("`{}` is not CEL: {reason}", shorten(source));
            problems.report(Code::InvalidCondition, place, message, hint);
        }
    }
    for function in &found.functions {
        if !CEL_FUNCTIONS.contains(&function.as_str()) {
            let hint =
                suggest::hint(function, CEL_FUNCTIONS, &format!("known: {}", CEL_FUNCTIONS.join(", ")));
            problems.report(
                Code::UnknownFunction,
                place,
                format!("no function is called `{function}`"),
                hint,
            );
        }
    }
    found
}

/// Reports what fails whatever the slots hold: `1 / 0`, `size(5)`.
fn fails_always(source: &str, found: &Found, place: Place, problems: &mut Problems) {
    let is_known = |name: &String| CEL_FUNCTIONS.contains(&name.as_str());
    if !found.variables.is_empty() || !found.functions.iter().all(is_known) {
        return;
    }
    if let Err(Fault { error: why, .. }) = value(source, &Names::new()) {
        let message = format!("this fails whenever it is reached: {why}");
        problems.report(Code::InvalidCondition, place, message, "write what can be computed");
    }
}

/// The variables that an expression reads; none where it is no CEL.
pub fn variables(source: &str) -> Vec<Variable> {
    let mut found = Found::default();
    if let Ok(expression) = parse(source) {
        walk(&expression, &mut Vec::new(), &mut found);
    }
    found.variables
}

/// Collects what an expression reads; `own` are the variables of the macros around it.
fn walk<'a>(expression: &'a IdedExpr, own: &mut Vec<&'a str>, found: &mut Found) {
    match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => {
            found.texts.insert(text.inner().to_owned());
        }
        Expr::Unspecified | Expr::Literal(_) => {}
        Expr::Ident(name) => read(name, None, own, found),
        Expr::Select(select) => match &select.operand.expr {
            Expr::Ident(root) => read(root, Some(&select.field), own, found),
            operand => {
                if is_passage(operand, own) {
                    let root = ONE_PASSAGE.to_owned();
                    found.variables.push(Variable { root, field: Some(select.field.clone()) });
                }
                walk(&select.operand, own, found);
            }
        },
        Expr::Call(call) => {
            if call.func_name == operators::INDEX
                && let [object, key] = &call.args[..]
                && let (Expr::Ident(root), Expr::Literal(LiteralValue::String(field))) =
                    (&object.expr, &key.expr)
            {
                read(root, Some(field.inner()), own, found);
                return;
            }
            found.intents.extend(compared_to_intent(call));
            if call.func_name.starts_with(|c: char| c.is_ascii_alphabetic()) {
                found.functions.insert(call.func_name.clone());
            }
            call.target.iter().for_each(|target| walk(target, own, found));
            call.args.iter().for_each(|argument| walk(argument, own, found));
        }
        Expr::Comprehension(it) => {
            walk(&it.iter_range, own, found);
            let outside = own.len();
            own.extend([it.iter_var.as_str(), it.accu_var.as_str()]);
            own.extend(it.iter_var2.as_deref());
            for part in [&it.accu_init, &it.loop_cond, &it.loop_step, &it.result] {
                walk(part, own, found);
            }
            own.truncate(outside);
        }
        Expr::List(list) => list.elements.iter().for_each(|item| walk(item, own, found)),
        Expr::Map(map) => map.entries.iter().for_each(|entry| walk_entry(&entry.expr, own, found)),
        Expr::Struct(it) => it.entries.iter().for_each(|entry| walk_entry(&entry.expr, own, found)),
    }
}

/// Whether it is one of the passages: `passages[0]`.
fn is_passage(expression: &Expr, own: &[&str]) -> bool {
    let Expr::Call(call) = expression else { return false };
    call.func_name == operators::INDEX
        && !own.contains(&"passages")
        && matches!(
            call.args.first().map(|object| &object.expr),
            Some(Expr::Ident(root)) if root == "passages"
        )
}

fn walk_entry<'a>(entry: &'a EntryExpr, own: &mut Vec<&'a str>, found: &mut Found) {
    match entry {
        EntryExpr::StructField(field) => walk(&field.value, own, found),
        EntryExpr::MapEntry(entry) => {
            walk(&entry.key, own, found);
            walk(&entry.value, own, found);
        }
    }
}

/// The texts that a comparison, or an `in`, holds `message.intent` against.
fn compared_to_intent(call: &CallExpr) -> Vec<String> {
    let [one, other] = &call.args[..] else { return Vec::new() };
    let against = match call.func_name.as_str() {
        operators::EQUALS | operators::NOT_EQUALS if is_intent(other) => vec![one],
        operators::EQUALS | operators::NOT_EQUALS if is_intent(one) => vec![other],
        operators::IN if is_intent(one) => match &other.expr {
            Expr::List(list) => list.elements.iter().collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    let text = |expression: &IdedExpr| match &expression.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    };
    against.into_iter().filter_map(text).collect()
}

fn is_intent(expression: &IdedExpr) -> bool {
    let Expr::Select(select) = &expression.expr else { return false };
    select.field == "intent" && matches!(&select.operand.expr, Expr::Ident(root) if root == "message")
}

/// What an expression comes to, if that is no truth value whatever the slots hold.
fn no_truth(expression: &IdedExpr) -> Option<&'static str> {
    match &expression.expr {
        Expr::Literal(literal) => match literal {
            LiteralValue::Boolean(_) | LiteralValue::Null => None,
            LiteralValue::String(_) => Some("a text"),
            LiteralValue::Bytes(_) => Some("bytes"),
            LiteralValue::Int(_) | LiteralValue::UInt(_) | LiteralValue::Double(_) => Some("a number"),
        },
        Expr::List(_) => Some("a list"),
        Expr::Map(_) | Expr::Struct(_) => Some("an object"),
        Expr::Select(select) if select.test => None,
        Expr::Select(select) => match (&select.operand.expr, select.field.as_str()) {
            (Expr::Ident(root), "text" | "intent" | "tone") if root == "message" => Some("a text"),
            (Expr::Ident(root), "confidence" | "sentiment") if root == "message" => Some("a number"),
            (Expr::Ident(root), "personal") if root == "message" => Some("a list"),
            (Expr::Ident(root), "mood") if root == "conversation" => Some("a number"),
            (Expr::Ident(root), "trend") if root == "conversation" => Some("a text"),
            _ => None,
        },
        Expr::Call(call) => match call.func_name.as_str() {
            operators::ADD => Some("a sum"),
            operators::SUBSTRACT
            | operators::MULTIPLY
            | operators::DIVIDE
            | operators::MODULO
            | operators::NEGATE
            | "size"
            | "int"
            | "uint"
            | "double" => Some("a number"),
            "string" => Some("a text"),
            "timestamp" => Some("a moment"),
            "duration" => Some("a span of time"),
            operators::LOGICAL_AND
            | operators::LOGICAL_OR
            | operators::LOGICAL_NOT
            | operators::CONDITIONAL => call.args.iter().find_map(no_truth),
            _ => None,
        },
        Expr::Comprehension(loops) => match &loops.result.expr {
            Expr::Ident(name) if *name == loops.accu_var => no_truth(&loops.accu_init),
            _ => None,
        },
        Expr::Ident(name) => match name.as_str() {
            "channel" | "language" | "now" => Some("a text"),
            "tags" | "passages" => Some("a list"),
            "slots" | "message" | "conversation" | "contact" | "settings" | "answer" => Some("an object"),
            _ => None,
        },
        Expr::Unspecified => None,
    }
}

fn read(root: &str, field: Option<&str>, own: &[&str], found: &mut Found) {
    if !own.contains(&root) && !TYPES.contains(&root) {
        found.variables.push(Variable { root: root.to_owned(), field: field.map(str::to_owned) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read() {
        for (source, expected) in [
            ("slots.a == null", "slots.a"),
            ("slots[\"b c\"] > 1 && has(slots.d)", "slots.b c, slots.d"),
            ("tags.exists(t, t == slots.e)", "tags, slots.e"),
            ("[1, 2].all(x, x > settings.f)", "settings.f"),
            ("message.entities.order == \"x\"", "message.entities"),
            ("type(slots.g) == int", "slots.g"),
            ("passages[0].title == slots.i", "passages[0].title, passages, slots.i"),
            ("{'a': slots.h}.a", "slots.h"),
            ("size(answer.body.items) > 0", "answer.body"),
        ] {
            let mut problems = Problems::default();
            let found = check(source, Place::default(), &mut problems);
            let variables = found.variables.iter().map(|variable| match &variable.field {
                Some(field) => format!("{}.{field}", variable.root),
                None => variable.root.clone(),
            });
            assert_eq!(variables.collect::<Vec<_>>().join(", "), expected);
            assert_eq!(problems.into_sorted(), [], "{source}");
        }
    }

    #[test]
    fn what_every_turn_would_refuse_is_refused_before() {
        let points = "slots.a".to_owned() + &" + slots.a".repeat(16);
        let comment = "slots.a == 1 // the first".to_owned();
        let long = format!("slots.a == '{}'", "a".repeat(1_000));
        for source in [points, comment, long, format!("{}1{}", "(".repeat(11), ")".repeat(11))] {
            let mut problems = Problems::default();
            check(&source, Place::default(), &mut problems);
            let codes = problems.into_sorted().iter().map(|problem| problem.code.clone()).collect::<Vec<_>>();
            assert_eq!(codes, ["invalid-condition"], "{source}");
            let names = crate::dialogue::evaluate::Names::from([("slots", serde_json::json!({ "a": 1 }))]);
            assert!(crate::dialogue::evaluate::value(&source, &names).is_err(), "{source}");
        }
    }

    #[test]
    fn what_fails_whatever_the_slots_hold_is_told() {
        for (source, fails) in [
            ("1/0", true),
            ("[1, 2][5]", true),
            ("'a' * 2", true),
            ("1/2", false),
            ("false ? 1/0 : 1", false),
            ("slots.n + 1", false),
            ("[1, 2].map(n, n * 2)", false),
            ("timestamp('2026-12-24T00:00:00Z') + duration('1h')", false),
        ] {
            let mut problems = Problems::default();
            check(source, Place::default(), &mut problems);
            assert_eq!(!problems.into_sorted().is_empty(), fails, "{source}");
        }
    }

    #[test]
    fn what_is_neither_true_nor_false() {
        for (source, expected) in [
            ("slots.a + 1", Some("a sum")),
            ("slots.a", None),
            ("slots.a > 1 && slots.b", None),
            ("slots.a > 1 && size(tags)", Some("a number")),
            ("!('a' in tags)", None),
            ("slots.a ? 'x' : 'y'", Some("a text")),
            ("tags.map(t, t)", Some("a list")),
            ("tags.exists(t, t == 'a')", None),
            ("tags.exists_one(t, t == 'a')", None),
            ("message.text", Some("a text")),
            ("null", None),
            ("has(message.text)", None),
        ] {
            let found = check(source, Place::default(), &mut Problems::default());
            assert_eq!(found.no_truth, expected, "{source}");
        }
    }

    #[test]
    fn intents_that_are_compared() {
        for (source, expected) in [
            ("message.intent == 'a' || 'b' != message.intent", "a b"),
            ("message.intent in ['c', slots.d]", "c"),
            ("slots.e == 'f' && message.text == 'g'", ""),
        ] {
            let found = check(source, Place::default(), &mut Problems::default());
            let intents = found.intents.iter().map(String::as_str).collect::<Vec<_>>();
            assert_eq!(intents.join(" "), expected, "{source}");
        }
    }
}
