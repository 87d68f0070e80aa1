//! Which commands of a bot stand in no menu of a platform, as it takes no more of them?

use std::collections::BTreeMap;

use studio_adapters::platform::{Command, Unoffered};

use super::Connection;

/// Names that are told; of the others their count.
const TOLD: usize = 5;

/// A warning for each connection of which this is so. `commands` are those of a bot; none where it does not run.
pub fn unoffered(
    connections: &BTreeMap<String, Connection>,
    commands: impl Fn(&str) -> Vec<Command>,
) -> Vec<String> {
    let told = connections.iter().filter_map(|(name, connection)| {
        let bot = connection.bot();
        let Unoffered { limit, names } = connection.platform()?.unoffered(&commands(bot))?;
        let shown: Vec<String> = names.iter().take(TOLD).map(|name| format!("/{name}")).collect();
        let more = match names.len().saturating_sub(TOLD) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        Some(format!(
            "the connection {name} does not offer all commands of its bot {bot}, as its platform takes {limit}: {}{more} \
             can be written and stand in no menu; let fewer flows begin with a keyword, or with a shorter one",
            shown.join(", ")
        ))
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(connection: &str, count: usize) -> Vec<String> {
        let mut config = crate::config::load(None, &BTreeMap::new()).expect("the defaults hold");
        let text = format!("name = 'phone'\nbot = 'shop'\n{connection}");
        config.connection = vec![toml::from_str(&text).expect("a connection")];
        let connections = crate::studio::connections(&config).expect("they hold");
        let command = |number: usize| Command {
            name: format!("order_{number}"),
            names: Vec::new(),
            description: vec![("en".to_owned(), "orders".to_owned())],
        };
        unoffered(
            &connections,
            |bot| if bot == "shop" { (1..=count).map(command).collect() } else { Vec::new() },
        )
    }

    #[test]
    fn commands_beyond_what_a_platform_takes_are_told() {
        let telegram = "channel = 'telegram'\ntoken = '1:first'";
        let discord = "channel = 'discord'\ntoken = 'MTk4NjIyNDgzNDcxOTI1MjQ4.GAbcDe.made-up-for-this-test_and-opens-nothing'";
        let whatsapp = "channel = 'whatsapp'\nphone_number_id = '1'\naccount_id = '2'\ntoken = 'EAAB-token'\n\
                        app_secret = 'the-secret'\nverify_token = 'a word'";
        let slack = "channel = 'slack'\nbot_token = 'xoxb-1'\nsigning_secret = 's'";
        for (connection, most) in [(telegram, 100), (discord, 100), (whatsapp, 30)] {
            assert_eq!(told(connection, most), Vec::<String>::new(), "{connection}");
            let found = told(connection, most + 2);
            let names = format!("/order_{}, /order_{} can be written", most + 1, most + 2);
            assert!(
                found.len() == 1
                    && found[0]
                        .starts_with("the connection phone does not offer all commands of its bot shop")
                    && found[0].contains(&format!("takes {most} commands"))
                    && found[0].contains(&names),
                "{found:?}"
            );
        }
        assert!(told(telegram, 107)[0].contains("/order_105 and 2 more can be written"));
        let by_hand = format!("{whatsapp}\nregister = false");
        assert_eq!([told(slack, 200), told(&by_hand, 200)], [Vec::<String>::new(), Vec::new()]);
    }
}
