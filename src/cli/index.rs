//! Does the index of the documents agree with what is published?

use std::path::Path;

use studio_core::{
    bot::{Files, load_published},
    counted::counted,
    id::OrganisationId,
};
use studio_knowledge::{Holding, Look, checksum, look};
use studio_store::{Store, StoreError};

use crate::bots::document;

/// A bot as it is published.
#[derive(Clone, Debug)]
pub struct Published {
    pub bot: String,
    pub version: u32,
    /// Number of its documents.
    pub documents: usize,
    /// Of its documents, where they can be read.
    pub checksum: Option<String>,
}

/// A line about the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Good(String),
    Warning(String),
    Bad(String),
}

/// What is published by the store.
pub async fn published(store: &Store) -> Result<Vec<Published>, StoreError> {
    let mut all = Vec::new();
    for (bot, version) in store.bots(OrganisationId::FIRST).await? {
        let Some(row) = store.bot_version(OrganisationId::FIRST, &bot, version).await? else { continue };
        let documents: Vec<_> = load_published(&Files(row.files)).documents.iter().map(document).collect();
        let checksum = Some(checksum(&documents));
        all.push(Published { bot, version, documents: documents.len(), checksum });
    }
    Ok(all)
}

/// Looks at the index in `folder`. `running`: a server has it, and writes to it now and then.
pub fn told(folder: &Path, published: &[Published], running: bool) -> Vec<Told> {
    let shown = folder.display();
    let mut found = look(folder);
    if running && matches!(found, Look::Unfit(_)) {
        // It may have been written to meanwhile.
        found = look(folder);
    }
    let anew = if running {
        format!("stop the studio, remove {shown} and start it again: the index is made anew from the store")
    } else {
        "the next `studio serve` makes it anew from the store".to_owned()
    };
    match found {
        Look::Nothing if running => vec![Told::Warning(format!(
            "{shown} holds nothing, though a server runs: its disk may be read-only, the log says why; it is kept in memory"
        ))],
        Look::Nothing => vec![Told::Good("none yet; `studio serve` makes it".to_owned())],
        Look::Unfit(reason) => vec![Told::Bad(format!("{shown} cannot be used: {reason}; {anew}"))],
        Look::Whole(holdings) => {
            let ours: Vec<&Holding> =
                holdings.iter().filter(|it| it.organisation == OrganisationId::FIRST).collect();
            let broken: Vec<Told> = holdings.iter().filter_map(|it| miscounted(it, folder)).collect();
            if !broken.is_empty() {
                return broken;
            }
            let differing: Vec<Told> =
                published.iter().filter_map(|it| differs(it, &ours, running)).collect();
            if !differing.is_empty() {
                return differing;
            }
            let documents: usize = published.iter().map(|it| it.documents).sum();
            let (here, gone): (Vec<&Holding>, Vec<_>) =
                ours.into_iter().partition(|it| published.iter().any(|bot| bot.bot == it.bot));
            let passages = |held: &[&Holding]| {
                let count: u64 = held.iter().map(|it| it.counted).sum();
                counted(count, "passage")
            };
            let of_gone = if gone.is_empty() {
                String::new()
            } else {
                let names: Vec<&str> = gone.iter().map(|it| it.bot.as_str()).collect();
                format!("; {} of what does not run ({})", passages(&gone), names.join(", "))
            };
            vec![Told::Good(format!(
                "{} of {}, {}, as they are published{of_gone}",
                counted(documents, "document"),
                counted(published.len(), "bot"),
                passages(&here)
            ))]
        }
    }
}

fn miscounted(held: &Holding, folder: &Path) -> Option<Told> {
    (held.passages != held.counted).then(|| {
        Told::Bad(format!(
            "of the bot {} it should hold {} and holds {}: stop the studio, remove {} and start it again; the \
             index is made anew from the store",
            held.bot,
            counted(held.passages, "passage"),
            held.counted,
            folder.display()
        ))
    })
}

fn differs(published: &Published, held: &[&Holding], running: bool) -> Option<Told> {
    let Published { bot, version, documents, checksum } = published;
    let what = match held.iter().find(|held| held.bot == *bot) {
        // A bot that has no documents needs no place in it.
        None if *documents == 0 => return None,
        None => "does not hold it".to_owned(),
        Some(held) if held.version != *version => format!("holds its version {}", held.version),
        Some(held) if checksum.as_ref().is_some_and(|checksum| held.checksum != *checksum) => {
            "holds other documents".to_owned()
        }
        Some(_) => return None,
    };
    let what_to_do =
        if running { "publish the bot again" } else { "the next `studio serve` publishes it again" };
    let documents = counted(*documents, "document");
    Some(Told::Warning(format!(
        "the bot {bot} is published in version {version} with {documents}, and the index {what}: {what_to_do}"
    )))
}

#[cfg(test)]
mod tests {
    use studio_knowledge::{Document, Knowledge};

    use super::*;

    fn documents(text: &str) -> Vec<Document> {
        vec![Document { path: "a.md".to_owned(), language: "en".to_owned(), text: text.to_owned() }]
    }

    fn shop(version: u32, text: &str) -> Published {
        let checksum = Some(checksum(&documents(text)));
        Published { bot: "shop".to_owned(), version, documents: 1, checksum }
    }

    #[test]
    fn what_does_not_agree_with_the_store_is_told_with_what_to_do() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("index");
        let say = |published: &[Published], running| told(&folder, published, running);
        assert_eq!(say(&[], false), [Told::Good("none yet; `studio serve` makes it".to_owned())]);
        let knowledge = Knowledge::open(&folder).expect("an index");
        knowledge.publish(OrganisationId::FIRST, "shop", 2, &documents("Open at eight.")).expect("published");
        drop(knowledge);

        let good = "1 document of 1 bot, 1 passage, as they are published";
        assert_eq!(say(&[shop(2, "Open at eight.")], false), [Told::Good(good.to_owned())]);
        let other = |published: Published, running| match say(&[published], running).as_slice() {
            [Told::Warning(warning)] => warning.clone(),
            told => panic!("{told:?}"),
        };
        let older = other(shop(3, "Open at eight."), false);
        assert!(older.contains("version 3") && older.contains("holds its version 2"), "{older}");
        assert!(older.ends_with("the next `studio serve` publishes it again"), "{older}");
        assert!(
            other(shop(2, "Open at nine."), true).ends_with("holds other documents: publish the bot again")
        );
        let cafe = Published { bot: "cafe".to_owned(), ..shop(1, "x") };
        assert!(other(cafe.clone(), false).contains("does not hold it"));
        let empty = Published { documents: 0, ..cafe };
        let of_gone =
            "0 documents of 1 bot, 0 passages, as they are published; 1 passage of what does not run (shop)";
        assert_eq!(say(&[empty], false), [Told::Good(of_gone.to_owned())]);

        std::fs::write(folder.join("meta.json"), "{").expect("writable");
        for (running, what) in
            [(false, "the next `studio serve` makes it anew"), (true, "stop the studio, remove ")]
        {
            let [Told::Bad(told)] = &say(&[], running)[..] else { panic!("it is damaged") };
            assert!(told.contains(what), "{told}");
        }
    }
}
