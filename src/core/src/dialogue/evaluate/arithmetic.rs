//! One kind of number: `4 * 12.5` is 50, and `5 / 2` is 2.5, as in templates.
//!
//! CEL keeps whole numbers and fractions apart and reckons with no two of different kinds. Whether a visitor writes "4"
//! or "4.5" is nothing an author should have to think of, so each operator is asked as a function that takes both.

use cel::{
    Env, ExecutionError, Value,
    common::{
        ast::{CallExpr, Expr, IdedExpr, operators},
        functions::Function,
        types::{CelDouble, CelInt, CelUInt, DYN_TYPE},
        value::{CowVal, Val},
    },
};

use super::nothing::parts;

type Outcome<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

/// The operators, and the functions in their place: no expression can write these names.
const OPERATORS: [(&str, &str, Function); 5] = [
    (operators::ADD, "@add", add),
    (operators::SUBSTRACT, "@subtract", subtract),
    (operators::MULTIPLY, "@multiply", multiply),
    (operators::DIVIDE, "@divide", divide),
    (operators::MODULO, "@remainder", remainder),
];

/// Makes the functions known.
pub fn declare(env: &mut Env) {
    for (_, name, function) in OPERATORS {
        env.add_overload(name, name, vec![DYN_TYPE, DYN_TYPE], function)
            .expect("the library has no such function");
    }
}

/// Puts the functions in the place of the operators.
pub fn unify(expression: &mut IdedExpr) {
    for part in parts(&mut expression.expr) {
        unify(part);
    }
    if let Expr::Call(call) = &mut expression.expr
        && !makes_list(call)
        && let Some((_, name, _)) = OPERATORS.iter().find(|(operator, ..)| call.func_name == *operator)
    {
        (*name).clone_into(&mut call.func_name);
    }
}

/// Whether it only makes a list longer, as `map` and `filter` do, for which the interpreter has a short way.
fn makes_list(call: &CallExpr) -> bool {
    call.args.iter().any(|argument| matches!(argument.expr, Expr::List(_)))
}

#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Fraction(f64),
}

impl Number {
    fn of(value: &dyn Val) -> Option<Self> {
        if let Some(whole) = value.downcast_ref::<CelInt>() {
            return Some(Self::Whole(*whole.inner()));
        }
        if let Some(whole) = value.downcast_ref::<CelUInt>() {
            return i64::try_from(*whole.inner()).ok().map(Self::Whole);
        }
        value.downcast_ref::<CelDouble>().map(|fraction| Self::Fraction(*fraction.inner()))
    }

    #[expect(clippy::cast_precision_loss, reason = "what is reckoned with fractions is no longer exact")]
    fn as_fraction(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Fraction(fraction) => fraction,
        }
    }

    fn is_zero(self) -> bool {
        self.as_fraction() == 0.0
    }
}

/// Two numbers, reckoned with as whole ones where both are.
fn reckon<'b, 'v>(
    name: &'static str,
    one: Number,
    other: Number,
    whole: fn(i64, i64) -> Option<i64>,
    fraction: fn(f64, f64) -> f64,
) -> Outcome<'b, 'v> {
    let too_large = || ExecutionError::Overflow(name, Value::Null, Value::Null);
    if let (Number::Whole(one), Number::Whole(other)) = (one, other) {
        let number = whole(one, other).ok_or_else(too_large)?;
        return Ok(CowVal::owned(CelInt::from(number)));
    }
    let number = fraction(one.as_fraction(), other.as_fraction());
    if number.is_finite() { Ok(CowVal::owned(CelDouble::from(number))) } else { Err(too_large()) }
}

fn add<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let [one, other] = both(operands)?;
    if let Some((one, other)) = numbers(&one, &other) {
        return reckon("+", one, other, i64::checked_add, |one, other| one + other);
    }
    let adder = one.as_adder().ok_or_else(|| unfit("+"))?;
    Ok(CowVal::Owned(adder.add(other.as_ref())?.into_owned()))
}

fn subtract<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let [one, other] = both(operands)?;
    if let Some((one, other)) = numbers(&one, &other) {
        return reckon("-", one, other, i64::checked_sub, |one, other| one - other);
    }
    let subtractor = one.as_subtractor().ok_or_else(|| unfit("-"))?;
    Ok(CowVal::Owned(subtractor.sub(other.as_ref())?.into_owned()))
}

