//! Which forms does Discord open? Limits of `components/reference.mdx` of 2026-08-06 and of its OpenAPI description, errors in
//! its words.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    check::Faults,
    components::{
        CHANNELS, CHECK, CHECKS, LABEL, MENTIONABLES, MENU, MOST_LETTERS, PEOPLE, RADIO, ROLES, ROW, TEXT,
        TEXT_INPUT, UPLOAD, chosen, list, menu, options, text, unknown_kind,
    },
};

/// The data of a response that opens a form. The error is the body of the answer.
pub fn form(data: &Value) -> Result<(), Value> {
    let mut faults = Faults::new();
    faults.length("title", text(data, "title"), 1, 45);
    faults.length("custom_id", text(data, "custom_id"), 1, 100);
    let holders = list(data, "components");
    faults.count("components", holders.len(), 1, 5);
    let mut ids = BTreeSet::new();
    for (index, holder) in holders.iter().enumerate() {
        let path = format!("components.{index}");
        let Some((field, kinds, path)) = held(holder, &path, &mut faults) else { continue };
        let id = text(field, "custom_id");
        faults.length(&format!("{path}.custom_id"), id, 1, 100);
        if !ids.insert(id) {
            let why = "Component custom id cannot be duplicated";
            faults.add(&format!("{path}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", why);
        }
        match field["type"].as_u64().filter(|kind| kinds.contains(kind)) {
            Some(kind) => input(field, kind, &path, &mut faults),
            None => unknown_kind(kinds, &path, &mut faults),
        }
    }
    faults.refusal()
}

/// Kinds of fields below a label.
const FIELDS: [u64; 10] =
    [MENU, TEXT_INPUT, PEOPLE, ROLES, MENTIONABLES, CHANNELS, UPLOAD, RADIO, CHECKS, CHECK];

/// The field that stands in a row or below a label, what it may be, and where it is; none in a text.
fn held<'a>(
    holder: &'a Value,
    path: &str,
    faults: &mut Faults,
) -> Option<(&'a Value, &'static [u64], String)> {
    match holder["type"].as_u64() {
        Some(ROW) => {
            let field = &holder["components"][0];
            faults.count(&format!("{path}.components"), list(holder, "components").len(), 1, 1);
            let path = format!("{path}.components.0");
            faults.length(&format!("{path}.label"), text(field, "label"), 1, 45);
            Some((field, &[TEXT_INPUT], path))
        }
        Some(TEXT) => {
            faults.length(&format!("{path}.content"), text(holder, "content"), 1, MOST_LETTERS);
            None
        }
        Some(LABEL) => {
            faults.length(&format!("{path}.label"), text(holder, "label"), 1, 45);
            if let Some(words) = holder["description"].as_str() {
                faults.length(&format!("{path}.description"), words, 1, 100);
            }
            Some((&holder["component"], &FIELDS, format!("{path}.component")))
        }
        _ => {
            unknown_kind(&[ROW, TEXT, LABEL], path, faults);
            None
        }
    }
}

/// A field of a form.
fn input(field: &Value, kind: u64, path: &str, faults: &mut Faults) {
    match kind {
        TEXT_INPUT => text_input(field, path, faults),
        UPLOAD => {
            chosen(field, 10, path, faults);
        }
        RADIO => options(field, (2, 10), path, faults),
        CHECKS => {
            let (least, _) = chosen(field, 10, path, faults);
            options(field, (least.clamp(1, 10), 10), path, faults);
        }
        CHECK => {}
        _ => menu(field, path, faults),
    }
}

fn text_input(field: &Value, path: &str, faults: &mut Faults) {
    if !matches!(field["style"].as_u64(), Some(1 | 2)) {
        faults.add(&format!("{path}.style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.");
    }
    for (name, least) in [("min_length", 0), ("max_length", 1)] {
        if field[name].as_u64().is_some_and(|number| !(least..=4_000).contains(&number)) {
            let why = format!("int value should be {least} to 4000.");
            faults.add(&format!("{path}.{name}"), "NUMBER_TYPE_MAX", why);
        }
    }
    faults.length(&format!("{path}.placeholder"), text(field, "placeholder"), 0, 100);
    faults.length(&format!("{path}.value"), text(field, "value"), 0, 4_000);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::components::BUTTON, *};

    fn in_form(holder: &Value) -> String {
        let form = json!({ "title": "A", "custom_id": "f", "components": [holder] });
        form_error(&form)
    }

    fn form_error(data: &Value) -> String {
        form(data).err().map_or_else(String::new, |refused| refused.to_string())
    }

    #[test]
    fn a_form_has_more_than_lines() {
        let below = |field: Value| json!({ "type": LABEL, "label": "Which?", "component": field });
        let options = |count: usize| {
            let option = |number: usize| json!({ "label": "A", "value": number.to_string() });
            (0..count).map(option).collect::<Vec<_>>()
        };
        let field = |kind: u64| json!({ "type": kind, "custom_id": "a" });
        for kind in [PEOPLE, ROLES, MENTIONABLES, CHANNELS, UPLOAD, CHECK] {
            assert_eq!(in_form(&below(field(kind))), "", "{kind}");
        }
        for (kind, count, expected) in [
            (MENU, 25, ""),
            (MENU, 26, "between 1 and 25"),
            (RADIO, 2, ""),
            (RADIO, 1, "between 2 and 10"),
            (CHECKS, 10, ""),
            (CHECKS, 11, "between 1 and 10"),
        ] {
            let mut field = field(kind);
            field["options"] = json!(options(count));
            let said = in_form(&below(field));
            assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{kind}: {said}");
        }
        let line = |label: &str| {
            let input = json!({ "type": TEXT_INPUT, "custom_id": "a", "style": 1, "label": label });
            json!({ "type": ROW, "components": [input] })
        };
        assert_eq!(in_form(&line("Why?")), "");
        assert!(in_form(&line("")).contains("between 1 and 45"));
        let mut long = line("Why?");
        long["components"][0]["placeholder"] = json!("x".repeat(101));
        let said = in_form(&long);
        assert!(said.contains(r#""components":{"0":{"components":{"0":{"placeholder":"#), "{said}");
        assert_eq!(in_form(&json!({ "type": TEXT, "content": "Read this" })), "");
        assert!(in_form(&field(BUTTON)).contains("(1, 10, 18)"));
        assert!(in_form(&below(field(BUTTON))).contains("UNION_TYPE_CHOICES"));
        let six = json!({ "title": "A", "custom_id": "f", "components": vec![line("Why?"); 6] });
        assert!(form_error(&six).contains("between 1 and 5"));
    }
}
