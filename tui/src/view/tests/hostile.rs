//! What hostile text can do to a screen: nothing.

use std::{io, num::NonZeroU16};

use proptest::prelude::*;
use ratatui::{backend::CrosstermBackend, buffer::Buffer};

use super::{draw, go, model};
use crate::{keys::Context, model::Model, wrap};

/// What a terminal did besides showing characters.
#[derive(Default)]
struct Deeds(Vec<String>);

impl vt100::Callbacks for Deeds {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("bell".into());
    }

    fn visual_bell(&mut self, _: &mut vt100::Screen) {
        self.0.push("visual bell".into());
    }

    fn resize(&mut self, _: &mut vt100::Screen, size: (u16, u16)) {
        self.0.push(format!("resize {size:?}"));
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(format!("title {title:?}"));
    }

    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        self.0.push(format!("control {byte}"));
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
        self.0.push(format!("command {parameters:?}"));
    }
}

/// Draws into a real backend and reads its bytes as a terminal would.
fn through_a_terminal(model: &Model) -> vt100::Parser<Deeds> {
    let buffer = draw(model);
    let mut bytes = Vec::new();
    {
        let backend = CrosstermBackend::new(&mut bytes);
        // As ratatui draws: only what differs from the blank screen, wide characters over two cells.
        let blank = Buffer::empty(buffer.area);
        draw_cells(backend, blank.diff(&buffer)).expect("writes into memory");
    }
    let size = |columns| NonZeroU16::new(columns).expect("not empty");
    let mut parser =
        vt100::Parser::new_with_callbacks(size(model.height), size(model.width), 0, Deeds::default());
    parser.process(&bytes);
    parser
}

fn draw_cells(
    mut backend: CrosstermBackend<&mut Vec<u8>>,
    cells: Vec<(u16, u16, &ratatui::buffer::Cell)>,
) -> io::Result<()> {
    use ratatui::backend::Backend;
    backend.draw(cells.into_iter())?;
    backend.flush()
}

/// Every screen, drawn with hostile words, is exactly the screen that was meant.
fn check(words: &dyn Fn(&str) -> String, strict: bool) {
    for (width, height) in [(80, 24), (120, 40)] {
        for context in Context::ALL {
            let mut model = model(width, height, words);
            go(&mut model, context);
            let buffer = draw(&model);
            for cell in &buffer.content {
                let tame = cell.symbol().chars().all(|character| !character.is_control());
                assert!(tame, "{context:?} {:?}", cell.symbol());
            }
            let parser = through_a_terminal(&model);
            assert_eq!(parser.callbacks().0, Vec::<String>::new(), "{context:?}");
            if strict {
                for y in 0..height {
                    let meant: String = row_of(&buffer, y);
                    let seen = parser.screen().rows(0, width).nth(y.into()).unwrap_or_default();
                    assert_eq!(seen.trim_end(), meant.trim_end(), "{context:?} row {y}");
                }
            }
        }
    }
}

fn row_of(buffer: &Buffer, y: u16) -> String {
    let mut row = String::new();
    let mut x = 0;
    while x < buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        row.push_str(symbol);
        x += u16::try_from(wrap::width(symbol).max(1)).unwrap_or(1);
    }
    row
}

#[test]
fn hostile_words_cannot_do_anything() {
    for hostile in [
        "\x1b[2J\x1b[1;1HGOTCHA",
        "\x1b]0;owned\x07",
        "\x1b]52;c;aGVsbG8=\x07",
        "\x1bP+q544e\x1b\\",
        "\u{9b}2J\u{9d}0;owned\u{9c}",
        "\r\x08\x08\x08over\x7f",
        "\x1b[?1049l\x1bc",
        "\x1b[31;5m\x1b[8m hidden",
        "a\u{202e}txt.exe\u{202c} \u{2066}x\u{2069}",
        "zero\u{200b}\u{200d}\u{feff}width",
        "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}algo",
        "👨\u{200d}👩\u{200d}👧\u{200d}👦 👍\u{1f3fd} 🇩🇪 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
        "日本語テスト한국어",
        "שלום עולם مرحبا بالعالم",
        "tab\tand\u{2028}line\u{85}breaks\x0b\x0c",
        "\0\x05\x0e\x0f",
    ] {
        check(&|text| format!("{hostile}{text}{hostile}"), true);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_words_cannot_do_anything(hostile in "(\\PC|[\\x00-\\x1f\\x7f-\\x9f]|\\x1b\\[[0-9;]{0,4}[A-Za-z]){0,24}") {
        check(&|text| format!("{hostile}{text}"), false);
    }
}
