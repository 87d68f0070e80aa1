//! Which of two is larger, if one of them is nothing? Neither.
//!
//! A slot that is still empty is `null`, and CEL refuses to put `null` in an order, so that `slots.count > 3` would be a
//! fault until the visitor has told the count. Each such comparison is therefore asked only if what its names lead to is
//! there: `slots.count > 3` becomes `slots.count == null ? false : slots.count > 3`.
//!
//! Nor is there anything where there is nothing: `has(contact.email)` becomes `has(contact.email) && contact.email != null`.

use cel::common::ast::{CallExpr, EntryExpr, Expr, IdedExpr, LiteralValue, SelectExpr, operators};

const ORDERING: [&str; 4] =
    [operators::LESS, operators::LESS_EQUALS, operators::GREATER, operators::GREATER_EQUALS];

/// The expression with every comparison guarded.
pub fn guard(mut expression: IdedExpr) -> IdedExpr {
    for part in parts(&mut expression.expr) {
        *part = guard(std::mem::take(part));
    }
    match &expression.expr {
        Expr::Call(call) if ORDERING.contains(&call.func_name.as_str()) => guard_order(call, &expression),
        Expr::Select(select) if select.test && is_name(&select.operand) => guard_test(select, &expression),
        Expr::Unspecified
        | Expr::Call(_)
        | Expr::Select(_)
        | Expr::Comprehension(_)
        | Expr::Ident(_)
        | Expr::List(_)
        | Expr::Literal(_)
        | Expr::Map(_)
        | Expr::Struct(_) => expression,
    }
}

fn guard_order(call: &CallExpr, expression: &IdedExpr) -> IdedExpr {
    let made = |expr: Expr| IdedExpr { id: expression.id, expr };
    let call_of = |name: &str, args: Vec<IdedExpr>| made(call_of(name, args));
    let names = call.args.iter().filter(|operand| is_name(operand)).cloned();
    let empty =
        names.map(|name| call_of(operators::EQUALS, vec![name, made(Expr::Literal(LiteralValue::Null))]));
    let Some(empty) = empty.reduce(|one, other| call_of(operators::LOGICAL_OR, vec![one, other])) else {
        return expression.clone();
    };
    let no = made(Expr::Literal(LiteralValue::Boolean(false.into())));
    call_of(operators::CONDITIONAL, vec![empty, no, expression.clone()])
}

fn guard_test(select: &SelectExpr, expression: &IdedExpr) -> IdedExpr {
    let made = |expr: Expr| IdedExpr { id: expression.id, expr };
    let value = made(Expr::Select(SelectExpr { test: false, ..select.clone() }));
    let filled = call_of(operators::NOT_EQUALS, vec![value, made(Expr::Literal(LiteralValue::Null))]);
    made(call_of(operators::LOGICAL_AND, vec![expression.clone(), made(filled)]))
}

fn call_of(name: &str, args: Vec<IdedExpr>) -> Expr {
    Expr::Call(CallExpr { func_name: name.to_owned(), target: None, args })
}

/// Whether it only leads to a value, so that it costs nothing to look twice.
fn is_name(operand: &IdedExpr) -> bool {
    match &operand.expr {
        Expr::Ident(_) => true,
        Expr::Select(select) => !select.test && is_name(&select.operand),
        _ => false,
    }
}

/// What an expression is made of.
pub fn parts(expression: &mut Expr) -> Vec<&mut IdedExpr> {
    match expression {
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
        Expr::Call(call) => call.target.iter_mut().map(|it| &mut **it).chain(&mut call.args).collect(),
        Expr::Select(select) => vec![&mut select.operand],
        Expr::List(list) => list.elements.iter_mut().collect(),
        Expr::Map(map) => map.entries.iter_mut().flat_map(|entry| of_entry(&mut entry.expr)).collect(),
        Expr::Struct(structure) => {
            structure.entries.iter_mut().flat_map(|entry| of_entry(&mut entry.expr)).collect()
        }
        Expr::Comprehension(loops) => vec![
            &mut loops.iter_range,
            &mut loops.accu_init,
            &mut loops.loop_cond,
            &mut loops.loop_step,
            &mut loops.result,
        ],
    }
}

fn of_entry(entry: &mut EntryExpr) -> Vec<&mut IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&mut field.value],
        EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
    }
}
