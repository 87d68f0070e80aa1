//! Pictures for the README, drawn by the tests that play what they show.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use vt100::{Cell, Color, Screen};

const COLUMN: u16 = 9;
const ROW: u16 = 20;
const MARGIN: u16 = 16;
const GROUND: &str = "#16181d";
const TEXT: &str = "#d8dbe2";
/// The eight colours of a terminal, and their bright forms.
const PALETTE: [&str; 16] = [
    "#16181d", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d8dbe2", "#5c6370",
    "#f28b93", "#b5e08f", "#f0d38f", "#82c4ff", "#dc9df0", "#7bd3df", "#ffffff",
];

/// Whether pictures are to be drawn: with `STUDIO_PICTURES=1`.
pub fn are_wanted() -> bool {
    std::env::var_os("STUDIO_PICTURES").is_some_and(|wanted| wanted == "1")
}

/// Where a picture belongs, when pictures are wanted.
pub fn wanted(name: &str) -> Option<PathBuf> {
    if !are_wanted() {
        return None;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/images");
    std::fs::create_dir_all(&folder).expect("it can be made");
    Some(folder.join(name))
}

/// How a stretch of a row looks.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    text: &'static str,
    ground: &'static str,
    bold: bool,
    dim: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let text = color(cell.fgcolor()).unwrap_or(TEXT);
        let ground = color(cell.bgcolor()).unwrap_or(GROUND);
        let (text, ground) = if cell.inverse() { (ground, text) } else { (text, ground) };
        Self { text, ground, bold: cell.bold(), dim: cell.dim() }
    }
}

/// The screen of a terminal as SVG. Every stretch is told its width, so that columns stand under each other in any font.
pub fn svg(screen: &Screen) -> String {
    let (rows, columns) = screen.size();
    let (rows, columns) = (rows.get(), columns.get());
    let (width, height) = (columns * COLUMN + 2 * MARGIN, rows * ROW + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-size=\"15\" \
         font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{GROUND}\"/>\n"
    );
    for row in 0..rows {
        let mut stretch: Option<(u16, Look, String)> = None;
        for column in 0..columns {
            // The second half of a wide character has nothing of its own.
            let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else {
                continue;
            };
            let look = Look::of(cell);
            let text = if cell.has_contents() { cell.contents() } else { " " };
            match &mut stretch {
                Some((_, same, words)) if *same == look => words.push_str(text),
                Some(_) | None => {
                    draw(&mut svg, row, column, stretch.take());
                    stretch = Some((column, look, text.to_owned()));
                }
            }
        }
        draw(&mut svg, row, columns, stretch);
    }
    svg.push_str("</svg>\n");
    svg
}

fn draw(svg: &mut String, row: u16, end: u16, stretch: Option<(u16, Look, String)>) {
    let Some((start, look, words)) = stretch else { return };
    let (x, y) = (MARGIN + start * COLUMN, MARGIN + row * ROW);
    if look.ground != GROUND {
        let width = (end - start) * COLUMN;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\" fill=\"{}\"/>",
            look.ground
        );
    }
    let text = words.trim();
    if text.is_empty() {
        return;
    }
    let blanks = |cut: &str| u16::try_from(words.len() - cut.len()).unwrap_or(0);
    let (before, after) = (blanks(words.trim_start()), blanks(words.trim_end()));
    let length = end - start - before - after;
    let weight = if look.bold { " font-weight=\"bold\"" } else { "" };
    let opacity = if look.dim { " opacity=\"0.65\"" } else { "" };
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\" fill=\"{}\"{weight}{opacity} xml:space=\"preserve\">{}</text>",
        x + before * COLUMN,
        y + 15,
        length * COLUMN,
        look.text,
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    );
}

fn color(color: Color) -> Option<&'static str> {
    match color {
        Color::Idx(index) => PALETTE.get(usize::from(index)).copied(),
        // The console asks for none of its own making.
        Color::Default | Color::Rgb(..) => None,
    }
}
