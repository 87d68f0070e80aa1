//! Who is at the keyboard, and is the server there at all?

use std::io::{self, IsTerminal, Write};

use studio_core::api::Me;

use crate::{
    api::Api,
    error::{ApiError, ConsoleError},
    options::{Credentials, Target},
};

/// A client that the server knows, and whether it opened a session that should be ended.
pub async fn log_in(target: &Target, credentials: Credentials) -> Result<(Api, bool), ConsoleError> {
    let api = Api::new(target)?;
    let credentials = match (target, credentials) {
        (Target::Url(_), Credentials::None) => {
            // Asking for a password only to say afterwards that nobody is there would be unkind.
            match api.get::<Me>(&["me"], &[]).await {
                Err(ApiError::Unreachable(why)) => return Err(ConsoleError::NotRunning(why)),
                Ok(_)
                | Err(ApiError::Unauthorised(_) | ApiError::Refused { .. } | ApiError::Unreadable(_)) => {}
            }
            tokio::task::spawn_blocking(ask)
                .await
                .map_err(|error| ConsoleError::Panicked(error.to_string()))??
        }
        (Target::Unix(_) | Target::Url(_), credentials) => credentials,
    };
    match credentials {
        Credentials::Password { email, password } => {
            let (api, _) = api.log_in(&email, &password).await.map_err(refused)?;
            Ok((api, true))
        }
        Credentials::Token(token) => Ok((check(api.with_token(&token)).await?, false)),
        Credentials::None => Ok((check(api).await?, false)),
    }
}

async fn check(api: Api) -> Result<Api, ConsoleError> {
    api.get::<Me>(&["me"], &[]).await.map_err(refused)?;
    Ok(api)
}

fn refused(error: ApiError) -> ConsoleError {
    match error {
        ApiError::Unreachable(why) => ConsoleError::NotRunning(why),
        ApiError::Unauthorised(why) => ConsoleError::Login(why),
        ApiError::Refused { .. } | ApiError::Unreadable(_) => error.into(),
    }
}

fn ask() -> Result<Credentials, ConsoleError> {
    if !io::stdin().is_terminal() {
        return Err(ConsoleError::NotATerminal);
    }
    let mut out = io::stdout();
    write!(out, "E-mail: ")?;
    out.flush()?;
    let mut email = String::new();
    io::stdin().read_line(&mut email)?;
    let password = rpassword::prompt_password("Password: ")?;
    Ok(Credentials::Password { email: email.trim().to_owned(), password })
}
