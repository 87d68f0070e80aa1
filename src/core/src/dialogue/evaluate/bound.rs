//! How much work and memory can a CEL expression cost at most, given the values it works on?
//!
//! The interpreter has no meter, so the expression is walked once beforehand: every part gets an upper
//! bound of its size, its length (if it is a list) and its cost. A macro over a list costs its body as
//! often as the list has items; names that lead to a known value count as large as that value is.

use std::collections::BTreeMap;

use cel::common::ast::{CallExpr, ComprehensionExpr, EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use serde_json::Value;

use super::{Fault, Names, size};
use crate::dialogue::FaultReason;

/// Most steps of work: about 50 ms.
const MAX_COST: u64 = 200_000;
/// Most bytes of values made on the way.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// Refuses what could cost too much, and macros over objects, whose entries have no order here: the
/// same condition would come to different values in a replay.
pub fn check(expression: &IdedExpr, names: &Names) -> Result<(), Fault> {
    let mut scope =
        names.iter().map(|(name, value)| ((*name).to_owned(), Shape::Known(vec![value]))).collect();
    let (shape, cost) = bound(expression, &mut scope)?;
    if cost > MAX_COST || shape.size() > MAX_SIZE {
        let error = "too much work: the lists or texts in it are too long";
        return Err(Fault::of(FaultReason::TooMuchWork, error));
    }
    Ok(())
}

/// What is known of a value before it is computed.
#[derive(Clone)]
enum Shape<'a> {
    /// One of these.
    Known(Vec<&'a Value>),
    /// Bytes, and items if it is a list, at most; whether it may be an object.
    AtMost { size: u64, length: u64, object: bool },
}

type Scope<'a> = BTreeMap<String, Shape<'a>>;

const SCALAR: Shape<'static> = Shape::AtMost { size: 8, length: 0, object: false };

impl Shape<'_> {
    fn size(&self) -> u64 {
        match self {
            Self::Known(values) => values.iter().map(|value| size(value) as u64).max().unwrap_or(8),
            Self::AtMost { size, .. } => *size,
        }
    }

    fn length(&self) -> u64 {
        let length = |value: &&Value| match value {
            Value::Array(items) => items.len() as u64,
            Value::Object(fields) => fields.len() as u64,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
        };
        match self {
            Self::Known(values) => values.iter().map(length).max().unwrap_or(0),
            Self::AtMost { length, .. } => *length,
        }
    }

    fn may_be_object(&self) -> bool {
        match self {
            Self::Known(values) => values.iter().any(|value| value.is_object()),
            Self::AtMost { object, .. } => *object,
        }
    }

    /// Any one item or field of it.
    fn item(&self) -> Self {
        match self {
            Self::Known(values) => Self::Known(values.iter().copied().flat_map(items).collect()),
            Self::AtMost { size, .. } => Self::AtMost { size: *size, length: *size, object: true },
        }
    }

    fn field(&self, name: &str) -> Self {
        match self {
            Self::Known(values) => Self::Known(values.iter().filter_map(|value| value.get(name)).collect()),
            Self::AtMost { .. } => self.item(),
        }
    }

    /// This or the other.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Known(mut values), Self::Known(others)) => {
                values.extend(others);
                Self::Known(values)
            }
            (one, other) => Self::AtMost {
                size: one.size().max(other.size()),
                length: one.length().max(other.length()),
                object: one.may_be_object() || other.may_be_object(),
            },
        }
    }
}

fn items(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(fields) => fields.values().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

fn bound<'a>(expression: &IdedExpr, scope: &mut Scope<'a>) -> Result<(Shape<'a>, u64), Fault> {
    Ok(match &expression.expr {
        Expr::Unspecified => (SCALAR, 1),
        Expr::Literal(literal) => {
            (Shape::AtMost { size: literal_size(literal), length: 0, object: false }, 1)
        }
        Expr::Ident(name) => (scope.get(name).cloned().unwrap_or(SCALAR), 1),
        Expr::Select(select) => {
            let (operand, cost) = bound(&select.operand, scope)?;
            (operand.field(&select.field), cost.saturating_add(1))
        }
        Expr::Call(call) => bound_call(call, scope)?,
        Expr::List(list) => {
            let (size, _, cost) = sum(list.elements.iter(), scope)?;
            let length = list.elements.len() as u64;
            (Shape::AtMost { size, length, object: false }, cost.saturating_add(1))
        }
        Expr::Map(map) => entries(map.entries.iter().map(|entry| &entry.expr), scope)?,
        Expr::Struct(structure) => entries(structure.entries.iter().map(|entry| &entry.expr), scope)?,
        Expr::Comprehension(loops) => bound_macro(loops, scope)?,
    })
}

