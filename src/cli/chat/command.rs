//! What does a typed line ask for?

use std::path::PathBuf;

use jiff::SignedDuration;
use serde_json::Value;

/// One line of the person at the keyboard.
#[derive(Debug, PartialEq)]
pub enum Command {
    Nothing,
    Say(String),
    Press(String),
    File(PathBuf),
    Event {
        name: String,
        data: Value,
    },
    Later(SignedDuration),
    /// An agent hands the conversation back to the bot.
    Back,
    Slots,
    Explain,
    Help,
    Quit,
}

/// Longest that time may pass at once.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 3_660);

/// What can be typed, and what it does.
const TABLE: [(&str, &str); 9] = [
    ("/press VALUE", "press a button, by its value"),
    ("/file PATH", "send a file"),
    ("/event NAME {}", "an event of the page, with its data as JSON if there is any"),
    ("/later 31m", "let time pass"),
    ("/back", "after a handoff: the person hands back to the bot"),
    ("/slots", "what the bot remembers"),
    ("/explain", "show or hide what is understood and why it answers"),
    ("/help", "this list"),
    ("/quit", "leave (also Ctrl-D)"),
];

pub fn help() -> String {
    TABLE.map(|(command, effect)| format!("  {command:<16}{effect}")).join("\n")
}

/// Reads a line; the error says how to write it.
pub fn parse(line: &str) -> Result<Command, String> {
    let line = line.trim();
    let (command, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let needed =
        |what: &str| if rest.is_empty() { Err(format!("{command} {what}")) } else { Ok(rest.to_owned()) };
    Ok(match command {
        "" => Command::Nothing,
        "/press" => Command::Press(needed("VALUE")?),
        "/file" => Command::File(needed("PATH")?.into()),
        "/event" => event(&needed("NAME, or NAME {\"its\": \"data\"}")?)?,
        "/later" => Command::Later(time(rest)?),
        "/back" => Command::Back,
        "/slots" => Command::Slots,
        "/explain" => Command::Explain,
        "/help" => Command::Help,
        "/quit" => Command::Quit,
        _ if command.starts_with('/') => return Err(format!("no command {command}; /help lists them")),
        _ => Command::Say(line.to_owned()),
    })
}

/// Days are of 24 hours here: the clock alone goes on.
fn time(text: &str) -> Result<SignedDuration, String> {
    let days = |(days, rest): (&str, &str)| Some((days.trim().parse::<u32>().ok()?, rest.trim().to_owned()));
    let (days, rest) = text.split_once('d').and_then(days).unwrap_or((0, text.to_owned()));
    let rest = match rest.as_str() {
        "" if days > 0 => Ok(SignedDuration::ZERO),
        rest => rest.parse::<SignedDuration>(),
    };
    let whole = SignedDuration::from_hours(24 * i64::from(days));
    match rest.ok().and_then(|rest| whole.checked_add(rest)) {
        None => Err("/later and a duration such as 31m, 2h or 1d".to_owned()),
        Some(time) if time.is_negative() => Err("time goes forward only: /later 31m".to_owned()),
        Some(time) if time > LONGEST => Err("/later goes ten years at most".to_owned()),
        Some(time) => Ok(time),
    }
}

fn event(rest: &str) -> Result<Command, String> {
    let (name, data) = rest.split_once(char::is_whitespace).unwrap_or((rest, "null"));
    match serde_json::from_str(data.trim()) {
        Ok(data) => Ok(Command::Event { name: name.to_owned(), data }),
        Err(error) => Err(format!("the data of an event is JSON, such as {{\"total\": 5}}: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lines() {
        let event = |name: &str, data| Command::Event { name: name.to_owned(), data };
        for (line, expected) in [
            ("  ", Ok(Command::Nothing)),
            (" where is it? /help\n", Ok(Command::Say("where is it? /help".to_owned()))),
            ("/press  yes ", Ok(Command::Press("yes".to_owned()))),
            ("/file my bill.pdf", Ok(Command::File("my bill.pdf".into()))),
            ("/event cart_left", Ok(event("cart_left", Value::Null))),
            ("/event cart_left {\"total\": 5}", Ok(event("cart_left", json!({"total": 5})))),
            ("/later 31m", Ok(Command::Later(SignedDuration::from_mins(31)))),
            ("/back", Ok(Command::Back)),
            ("/press", Err("/press VALUE")),
            ("/file", Err("/file PATH")),
            ("/later 1d", Ok(Command::Later(SignedDuration::from_hours(24)))),
            ("/later 1d 2h", Ok(Command::Later(SignedDuration::from_hours(26)))),
            ("/later soon", Err("/later and a duration such as 31m, 2h or 1d")),
            ("/later", Err("/later and a duration such as 31m, 2h or 1d")),
            ("/later -5m", Err("time goes forward only: /later 31m")),
            ("/later 99999d", Err("/later goes ten years at most")),
            ("/later 999999999h", Err("/later goes ten years at most")),
            ("/nonsense", Err("no command /nonsense; /help lists them")),
        ] {
            assert_eq!(parse(line), expected.map_err(str::to_owned), "{line}");
        }
        assert!(parse("/event cart_left total=5").is_err_and(|error| error.contains("JSON")));
    }

    #[test]
    fn every_command_of_the_list_is_one() {
        for (command, _) in TABLE {
            assert!(parse(command).is_ok(), "{command}");
        }
    }
}
