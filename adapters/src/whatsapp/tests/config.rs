//! What can be set, and what is said of mistakes?

use std::path::Path;

use super::super::Config;
use crate::fence::Fence;

const GOOD: &str = "name = 'shop'\nbot = 'shop'\nphone_number_id = '106540352242922'\naccount_id = '102290129340398'\n\
                    token = 'EAAB-token'\napp_secret = 'the-secret'\nverify_token = 'a word'\n";

fn no_files(_: &Path) -> std::io::Result<String> {
    Err(std::io::Error::other("no such file"))
}

#[test]
fn a_connection_needs_three_secrets_and_two_ids() {
    let config: Config = toml::from_str(GOOD).expect("the shortest connection");
    assert_eq!(config.problems(), Vec::<String>::new());
    assert_eq!((config.api.as_str(), config.version.as_str()), ("https://graph.facebook.com/", "v23.0"));
    let account = config.account(&Fence::none(), no_files).expect("all is there");
    assert_eq!((account.name(), account.bot()), ("shop", "shop"));
    for shown in [format!("{config:?}"), format!("{account:?}")] {
        for secret in ["EAAB-token", "the-secret", "a word"] {
            assert!(!shown.contains(secret), "a secret is never printed");
        }
    }
}

#[test]
fn secrets_come_from_files() {
    let text = GOOD.replace("app_secret = 'the-secret'", "app_secret_file = '/run/secrets/whatsapp'");
    let config: Config = toml::from_str(&text).expect("a connection");
    assert_eq!(config.problems(), Vec::<String>::new());
    assert!(config.account(&Fence::none(), |_| Ok("from the file\n".to_owned())).is_ok());
    let error = config.account(&Fence::none(), no_files).expect_err("no file").to_string();
    assert!(error.contains("/run/secrets/whatsapp"), "{error}");
}

#[test]
fn words_on_lists_follow_the_language_unless_they_are_set() {
    let check = |words: &str, language: &str, expected: (&str, &str)| {
        let config: Config = toml::from_str(&format!("{GOOD}{words}")).expect("a connection");
        assert_eq!(config.problems(), Vec::<String>::new());
        let words = config.words.among(language);
        assert_eq!((words.choose.as_str(), words.more.as_str()), expected, "{language}");
    };
    check("", "en", ("Choose", "More"));
    check("", "de-AT", ("Auswählen", "Mehr"));
    check("", "", ("Choose", "More"));
    check("words = { more = 'Weiter' }", "fr", ("Choisir", "Weiter"));
}

#[test]
fn mistakes_are_named() {
    fn check(change: (&str, &str), expected: &str) {
        let text = GOOD.replace(change.0, change.1);
        let said = match toml::from_str::<Config>(&text) {
            Ok(config) => config.problems().join("; "),
            Err(error) => error.to_string(),
        };
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
    }
    // Without a secret nothing can be verified: the connection is refused, not left open.
    check(("app_secret = 'the-secret'\n", ""), "needs app_secret or app_secret_file");
    check(("app_secret = 'the-secret'", "app_secret = ''"), "a secret cannot be empty");
    check(("verify_token = 'a word'\n", ""), "needs verify_token");
    check(("token = 'EAAB-token'", "token = 'a'\ntoken_file = '/b'"), "has both token and token_file");
    check(("'106540352242922'", "'+49 151 1234'"), "must be digits");
    check(("'102290129340398'", "''"), "must be digits");
    check(("bot = 'shop'", "bot = 'shop'\napi = 'ftp://a.example'"), "http or https");
    check(("bot = 'shop'", "bot = 'shop'\nversion = '23'"), "such as v23.0");
    check(("bot = 'shop'", "bot = 'shop'\napi = 'https://a.example/v23.0/'"), "must end before v23.0");
    check(
        ("bot = 'shop'", "bot = 'shop'\nwords = { choose = 'x', more = '' }"),
        "words.more must be 1 to 24",
    );
    check(("bot = 'shop'", "bot = 'shop'\nphone = '1'"), "unknown field `phone`");
    check(("bot = 'shop'", "bot = 'shop'\napi_url = 'https://a.example'"), "`api`");
    let config: Config =
        toml::from_str(&GOOD.replace("app_secret = 'the-secret'\n", "")).expect("its form is right");
    let error = config.account(&Fence::none(), no_files).expect_err("fail closed").to_string();
    assert_eq!(error, "connection “shop” needs app_secret or app_secret_file");
}
