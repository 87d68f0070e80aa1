//! Who is it? (pure) A person is known by the business-scoped id; the phone number is something known of the person,
//! never the key.
//!
//! Where Meta tells no such id (it does since April 2026), the thread is a keyed hash of the phone number, which is kept
//! beside it; once the id is told, both are one conversation.

use serde_json::{Map, Value, json};

use super::payload::Contact;
use crate::fingerprint::fingerprint;

const BY_PHONE: &str = "phone.";

/// Someone who wrote or was written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The platform's name of the conversation, and of the person.
    pub thread: String,
    /// The thread by the phone number, where both are known.
    pub phone_thread: Option<String>,
    /// Digits.
    pub phone: Option<String>,
    pub name: Option<String>,
    pub username: Option<String>,
}

impl Person {
    /// `None` where neither is known.
    pub fn of(
        key: &[u8; 32],
        user_id: Option<&str>,
        phone: Option<&str>,
        contact: Option<&Contact>,
    ) -> Option<Self> {
        let phone = phone.filter(|phone| is_phone(phone)).map(str::to_owned);
        let by_phone = phone.as_ref().map(|phone| phone_thread(key, phone));
        let user_id = user_id.filter(|id| is_user_id(id)).map(str::to_owned);
        let (thread, phone_thread) = match (user_id, by_phone) {
            (Some(id), by_phone) => (id, by_phone),
            (None, Some(by_phone)) => (by_phone, None),
            (None, None) => return None,
        };
        let profile = contact.map(|contact| contact.profile.clone()).unwrap_or_default();
        let clean = |text: Option<String>| {
            let text: String = text?.chars().filter(|letter| !letter.is_control()).take(200).collect();
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        Some(Self {
            thread,
            phone_thread,
            phone,
            name: clean(profile.name),
            username: clean(profile.username),
        })
    }

    /// The thread by the phone number, where that is known.
    pub fn by_phone(&self) -> Option<&str> {
        self.phone.as_ref().map(|_| self.phone_thread.as_deref().unwrap_or(&self.thread))
    }

    /// What becomes `contact.…` of the bot.
    pub fn attributes(&self) -> Map<String, Value> {
        let known = [("name", &self.name), ("username", &self.username), ("phone", &self.phone)];
        known
            .into_iter()
            .filter_map(|(field, value)| Some((field.to_owned(), json!(value.as_ref()?))))
            .collect()
    }
}

/// Whether a thread is a hash of a phone number.
pub fn is_by_phone(thread: &str) -> bool {
    thread.starts_with(BY_PHONE)
}

/// A phone number as people write it, in digits: `+49 151 123-456` and `0049…` begin with the code of a country.
pub fn digits(phone: &str) -> String {
    let plain = phone.trim();
    let bare = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00")).unwrap_or(plain);
    bare.chars().filter(|letter| !" -.()/".contains(*letter)).collect()
}

fn phone_thread(key: &[u8; 32], phone: &str) -> String {
    // Two halves of 64 bits: numbers are few enough to meet in one.
    let (first, second) =
        (fingerprint(key, "whatsapp phone", &(1, phone)), fingerprint(key, "whatsapp phone", &(2, phone)));
    format!("{BY_PHONE}{first:016x}{second:016x}")
}

fn is_phone(text: &str) -> bool {
    (4..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Two letters of a country, a dot, up to 128 letters and digits; a parent's has `ENT.` between.
fn is_user_id(text: &str) -> bool {
    let Some((country, rest)) = text.split_once('.') else { return false };
    let id = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=128).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for written in ["+49 (151) 12-34.56/78", "4915112345678", " 004915112345678 "] {
            assert_eq!(digits(written), "4915112345678", "{written}");
        }
        assert!(!is_phone(&digits("+49 call me")) && !is_phone(&digits("")));
    }

    #[test]
    fn the_phone_is_never_the_key() {
        let id = "US.13491208655302741918";
        let both = Person::of(&KEY, Some(id), Some("16505551234"), None).expect("known");
        assert_eq!(both.thread, id);
        let hidden = Person::of(&KEY, Some(id), Some(""), None).expect("known by the id");
        assert_eq!((hidden.thread.as_str(), hidden.phone, hidden.phone_thread), (id, None, None));
        let old = Person::of(&KEY, None, Some("16505551234"), None).expect("known by the phone");
        assert_eq!(Some(&old.thread), both.phone_thread.as_ref());
        assert!(is_by_phone(&old.thread) && !old.thread.contains("1650555") && !is_by_phone(id));
        assert_eq!(Person::of(&KEY, None, None, None), None);
        for odd in ["us.1", "US1", "US.", "USA.1", "US.a b", &format!("US.{}", "1".repeat(129))] {
            assert_eq!(Person::of(&KEY, Some(odd), None, None), None, "{odd}");
        }
        assert!(Person::of(&KEY, Some("DE.ENT.118157"), None, None).is_some());
    }
}