fn multiply<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let [one, other] = both(operands)?;
    let (one, other) = numbers(&one, &other).ok_or_else(|| unfit("*"))?;
    reckon("*", one, other, i64::checked_mul, |one, other| one * other)
}

fn divide<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let [one, other] = both(operands)?;
    let (one, other) = numbers(&one, &other).ok_or_else(|| unfit("/"))?;
    if other.is_zero() {
        return Err(ExecutionError::DivisionByZero(Value::Null));
    }
    if let (Number::Whole(one), Number::Whole(other)) = (one, other)
        && one.checked_rem(other) == Some(0)
    {
        return Ok(CowVal::owned(CelInt::from(one / other)));
    }
    let one = Number::Fraction(one.as_fraction());
    reckon("/", one, other, i64::checked_div, |one, other| one / other)
}

fn remainder<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Outcome<'b, 'v> {
    let [one, other] = both(operands)?;
    let (one, other) = numbers(&one, &other).ok_or_else(|| unfit("%"))?;
    if other.is_zero() {
        return Err(ExecutionError::RemainderByZero(Value::Null));
    }
    reckon("%", one, other, i64::checked_rem, |one, other| one % other)
}

fn both<'b, 'v>(operands: Vec<CowVal<'b, 'v>>) -> Result<[CowVal<'b, 'v>; 2], ExecutionError> {
    let actual = operands.len();
    operands.try_into().map_err(|_| ExecutionError::InvalidArgumentCount { expected: 2, actual })
}

fn numbers(one: &CowVal<'_, '_>, other: &CowVal<'_, '_>) -> Option<(Number, Number)> {
    Some((Number::of(one.as_ref())?, Number::of(other.as_ref())?))
}

fn unfit(operator: &'static str) -> ExecutionError {
    ExecutionError::UnsupportedBinaryOperator(operator, Value::Null, Value::Null)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::{Names, value};

    #[test]
    fn numbers_are_of_one_kind() {
        let slots =
            json!({ "guests": 4, "half": 4.5, "n": 5, "list": ["a", "b", "c"], "name": "Ada", "none": null });
        let names = Names::from([("slots", slots)]);
        let check =
            |source: &str, expected: Value| assert_eq!(value(source, &names), Ok(expected), "{source}");
        check("slots.guests * 12.5", json!(50));
        check("slots.half * 12.5", json!(56.25));
        check("12.5 - slots.guests", json!(8.5));
        check("slots.half + slots.guests + 1u", json!(9.5));
        check("slots.n / 2", json!(2.5));
        check("slots.guests / 2", json!(2));
        check("-slots.n / 2.5", json!(-2));
        check("slots.n % 2", json!(1));
        check("5.5 % slots.guests", json!(1.5));
        check("int(slots.n / 2)", json!(2));
        check("slots.half * 2 == 9 && slots.n / 2 > 2 && slots.n / 2 < 3", json!(true));
        check("slots.list[slots.guests / 2]", json!("c"));
        check("slots.list[slots.guests - 3.0]", json!("b"));
        check("size(slots.list) * 1.5", json!(4.5));
        check("slots.name + string(slots.guests * 0.5)", json!("Ada2"));
        check("[1, 2].map(n, n * 1.5)", json!([1.5, 3]));
        check("[1, 2.5].exists(n, n + slots.guests == 6.5)", json!(true));
        check("[1] + [2.0]", json!([1, 2]));
        check("{'total': slots.guests * 2.5}", json!({ "total": 10 }));
        check("9007199254740993 + 0", json!(9_007_199_254_740_993_i64));
        check("2.0", json!(2));
        for fails in [
            "slots.n / 0",
            "slots.n / 0.0",
            "slots.half % 0",
            "slots.none + 1",
            "slots.none * 1.5",
            "slots.name * 2",
            "slots.name + 1",
            "9223372036854775807 + 1",
            "1e308 * 10",
            "slots.list[slots.n / 2]",
        ] {
            assert!(value(fails, &names).is_err(), "{fails}");
        }
    }
}
