//! What of a file that is no YAML can be read nevertheless?
//!
//! A mistake seldom reaches beyond the entry that it stands in, so the file is parted where an entry begins, and each is
//! read alone:
//!
//! 1. A line that has a key at the outermost column begins an entry; what follows belongs to it.
//! 2. An entry that cannot be read is looked into where it holds steps: each item of them is read alone likewise.
//! 3. What cannot be read then is [`Kind::Broken`], and its lines are told of.

use std::ops::Range;

use super::{
    Kind, Node, Text,
    parse::{DEEPEST, read},
};
use crate::bot::problem::Place;

/// Keys of lists of steps: those who read them know that one may be missing.
const STEPS: [&str; 3] = ["steps", "then", "else"];

/// What could be read, and the lines of what could not, from 0.
pub struct Mended {
    pub node: Option<Node>,
    pub broken: Vec<Range<usize>>,
}

pub fn mend(text: &str, file: usize) -> Mended {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let all = 0..lines.len();
    let mut mending = Mending { lines, file, broken: Vec::new() };
    let is_list = mending.outermost(&all).is_some_and(|(first, indent)| mending.is_item(first, indent));
    let node = if is_list { mending.list(all, 0) } else { mending.whole(all) };
    Mended { node, broken: mending.broken }
}

struct Mending {
    /// Signs of items are replaced by spaces once their item is looked into.
    lines: Vec<String>,
    file: usize,
    broken: Vec<Range<usize>>,
}

type Pairs = Vec<(Text, Node)>;

impl Mending {
    /// The entries of a file, each by itself.
    fn whole(&mut self, lines: Range<usize>) -> Option<Node> {
        let (place, pieces) = self.entries(&lines)?;
        let mut pairs = Pairs::new();
        for piece in pieces {
            let key = self.key(piece.start);
            match self.entry(piece, 0) {
                Some(read) => pairs.extend(read),
                None => pairs.extend(key.map(|key| {
                    let place = key.place;
                    (key, Node { place, kind: Kind::Broken })
                })),
            }
        }
        Some(Node { place, kind: Kind::Map(pairs) })
    }

    /// A map is read whole or not at all: whoever reads it would miss a key.
    fn map(&mut self, lines: Range<usize>, depth: usize) -> Option<Node> {
        let Some((place, pieces)) = self.entries(&lines).filter(|_| depth < DEEPEST) else {
            self.broken.push(lines);
            return None;
        };
        let read: Vec<_> = pieces.into_iter().map(|piece| self.entry(piece, depth)).collect();
        let pairs: Option<Vec<Pairs>> = read.into_iter().collect();
        Some(Node { place, kind: Kind::Map(pairs?.concat()) })
    }

    fn entry(&mut self, lines: Range<usize>, depth: usize) -> Option<Pairs> {
        if let Some(Node { kind: Kind::Map(pairs), .. }) = self.alone(&lines) {
            return Some(pairs);
        }
        let key = self.key(lines.start)?;
        let body = lines.start + 1..lines.end;
        if !self.is_bare_key(lines.start) || self.outermost(&body).is_none() {
            self.broken.push(lines);
            return None;
        }
        let value = if STEPS.contains(&key.value.as_str()) {
            self.list(body, depth + 1)
        } else {
            self.map(body, depth + 1)
        };
        Some(vec![(key, value?)])
    }

    fn list(&mut self, lines: Range<usize>, depth: usize) -> Option<Node> {
        let (first, indent) = self.outermost(&lines)?;
        if !self.is_item(first, indent) || depth >= DEEPEST {
            self.broken.push(lines);
            return None;
        }
        let place = self.place(first, indent);
        let pieces = self.pieces(&lines, indent, |mending, line| mending.is_item(line, indent));
        let items = pieces.into_iter().map(|piece| self.item(piece, indent, depth)).collect();
        Some(Node { place, kind: Kind::List(items) })
    }

    fn item(&mut self, lines: Range<usize>, indent: usize, depth: usize) -> Node {
        if let Some(Node { kind: Kind::List(mut items), .. }) = self.alone(&lines)
            && items.len() == 1
        {
            return items.remove(0);
        }
        let place = self.place(lines.start, indent);
        self.lines[lines.start].replace_range(indent..=indent, " ");
        self.map(lines, depth + 1).unwrap_or(Node { place, kind: Kind::Broken })
    }

    /// What these lines are by themselves.
    fn alone(&self, lines: &Range<usize>) -> Option<Node> {
        let mut node = read(&self.lines[lines.clone()].join("\n"), self.file).ok()??;
        move_down(&mut node, u32::try_from(lines.start).unwrap_or(u32::MAX));
        Some(node)
    }

    /// Where a map begins, and the lines of each of its entries.
    fn entries(&self, lines: &Range<usize>) -> Option<(Place, Vec<Range<usize>>)> {
        let (first, indent) = self.outermost(lines)?;
        let is_first = self.filled(lines).next().is_some_and(|line| line == first);
        self.key(first).filter(|_| is_first)?;
        let begins = |mending: &Self, line| mending.indent(line) == indent && mending.key(line).is_some();
        Some((self.place(first, indent), self.pieces(lines, indent, begins)))
    }