fn bound_call<'a>(call: &CallExpr, scope: &mut Scope<'a>) -> Result<(Shape<'a>, u64), Fault> {
    let (mut size, mut length, mut cost) = (0_u64, 0_u64, 0_u64);
    // Each argument once: bounding it again below would double the work with every level.
    let mut shapes = Vec::new();
    for argument in call.target.iter().map(|target| &**target).chain(&call.args) {
        let (shape, own) = bound(argument, scope)?;
        size = size.saturating_add(shape.size());
        length = length.saturating_add(shape.length());
        cost = cost.saturating_add(own);
        shapes.push(shape);
    }
    let shape = match (call.func_name.as_str(), shapes.as_slice()) {
        (function, _) if is_scalar(function) => SCALAR,
        (operators::INDEX, [operand, _]) => operand.item(),
        (operators::CONDITIONAL, [_, then, otherwise]) => then.clone().or(otherwise.clone()),
        (operators::ADD, _) => Shape::AtMost { size, length, object: false },
        _ => Shape::AtMost { size, length, object: true },
    };
    // Compiling a regular expression is the dearest thing that one call can do.
    let own = if call.func_name == "matches" { 500 } else { 1 };
    Ok((shape, cost.saturating_add(own).saturating_add(size / 64)))
}

/// `exists`, `all`, `map`, `filter` and their like.
fn bound_macro<'a>(loops: &ComprehensionExpr, scope: &mut Scope<'a>) -> Result<(Shape<'a>, u64), Fault> {
    let (range, range_cost) = bound(&loops.iter_range, scope)?;
    if range.may_be_object() {
        return Err(Fault::new("only a list can be gone through, and this may be an object"));
    }
    let (initial, initial_cost) = bound(&loops.accu_init, scope)?;
    let mut inner = scope.clone();
    inner.insert(loops.iter_var.clone(), range.item());
    // What one turn adds to the result: hence the result itself counts nothing in it.
    inner.insert(loops.accu_var.clone(), Shape::AtMost { size: 0, length: 0, object: false });
    let (step, step_cost) = bound(&loops.loop_step, &mut inner)?;
    let (_, condition_cost) = bound(&loops.loop_cond, &mut inner)?;
    let turns = range.length().max(1);
    let result = Shape::AtMost {
        size: initial.size().saturating_add(turns.saturating_mul(step.size())),
        length: initial.length().saturating_add(turns.saturating_mul(step.length().max(1))),
        object: false,
    };
    inner.insert(loops.accu_var.clone(), result);
    let (shape, result_cost) = bound(&loops.result, &mut inner)?;
    let turn_cost = step_cost.saturating_add(condition_cost).saturating_add(1);
    let cost = turns
        .saturating_mul(turn_cost)
        .saturating_add(range_cost)
        .saturating_add(initial_cost)
        .saturating_add(result_cost);
    Ok((shape, cost))
}

/// Size, length and cost of several parts together.
fn sum<'e>(
    parts: impl Iterator<Item = &'e IdedExpr>,
    scope: &mut Scope<'_>,
) -> Result<(u64, u64, u64), Fault> {
    let mut total = (0_u64, 0_u64, 0_u64);
    for part in parts {
        let (shape, cost) = bound(part, scope)?;
        total.0 = total.0.saturating_add(shape.size());
        total.1 = total.1.saturating_add(shape.length());
        total.2 = total.2.saturating_add(cost);
    }
    Ok(total)
}

fn entries<'e, 'a>(
    parts: impl Iterator<Item = &'e EntryExpr>,
    scope: &mut Scope<'a>,
) -> Result<(Shape<'a>, u64), Fault> {
    let mut values = Vec::new();
    for part in parts {
        match part {
            EntryExpr::StructField(field) => values.push(&field.value),
            EntryExpr::MapEntry(entry) => values.extend([&entry.key, &entry.value]),
        }
    }
    let length = values.len() as u64;
    let (size, _, cost) = sum(values.into_iter(), scope)?;
    Ok((Shape::AtMost { size, length, object: true }, cost.saturating_add(1)))
}

fn literal_size(literal: &LiteralValue) -> u64 {
    match literal {
        LiteralValue::String(text) => text.inner().len() as u64 + 2,
        LiteralValue::Bytes(bytes) => bytes.inner().len() as u64 * 2,
        LiteralValue::Boolean(_)
        | LiteralValue::Double(_)
        | LiteralValue::Int(_)
        | LiteralValue::Null
        | LiteralValue::UInt(_) => 8,
    }
}

/// Whether the result is a truth value or a number whatever the arguments are.
fn is_scalar(function: &str) -> bool {
    [
        operators::LOGICAL_AND,
        operators::LOGICAL_OR,
        operators::LOGICAL_NOT,
        operators::EQUALS,
        operators::NOT_EQUALS,
        operators::GREATER,
        operators::GREATER_EQUALS,
        operators::LESS,
        operators::LESS_EQUALS,
        operators::IN,
        operators::NOT_STRICTLY_FALSE,
        "size",
        "matches",
        "contains",
        "startsWith",
        "endsWith",
    ]
    .contains(&function)
}
