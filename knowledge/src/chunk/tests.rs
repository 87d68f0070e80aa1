use insta::assert_snapshot;

use super::*;

fn document(path: &str, text: &str) -> Document {
    Document { path: path.to_owned(), language: "en".to_owned(), text: text.to_owned() }
}

/// The passages as lines: `title > headings: text`.
fn shown(path: &str, text: &str) -> String {
    let chunks = chunk(&document(path, text));
    let shown = chunks.iter().map(|chunk| {
        let above =
            std::iter::once(&chunk.title).chain(&chunk.headings).cloned().collect::<Vec<_>>().join(" > ");
        format!("{above}: {}", chunk.text)
    });
    shown.collect::<Vec<_>>().join("\n")
}

#[test]
fn passages_stand_under_their_headings() {
    let text = "# Returns\n\nAbout returns.\n\n## How\n\nPack it.\n\nSend it.\n\n### Abroad\n\nBy ship.\n\n## Refunds\n\nIn 5 days.\n";
    assert_snapshot!(shown("returns.md", text), @r"
    Returns: About returns.
    Returns > How: Pack it.

    Send it.
    Returns > How > Abroad: By ship.
    Returns > Refunds: In 5 days.
    ");
}

#[test]
fn a_document_has_a_title() {
    let check = |path: &str, text: &str, expected: &str| {
        let titles: Vec<String> = chunk(&document(path, text)).into_iter().map(|chunk| chunk.title).collect();
        assert_eq!(titles, [expected], "{path} {text}");
    };
    check("a/b.md", "# One *day*\n\ntext", "One day");
    check("a/b.md", "One day\n=======\n\ntext", "One day");
    check("a/b.md", "---\ntitle: \"Front: matter\"\nauthor: Ada\n---\ntext", "Front: matter");
    check("a/b.md", "---\r\ntitle: 'Front'\r\n---\r\ntext", "Front");
    check("a/b.md", "---\ntitle: Front\n---\n# First\n\ntext", "First");
    check("a/b.md", "\u{feff}---\ntitle: Front\n---\ntext", "Front");
    check("a/delivery-times_2.md", "text", "delivery times 2");
    check("a/delivery.md", "## Not a title\n\ntext", "delivery");
    check("a/delivery.md", "---\ntitle:\n---\ntext", "delivery");
    check("README", "text", "README");
    check(".md", "text", ".md");
    check("notes.TXT", "# not markdown", "notes");
}

#[test]
fn a_second_title_is_a_heading() {
    assert_snapshot!(shown("x.md", "# A\n\none\n\n# B\n\ntwo\n\n## C\n\nthree\n\n# A\n\nfour"), @r"
    A: one
    A > B: two
    A > B > C: three
    A: four
    ");
}

#[test]
fn what_a_visitor_should_not_get_is_gone() {
    let check = |text: &str, expected: &str| {
        let texts: Vec<String> = chunk(&document("x.md", text)).into_iter().map(|chunk| chunk.text).collect();
        assert_eq!(texts.join("|"), expected, "{text}");
    };
    check("a <b>bold</b> word<br>here", "a bold word here");
    check("<div class=\"x\">\n<p>inside</p>\n</div>\n\nafter", "inside\n\nafter");
    check("<script>\nalert(1)\n\nmore()\n</script>\n\nafter", "after");
    check("<style>p { color: red }</style>\n\nafter", "after");
    check("<!-- a comment\n\nof two paragraphs -->\n\nafter", "after");
    check("<img src=x onerror=alert(1)>", "");
    check("<div", "");
    check("- one <i>two</i>\n- <div>three</div>", "- one two\n- three");
    check("> a <b>quote</b>", "> a quote");
    check("see ![a picture](cat.png) here", "see a picture here");
    check(
        "see [the page](https://example.com/a \"title\")",
        "see [the page](https://example.com/a \"title\")",
    );
    check("see [the page](returns.md) and [*that*](#below)", "see the page and *that*");
    check("see [it](javascript:alert(1))", "see it");
    check(
        "see [it][r] and [r]\n\n[r]: https://example.com",
        "see [it](https://example.com) and [r](https://example.com)",
    );
    check("see [it][r]\n\n[r]: data:text/html,x", "see it");
    check(
        "see <https://example.com> or <mailto:a@example.com>",
        "see <https://example.com> or <mailto:a@example.com>",
    );
    check("[![alt](a.png)](https://example.com)", "[alt](https://example.com)");
    check("a < b and `<b>code</b>`", "a < b and `<b>code</b>`");
    check("[](x.md)", "");
    check("one\n\n---\n\ntwo", "one\n\n---\n\ntwo".replace("---\n\n", "").as_str());
}

#[test]
fn plain_text_is_cut_at_empty_lines() {
    assert_snapshot!(shown("notes.txt", "# one\r\ntwo\r\n\r\n\r\n<b>three</b>\n"), @r"
    notes: # one
    two

    <b>three</b>
    ");
}

#[test]
fn nothing_has_no_passages() {
    for text in ["", " \n\n", "# Only a title", "---\ntitle: x\n---\n", "<br>", "[a]: https://example.com"] {
        assert_eq!(chunk(&document("x.md", text)), [], "{text:?}");
    }
}

fn lengths(text: &str) -> Vec<usize> {
    chunk(&document("x.md", text)).iter().map(|chunk| chunk.text.chars().count()).collect()
}

#[test]
fn paragraphs_are_packed_up_to_the_usual_length() {
    let paragraph = "word ".repeat(100).trim().to_owned();
    let text = [paragraph.as_str(); 5].join("\n\n");
    assert_eq!(lengths(&text), [499 * 2 + 2, 499 * 2 + 2, 499]);
}

#[test]
fn what_is_too_long_is_cut_where_it_hurts_least() {
    let sentence = "A sentence of some length, which says nothing at all, goes on here. ";
    for passage in chunk(&document("x.md", &sentence.repeat(60))) {
        assert!(passage.text.chars().count() <= 1_200 && passage.text.ends_with('.'), "{}", passage.text);
    }
    for passage in chunk(&document("x.md", &"word ".repeat(1_000))) {
        assert!(passage.text.chars().count() <= 1_200 && passage.text.ends_with("word"));
    }
    assert_eq!(lengths(&"x".repeat(3_000)), [1_200, 1_200, 600]);
    assert_eq!(lengths(&"語".repeat(1_300)), [1_200, 100]);

    let list = (0..30).map(|n| format!("{n}. an item with a number of words")).collect::<Vec<_>>().join("\n");
    assert_eq!(lengths(&list).len(), 1, "a list of usual length stays whole");
    let list = (0..200).map(|n| format!("- item {n} with a number of words")).collect::<Vec<_>>().join("\n");
    for passage in chunk(&document("x.md", &list)) {
        assert!(passage.text.lines().all(|line| line.starts_with("- item ") && line.ends_with(" words")));
    }
    let rows = (0..200).map(|n| format!("| {n} | the price of it |")).collect::<Vec<_>>().join("\n");
    for passage in chunk(&document("x.md", &format!("| no | price |\n|----|-------|\n{rows}"))) {
        assert!(passage.text.starts_with("*no: price*\n\n- "), "{}", passage.text);
        assert!(passage.text.ends_with(": the price of it"), "{}", passage.text);
    }
    let lines = (0..200).map(|n| format!("let x = call({n});")).collect::<Vec<_>>().join("\n");
    for passage in chunk(&document("x.md", &format!("```rust\n{lines}\n```\n"))) {
        assert!(
            passage.text.starts_with("```rust\nlet ") && passage.text.ends_with(");\n```"),
            "{}",
            passage.text
        );
    }
}

#[test]
fn a_table_is_read_as_a_list() {
    let check = |text: &str, expected: &str| {
        let texts: Vec<String> = chunk(&document("x.md", text)).into_iter().map(|chunk| chunk.text).collect();
        assert_eq!(texts, [expected], "{text}");
    };
    check(
        "Prices:\n\n| Repair | Price |\n|:---|---:|\n| New *zip* | from 18 € |\n| [Pole](poles.md) \\| set | 12 € |\n\nThat is all.",
        "Prices:\n\n*Repair: Price*\n\n- New *zip*: from 18 €\n- Pole \\| set: 12 €\n\nThat is all.",
    );
    check(
        "Model | Comfort | Price\n--- | --- | ---\nBiwak 5 | 5 °C | 99 €\nBiwak 9 | | 89 €",
        "- Biwak 5: Comfort 5 °C, Price 99 €\n- Biwak 9: Price 89 €",
    );
}

#[test]
fn a_list_stays_with_the_line_that_announces_it() {
    let filler = "word ".repeat(230);
    let list = (0..20).map(|n| format!("- item {n} of the list")).collect::<Vec<_>>().join("\n");
    let chunks = chunk(&document("x.md", &format!("{filler}\n\nYou need:\n\n{list}")));
    assert_eq!(chunks.len(), 2);
    assert!(
        chunks[1].text.starts_with("You need:\n\n- item 0")
            && chunks[1].text.ends_with("item 19 of the list")
    );
}

#[test]
fn any_text_can_be_cut() {
    let parts = [
        "# ",
        "\n",
        "\n\n",
        "- ",
        "|a|b|\n|-|-|\n",
        "```",
        "<div>",
        "<!--",
        "</",
        "<script",
        "[",
        "](",
        ")",
        "![",
        "[r]: x\n",
        "---\n",
        ">",
        "é",
        "語",
        "\0",
        "\u{feff}",
        "\t",
        "1. ",
        "&amp;",
        "*",
        "_",
        "`",
        "\\",
        "\r",
        "👩‍👩‍👧‍👦",
        "word ",
        "[r]",
    ];
    // A small generator of its own: reproducible, and no dependency for one test.
    let mut state = 1_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..24 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(parts[usize::try_from(state >> 33).expect("31 bits") % parts.len()]);
        }
        for passage in chunk(&document("x.md", &text)) {
            assert!(!passage.text.trim().is_empty(), "{text:?}");
        }
    }
}
