//! Which web connection does the page at `/` show?

use std::sync::Arc;

use studio_adapters::web;

use super::{Connection, Studio};

impl Studio {
    /// The web connection that the sample page at `/` shows, if it is to be shown.
    pub fn sample(&self) -> Option<Arc<web::Config>> {
        let all = self.connections().into_values().filter_map(|connection| match connection {
            Connection::Web(config) => Some(config),
            Connection::Http(_) | Connection::Platform(_) => None,
        });
        sample_of(&all.collect::<Vec<_>>(), self.config.demo.enabled)
    }
}

/// One whose settings want it; without such a one, the first that leaves it open where the demo is on.
fn sample_of(all: &[Arc<web::Config>], is_demo: bool) -> Option<Arc<web::Config>> {
    let wanted = all.iter().find(|config| config.sample_page == Some(true));
    let open = || all.iter().find(|config| is_demo && config.sample_page.is_none());
    wanted.or_else(open).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_page_is_shown_as_the_settings_say() {
        let check = |settings: &[&str], is_demo: bool, expected: Option<&str>| {
            let all: Vec<Arc<web::Config>> = settings
                .iter()
                .zip(["a", "b"])
                .map(|(more, name)| {
                    let text = format!("name = '{name}'\nbot = 'shop'\n{more}");
                    Arc::new(toml::from_str(&text).expect("a connection"))
                })
                .collect();
            let found = sample_of(&all, is_demo);
            assert_eq!(
                found.as_deref().map(|config| config.name.as_str()),
                expected,
                "{settings:?} {is_demo}"
            );
        };
        let (yes, no) = ("sample_page = true", "sample_page = false");
        check(&[""], true, Some("a"));
        check(&[""], false, None);
        check(&[no], true, None);
        check(&[no, ""], true, Some("b"));
        check(&["", yes], true, Some("b"));
        check(&["", yes], false, Some("b"));
        check(&[], true, None);
    }
}
