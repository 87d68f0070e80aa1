//! Which documents are searched? Those of the bots that run, whatever became of the index, and of no bot that is gone.

use std::fs;

use studio_knowledge::{Look, look};

use crate::support::{Home, http_client::Visitor};

/// A bot that answers from one document.
fn write(home: &Home, bot: &str) {
    let file = format!("name: {bot}\ntitle: {bot}\nlanguages: [en]\n");
    let document = "# Parking\n\nParking costs 12 euros a night.\n";
    home.write_bot(bot, &[("bot.yaml", &file), ("knowledge/house.md", document)]);
}

fn run(home: &Home) {
    assert!(home.start().terminate().success());
}

/// The bots of the index, which no studio uses.
fn held(home: &Home) -> Vec<String> {
    let Look::Whole(holdings) = look(&home.path().join("data/index")) else { panic!("the index is whole") };
    holdings.into_iter().map(|held| held.bot).collect()
}

#[test]
fn a_bot_whose_folder_is_gone_is_in_the_index_no_more_until_it_is_back() {
    let home = Home::new();
    for bot in ["inn", "shop"] {
        write(&home, bot);
    }
    run(&home);
    assert_eq!(held(&home), ["inn", "shop"]);

    // While a folder cannot be read, its bot may be any.
    fs::remove_dir_all(home.path().join("bots/inn")).expect("removable");
    let unread = home.path().join("bots/unread");
    fs::create_dir(&unread).expect("writable");
    run(&home);
    assert_eq!(held(&home), ["inn", "shop"]);
    fs::remove_dir(unread).expect("removable");
    run(&home);
    assert_eq!(held(&home), ["shop"]);
    let (_, told) = home.asked(&["doctor"]);
    assert!(told.contains("1 document of 1 bot, 1 passage, as they are published"), "{told}");

    write(&home, "inn");
    run(&home);
    assert_eq!(held(&home), ["inn", "shop"]);
    // Where there are no bots at all, their disk may be away.
    fs::rename(home.path().join("bots"), home.path().join("away")).expect("movable");
    fs::create_dir(home.path().join("bots")).expect("writable");
    run(&home);
    assert_eq!(held(&home), ["inn", "shop"]);
}

#[test]
fn a_bot_that_falls_back_is_searched_also_where_the_index_was_lost() {
    let home = Home::new();
    write(&home, "shop");
    run(&home);
    home.write_bot("shop", &[("bot.yaml", "name: shop\ntitle: Shop\nlanguages: [en\n")]);
    fs::remove_dir_all(home.path().join("data/index")).expect("removable");
    let studio = home.start();
    let visitor = Visitor::new(&studio, "guest");
    visitor.say("1", "what does parking cost");
    visitor.hears("Parking costs 12 euros a night.");
}
