//! Who is at the keyboard, and is the server there at all?

use std::{
    io::{self, IsTerminal, Write},
    thread,
};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use studio_core::api::Me;
use url::{Host, Url};

use crate::{
    api::Api,
    error::{ApiError, ConsoleError},
    options::{Credentials, Target},
    scrub,
    signals::{self, Signals},
};

/// Times that e-mail and password are asked for.
const TRIES: u32 = 3;

/// A client that the server knows, and whether it opened a session that should be ended.
pub async fn log_in(target: &Target, credentials: Credentials) -> Result<(Api, bool), ConsoleError> {
    let api = Api::new(target)?;
    warn_of_plain_text(target)?;
    match credentials {
        Credentials::None if matches!(target, Target::Url(_)) => {
            // Asking for a password only to say afterwards that nobody is there would be unkind.
            match api.get::<Me>(&["me"], &[]).await {
                Err(error @ ApiError::Unreachable(_)) => return Err(refused(target, error)),
                Ok(_)
                | Err(ApiError::Unauthorised(_) | ApiError::Refused { .. } | ApiError::Unreadable(_)) => {}
            }
            Ok((ask_and_log_in(target, api).await?, true))
        }
        Credentials::Password { email, password } => {
            let (api, _) = api.log_in(&email, &password).await.map_err(|error| refused(target, error))?;
            Ok((api, true))
        }
        Credentials::Token(token) => Ok((check(target, api.with_token(&token)).await?, false)),
        Credentials::Name(name) => {
            let api = api.with_name(&name).ok_or(ConsoleError::Name)?;
            Ok((check(target, api).await?, false))
        }
        Credentials::None => Ok((check(target, api).await?, false)),
    }
}

/// What is sent to another machine without TLS can be read on the way.
fn warn_of_plain_text(target: &Target) -> io::Result<()> {
    let exposed = match target {
        Target::Unix(_) => false,
        Target::Url(url) => url.scheme() == "http" && !is_loopback(url),
    };
    if exposed {
        writeln!(
            io::stderr(),
            "warning: without https anybody on the way can read the login and every conversation"
        )?;
    }
    Ok(())
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

async fn check(target: &Target, api: Api) -> Result<Api, ConsoleError> {
    api.get::<Me>(&["me"], &[]).await.map_err(|error| refused(target, error))?;
    Ok(api)
}

fn refused(target: &Target, error: ApiError) -> ConsoleError {
    match error {
        ApiError::Unreachable(why) => match target {
            Target::Unix(_) => ConsoleError::NotRunning(why),
            Target::Url(url) => ConsoleError::NotThere { url: url.to_string(), why },
        },
        ApiError::Unauthorised(why) => ConsoleError::Login(why),
        ApiError::Refused { .. } | ApiError::Unreadable(_) => error.into(),
    }
}

/// E-mail and password of the operator; what is wrong is asked for again.
async fn ask_and_log_in(target: &Target, api: Api) -> Result<Api, ConsoleError> {
    let mut email = String::new();
    let mut tries = 1;
    loop {
        let asked = ask_until_interrupted(email).await?;
        match api.clone().log_in(&asked.email, &asked.password).await {
            Err(ApiError::Unauthorised(why)) if tries < TRIES => {
                writeln!(io::stderr(), "{why}: try again")?;
                tries += 1;
                email = asked.email;
            }
            done => return done.map(|(api, _)| api).map_err(|error| refused(target, error)),
        }
    }
}

struct Asked {
    email: String,
    password: String,
}

/// Asks in a thread of its own, which a signal leaves behind: nothing can end its reading. Before that
/// the terminal is set back, since it does not show what is typed while a password is.
async fn ask_until_interrupted(known: String) -> Result<Asked, ConsoleError> {
    let mut signals = Signals::listen()?;
    let settings = tcgetattr(io::stdin()).map_err(|_| ConsoleError::NotATerminal)?;
    let (tell, mut told) = tokio::sync::oneshot::channel();
    thread::spawn(move || {
        let _ = tell.send(ask(known));
    });
    // A terminal that is gone needs no setting back, and shows no new line.
    let set = |settings: &Termios| tcsetattr(io::stdin(), OptionalActions::Now, settings).unwrap_or_default();
    loop {
        let signal = tokio::select! {
            asked = &mut told => {
                return asked.unwrap_or_else(|_| Err(ConsoleError::Panicked("nobody could be asked".to_owned())));
            }
            signal = signals.next() => signal,
        };
        match signal {
            signals::Asked::End => break,
            signals::Asked::MakeWay => {
                let hidden = tcgetattr(io::stdin()).map_err(|_| ConsoleError::NotATerminal)?;
                set(&settings);
                if signals.stop().await? == signals::Asked::End {
                    break;
                }
                set(&hidden);
            }
            signals::Asked::GoOn => {}
        }
    }
    set(&settings);
    let _ = writeln!(io::stderr());
    Err(ConsoleError::Interrupted)
}

/// Nothing but Enter keeps the e-mail that is `known`; the end of the input (Ctrl-D) means to leave.
fn ask(known: String) -> Result<Asked, ConsoleError> {
    if !io::stdin().is_terminal() {
        return Err(ConsoleError::NotATerminal);
    }
    let mut out = io::stdout();
    if known.is_empty() {
        write!(out, "E-mail: ")?;
    } else {
        write!(out, "E-mail [{}]: ", scrub::line(&known))?;
    }
    out.flush()?;
    let mut line = String::new();
    if io::stdin().read_line(&mut line)? == 0 {
        return Err(ConsoleError::Interrupted);
    }
    let email = Some(line.trim()).filter(|line| !line.is_empty()).map_or(known, str::to_owned);
    let password = rpassword::prompt_password("Password: ").map_err(|error| match error.kind() {
        // It reads Ctrl-C and Ctrl-D itself.
        io::ErrorKind::Interrupted | io::ErrorKind::UnexpectedEof => ConsoleError::Interrupted,
        _ => error.into(),
    })?;
    Ok(Asked { email, password })
}
