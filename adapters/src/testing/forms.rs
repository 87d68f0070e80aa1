//! Any form, and the ways in which people fill them in.

use proptest::prelude::*;
use studio_core::content::{Field, FieldKind, FieldOption, Form};

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Zäß?.<@& ]{0,40}", "\\PC{0,120}", Just("sehr lange Frage ".repeat(200))]
}

fn kind() -> impl Strategy<Value = FieldKind> {
    let option = (words(), "[a-z_ü ]{0,12}|[a-z]{90,160}")
        .prop_map(|(title, value)| FieldOption { title, value })
        .boxed();
    prop_oneof![
        Just(FieldKind::Line),
        Just(FieldKind::Paragraph),
        Just(FieldKind::Email),
        Just(FieldKind::Number),
        Just(FieldKind::Date),
        prop::collection::vec(option.clone(), 0..8).prop_map(FieldKind::Choice),
        prop::collection::vec(option, 20..120).prop_map(FieldKind::Choice),
    ]
}

/// Sound ones, and those that no platform opens.
pub fn some_form() -> impl Strategy<Value = Form> {
    let field = ("[a-z_]{1,6}|[a-z]{80,95}| ?", words(), kind()).prop_map(|(name, label, kind)| Field {
        name,
        label,
        kind,
    });
    ("[0-9a-f]{16}|[a-z]{0,100}", words(), prop::collection::vec(field, 0..14))
        .prop_map(|(id, title, fields)| Form { id, title, fields })
}
