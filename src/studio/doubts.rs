//! What of the connections and bots works badly or should not stay, although a studio starts with it?

use std::{collections::BTreeMap, path::Path};

use serde_json::json;
use studio_adapters::http::Secret;
use studio_core::{
    bot::{Bot, NodeKind},
    dialogue::known_address,
    policy::networks::Networks,
};
use url::Url;

use super::{Connection, policy, switchboard::same_account};
use crate::config::Config;

/// The secret that the documentation shows (`docs/http-channel.md`): anybody can sign with it.
const EXAMPLE_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// The folder of bots as `config.toml` has it.
const DEFAULT_BOTS: &str = "bots";

/// A warning for each, with what to do.
pub fn doubts(config: &Config, connections: &BTreeMap<String, Connection>) -> Vec<String> {
    let networks = policy(config).networks;
    let mut found = Vec::new();
    for (name, connection) in connections {
        let Connection::Http(http) = connection else { continue };
        if EXAMPLE_SECRET.parse::<Secret>().is_ok_and(|example| http.secrets.contains(&example)) {
            found.push(format!(
                "the connection {name} has the secret of the documentation, with which anybody can sign: make another \
                 (echo \"whsec_$(openssl rand -base64 32)\")"
            ));
        }
        if let Some(url) = &http.reply_url
            && let Some(error) = networks.refused_unseen(url)
        {
            found.push(format!("the replies of the connection {name} will not leave: {error}"));
        }
    }
    found.extend(vain_uploads(config, connections));
    found
}

/// That there is no folder of bots where one is named: one that nobody named is the sample's on purpose.
pub fn lost_folder(config: &Config) -> Option<String> {
    let folder = &config.bots.folder;
    if folder.is_dir() || folder == Path::new(DEFAULT_BOTS) {
        return None;
    }
    let origin = config.origins.of_setting("bots.folder");
    Some(format!(
        "{origin}bots.folder: there is no folder {}: the sample bot runs in place of yours",
        folder.display()
    ))
}

/// Files that visitors could send only in the settings, with the line of these.
fn vain_uploads(config: &Config, connections: &BTreeMap<String, Connection>) -> Vec<String> {
    let told = connections.iter().filter_map(|(name, connection)| {
        let Connection::Web(web) = connection else { return None };
        let why = web.uploads.in_vain()?;
        let place = config.connection.iter().position(|one| one.name() == name);
        let origin = place.map(|place| config.origins.of_connection(place, "uploads.types"));
        Some(format!("{}of the connection {name}: {why}", origin.unwrap_or_default()))
    });
    told.collect()
}

/// A warning for each connection that is the account of one before it.
pub fn twins(connections: &BTreeMap<String, Connection>) -> Vec<String> {
    let mut found = Vec::new();
    let mut accounts: BTreeMap<[u8; 32], &String> = BTreeMap::new();
    for (name, platform) in connections.iter().filter_map(|(name, one)| Some((name, one.platform()?))) {
        if let Some(twin) = accounts.get(&platform.account()) {
            found.push(format!("the connection {name} does not run: {}", same_account(twin)));
        } else {
            accounts.insert(platform.account(), name);
        }
    }
    found
}

