use std::{fs, path::Path};

use studio_core::id::OrganisationId;

use super::*;
use crate::{Document, derived::Condition};

const FIRST: OrganisationId = OrganisationId::FIRST;

fn other() -> OrganisationId {
    "00000000000000000000000002".parse().expect("an id")
}

fn documents(text: &str) -> Vec<Document> {
    vec![Document { path: "a.md".to_owned(), language: "en".to_owned(), text: text.to_owned() }]
}

fn found(knowledge: &Knowledge, organisation: OrganisationId, bot: &str, question: &str) -> Vec<String> {
    knowledge.search(organisation, bot, question, "en", 5).into_iter().map(|passage| passage.text).collect()
}

fn publish(
    knowledge: &Knowledge,
    organisation: OrganisationId,
    bot: &str,
    version: u32,
    text: &str,
) -> Published {
    knowledge.publish(organisation, bot, version, &documents(text)).expect("published")
}

#[test]
fn bots_and_organisations_do_not_see_each_other() {
    let knowledge = Knowledge::in_memory().expect("an index");
    publish(&knowledge, FIRST, "shop", 1, "The secret word is apple.");
    publish(&knowledge, FIRST, "shopping", 1, "The secret word is pear.");
    publish(&knowledge, other(), "shop", 1, "The secret word is plum.");
    assert_eq!(found(&knowledge, FIRST, "shop", "secret apple pear plum"), ["The secret word is apple."]);
    assert_eq!(found(&knowledge, FIRST, "shopping", "secret apple pear plum"), ["The secret word is pear."]);
    assert_eq!(found(&knowledge, other(), "shop", "secret apple pear plum"), ["The secret word is plum."]);
    assert!(found(&knowledge, other(), "shopping", "secret").is_empty());
    assert!(found(&knowledge, FIRST, "", "secret").is_empty());
    // Neither by what is near in writing nor by a beginning.
    assert!(
        found(&knowledge, FIRST, "shop", "plums").is_empty()
            && found(&knowledge, FIRST, "shop", "plu").is_empty()
    );
    // What one bot has does not move another's scores.
    let score = || knowledge.search(FIRST, "shop", "secret", "en", 1)[0].score;
    let before = score();
    publish(&knowledge, other(), "shop", 2, &"# x\n\nsecret secrets of the secret\n\n".repeat(50));
    assert!((score() - before).abs() < 1e-9);
}

#[test]
fn a_version_takes_the_place_of_the_one_before() {
    let knowledge = Knowledge::in_memory().expect("an index");
    let first = publish(&knowledge, FIRST, "shop", 1, "Delivery takes three days.");
    assert_eq!(first, Published { passages: 1, changed: true, others_lost: false });
    let checksum = checksum(&documents("Delivery takes three days."));
    assert!(knowledge.holds(FIRST, "shop", 1, &checksum) && !knowledge.holds(FIRST, "shop", 2, &checksum));
    assert!(!knowledge.holds(FIRST, "shop", 1, "") && !knowledge.holds(other(), "shop", 1, &checksum));

    let again = publish(&knowledge, FIRST, "shop", 1, "Delivery takes three days.");
    assert_eq!(again, Published { passages: 1, changed: false, others_lost: false });
    let renumbered = publish(&knowledge, FIRST, "shop", 2, "Delivery takes three days.");
    assert_eq!(renumbered, Published { passages: 1, changed: true, others_lost: false });
    assert!(knowledge.holds(FIRST, "shop", 2, &checksum));

    publish(&knowledge, FIRST, "shop", 3, "Delivery takes two days.\n\n## Costs\n\nDelivery is free.");
    assert_eq!(
        found(&knowledge, FIRST, "shop", "delivery days"),
        ["Delivery takes two days.", "Delivery is free."]
    );
    // Back to what once was: its deleted passages must not come back with it.
    publish(&knowledge, FIRST, "shop", 1, "Delivery takes three days.");
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Delivery takes three days."]);

    publish(&knowledge, other(), "inn", 1, "Breakfast ends at ten.");
    assert_eq!(knowledge.bots(FIRST), ["shop"]);
    assert_eq!(knowledge.bots(other()), ["inn"]);
    assert!(knowledge.remove(FIRST, "shop").expect("removed").changed);
    assert!(knowledge.bots(FIRST).is_empty());
    assert!(!knowledge.remove(FIRST, "shop").expect("removed").changed);
    assert!(found(&knowledge, FIRST, "shop", "delivery").is_empty());
    assert_eq!(knowledge.held(FIRST, "shop"), None);
    assert_eq!(publish(&knowledge, FIRST, "empty", 1, "").passages, 0);
    assert!(found(&knowledge, FIRST, "empty", "delivery").is_empty());
}

