//! What do the messages of a `dialogue.ftl` say, and what is filled in, with which form of a choice?

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, Variant, VariantKey,
};

use super::plural::Categories;

/// One message.
#[derive(Default)]
pub struct Text<'s> {
    /// With a sign in place of what is filled in.
    pub plain: String,
    /// All that is named, be it only to choose by.
    pub places: BTreeSet<&'s str>,
    /// What is filled in whichever forms are chosen.
    pub shown: BTreeSet<&'s str>,
    /// What is filled in with some forms of a choice, and the forms that lack it.
    pub lacking: BTreeMap<&'s str, BTreeSet<&'s str>>,
    /// The forms of each choice.
    pub choices: Vec<BTreeSet<&'s str>>,
    /// Something else is in braces: a function, another message.
    pub is_foreign: bool,
}

/// The messages of a file by their names. `forms` are those of its language.
pub fn messages<'s>(resource: &Resource<&'s str>, forms: &Categories) -> BTreeMap<&'s str, Text<'s>> {
    let messages = resource.body.iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value.as_ref()?)),
        Entry::Term(_)
        | Entry::Comment(_)
        | Entry::GroupComment(_)
        | Entry::ResourceComment(_)
        | Entry::Junk { .. } => None,
    });
    let read = messages.map(|(key, pattern)| {
        let mut text = Text::default();
        text.shown = text.read(pattern, forms);
        (key, text)
    });
    read.collect()
}

impl<'s> Text<'s> {
    /// Gives what is filled in whichever forms are chosen.
    fn read(&mut self, pattern: &Pattern<&'s str>, forms: &Categories) -> BTreeSet<&'s str> {
        let mut shown = BTreeSet::new();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => self.plain.push_str(value),
                PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                    shown.extend(self.read_inline(inline));
                }
                PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                    shown.extend(self.read_choice(selector, variants, forms));
                }
            }
        }
        shown
    }

    fn read_choice(
        &mut self,
        selector: &InlineExpression<&'s str>,
        variants: &[Variant<&'s str>],
        forms: &Categories,
    ) -> BTreeSet<&'s str> {
        let counted = self.read_inline(selector);
        let mut names = BTreeSet::new();
        let mut by_form = Vec::new();
        for variant in variants {
            let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
            // An exact number may have a form of its own, beside those of the language.
            let is_exact = name.parse::<f64>().is_ok();
            if !is_exact {
                names.insert(*name);
            }
            let mut shown = self.read(&variant.value, forms);
            if is_exact || forms.single.contains(*name) {
                // A number that is always the same may stand there as a word.
                shown.extend(counted);
            }
            by_form.push((*name, shown));
        }
        self.choices.push(names);
        let some = by_form.iter().flat_map(|(_, shown)| shown).copied().collect::<BTreeSet<_>>();
        let (mut everywhere, mut lacking) = (BTreeSet::new(), BTreeSet::new());
        for name in some {
            lacking.extend(by_form.iter().filter(|(_, shown)| !shown.contains(name)).map(|(form, _)| *form));
            if lacking.is_empty() {
                everywhere.insert(name);
            } else {
                self.lacking.entry(name).or_default().append(&mut lacking);
            }
        }
        everywhere
    }

    /// Gives what it fills in.
    fn read_inline(&mut self, inline: &InlineExpression<&'s str>) -> Option<&'s str> {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.places.insert(id.name);
                self.plain.push('…');
                return Some(id.name);
            }
            InlineExpression::StringLiteral { value } => self.plain.push_str(value),
            InlineExpression::NumberLiteral { .. }
            | InlineExpression::FunctionReference { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { .. }
            | InlineExpression::Placeable { .. } => {
                self.plain.push('…');
                self.is_foreign = true;
            }
        }
        None
    }
}