/// A warning for each service that the flows of a bot call and that will be refused, as far as its address is known before
/// anybody talks to it. The bot has the operator's settings.
pub fn refused_calls(networks: &Networks, bot: &Bot) -> Vec<String> {
    let known = BTreeMap::from([("settings", json!(bot.settings))]);
    let mut found = BTreeMap::new();
    for node in bot.flows.values().flat_map(|flow| &flow.nodes) {
        let NodeKind::Http(http) = &node.kind else { continue };
        let Ok(url) = Url::parse(&known_address(&http.url, &known)) else { continue };
        // A placeholder that is filled in later leaves the host open.
        if url.host_str().is_none_or(|host| host.contains('{')) {
            continue;
        }
        if let Some(refused) = networks.refused_unseen(&url) {
            let origin = url.origin().ascii_serialization();
            let told = format!(
                "the bot {} calls {origin} ({}:{}), which is refused: {refused}",
                bot.name, node.file, node.line
            );
            found.entry(origin).or_insert(told);
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use studio_core::bot::{Files, load};

    use super::*;

    #[test]
    fn calls_that_will_be_refused_are_told_with_all_that_they_need() {
        let check = |url: &str, egress: &str, expected: &[&str]| {
            let files = [
                (
                    "bot.yaml",
                    "name: cafe\nlanguages: [en]\nsettings: { service: \"http://127.0.0.1:9090\" }\n"
                        .to_owned(),
                ),
                (
                    "flows/a.yaml",
                    format!(
                        "a:\n  when: [ keyword: a ]\n  steps:\n    - set: {{ code: x }}\n    - http: {{ get: \"{url}\" }}\n"
                    ),
                ),
            ];
            let files = files.map(|(path, text)| (path.to_owned(), text));
            let loaded = load(&Files(BTreeMap::from(files)));
            let bot = loaded.bot.unwrap_or_else(|| panic!("{url}: {:?}", loaded.problems));
            let found = refused_calls(&policy(&settings(egress)).networks, &bot);
            let fits = found.len() == usize::from(!expected.is_empty())
                && expected.iter().all(|words| found[0].contains(words));
            assert!(fits, "{url}: {found:?}");
        };
        let whole = "{{ settings.service }}/orders/{{ slots.code }}";
        let needs = [
            "the bot cafe calls http://127.0.0.1:9090 (flows/a.yaml:5)",
            "egress.allow_private",
            "port 9090",
        ];
        check(whole, "", &needs);
        check(whole, "[egress]\nallow_private = ['127.0.0.0/8']", &["port 9090 of 127.0.0.1"]);
        check(whole, "[egress]\nallow_private = ['127.0.0.0/8']\nallow_ports = [9090]", &[]);
        check("https://api.example/{{ slots.code }}", "", &[]);
        check("https://{{slots.code}}/", "", &[]);
        check("http://10.0.0.7/", "", &["calls http://10.0.0.7 ", "egress.allow_private"]);
    }

    #[test]
    fn a_copy_of_the_sample_needs_what_the_sample_has() {
        let mut config = settings("");
        let told = |config: &Config| {
            let files = crate::bots::sample("shop").expect("it is in the binary").files;
            let mut bot = load(&files).bot.expect("it has no errors");
            bot.settings.extend(crate::studio::overrides(config).remove("shop").unwrap_or_default());
            refused_calls(&policy(config).networks, &bot)
        };
        let folder = tempfile::tempdir().expect("a folder");
        config.bots.folder = folder.path().join("bots");
        assert_eq!(told(&config), Vec::<String>::new());
        config.bots.folder = folder.path().to_owned();
        let found = told(&config);
        assert!(found.len() == 1 && found[0].contains("port 8080 there (egress.allow_ports)"), "{found:?}");
        config.egress.allow_private = vec!["127.0.0.1/32".parse().expect("a network")];
        config.egress.allow_ports = vec![8080];
        assert_eq!(told(&config), Vec::<String>::new());
    }

    fn settings(text: &str) -> Config {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("studio.toml");
        std::fs::write(&file, text).expect("writable");
        crate::config::load(Some(&file), &BTreeMap::new()).expect("the settings hold")
    }

    fn told(connection: &str, egress: &str) -> Vec<String> {
        let config = settings(&format!(
            "{egress}\n[[connection]]\nname = 'crm'\nchannel = 'http'\nbot = 'shop'\n{connection}\n"
        ));
        let connections = crate::studio::connections(&config).expect("they hold");
        [twins(&connections), doubts(&config, &connections)].concat()
    }

    #[test]
    fn files_that_nobody_can_send_are_told_with_their_line() {
        let told = |uploads: &str| {
            let config = settings(&format!(
                "[[connection]]\nname = 'a'\nchannel = 'web'\nbot = 'shop'\norigins = ['https://a.example']\n\
                 uploads = {{ {uploads} }}\n"
            ));
            doubts(&config, &crate::studio::connections(&config).expect("they hold"))
        };
        let found = told("types = ['image/*', 'image/png']");
        assert!(
            found.len() == 1
                && found[0].contains(":6: of the connection a: no file is ever taken for image/*"),
            "{found:?}"
        );
        assert_eq!(told("types = ['image/png']"), Vec::<String>::new());
    }

    #[test]
    fn a_folder_of_bots_that_is_not_there_is_told_where_one_is_named() {
        let told = |config: &Config| lost_folder(config).into_iter().collect::<Vec<_>>();
        let defaults = crate::config::load(None, &BTreeMap::new()).expect("the defaults hold");
        assert_eq!(defaults.bots.folder, Path::new(DEFAULT_BOTS));
        assert_eq!(told(&defaults), Vec::<String>::new());
        let found = told(&settings("[server]\n[bots]\nfolder = 'bot'\n"));
        assert!(
            found.len() == 1
                && found[0].contains(":3: bots.folder: there is no folder bot: the sample bot runs"),
            "{found:?}"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let named = format!("[bots]\nfolder = '{}'\n", folder.path().display());
        assert_eq!(told(&settings(&named)), Vec::<String>::new());
    }

    #[test]
    fn the_secret_of_the_documentation_is_told() {
        let found = told(&format!("secret = '{EXAMPLE_SECRET}'"), "");
        assert!(
            found.len() == 1 && found[0].contains("crm has the secret of the documentation"),
            "{found:?}"
        );
        assert!(!found[0].contains("MfKQ"), "{found:?}");
        let own = "secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'";
        assert!(told(own, "").is_empty());
        let previous = format!("{own}\nprevious_secret = '{EXAMPLE_SECRET}'");
        assert_eq!(told(&previous, "").len(), 1);
    }

    #[test]
    fn a_secret_that_cannot_be_read_names_its_connection() {
        let mut config = crate::config::load(None, &BTreeMap::new()).expect("the defaults hold");
        let text = "name = 'crm'\nchannel = 'http'\nbot = 'shop'\nsecret_file = '/nowhere/secret'";
        config.connection = vec![toml::from_str(text).expect("a connection")];
        let error = crate::studio::connections(&config).expect_err("there is no such file");
        let error = format!("{error:#}");
        assert!(error.contains("connection `crm`: could not read /nowhere/secret"), "{error}");
    }

    #[test]
    fn two_connections_with_one_account_are_told() {
        let of = |name: &str, token: &str, more: &str| {
            format!(
                "\n[[connection]]\nname = '{name}'\nchannel = 'telegram'\nbot = 'shop'\ntoken = '{token}'\n{more}\n"
            )
        };
        let secret = "secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'";
        let found = |others: &[String]| told(&format!("{secret}\n{}", others.concat()), "");
        let apart = found(&[
            of("a", "1:first", ""),
            of("b", "2:first", ""),
            of("c", "1:first", "api = 'http://127.0.0.1:9'"),
        ]);
        assert!(apart.is_empty(), "{apart:?}");
        let twins = found(&[of("a", "1:first", ""), of("b", "1:second", "")]);
        assert!(
            twins.len() == 1
                && twins[0]
                    .starts_with("the connection b does not run: the connection a is the same account"),
            "{twins:?}"
        );
        assert!(!twins[0].contains("first") && !twins[0].contains("second"), "{twins:?}");
    }

    #[test]
    fn replies_that_cannot_leave_are_told() {
        let check = |url: &str, egress: &str, expected: bool| {
            let secret = "secret = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX'";
            let found = told(&format!("{secret}\nreply_url = '{url}'"), egress);
            assert_eq!(found.is_empty(), !expected, "{url}: {found:?}");
        };
        check("https://crm.example/replies", "", false);
        check("http://127.0.0.1:9000/replies", "", true);
        check("http://localhost/replies", "", true);
        check("http://192.168.1.9/replies", "", true);
        check("http://[::1]/replies", "", true);
        check("https://crm.example:8443/replies", "", true);
        let home = "[egress]\nallow_private = ['127.0.0.0/8']\nallow_ports = [9000]";
        check("http://127.0.0.1:9000/replies", home, false);
        check("http://localhost:9000/replies", home, false);
        check("http://127.0.0.1:9001/replies", home, true);
        check("https://crm.example:9000/replies", home, false);
    }
}