#[test]
fn the_checksum_does_not_depend_on_the_order() {
    let document =
        |path: &str, text: &str| Document { path: path.into(), language: "en".into(), text: text.into() };
    let (a, b) = (document("a", "x"), document("b", "y"));
    assert_eq!(checksum(&[a.clone(), b.clone()]), checksum(&[b.clone(), a.clone()]));
    assert_ne!(checksum(&[a.clone(), b]), checksum(&[a, document("b", "z")]));
    assert_ne!(checksum(&[document("ab", "c")]), checksum(&[document("a", "bc")]));
}

#[test]
fn what_was_published_is_there_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("data/knowledge");
    let text = "Delivery takes three days.";
    let knowledge = Knowledge::open(&path).expect("an index");
    assert_eq!(*knowledge.condition(), Condition::New);
    publish(&knowledge, FIRST, "shop", 7, text);
    // A second process in the folder is told apart and does no harm.
    let second = Knowledge::open(&path).expect("an index");
    assert!(matches!(second.condition(), Condition::InMemory(_)), "{:?}", second.condition());
    drop((knowledge, second));

    let knowledge = Knowledge::open(&path).expect("an index");
    assert_eq!(*knowledge.condition(), Condition::Whole);
    assert!(knowledge.holds(FIRST, "shop", 7, &checksum(&documents(text))));
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), [text]);
    publish(&knowledge, FIRST, "shop", 8, "Now two days for a delivery.");
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Now two days for a delivery."]);
}

#[test]
fn an_index_in_memory_goes_back_to_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("knowledge");
    let first = Knowledge::open(&path).expect("an index");
    publish(&first, FIRST, "shop", 1, "Delivery takes three days.");
    let second = Knowledge::open(&path).expect("an index");
    assert!(matches!(second.condition(), Condition::InMemory(_)), "{:?}", second.condition());
    assert!(!publish(&second, FIRST, "shop", 2, "Delivery takes four days.").others_lost);
    drop(first);
    let text = "Delivery takes five days.";
    assert!(
        publish(&second, FIRST, "shop", 3, text).others_lost,
        "the folder knows less than the memory did"
    );
    assert_eq!(found(&second, FIRST, "shop", "delivery"), [text]);
    assert!(!publish(&second, FIRST, "shop", 4, text).others_lost);
    drop(second);

    let knowledge = Knowledge::open(&path).expect("an index");
    assert_eq!(*knowledge.condition(), Condition::Whole);
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), [text]);
}

/// Damages a copy of a good index in every way and file by file; each time it comes up and can be published to.
#[test]
fn a_damaged_index_heals() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = folder.path().join("good");
    let text = "Delivery takes three days.";
    let knowledge = Knowledge::open(&good).expect("an index");
    publish(&knowledge, FIRST, "shop", 1, text);
    publish(&knowledge, FIRST, "bank", 1, "Interest is paid in March.");
    publish(&knowledge, FIRST, "shop", 2, text);
    drop(knowledge);
    let names: Vec<String> = fs::read_dir(&good)
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a name"))
        .filter(|name| !name.contains(".lock"))
        .collect();
    assert!(names.len() > 5, "{names:?}");

    let mut round = 0;
    let mut check = |name: &str, damage: &dyn Fn(&Path)| {
        round += 1;
        let path = folder.path().join(format!("copy{round}"));
        fs::create_dir(&path).expect("a folder");
        for name in &names {
            fs::copy(good.join(name), path.join(name)).expect("copied");
        }
        damage(&path.join(name));
        let knowledge = Knowledge::open(&path).expect("an index");
        match knowledge.condition() {
            Condition::Rebuilt(_) => assert_eq!(knowledge.held(FIRST, "shop"), None),
            // What is damaged may be of no importance; then all of it must be right.
            Condition::Whole => assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), [text], "{name}"),
            other => panic!("{name}: {other:?}"),
        }
        publish(&knowledge, FIRST, "shop", 3, "Healed delivery.");
        assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Healed delivery."], "{name}");
        drop(knowledge);
        let knowledge = Knowledge::open(&path).expect("an index");
        assert_eq!(*knowledge.condition(), Condition::Whole, "{name}");
        assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Healed delivery."], "{name}");
        assert!(!path.with_extension("old").exists() && !path.with_extension("new").exists());
        fs::remove_dir_all(&path).expect("removed");
    };
    for name in &names {
        check(name, &|file| fs::remove_file(file).expect("removed"));
        check(name, &|file| fs::write(file, "").expect("emptied"));
        check(name, &|file| {
            let bytes = fs::read(file).expect("read");
            fs::write(file, &bytes[..bytes.len() / 2]).expect("cut");
        });
        check(name, &|file| {
            let bytes = fs::read(file).expect("read");
            fs::write(file, bytes.iter().map(|byte| byte ^ 0x5a).collect::<Vec<u8>>()).expect("garbled");
        });
        check(name, &|file| {
            let mut bytes = fs::read(file).expect("read");
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(file, bytes).expect("one bit changed");
        });
    }
    check("meta.json", &|file| {
        let meta = fs::read_to_string(file).expect("read");
        fs::write(file, meta.replace("\\\"format\\\":\\\"", "\\\"format\\\":\\\"0")).expect("another format");
    });
}

