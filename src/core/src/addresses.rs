//! Which addresses are known to be somebody's?

use std::collections::BTreeMap;

use serde_json::Value;

/// The addresses that attributes of a contact say are verified (`email` with `email_verified`, `phone` with
/// `phone_verified`): the kind, and the address as it is compared.
pub fn verified(attributes: &BTreeMap<String, Value>) -> Vec<(&'static str, String)> {
    let is_true = |name: &str| attributes.get(name).and_then(Value::as_bool) == Some(true);
    let text = |name: &str| attributes.get(name).and_then(Value::as_str).map(str::trim);
    let mut found = Vec::new();
    if let Some(email) = text("email").filter(|email| email.contains('@') && is_true("email_verified")) {
        found.push(("email", email.to_lowercase()));
    }
    if let Some(phone) = text("phone").filter(|_| is_true("phone_verified")) {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        if digits.len() >= 7 {
            found.push(("phone", digits));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_said_to_be_verified_is_an_address() {
        let check = |attributes: Value, expected: &[(&'static str, &str)]| {
            let attributes = serde_json::from_value(attributes).expect("an object");
            let expected: Vec<_> =
                expected.iter().map(|(kind, address)| (*kind, (*address).to_owned())).collect();
            assert_eq!(verified(&attributes), expected);
        };
        check(json!({ "email": "ada@example.org" }), &[]);
        check(json!({ "email": "ada@example.org", "email_verified": "true" }), &[]);
        check(
            json!({ "email": " Ada@Example.org", "email_verified": true }),
            &[("email", "ada@example.org")],
        );
        check(json!({ "email": "ada", "email_verified": true }), &[]);
        check(
            json!({ "phone": "+49 (89) 123 456", "phone_verified": true, "email_verified": true }),
            &[("phone", "4989123456")],
        );
        check(json!({ "phone": "112", "phone_verified": true }), &[]);
    }
}
