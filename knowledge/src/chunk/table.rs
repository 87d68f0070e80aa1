//! How is a table read by somebody who sees no columns?
//!
//! Neither the widget nor any platform's chat shows Markdown's tables: what they would show is the bars. So a row becomes
//! an item of a list.

/// A table's lines as a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// What stands above the list; empty where each item says what its parts are.
    pub head: String,
    pub items: Vec<String>,
}

/// `lines` are the cells of the head and of each row, as cleaned Markdown.
///
/// Of two columns a row is `- Zip: 25 €`, under a line that names both; of more `- Zip: Price 25 €, Days 3`, by the heads.
pub fn listed(lines: &[Vec<String>]) -> Listed {
    let Some((head, rows)) = lines.split_first() else { return Listed::default() };
    let wide = head.len() > 2;
    let named: Vec<&str> = head.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    let above = if wide || named.is_empty() { String::new() } else { format!("*{}*", named.join(": ")) };
    let items = rows.iter().filter_map(|row| item(head, row, wide)).collect();
    Listed { head: above, items }
}

fn item(head: &[String], row: &[String], wide: bool) -> Option<String> {
    let (name, rest) = row.split_first()?;
    let labels = head.iter().skip(1).map(String::as_str).chain(std::iter::repeat(""));
    let rest = rest.iter().zip(labels).filter(|(cell, _)| !cell.is_empty());
    let said: Vec<String> = rest
        .map(|(cell, label)| if wide && !label.is_empty() { format!("{label} {cell}") } else { cell.clone() })
        .collect();
    let said = said.join(", ");
    match (name.is_empty(), said.is_empty()) {
        (true, true) => None,
        (true, false) => Some(format!("- {said}")),
        (false, true) => Some(format!("- {name}")),
        (false, false) => Some(format!("- {name}: {said}")),
    }
}

impl Listed {
    pub fn text(&self) -> String {
        let items = self.items.join("\n");
        [self.head.as_str(), items.as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_items() {
        let check = |lines: &[&[&str]], expected: &str| {
            let cells = |line: &&[&str]| line.iter().map(|cell| (*cell).to_owned()).collect::<Vec<String>>();
            assert_eq!(listed(&lines.iter().map(cells).collect::<Vec<_>>()).text(), expected);
        };
        check(
            &[&["Repair", "Price"], &["Zip", "25 €"], &["Pole", "12 €"]],
            "*Repair: Price*\n\n- Zip: 25 €\n- Pole: 12 €",
        );
        check(
            &[&["Model", "Comfort", "Price"], &["Biwak 5", "5 °C", "€99"], &["Biwak 9", "", "€89"]],
            "- Biwak 5: Comfort 5 °C, Price €99\n- Biwak 9: Price €89",
        );
        check(&[&["", ""], &["a", "b"], &["", ""], &["", "c"]], "- a: b\n- c");
        check(&[&["One"], &["a"]], "*One*\n\n- a");
        check(&[&["One", "Two"]], "*One: Two*");
        check(&[], "");
    }
}