    /// Parts lines where one begins something.
    fn pieces(
        &self,
        lines: &Range<usize>,
        indent: usize,
        begins: impl Fn(&Self, usize) -> bool,
    ) -> Vec<Range<usize>> {
        let starts: Vec<usize> =
            self.filled(lines).filter(|line| self.indent(*line) == indent && begins(self, *line)).collect();
        let ends = starts.iter().skip(1).copied().chain([lines.end]);
        starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    /// The first of the lines that are indented least, and how far.
    fn outermost(&self, lines: &Range<usize>) -> Option<(usize, usize)> {
        self.filled(lines).map(|line| (line, self.indent(line))).min_by_key(|(_, indent)| *indent)
    }

    /// Lines that hold more than a comment.
    fn filled(&self, lines: &Range<usize>) -> impl Iterator<Item = usize> {
        lines.clone().filter(move |line| {
            let text = self.lines[*line].trim_start();
            !text.is_empty() && !text.starts_with('#')
        })
    }

    fn indent(&self, line: usize) -> usize {
        self.lines[line].len() - self.lines[line].trim_start_matches(' ').len()
    }

    fn is_item(&self, line: usize, indent: usize) -> bool {
        let rest = self.lines[line].get(indent..).and_then(|text| text.strip_prefix('-'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    }

    /// The key that a line begins with.
    fn key(&self, line: usize) -> Option<Text> {
        let text = self.lines[line].trim_start_matches(' ');
        if text.starts_with(['-', '[', '{', '?', '\t']) {
            return None;
        }
        let (key, _) = text.split_once(": ").or_else(|| Some((text.trim_end().strip_suffix(':')?, "")))?;
        let value = key.trim().trim_matches(['"', '\'']).to_owned();
        (!value.is_empty()).then(|| Text { value, place: self.place(line, self.indent(line)) })
    }

    /// Whether nothing but a comment follows the key.
    fn is_bare_key(&self, line: usize) -> bool {
        let text = self.lines[line].split(" #").next().unwrap_or_default();
        text.trim_end().ends_with(':')
    }

    fn place(&self, line: usize, indent: usize) -> Place {
        let narrow = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        Place { file: self.file, line: narrow(line), column: narrow(indent) }
    }
}

fn move_down(node: &mut Node, lines: u32) {
    node.place.line += lines;
    match &mut node.kind {
        Kind::Null | Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) | Kind::Broken => {}
        Kind::List(items) => items.iter_mut().for_each(|item| move_down(item, lines)),
        Kind::Map(pairs) => {
            for (key, value) in pairs {
                key.place.line += lines;
                move_down(value, lines);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines that are broken, and the paths of what is read.
    fn check(text: &str, broken: &[(usize, usize)], expected: &[&str]) {
        let mended = mend(text, 0);
        let mut paths = Vec::new();
        if let Some(node) = &mended.node {
            list(node, "", &mut paths);
        }
        assert_eq!(
            (mended.broken.iter().map(|lines| (lines.start, lines.end)).collect(), paths),
            (broken.to_vec(), expected.iter().map(|it| (*it).to_owned()).collect()),
            "{text}"
        );
    }

    fn list(node: &Node, path: &str, paths: &mut Vec<String>) {
        match &node.kind {
            Kind::Null | Kind::Bool { .. } | Kind::Number { .. } | Kind::Text(_) => {
                paths.push(format!("{path} {}", node.place.line));
            }
            Kind::Broken => paths.push(format!("{path} {} broken", node.place.line)),
            Kind::List(items) => items.iter().for_each(|item| list(item, &format!("{path}-"), paths)),
            Kind::Map(pairs) => {
                for (key, value) in pairs {
                    list(value, &format!("{path}/{}", key.value), paths);
                }
            }
        }
    }

    #[test]
    fn an_entry_that_is_broken_hides_no_other() {
        check(
            "a: [1\n\nb: 2\nc: \"x\nd:\n  e: 3\n",
            &[(0, 2), (3, 4)],
            &["/a 1 broken", "/b 3", "/c 4 broken", "/d/e 6"],
        );
        check("# note\na: 1\nb 2\nc: 3\n", &[(1, 3)], &["/a 2 broken", "/c 4"]);
        check("b 2\nc: 3\n", &[], &[]);
    }

    #[test]
    fn a_step_that_is_broken_hides_no_other() {
        let flow = "a:\n  when: [ x ]\n  steps:\n    - say: y\n    - say: 'z\n      id: q\n    - choose:\n        - if: k: v\n    - end: true\n";
        check(
            flow,
            &[(4, 5), (7, 8)],
            &["/a/when- 2", "/a/steps-/say 4", "/a/steps- 5 broken", "/a/steps- 7 broken", "/a/steps-/end 9"],
        );
        // Whoever reads triggers would take one that is missing for none.
        check("a:\n  when:\n    - intent: [\n  steps: [ x ]\n", &[(2, 3)], &["/a 1 broken"]);
        check("- name: a: b\n- name: c\n", &[(0, 1)], &["- 1 broken", "-/name 2"]);
    }
}
