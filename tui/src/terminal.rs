//! How is the terminal taken, and given back whatever happens?

use std::{
    io::{self, IsTerminal, Write, stdin, stdout},
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::{
    cursor::Show,
    event::{self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyEventKind},
    execute,
    terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode},
};
use ratatui::{Terminal, backend::CrosstermBackend, layout::Rect};
use tokio::sync::mpsc::Sender;

use crate::{error::ConsoleError, message::Msg, scrub};

/// How long the reader waits before it looks whether it should end.
const LOOK: Duration = Duration::from_millis(100);

/// The terminal in raw mode on the other screen. Dropping it gives the terminal back.
pub struct Taken {
    pub terminal: Terminal<CrosstermBackend<io::Stdout>>,
    pub panicked: Arc<Mutex<Option<String>>>,
    reading: Arc<AtomicBool>,
}

impl Taken {
    /// Takes the terminal; keys and sizes go to `out` from then on.
    pub fn take(out: Sender<Msg>) -> Result<Self, ConsoleError> {
        if !stdin().is_terminal() || !stdout().is_terminal() {
            return Err(ConsoleError::NotATerminal);
        }
        let panicked = Arc::new(Mutex::new(None));
        give_back_on_panic(panicked.clone());
        enable_raw_mode()?;
        // From here on dropping undoes what was done, also if one of the next steps fails.
        let reading = Arc::new(AtomicBool::new(true));
        let started = execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)
            .and_then(|()| Terminal::new(CrosstermBackend::new(stdout())));
        match started {
            Ok(terminal) => {
                read(out, reading.clone());
                Ok(Self { terminal, panicked, reading })
            }
            Err(error) => {
                give_back();
                Err(error.into())
            }
        }
    }
}

impl Taken {
    /// After a stop: others may have changed the terminal in the meantime.
    pub fn take_again(&mut self) -> io::Result<()> {
        disable_raw_mode()?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        // As after a change of size everything is drawn anew; to clear it would ask the terminal for its cursor.
        let size = self.terminal.size()?;
        self.terminal.resize(Rect::new(0, 0, size.width, size.height))
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.reading.store(false, Ordering::SeqCst);
        give_back();
    }
}

/// Whether the terminal is still there; a closed window or connection takes it away.
pub fn is_there() -> bool {
    rustix::termios::tcgetattr(stdin()).is_ok()
}

/// Undoes everything; errors are of no use, since the terminal may be gone.
pub fn give_back() {
    let _ = disable_raw_mode();
    let _ = execute!(stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
}

/// A panic would leave its report on the other screen, where it vanishes, and the terminal raw.
///
/// The report may quote what a visitor wrote, so it is kept and told scrubbed, after the terminal was
/// given back.
fn give_back_on_panic(panicked: Arc<Mutex<Option<String>>>) {
    panic::set_hook(Box::new(move |info| {
        give_back();
        let told = scrub::line(&info.to_string());
        // `eprintln!` panics where nobody reads; twice means the end of the process.
        let _ = writeln!(io::stderr(), "{told}");
        *panicked.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
    }));
}

/// Reads keys in a thread of its own: once the terminal is gone crossterm reads for ever, and that must
/// not stop the loop that notices it.
fn read(out: Sender<Msg>, reading: Arc<AtomicBool>) {
    thread::spawn(move || {
        while reading.load(Ordering::SeqCst) && is_there() {
            let msg = match event::poll(LOOK)
                .and_then(|ready| if ready { event::read().map(Some) } else { Ok(None) })
            {
                Ok(Some(event)) => translate(event),
                Ok(None) => None,
                Err(_) => return,
            };
            if let Some(msg) = msg
                && out.blocking_send(msg).is_err()
            {
                return;
            }
        }
    });
}

fn translate(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => match key.kind {
            KeyEventKind::Press | KeyEventKind::Repeat => Some(Msg::Key(key.into())),
            KeyEventKind::Release => None,
        },
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
    }
}
