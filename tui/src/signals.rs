//! Which signals end the console, and which have it make way for the shell?

use std::{future::poll_fn, io, task::Poll};

use rustix::process::{Signal, getpgrp, getpid, getsid, kill_current_process_group, kill_process};
use tokio::signal::unix::{self, SignalKind, signal};

/// All that end a process which does not listen to them; of the rest, faults of the program itself can be listened to
/// by nobody.
pub const ENDS: [Signal; 13] = [
    Signal::HUP,
    Signal::INT,
    Signal::QUIT,
    Signal::TERM,
    Signal::ABORT,
    Signal::ALARM,
    Signal::USR1,
    Signal::USR2,
    Signal::XCPU,
    Signal::XFSZ,
    Signal::VTALARM,
    Signal::PROF,
    Signal::SYS,
];

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    End,
    /// The shell wants the terminal for itself.
    MakeWay,
    /// The terminal is the console's again, however it was left.
    GoOn,
}

/// Asks the shell's job to make way, as the terminal does on Ctrl+Z where it reads the keys itself: this process, which hears of it as of
/// any other such signal, and whatever started it. `false` where there is no shell that could have it go on, as in a window of its own: a
/// shell that has others go on gives each of its jobs a process group of its own, and is in none of them.
pub fn make_way() -> io::Result<bool> {
    if getsid(None)? == getpgrp() {
        return Ok(false);
    }
    kill_current_process_group(Signal::TSTP)?;
    Ok(true)
}

/// Listens to all of them.
pub struct Signals {
    ends: Vec<unix::Signal>,
    stop: unix::Signal,
    go_on: unix::Signal,
}

impl Signals {
    pub fn listen() -> io::Result<Self> {
        let listen = |one: Signal| signal(SignalKind::from_raw(one.as_raw()));
        Ok(Self {
            ends: ENDS.into_iter().map(listen).collect::<io::Result<_>>()?,
            stop: listen(Signal::TSTP)?,
            go_on: listen(Signal::CONT)?,
        })
    }

    pub async fn next(&mut self) -> Asked {
        poll_fn(|context| {
            if self.ends.iter_mut().any(|end| end.poll_recv(context).is_ready()) {
                Poll::Ready(Asked::End)
            } else if self.stop.poll_recv(context).is_ready() {
                Poll::Ready(Asked::MakeWay)
            } else {
                self.go_on.poll_recv(context).map(|_| Asked::GoOn)
            }
        })
        .await
    }

    /// Stops this process until somebody has it go on, or end. The thread that asks may run on for a moment before it
    /// stops, and must not take the terminal again in it.
    pub async fn stop(&mut self) -> io::Result<Asked> {
        kill_process(getpid(), Signal::STOP)?;
        loop {
            match self.next().await {
                Asked::MakeWay => {}
                asked => return Ok(asked),
            }
        }
    }
}
