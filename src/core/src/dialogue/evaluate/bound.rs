//! How much work and memory can a CEL expression cost at most, given the values it works on?
//!
//! The interpreter has no meter, so the expression is walked once beforehand: every part gets an upper
//! bound of its size, its length (if it is a list) and its cost. A macro over a list costs its body as
//! often as the list has items; names that lead to a known value count as large as that value is.

use std::collections::BTreeMap;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, LiteralValue, operators};
use serde_json::Value;

use super::{Fault, Names, size};

/// Most steps of work: about 50 ms.
const MAX_COST: u64 = 200_000;
/// Most bytes of values made on the way.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// Refuses what could cost too much.
pub fn check(expression: &IdedExpr, names: &Names) -> Result<(), Fault> {
    let mut scope = names.iter().map(|(name, value)| ((*name).to_owned(), Shape::Known(value))).collect();
    let (shape, cost) = bound(expression, &mut scope);
    if cost > MAX_COST || shape.size() > MAX_SIZE {
        return Err(Fault::new("too much work: the lists or texts in it are too long"));
    }
    Ok(())
}

/// What is known of a value before it is computed.
#[derive(Clone, Copy)]
enum Shape<'a> {
    Known(&'a Value),
    /// Bytes, and items if it is a list, at most.
    AtMost {
        size: u64,
        length: u64,
    },
}

type Scope<'a> = BTreeMap<String, Shape<'a>>;

const SCALAR: Shape<'static> = Shape::AtMost { size: 8, length: 0 };

impl Shape<'_> {
    fn size(self) -> u64 {
        match self {
            Self::Known(value) => size(value) as u64,
            Self::AtMost { size, .. } => size,
        }
    }

    fn length(self) -> u64 {
        match self {
            Self::Known(Value::Array(items)) => items.len() as u64,
            Self::Known(Value::Object(fields)) => fields.len() as u64,
            Self::Known(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => 0,
            Self::AtMost { length, .. } => length,
        }
    }

    /// One item of it, whichever is the largest.
    fn item(self) -> Self {
        match self {
            Self::Known(Value::Array(items)) => {
                items.iter().max_by_key(|item| size(item)).map_or(SCALAR, |largest| Self::AtMost {
                    size: size(largest) as u64,
                    length: items.iter().map(|item| Self::Known(item).length()).max().unwrap_or(0),
                })
            }
            Self::Known(_) | Self::AtMost { .. } => Self::AtMost { size: self.size(), length: self.size() },
        }
    }
}

fn bound<'a>(expression: &IdedExpr, scope: &mut Scope<'a>) -> (Shape<'a>, u64) {
    match &expression.expr {
        Expr::Unspecified => (SCALAR, 1),
        Expr::Literal(literal) => (Shape::AtMost { size: literal_size(literal), length: 0 }, 1),
        Expr::Ident(name) => (scope.get(name).copied().unwrap_or(SCALAR), 1),
        Expr::Select(select) => {
            let (operand, cost) = bound(&select.operand, scope);
            let shape = match operand {
                Shape::Known(Value::Object(fields)) => fields.get(&select.field).map_or(SCALAR, Shape::Known),
                Shape::Known(_) | Shape::AtMost { .. } => operand.item(),
            };
            (shape, cost.saturating_add(1))
        }
        Expr::Call(call) => {
            let arguments = call.target.iter().map(|target| &**target).chain(&call.args);
            let (size, length, cost) = sum(arguments, scope);
            let shape = if is_scalar(&call.func_name) { SCALAR } else { Shape::AtMost { size, length } };
            // Compiling a regular expression is the dearest thing that one call can do.
            let own = if call.func_name == "matches" { 500 } else { 1 };
            (shape, cost.saturating_add(own).saturating_add(size / 64))
        }
        Expr::List(list) => {
            let (size, _, cost) = sum(list.elements.iter(), scope);
            (Shape::AtMost { size, length: list.elements.len() as u64 }, cost.saturating_add(1))
        }
        Expr::Map(map) => entries(map.entries.iter().map(|entry| &entry.expr), scope),
        Expr::Struct(structure) => entries(structure.entries.iter().map(|entry| &entry.expr), scope),
        Expr::Comprehension(loops) => {
            let (range, range_cost) = bound(&loops.iter_range, scope);
            let (initial, initial_cost) = bound(&loops.accu_init, scope);
            let mut inner = scope.clone();
            inner.insert(loops.iter_var.clone(), range.item());
            // What one turn adds to the result: hence the result itself counts nothing in it.
            inner.insert(loops.accu_var.clone(), Shape::AtMost { size: 0, length: 0 });
            let (step, step_cost) = bound(&loops.loop_step, &mut inner);
            let (_, condition_cost) = bound(&loops.loop_cond, &mut inner);
            let turns = range.length().max(1);
            let result = Shape::AtMost {
                size: initial.size().saturating_add(turns.saturating_mul(step.size())),
                length: initial.length().saturating_add(turns.saturating_mul(step.length().max(1))),
            };
            inner.insert(loops.accu_var.clone(), result);
            let (shape, result_cost) = bound(&loops.result, &mut inner);
            let turn_cost = step_cost.saturating_add(condition_cost).saturating_add(1);
            let cost = turns
                .saturating_mul(turn_cost)
                .saturating_add(range_cost)
                .saturating_add(initial_cost)
                .saturating_add(result_cost);
            (shape, cost)
        }
    }
}

/// Size, length and cost of several parts together.
fn sum<'e>(parts: impl Iterator<Item = &'e IdedExpr>, scope: &mut Scope<'_>) -> (u64, u64, u64) {
    let mut total = (0_u64, 0_u64, 0_u64);
    for part in parts {
        let (shape, cost) = bound(part, scope);
        total.0 = total.0.saturating_add(shape.size());
        total.1 = total.1.saturating_add(shape.length());
        total.2 = total.2.saturating_add(cost);
    }
    total
}

fn entries<'e, 'a>(parts: impl Iterator<Item = &'e EntryExpr>, scope: &mut Scope<'a>) -> (Shape<'a>, u64) {
    let mut parts_of = Vec::new();
    for part in parts {
        match part {
            EntryExpr::StructField(field) => parts_of.push(&field.value),
            EntryExpr::MapEntry(entry) => parts_of.extend([&entry.key, &entry.value]),
        }
    }
    let length = parts_of.len() as u64;
    let (size, _, cost) = sum(parts_of.into_iter(), scope);
    (Shape::AtMost { size, length }, cost.saturating_add(1))
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
