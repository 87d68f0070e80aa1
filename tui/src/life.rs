//! How does the console live? One loop: take in a message, do what it commands, draw.

use std::{io, path::PathBuf, sync::PoisonError, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{self, MissedTickBehavior},
};

use crate::{
    api::Api,
    error::ConsoleError,
    link,
    message::{Command, Msg},
    model::{Link, Model},
    perform::perform,
    signals::{self, Asked, Signals},
    terminal::{self, Taken},
    update,
    view::view,
    words::{Language, Text},
};

/// Messages that may wait to be taken in; live frames wait in their socket beyond that.
const QUEUE: usize = 256;
const TICK: Duration = Duration::from_millis(500);

/// Runs until the operator ends it, a signal comes, the terminal goes away, or something breaks.
pub async fn live(api: Api, language: Language, folder: PathBuf) -> Result<(), ConsoleError> {
    let (out, mut messages) = mpsc::channel(QUEUE);
    let mut signals = Signals::listen()?;
    let mut ticks = time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut taken = Taken::take(out.clone())?;
    let size = taken.terminal.size()?;
    let mut model = Model::new(language, color(), now(), size.width, size.height);
    model.zone = TimeZone::system();
    model.folder = folder;
    let mut tasks = JoinSet::new();
    tasks.spawn(follow(api.clone(), out));
    start(&mut tasks, &api, update::start(&mut model));
    while !model.ended {
        if std::mem::take(&mut model.makes_way) && !signals::make_way()? {
            model.notify(model.say(Text::NoShell));
        }
        measure(&taken, &mut model);
        draw(&mut taken, &model)?;
        let msg = tokio::select! {
            msg = messages.recv() => msg,
            Some(done) = tasks.join_next() => match done {
                Ok(msg) => msg,
                Err(_) => return Err(panicked(&taken)),
            },
            _ = ticks.tick() => {
                if !terminal::is_there() {
                    return Ok(());
                }
                Some(Msg::Tick(now()))
            }
            asked = signals.next() => {
                match asked {
                    Asked::End => return Ok(()),
                    Asked::MakeWay => {
                        terminal::give_back();
                        if signals.stop().await? == Asked::End {
                            return Ok(());
                        }
                        taken.take_again()?;
                    }
                    Asked::GoOn => taken.take_again()?,
                }
                None
            }
        };
        let Some(msg) = msg else { continue };
        let commands = update::update(&mut model, msg);
        start(&mut tasks, &api, commands);
        // What waits already is taken in before the next picture.
        while let Ok(msg) = messages.try_recv() {
            let commands = update::update(&mut model, msg);
            start(&mut tasks, &api, commands);
        }
    }
    if model.link == Link::LoggedOut { Err(ConsoleError::SessionEnded) } else { Ok(()) }
}

async fn follow(api: Api, out: mpsc::Sender<Msg>) -> Option<Msg> {
    link::follow(api, out).await;
    None
}

fn start(tasks: &mut JoinSet<Option<Msg>>, api: &Api, commands: Vec<Command>) {
    for command in commands {
        let api = api.clone();
        tasks.spawn(async move { Some(Msg::Answer(perform(api, command).await)) });
    }
}

/// crossterm loses the news of a new size when a key comes at the same moment.
fn measure(taken: &Taken, model: &mut Model) {
    if let Ok(size) = taken.terminal.size() {
        (model.width, model.height) = (size.width, size.height);
    }
}

fn draw(taken: &mut Taken, model: &Model) -> io::Result<()> {
    match taken.terminal.draw(|frame| view(model, frame)) {
        Ok(_) => Ok(()),
        // A terminal that went away is an end like any other.
        Err(_) if !terminal::is_there() => Ok(()),
        Err(error) => Err(error),
    }
}

fn panicked(taken: &Taken) -> ConsoleError {
    let told = taken.panicked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    ConsoleError::Panicked(told.unwrap_or_else(|| "a task ended".to_owned()))
}

/// Whether colours are wanted, see no-color.org.
fn color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one place of the console that asks the clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
