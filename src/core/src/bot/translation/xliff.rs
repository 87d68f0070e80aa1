//! Texts as XLIFF 1.2, which translators' programs read and write.

use std::fmt::Write as _;

use roxmltree::{Document, Node};

use super::{Returned, Translatable, TranslationError};

const NAMESPACE: &str = "urn:oasis:names:tc:xliff:document:1.2";

/// A file for translators. Where a text holds a sign that XML cannot hold, a CSV file must do.
pub fn write(bot: &str, languages: (&str, &str), texts: &[Translatable]) -> Result<String, TranslationError> {
    let (from, to) = languages;
    let mut file = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xliff version=\"1.2\" xmlns=\"{NAMESPACE}\">\n  \
         <file original=\"{}\" source-language=\"{}\" target-language=\"{}\" datatype=\"plaintext\">\n    <body>\n",
        escaped(bot),
        escaped(from),
        escaped(to)
    );
    for (number, text) in (1..).zip(texts) {
        for words in [&text.within, &text.source].into_iter().chain(&text.target) {
            if !words.chars().all(is_of_xml) {
                let error = format!("{}: a text holds a sign that XML cannot hold; use CSV", text.within);
                return Err(TranslationError::Broken(vec![error]));
            }
        }
        let (within, source) = (escaped(&text.within), escaped(&text.source));
        // Writing into a string does not fail.
        let _ = write!(
            file,
            "      <trans-unit id=\"{number}\" resname=\"{within}\" xml:space=\"preserve\">\n        \
             <source>{source}</source>\n"
        );
        if let Some(target) = &text.target {
            let _ = writeln!(file, "        <target state=\"translated\">{}</target>", escaped(target));
        }
        file += "      </trans-unit>\n";
    }
    file += "    </body>\n  </file>\n</xliff>\n";
    Ok(file)
}

/// What a target's `state` says where it is no translation yet: of XLIFF 1.2, and `initial` of XLIFF 2, which some programs write into
/// the older form. One that waits for a review is one.
const UNFINISHED: [&str; 4] = ["new", "needs-translation", "needs-l10n", "initial"];

/// Reads a file of translations into a language that came back.
pub fn read(text: &str, language: &str) -> Result<Vec<Returned>, TranslationError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let broken = |line: u32, what: &str| TranslationError::Broken(vec![format!("{line}: {what}")]);
    let document = Document::parse(text).map_err(|error| broken(error.pos().row, &error.to_string()))?;
    let root = document.root_element();
    if root.tag_name().name() != "xliff" || root.attribute("version") != Some("1.2") {
        return Err(broken(1, "this is no XLIFF 1.2"));
    }
    let units = root.descendants().filter(|node| node.tag_name().name() == "trans-unit");
    let line_of = |node: Node<'_, '_>| document.text_pos_at(node.range().start).row;
    let (mut returned, mut wrong) = (Vec::new(), Vec::new());
    for file in root.descendants().filter(|node| node.tag_name().name() == "file") {
        if let Some(into) =
            file.attribute("target-language").filter(|into| !into.is_empty() && !is_same(into, language))
        {
            wrong.push(format!(
                "{}: the file is a translation into `{into}`: take it in by `--language {into}`, or write \
                 `target-language=\"{language}\"` where its words are of that language all the same",
                line_of(file)
            ));
        }
    }
    for unit in units {
        let line = line_of(unit);
        let child = |name: &str| unit.children().find(|node| node.tag_name().name() == name);
        let (Some(within), Some(source)) = (unit.attribute("resname"), child("source")) else {
            wrong.push(format!("{line}: a unit needs its `resname` and its `source`, as they were exported"));
            continue;
        };
        let target = child("target");
        let state = target.and_then(|target| target.attribute("state"));
        match (words(source), target.map_or(Some(String::new()), words)) {
            (Some(source), Some(target)) => {
                let line = usize::try_from(line).unwrap_or(1);
                let unfinished = state.is_some_and(|state| UNFINISHED.contains(&state));
                returned.push(Returned { line, within: within.to_owned(), source, target, unfinished });
            }
            _ => wrong
                .push(format!("{line}: elements stand within the text; its own signs must stay as they are")),
        }
    }
    if wrong.is_empty() { Ok(returned) } else { Err(TranslationError::Broken(wrong)) }
}

/// Whether two tags name one language, of which one may say more: `fr` and `fr-FR`.
fn is_same(one: &str, other: &str) -> bool {
    let parts = |tag: &str| tag.to_lowercase().split(['-', '_']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (parts(one), parts(other));
    one.iter().zip(&other).all(|(one, other)| one == other)
}

/// The words of an element, nothing where it holds other elements.
fn words(element: Node<'_, '_>) -> Option<String> {
    let plain = element.children().all(|child| child.is_text() || child.is_comment());
    plain.then(|| element.children().filter(Node::is_text).filter_map(|text| text.text()).collect())
}

fn is_of_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            // Parsers make newlines and spaces of these where they stand bare.
            '\r' | '\t' => {
                let _ = write!(escaped, "&#{};", u32::from(letter));
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}
