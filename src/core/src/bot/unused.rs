//! Which entities does nothing use?

use std::collections::BTreeSet;

use super::Bot;
use crate::{api::UnusedEntity, understanding::EntityLesson};

impl Bot {
    /// Those of the bot's own entities that nothing asks for, or that must be learned from phrases and are in none. `found` are
    /// those that stand in phrases.
    pub fn unused_entities(&self, found: &BTreeSet<String>) -> Vec<UnusedEntity> {
        let asked = self.asked();
        let unused = self.entities.iter().filter_map(|(entity, defined)| {
            let learned = matches!(defined.lesson, EntityLesson::Learned);
            let why = match (found.contains(entity), asked(entity)) {
                (false, true) if learned => "no phrase has it, so nothing teaches it",
                // Answers to a question have it, although no phrase does.
                (true | false, true) => return None,
                (true, false) => "no slot, flow or response takes it",
                (false, false) => "no phrase has it, and no slot, flow or response takes it",
            };
            Some(UnusedEntity { entity: entity.clone(), why: why.to_owned() })
        });
        unused.collect()
    }

    /// Whether something of the bot takes an entity: a slot, another entity, an expression.
    fn asked(&self) -> impl Fn(&str) -> bool {
        let slots = self.slots.values().flat_map(|slot| &slot.from);
        let parts = self.entities.values().filter_map(|entity| match &entity.lesson {
            EntityLesson::Composite(parts) => Some(parts),
            EntityLesson::List { .. } | EntityLesson::Pattern(_) | EntityLesson::Learned => None,
        });
        let named: BTreeSet<String> = slots
            .chain(parts.flatten())
            .map(|name| name.split(':').next().unwrap_or(name).to_owned())
            .collect();
        // Expressions and templates name entities as words; other words of that name do no harm here.
        let texts = serde_json::json!([&self.flows, &self.responses]).to_string();
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
        let words: BTreeSet<String> = texts
            .split(|letter: char| !plain(letter))
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        move |entity| named.contains(entity) || words.contains(entity)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::bot::{Files, load};

    #[test]
    fn entities_that_nothing_uses_are_named() {
        let files = [
            (
                "bot.yaml",
                "name: a\ntitle: A\nlanguages: [en]\nslots: { town: { kind: text, from: ['city:to'] } }\n",
            ),
            (
                "entities/a.yaml",
                "city: { list: { Bonn: [] } }\nproduct: { list: { tent: [] } }\ncolour_code: { pattern: 'x[0-9]' }\n\
                 line: { parts: [number, product] }\nsize: { list: { big: [] } }\n",
            ),
            (
                "flows/a.yaml",
                "f: { when: [keyword: x], steps: [say: { en: \"{{ message.entities.line }}\" }] }\n",
            ),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        let loaded = load(&Files(files));
        let bot = loaded.bot.unwrap_or_else(|| panic!("{:#?}", loaded.problems));
        let found = ["city", "product", "line", "size"].map(str::to_owned).into();
        let unused: Vec<_> = bot.unused_entities(&found).into_iter().map(|it| (it.entity, it.why)).collect();
        let nothing = "no phrase has it, and no slot, flow or response takes it";
        assert_eq!(
            unused,
            [
                ("colour_code".to_owned(), nothing.to_owned()),
                ("size".to_owned(), "no slot, flow or response takes it".to_owned())
            ]
        );
    }
}
