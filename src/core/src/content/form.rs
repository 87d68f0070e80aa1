//! Which questions are answered at once, in a window that the platform opens at a press?

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Capabilities;

/// Of a form's id and of the names of its fields, in bytes: the least that a platform takes is 100 characters.
pub const LONGEST_NAME: usize = 90;

/// Several questions that are asked at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Under which the answers come back.
    pub id: String,
    /// What is written above the fields.
    pub title: String,
    pub fields: Vec<Field>,
}

/// One question of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Under which the answer comes back; unique within the form.
    pub name: String,
    /// What is asked.
    pub label: String,
    pub kind: FieldKind,
}

/// How an answer is put in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Line,
    Paragraph,
    Email,
    Number,
    Date,
    Choice(Vec<FieldOption>),
}

/// One of several answers to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldOption {
    pub title: String,
    /// What comes back.
    pub value: String,
}

impl Form {
    /// Whether its answers can come back as what they are: it has fields, and names that every platform carries.
    pub fn is_sound(&self) -> bool {
        let mut seen = BTreeSet::new();
        let name = |name: &str| (1..=LONGEST_NAME).contains(&name.len()) && !name.trim().is_empty();
        let mut names = self.fields.iter().map(|field| field.name.as_str());
        name(&self.id) && !self.fields.is_empty() && names.all(|field| name(field) && seen.insert(field))
    }

    /// The form as a channel can open it, with the fields that it has room for; `None` where it opens none, or not this.
    pub fn on(mut self, channel: &str) -> Option<Self> {
        let most = Capabilities::of(channel).map_or(0, |channel| channel.form_fields);
        let opens = most > 0 && self.is_sound();
        self.fields.truncate(most);
        opens.then_some(self)
    }
}

impl FieldKind {
    /// The options, if a platform can offer them: not too many, each with a value that it carries and no other has.
    pub fn offers<'f>(&'f self, most: usize, longest_value: usize) -> Option<&'f [FieldOption]> {
        let Self::Choice(options) = self else { return None };
        let mut seen = BTreeSet::new();
        let mut fits = |FieldOption { value, .. }: &'f FieldOption| {
            !value.trim().is_empty() && value.chars().count() <= longest_value && seen.insert(value)
        };
        ((1..=most).contains(&options.len()) && options.iter().all(&mut fits)).then_some(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sound_whose_answers_can_be_told_apart() {
        let field = |name: &str| Field { name: name.into(), label: "?".into(), kind: FieldKind::Line };
        let check = |id: &str, names: &[&str], expected: bool| {
            let fields = names.iter().map(|name| field(name)).collect();
            assert_eq!(
                Form { id: id.into(), title: "F".into(), fields }.is_sound(),
                expected,
                "{id} {names:?}"
            );
        };
        check("f", &["a", "b"], true);
        check("f", &[], false);
        check("f", &["a", "a"], false);
        check("f", &[" "], false);
        check("", &["a"], false);
        check("f", &[&"a".repeat(91)], false);
        let six = Form {
            id: "f".into(),
            title: "F".into(),
            fields: ["a", "b", "c", "d", "e", "f"].map(field).into(),
        };
        assert_eq!(six.clone().on("web"), None);
        assert_eq!(six.clone().on("slack"), Some(six.clone()));
        assert_eq!(six.clone().on("discord").map(|form| form.fields.len()), Some(5));
        let doubled = Form { fields: [six.fields.clone(), vec![field("a")]].concat(), ..six };
        assert_eq!(doubled.on("discord"), None, "also where the second is one that would be cut off");
    }

    #[test]
    fn options_are_offered_where_the_platform_carries_them() {
        let options = |values: &[&str]| {
            let option = |value: &&str| FieldOption { title: "T".into(), value: (*value).to_owned() };
            FieldKind::Choice(values.iter().map(option).collect())
        };
        let check = |values: &[&str], expected: bool| {
            assert_eq!(options(values).offers(2, 3).is_some(), expected, "{values:?}");
        };
        check(&["a", "b"], true);
        check(&["äöü"], true);
        check(&["a", "b", "c"], false);
        check(&["a", "a"], false);
        check(&["abcd"], false);
        check(&[" "], false);
        check(&[], false);
        assert_eq!(FieldKind::Line.offers(2, 3), None);
    }
}
