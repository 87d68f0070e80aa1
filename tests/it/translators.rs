//! A bot's texts go to a translator and come back, by the commands that people type.

use std::{fs, process::Output};

use crate::support::Home;

const FLOWS: &str = "\
hello:
  when: [keyword: hello]
  steps:
    - say: { en: 'Good day, {{ contact.name }}!' }
    - say: bye
";

fn home() -> Home {
    let home = Home::new();
    for (file, text) in [
        ("bot.yaml", "name: shop\ntitle: Shop\nlanguages: [en, fr]\n"),
        ("flows/all.yaml", FLOWS),
        ("responses/all.yaml", "bye: { en: See you }\n"),
    ] {
        let path = home.path().join("bots/shop").join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        fs::write(path, text).expect("writable");
    }
    home
}

fn run(home: &Home, arguments: &[&str]) -> (bool, String, String) {
    let Output { status, stdout, stderr } = home.command(arguments).output().expect("it runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.success(), text(stdout), text(stderr))
}

#[test]
fn texts_go_to_a_translator_and_come_back() {
    let home = home();
    let of =
        |verb: &'static str, file: &'static str| ["texts", verb, "shop", "--language", "fr", "--file", file];
    for file in ["fr.csv", "fr.xlf"] {
        let (done, _, told) = run(&home, &of("export", file));
        assert!(done && told.contains("fr: 2 texts, 2 without translation, 0 stale"), "{told}");
    }
    let table = fs::read_to_string(home.path().join("fr.csv")).expect("written");
    assert_eq!(
        table,
        "\u{feff}in,source,target\nflows/hello,\"Good day, {{ contact.name }}!\",\nresponses/bye,See you,\n"
    );

    // What is broken is refused with its line, as a whole.
    let broken = table.replace("See you,", "See you,À bientôt").replace("!\",", "!\",Bonjour !");
    fs::write(home.path().join("fr.csv"), &broken).expect("writable");
    let (done, _, told) = run(&home, &of("import", "fr.csv"));
    assert!(!done && told.contains("2: the translation has lost `{{contact.name}}`"), "{told}");
    assert!(!home.path().join("bots/shop/translations").exists());

    let whole = broken.replace("Bonjour !", "\"Bonjour, {{ contact.name }} !\"");
    fs::write(home.path().join("fr.csv"), &whole).expect("writable");
    let (done, said, told) = run(&home, &of("import", "fr.csv"));
    assert!(done && said.contains("fr: 2 new or changed, 0 still missing."), "{said}{told}");
    let (done, said, told) = run(&home, &["check", "shop", "--strict"]);
    assert!(done, "{said}{told}");

    // A file of another language, and words that its own `state` says nobody has translated.
    let (_, exported, _) = run(&home, &["texts", "export", "shop", "--language", "fr", "--format", "xliff"]);
    fs::write(
        home.path().join("fr.xlf"),
        exported.replace("target-language=\"fr\"", "target-language=\"de\""),
    )
    .expect("writable");
    let (done, _, told) = run(&home, &of("import", "fr.xlf"));
    assert!(!done && told.contains("3: the file is a translation into `de`"), "{told}");
    let unfinished =
        exported.replace("\"translated\">À bientôt", "\"needs-translation\">See you, untranslated");
    fs::write(home.path().join("fr.xlf"), unfinished).expect("writable");
    let (done, said, told) = run(&home, &of("import", "fr.xlf"));
    assert!(
        done && said.contains("1 target is no translation yet, as `state` says, and left out."),
        "{said}{told}"
    );
    assert!(said.contains("fr: 0 new or changed, 0 still missing."), "{said}");

    // The same by the other form, and a text that has changed since.
    let (_, exported, _) = run(&home, &["texts", "export", "shop", "--language", "fr", "--format", "xliff"]);
    assert!(exported.contains("<target state=\"translated\">À bientôt</target>"), "{exported}");
    fs::write(home.path().join("fr.xlf"), &exported).expect("writable");
    fs::write(home.path().join("bots/shop/responses/all.yaml"), "bye: { en: See you soon }\n")
        .expect("writable");
    let (done, said, told) = run(&home, &of("import", "fr.xlf"));
    assert!(done, "{said}{told}");
    assert!(said.contains("fr: 0 new or changed, 1 still missing."), "{said}");
    assert!(said.contains("stale: fr.xlf:9: responses/bye does not say this any more: See you"), "{said}");

    // Of the bot's problems only what the translations make is told, and the result comes last.
    let problems = said.lines().filter(|line| line.contains("warning: ")).count();
    assert_eq!(problems, 0, "{said}");
    assert!(said.contains("Not of these translations: 1 problem, "), "{said}");
    assert!(said.trim_end().ends_with("fr: 0 new or changed, 1 still missing."), "{said}");
    let broken = "in,source,target\nresponses/bye,See you soon,À bientôt {# oh\n";
    fs::write(home.path().join("fr.csv"), broken).expect("writable");
    let (done, said, told) = run(&home, &of("import", "fr.csv"));
    assert!(!done && said.contains(": error: "), "{said}{told}");
    assert!(!said.contains("Not of these translations"), "{said}");
    assert!(said.trim_end().ends_with("With these translations in `fr` the bot has errors."), "{said}");

    // What is no language of the bot, and a sample, which cannot be written.
    let (done, _, told) = run(&home, &["texts", "export", "shop", "--language", "it", "--format", "csv"]);
    assert!(!done && told.contains("the bot speaks no `it`"), "{told}");
}
