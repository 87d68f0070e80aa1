//! How do the layers of settings become one?

use std::{collections::BTreeMap, fs, io::ErrorKind, path::Path};

use toml::Value;

use super::{
    Config, ConfigError, ConfigErrors, DEFAULTS,
    environment::{over_bots, over_connections, setting_of, typed},
    file::{merge, parse, read},
    origin::Origins,
    wrong::Wrong,
};

/// Reads the settings: defaults, then the file, then `STUDIO_<SECTION>_<KEY>` of the environment.
///
/// Keys ending in `_file` are replaced by what the named file holds, without its last line break.
pub fn load(file: Option<&Path>, environment: &BTreeMap<String, String>) -> Result<Config, ConfigErrors> {
    let defaults = parse("config.toml", DEFAULTS)?;
    let mut settings = defaults.clone();
    let mut origins = Origins::default();
    let mut wrong = Wrong::default();
    if let Some(path) = file {
        let name = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::InvalidData => ConfigError::NotText { path: name.clone() },
            _ => ConfigError::Read { path: name.clone(), error },
        })?;
        let said = read(&name, &text);
        merge(&mut settings, said.table);
        wrong = Wrong::of_file(said.errors, said.lost);
        origins.file = Some((name, said.text));
    }
    for (variable, text) in environment {
        if let Some((section, key)) = setting_of(variable, &settings) {
            if let Some(Value::Table(table)) = settings.get_mut(&section) {
                table.insert(key.clone(), typed(table.get(&key), text));
            }
            origins.environment.insert(format!("{section}.{key}"), variable.clone());
        }
    }
    over_connections(&mut settings, environment, &mut origins);
    over_bots(&mut settings, environment, &mut origins);
    wrong.name_twins(&settings, &origins);
    wrong.read_files(&mut settings, "", &origins);
    wrong.refuse_lists(&mut settings, &defaults, &origins);
    wrong.read(settings, &defaults, origins).map_err(ConfigErrors::in_order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{EXPLAINED, by_line};

    fn with(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("studio.toml");
        fs::write(&path, text).expect("writable");
        load(Some(&path), &BTreeMap::new())
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn the_defaults_are_complete() {
        let config = load(None, &BTreeMap::new()).expect("config.toml is valid");
        assert!(config.server.listen.ip().is_loopback());
        assert_eq!(config.connection.len(), 1);
    }

    #[test]
    fn an_address_is_a_network_of_one() {
        let config =
            with("[server]\ntrusted_proxies = ['127.0.0.1', '10.0.0.0/8', '::1']\n").expect("they hold");
        let proxies = config.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(proxies, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
    }

    #[track_caller]
    fn begin_with(wrong: &[(&str, &str)]) {
        for (text, expected) in wrong {
            let error = with(text).expect_err("wrong");
            assert!(error.starts_with(expected), "{text}\n{error}");
        }
    }

    #[test]
    fn a_wrong_setting_is_named_with_its_line() {
        begin_with(&[
            (
                "[server]\nlistn = \"x\"\n",
                "studio.toml:2: server.listn: there is no setting `listn` here; did you mean `listen`? `studio config --defaults`",
            ),
            (
                "[log]\nlevel = \"info\"\nformat = \"xml\"\n",
                "studio.toml:3: log.format: `xml` cannot be used; write another; known: `json`, `text`; ",
            ),
            (
                "[sever]\nx = 1\n",
                "studio.toml:1: sever: there is no section `[sever]`; did you mean `server`?",
            ),
            (
                "inbox = 1\n",
                "studio.toml:1: inbox: it stands outside of its section: write it below `[limits]`;",
            ),
            (
                "[server]\ninbox = 1\n",
                "studio.toml:2: server.inbox: `inbox` is a setting of `[limits]`: write it below that;",
            ),
            ("[server\n", "studio.toml:1: "),
            (
                "[limits]\n\ninbox = \"many\"\n",
                "studio.toml:3: limits.inbox: a whole number without quotes is needed (such as 20000), not a text;",
            ),
            (
                "[limits]\ninbox = -1\n",
                "studio.toml:2: limits.inbox: a whole number that is not negative is needed",
            ),
            (
                "[egress]\nallow_ports = [80, 70000]\n",
                "studio.toml:2: egress.allow_ports[1]: a whole number from 0 to 65535 is needed;",
            ),
            (
                "[egress]\nallow_ports = [80, 0]\n",
                "studio.toml:2: egress.allow_ports: nothing listens at port 0;",
            ),
            (
                "[egress]\nallow_private = ['here']\n",
                "studio.toml:2: egress.allow_private[0]: an address or a network",
            ),
            (
                "[server]\nlisten = 8080\n",
                "studio.toml:2: server.listen: an address with a port, in quotes, is needed (such as \"127.0.0.1:8080\"), not a number;",
            ),
            (
                "[server]\ndata = ''\n",
                "studio.toml:2: server.data: the name of a folder is needed, such as \"data\"",
            ),
            (
                "[server]\nlisten = 'here'\n",
                "studio.toml:2: server.listen: an address of this machine with a port",
            ),
            (
                "[demo]\nenabled = 'no'\n",
                "studio.toml:2: demo.enabled: `true` or `false` without quotes is needed, not a text;",
            ),
            ("limits = 3\n", "studio.toml:1: limits: a section of settings is needed, not a number;"),
            (
                "[server]\nkey = 1234567\n",
                "studio.toml:2: server.key: a text in quotes is needed, not a number;",
            ),
            ("texts = ['here']\n", "studio.toml:1: texts: a section of settings is needed, not a list;"),
            (
                "[limits]\nturn = \"soon\"\n",
                "studio.toml:2: limits.turn: `soon` is no length of time; one is `500ms`",
            ),
            (
                "[translation]\ntimeout = \"0s\"\n",
                "studio.toml:2: translation.timeout: a time longer than 0 s",
            ),
        ]);
    }

    #[test]
    fn a_wrong_setting_of_a_connection_is_named_with_its_line() {
        begin_with(&[
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 7\n",
                "studio.toml:4: connection `a`, `bot`: a text in quotes is needed, not a number;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'wep'\nbot = 'b'\n",
                "studio.toml:3: connection `a`, `channel`: `wep` cannot be used; did you mean `web`?",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\n",
                "studio.toml:1: connection `a`: `bot` is missing: write a line `bot = …`;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'b'\norigin = []\n",
                "studio.toml:5: connection `a`, `origin`: there is no setting `origin` here; did you mean `origins`?",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'b'\ntheme = ['#ffffff']\n",
                "studio.toml:5: connection `a`, `theme`: a section of settings is needed, not a list;",
            ),
            (
                "[[connection]]\nname = 'a'\nchannel = 'whatsapp'\nbot = 'b'\nphone_number_id = '1'\naccount_id = '2'\n\
                 words = ['Choose', 'More']\n",
                "studio.toml:7: connection `a`, `words`: a section of settings is needed, not a list;",
            ),
        ]);
    }

    #[test]
    fn a_wrong_setting_of_a_platform_names_the_page_that_explains_it() {
        for channel in ["telegram", "discord", "slack", "whatsapp", "web"] {
            let told = with(&format!("[[connection]]\nname = 'a'\nchannel = '{channel}'\nbot = 7\n"));
            let told = told.expect_err("wrong");
            let line = told.lines().find(|line| line.contains("`bot`: a text in quotes")).unwrap_or_default();
            let page = format!("; docs/{channel}.md explains every setting of such a connection");
            assert!(line.ends_with(if channel == "web" { EXPLAINED } else { page.as_str() }), "{told}");
        }
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let text = "[server]\nlistn = 1\n[limits]\ninbox = \"many\"\nbatch = \"few\"\n[[connection]]\nname = \"a\"\n\
                    channel = \"telegram\"\n[[connection]]\nname = \"b\"\nchannel = \"web\"\nbot = 7\norigin = 1\n[sever]\n\
                    x = 1\n[store]\npassword_file = \"/nowhere\"\n";
        let error = with(text).expect_err("wrong");
        let places: Vec<_> = error.lines().filter_map(|line| line.split(": ").nth(1)).collect();
        let expected = [
            "server.listn",
            "limits.inbox",
            "limits.batch",
            "connection `a`",
            "connection `b`, `bot`",
            "connection `b`, `origin`",
            "sever",
        ];
        let is_told = |expected: &&str| places.iter().any(|place| place.starts_with(expected));
        assert!(expected.iter().all(is_told) && error.contains("cannot read /nowhere"), "{error}");
        assert_eq!(error.lines().count(), expected.len() + 1, "{error}");
        let lines: Vec<_> = error.lines().map(by_line).collect();
        assert!(lines.is_sorted() && !lines.contains(&u32::MAX), "{error}");
        let unread = error.lines().find(|line| line.contains("cannot read /nowhere"));
        assert!(unread.is_some_and(|line| !line.contains(EXPLAINED)), "{error}");
    }

    #[test]
    fn a_file_that_is_no_text_is_told_as_one_of_a_bot_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("studio.toml");
        fs::write(&path, [0xff, 0xfe, 0]).expect("writable");
        let error = load(Some(&path), &BTreeMap::new()).expect_err("no text").to_string();
        assert!(error.ends_with("studio.toml: this is not UTF-8 text: save it as UTF-8"), "{error}");
    }

    #[test]
    fn a_wrong_one_of_a_list_hides_nothing_else() {
        let text =
            "[egress]\nallow_private = ['here']\nallow_ports = [80, 70000]\n[limits]\ninbox = 'many'\n";
        let error = with(text).expect_err("wrong");
        for place in [":2: egress.allow_private[0]", ":3: egress.allow_ports[1]", ":5: limits.inbox"] {
            assert!(error.contains(place), "{error}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("studio.toml");
        fs::write(&path, text).expect("writable");
        let rest = load(Some(&path), &BTreeMap::new()).expect_err("wrong").rest;
        assert!(rest.is_some(), "the bots can be looked at");
    }

    #[test]
    fn of_a_list_in_a_connection_each_that_is_wrong_is_told_with_its_line() {
        let text = "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'b'\norigins = [\n'https://good.example',\n\
                    'ftp://a.example',\n'*',\n]\ncolour = 1\n[[connection]]\nname = 'b'\nchannel = 'web'\nbot = ['b']\n";
        let told = with(text).expect_err("wrong");
        let expected = [
            "studio.toml:7: connection `a`, `origins[1]`: ",
            "studio.toml:8: connection `a`, `origins[2]`: ",
            "studio.toml:10: connection `a`, `colour`: there is no setting `colour` here",
            "studio.toml:14: connection `b`, `bot`: a text in quotes is needed, not a list",
        ];
        for expected in expected {
            assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in:\n{told}");
        }
        assert_eq!(told.lines().count(), expected.len(), "{told}");
    }

    #[test]
    fn in_the_sections_of_a_connection_each_that_is_wrong_is_told_with_its_line() {
        let text = "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'b'\norigins = ['https://a.example']\n\
                    [connection.theme]\naccent = 'blue'\nposition = 'left'\n[connection.uploads]\nmax_bytes = -1\ntypes = ['exe']\n\
                    [connection.limits]\nsockets = -1\nsessions_per_hour = -1\nfoo = 1\n";
        let told = with(text).expect_err("wrong");
        let expected = [
            "studio.toml:8: connection `a`, `theme.position`: `left` cannot be used",
            "studio.toml:10: connection `a`, `uploads.max_bytes`: a whole number that is not negative",
            "studio.toml:13: connection `a`, `limits.sockets`: a whole number from 0",
            "studio.toml:14: connection `a`, `limits.sessions_per_hour`: a whole number from 0",
            "studio.toml:15: connection `a`, `limits.foo`: there is no setting `foo` here",
        ];
        for expected in expected {
            assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in:\n{told}");
        }
        assert_eq!(told.lines().count(), expected.len(), "{told}");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("studio.toml");
        fs::write(&path, text).expect("writable");
        let rest =
            load(Some(&path), &BTreeMap::new()).expect_err("wrong").rest.expect("the rest can be looked at");
        let mistakes = crate::studio::mistakes(&rest).join("\n");
        for expected in ["theme.accent “blue”", "uploads.types: “exe”", "studio.toml:7: ", "studio.toml:11: "]
        {
            assert!(mistakes.contains(expected), "{expected} is not in:\n{mistakes}");
        }
    }

    #[test]
    fn a_wrong_channel_does_not_hide_a_wrong_name() {
        let told = with("[[connection]]\nname = 'a b'\nchannel = 'wbe'\nbot = 'b'\n").expect_err("wrong");
        for expected in [
            "studio.toml:3: connection `a b`, `channel`: `wbe` cannot be used; did you mean `web`?",
            "studio.toml:2: connection `a b`, `name`: a name must be 1 to 64 lower case letters",
        ] {
            assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in:\n{told}");
        }
        assert_eq!(told.lines().count(), 2, "{told}");
    }

    #[test]
    fn connections_of_one_name_are_told_beside_what_else_is_wrong_with_them() {
        let one = |name: &str, more: &str| {
            format!("[[connection]]\nname = '{name}'\nchannel = 'web'\nbot = 'b'\n{more}\n")
        };
        let text = [one("a", "theme = { accent = 'red' }"), one("b", ""), one("a", "colour = 1")].concat();
        let told = with(&text).expect_err("wrong");
        let expected = [
            "studio.toml:12: connection `a`, `name`: another connection is called `a` (line 2): give one of them another name",
            "studio.toml:15: connection `a`, `colour`: there is no setting `colour` here",
        ];
        for expected in expected {
            assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in:\n{told}");
        }
        assert_eq!(told.lines().count(), expected.len(), "{told}");
    }

    #[test]
    fn what_is_no_toml_hides_nothing_else() {
        let text = "[server]\nlistn = 1\n[limits\ninbox = \"many\"\n[log]\nlevel = warn\nformat = \"xml\"\n\
                    [[connection]\nname = \"a\"\nchannel = \"web\"\nbot = shop\ncolour = \"red\"\n[egress]\n\
                    allow_ports\n[limits]\nbatch = 0\n";
        let told = with(text).expect_err("wrong");
        let expected = [
            "studio.toml:2: server.listn: there is no setting `listn` here",
            "studio.toml:3: unclosed table",
            "studio.toml:4: limits.inbox: a whole number",
            "studio.toml:6: a text stands in quotes",
            "studio.toml:7: log.format: `xml` cannot be used",
            "studio.toml:8: unclosed array table",
            "studio.toml:11: a text stands in quotes",
            "studio.toml:12: connection `a`, `colour`: there is no setting `colour` here",
            "studio.toml:14: key with no value",
            "studio.toml:15: this stands here a second time",
        ];
        for expected in expected {
            assert!(told.lines().any(|line| line.starts_with(expected)), "{expected} is not in:\n{told}");
        }
        assert_eq!(told.lines().count(), expected.len(), "{told}");
    }

    #[test]
    fn a_list_that_is_not_closed_is_told_once() {
        for text in [
            "[egress]\nallow_ports = [80,\n[limits]\ninbox = 3\nbatch = 0\n",
            "[egress]\nallow_ports = [80\n",
        ] {
            let told = with(text).expect_err("wrong");
            assert_eq!(told.lines().count(), 1, "{told}");
        }
    }

    #[test]
    fn the_environment_sets_connections_too() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("studio.toml");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        let text = "[[connection]]\nname = 'shop-crm'\nchannel = 'http'\nbot = 'shop'\nsecret_file = '/nowhere'\n\
                    [[connection]]\nname = 'web'\nchannel = 'web'\nbot = 'shop'\n";
        fs::write(&file, text).expect("writable");
        let environment = |more: &[(&str, &str)]| {
            let pairs = more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let set = environment(&[
            ("STUDIO_CONNECTION_SHOP_CRM_SECRET", secret),
            ("STUDIO_CONNECTION_WEB_ORIGINS", "['https://a.example']"),
            ("STUDIO_CONNECTION_WEB_BOT", "tents"),
            ("STUDIO_KEY", "a key"),
        ]);
        let config = load(Some(&file), &set).expect("valid");
        assert_eq!(config.server.key.reveal(), "a key");
        assert!(!config.printed().contains("a key"));
        assert!(config.connection.iter().all(|connection| connection.problems().is_empty()));
        assert_eq!(config.connection[1].bot(), "tents");
        let wrong = environment(&[
            ("STUDIO_CONNECTION_SHOP_CRM_SECRET", secret),
            ("STUDIO_CONNECTION_WEB_COLOUR", "red"),
        ]);
        let error = load(Some(&file), &wrong).expect_err("wrong").to_string();
        assert!(error.contains("there is no setting `colour` here"), "{error}");
        assert!(error.starts_with("environment variable STUDIO_CONNECTION_WEB_COLOUR: "), "{error}");
    }

    #[test]
    fn a_file_that_cannot_be_read_costs_its_connection_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("studio.toml");
        let text = "[[connection]]\nname = 'crm'\nchannel = 'http'\nbot = 'shop'\nsecret_file = '/nowhere/secret'\n\
                    [[connection]]\nname = 'web'\nchannel = 'web'\nbot = 'shop'\norigins = ['https://a.example']\n";
        fs::write(&file, text).expect("writable");
        let config = load(Some(&file), &BTreeMap::new()).expect("the others hold");
        let why = &config.unreadable["crm"];
        assert!(
            why.contains("studio.toml:5: connection `crm`, `secret_file`: cannot read /nowhere/secret"),
            "{why}"
        );
        let lines = crate::studio::configured(&config).expect("the others hold");
        assert_eq!(lines["crm"].as_ref().err(), Some(why));
        assert!(lines["web"].is_ok());

        let error = with("[store]\npassword_file = '/nowhere/secret'\n").expect_err("it is needed");
        assert!(
            error.starts_with("studio.toml:2: store.password_file: cannot read /nowhere/secret"),
            "{error}"
        );
    }

    #[test]
    fn a_wrong_variable_is_named_also_where_there_is_no_file() {
        for (variable, value) in [
            ("STUDIO_CONNECTION_WEB_BOGUS", "x"),
            ("STUDIO_CONNECTION_WEB_CHANNEL", "telegram"),
            ("STUDIO_CONNECTION_WEB_THEME", "{ accent = 3 }"),
            ("STUDIO_CONNECTION_WEB_THEME", "['#ffffff']"),
            ("STUDIO_EGRESS_ALLOW_PORTS", "[80, 70000]"),
            ("STUDIO_LIMITS_INBX", "3"),
        ] {
            let environment = BTreeMap::from([(variable.to_owned(), value.to_owned())]);
            let error = load(None, &environment).expect_err("wrong").to_string();
            assert!(error.starts_with(&format!("environment variable {variable}: ")), "{error}");
        }
    }

    #[test]
    fn the_environment_is_above_the_settings_of_bots() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("studio.toml");
        let text = "[bots.settings.shop]\nshop_url = 'http://a.example'\nmost = 3\n[bots.settings.ski-hire]\nx = 'a'\n";
        fs::write(&file, text).expect("writable");
        let environment = [
            ("STUDIO_BOTS_SETTINGS_SHOP_SHOP_URL", "http://b.example"),
            ("STUDIO_BOTS_SETTINGS_SHOP_MOST", "4"),
            ("STUDIO_BOTS_SETTINGS_SKI_HIRE_X", "b"),
            ("STUDIO_BOTS_SETTINGS_TENTS_OPEN", "true"),
        ];
        let environment = environment.map(|(name, text)| (name.to_owned(), text.to_owned()));
        let config = load(Some(&file), &BTreeMap::from(environment)).expect("valid");
        let expected = serde_json::json!({
            "shop": { "shop_url": "http://b.example", "most": 4 },
            "ski-hire": { "x": "b" },
            "tents": { "open": true },
        });
        assert_eq!(serde_json::json!(config.bots.settings), expected);
        assert_eq!(
            config.origins.of_setting("bots.settings.shop.most"),
            "environment variable STUDIO_BOTS_SETTINGS_SHOP_MOST: "
        );
    }

    #[test]
    fn the_environment_is_above_the_file_and_files_hold_secrets() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let secret = folder.path().join("password");
        fs::write(&secret, "correct horse\n").expect("writable");
        let file = folder.path().join("studio.toml");
        fs::write(&file, format!("[store]\npassword_file = {secret:?}\n[limits]\ninbox = 3\n"))
            .expect("writable");
        let environment = BTreeMap::from([
            ("STUDIO_LIMITS_INBOX".to_owned(), "4".to_owned()),
            ("STUDIO_SERVER_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
            ("STUDIO_OTHER".to_owned(), "x".to_owned()),
        ]);
        let config = load(Some(&file), &environment).expect("valid");
        assert_eq!(config.limits.inbox, 4);
        assert_eq!(config.server.listen.port(), 0);
        assert_eq!(config.store.password.reveal(), "correct horse");
        assert!(!config.printed().contains("correct horse"));
        assert!(!format!("{config:?}").contains("correct horse"));
    }
}