#[test]
fn a_folder_that_cannot_be_used_is_no_obstacle() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "not a folder").expect("written");
    // A file in the way is replaced; a file as the parent is beyond repair.
    assert!(matches!(Knowledge::open(&file).expect("an index").condition(), Condition::Rebuilt(_)));
    fs::remove_dir_all(&file).expect("removed");
    fs::write(&file, "not a folder").expect("written");
    let knowledge = Knowledge::open(&file.join("knowledge")).expect("an index");
    assert!(matches!(knowledge.condition(), Condition::InMemory(_)));
    publish(&knowledge, FIRST, "shop", 1, "Delivery takes three days.");
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery").len(), 1);
}

#[test]
fn many_publications_leave_little_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let knowledge = Knowledge::open(folder.path()).expect("an index");
    for version in 1..=60 {
        publish(&knowledge, FIRST, "shop", version, &format!("# t\n\nDelivery takes {version} days."));
    }
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Delivery takes 60 days."]);
    drop(knowledge);
    let knowledge = Knowledge::open(folder.path()).expect("an index");
    publish(&knowledge, FIRST, "shop", 61, "Delivery at last.");
    let files = fs::read_dir(folder.path()).expect("a folder").count();
    assert!(files < 100, "{files} files");
}

#[test]
fn an_index_that_is_lost_while_it_runs_starts_anew_and_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("knowledge");
    let knowledge = Knowledge::open(&path).expect("an index");
    publish(&knowledge, FIRST, "shop", 1, "Delivery takes three days.");
    publish(&knowledge, FIRST, "bank", 1, "Interest is paid in March.");
    fs::remove_dir_all(&path).expect("removed");
    let published = publish(&knowledge, FIRST, "shop", 2, "Delivery takes two days.");
    assert_eq!(published, Published { passages: 1, changed: true, others_lost: true });
    assert_eq!(found(&knowledge, FIRST, "shop", "delivery"), ["Delivery takes two days."]);
    assert!(
        knowledge.held(FIRST, "bank").is_none() && found(&knowledge, FIRST, "bank", "interest").is_empty()
    );
    assert!(!publish(&knowledge, FIRST, "bank", 1, "Interest is paid in March.").others_lost);
    assert_eq!(found(&knowledge, FIRST, "bank", "interest"), ["Interest is paid in March."]);
}

#[test]
fn looking_says_what_is_held_and_changes_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("index");
    assert_eq!(look(&folder), Look::Nothing);
    assert!(!folder.exists());
    let knowledge = Knowledge::open(&folder).expect("an index");
    publish(&knowledge, FIRST, "shop", 3, "Delivery takes three days.");
    publish(&knowledge, other(), "cafe", 1, "# Open\n\nAt eight.\n\n# Closed\n\nAt ten.");
    publish(&knowledge, other(), "cafe", 2, "# Open\n\nAt nine.\n\n# Closed\n\nAt ten.");
    // Also while it is open here.
    let Look::Whole(found) = look(&folder) else { panic!("{:?}", look(&folder)) };
    let held: Vec<_> = (found.iter())
        .map(|it| (it.organisation, it.bot.as_str(), it.version, it.passages == it.counted))
        .collect();
    assert_eq!(held, [(FIRST, "shop", 3, true), (other(), "cafe", 2, true)]);
    assert_eq!(found[0].checksum, checksum(&documents("Delivery takes three days.")));
    assert_eq!(found[0].counted, 1);
    drop(knowledge);

    let meta = fs::read_to_string(folder.join("meta.json")).expect("readable");
    fs::write(folder.join("meta.json"), "{").expect("writable");
    assert!(matches!(look(&folder), Look::Unfit(_)));
    assert_eq!(fs::read_to_string(folder.join("meta.json")).expect("readable"), "{", "it heals nothing");
    fs::write(folder.join("meta.json"), meta.replace(&super::schema::format(), "another")).expect("writable");
    let Look::Unfit(reason) = look(&folder) else { panic!("it is of another format") };
    assert!(reason.contains("another version of the studio"), "{reason}");
}
