//! Is what is set wrong named, and are secrets kept?

use std::path::Path;

use super::super::{Channels, Commands, Config, Threads};
use crate::fence::Fence;

fn read(text: &str) -> Result<Config, toml::de::Error> {
    toml::from_str(&format!("name = 'support'\nbot = 'shop'\n{text}"))
}

const NO_FILES: fn(&Path) -> std::io::Result<String> = |_| Err(std::io::Error::other("no files"));

#[test]
fn a_connection_needs_little() {
    let config = read("bot_token = 'xoxb-1'\nsigning_secret = 's'").expect("the shortest connection");
    assert_eq!(config.problems(), Vec::<String>::new());
    assert_eq!(
        (config.threads, config.channels, config.commands),
        (Threads::Own, Channels::Mentions, Commands::Private)
    );
    assert_eq!(config.api.as_str(), "https://slack.com/api");
    let account = config.account(&Fence::none(), NO_FILES).expect("credentials that are there");
    assert_eq!((account.name(), account.bot()), ("support", "shop"));
    for printed in [format!("{config:?}"), format!("{account:?}")] {
        assert!(!printed.contains("xoxb-1"), "{printed}");
    }
}

#[test]
fn credentials_come_from_files() {
    let config = read("bot_token_file = '/bot'\napp_token_file = '/app'\nthreads = 'shared'").expect("valid");
    assert_eq!(config.problems(), Vec::<String>::new());
    let files = |path: &Path| match path.to_str() {
        Some("/bot") => Ok("xoxb-1\n".to_owned()),
        Some("/app") => Ok("xapp-1\n".to_owned()),
        _ => Err(std::io::Error::other("no such file")),
    };
    let account = config.account(&Fence::none(), files).expect("both files are there");
    assert_eq!(account.bot_token.token_value.0, "xoxb-1");
    assert_eq!(account.app_token.as_ref().map(|token| token.token_value.0.as_str()), Some("xapp-1"));
    let missing = config.account(&Fence::none(), NO_FILES).expect_err("no file").to_string();
    assert_eq!(missing, "could not read /bot: no files");
}

#[test]
fn mistakes_are_named() {
    fn check(text: &str, expected: &str) {
        let (said, refused) = match read(text) {
            Ok(config) => (config.problems().join("; "), config.account(&Fence::none(), NO_FILES).is_err()),
            Err(error) => (error.to_string(), true),
        };
        assert!(said.contains(expected), "{said:?} does not say {expected:?}");
        assert!(refused || expected.contains("api"), "{text:?} made a connection");
    }
    check("", "needs bot_token or bot_token_file");
    check("bot_token = 'xoxb-1'", "needs signing_secret");
    check("bot_token = 'xoxp-1'\nsigning_secret = 's'", "tokens of people (xoxp-) will not do");
    check("bot_token = 'xoxb-1'\napp_token = 'xoxb-1'", "app_token must begin with xapp-");
    check("bot_token = 'xoxb-1'\nbot_token_file = '/a'\nsigning_secret = 's'", "keep one");
    check("bot_token = ''", "cannot be empty");
    check("bot_token = 'xoxb-1'\nsigning_secret = 's'\ntoken = 'a'", "unknown field `token`");
    check("bot_token = 'xoxb-1'\nsigning_secret = 's'\nthreads = 'none'", "unknown variant `none`");
    check("bot_token = 'xoxb-1'\nsigning_secret = 's'\napi = 'ftp://a.example'", "api ftp://a.example");
}
