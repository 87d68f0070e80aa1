//! Is a template well formed, and what does it read?

use std::cell::RefCell;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};

use super::expressions::{ONE_PASSAGE, Variable};
use crate::{
    bot::{
        code::Code,
        problem::{Place, Problems},
        yaml::shorten,
    },
    dialogue::evaluate::{Fault, is_short_template, is_template, strict},
};

thread_local! {
    /// Making one takes longer than most checks.
    static ENVIRONMENT: RefCell<Environment<'static>> = RefCell::new(environment());
}

fn environment() -> Environment<'static> {
    let mut environment = strict();
    // Nothing is filled in here: what is not known must not hide what follows.
    environment.set_undefined_behavior(UndefinedBehavior::Chainable);
    environment
}

pub fn check(source: &str, place: Place, problems: &mut Problems) -> Vec<Variable> {
    if !is_template(source) {
        return Vec::new();
    }
    if let Err(Fault { error: message, .. }) = is_short_template(source) {
        problems.report(Code::InvalidTemplate, place, message, "split it into several messages");
        return Vec::new();
    }
    ENVIRONMENT.with_borrow(|environment| {
        let template = match environment.template_from_str(source) {
            Ok(template) => template,
            Err(error) => {
                invalid(source, &error, place, problems);
                return Vec::new();
            }
        };
        let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
        let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        names.retain(|name| !globals.contains(&name.as_str()));
        names.sort_unstable();
        if let Err(error) = template.render(()) {
            match error.kind() {
                // These do not depend on what the variables hold.
                ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
                    invalid(source, &error, place, problems);
                }
                _ if names.is_empty() => invalid(source, &error, place, problems),
                _ => {}
            }
        }
        names
            .into_iter()
            .map(|name| {
                let mut parts = name.split('.');
                let root = parts.next().unwrap_or_default().to_owned();
                Variable { root, field: parts.next().map(str::to_owned) }
            })
            .chain(of_passages(source))
            .collect()
    })
}

/// What is read of single passages, `passages[0].title`, which the engine tells as `passages` alone.
fn of_passages(source: &str) -> impl Iterator<Item = Variable> + '_ {
    source.match_indices("passages[").filter_map(move |(at, begin)| {
        let is_part = |letter: char| letter == '_' || letter == '.' || letter.is_alphanumeric();
        let before = &source[..at];
        let open = before.rfind("{{").max(before.rfind("{%"))?;
        let is_closed = ["}}", "%}"].iter().any(|end| before[open..].contains(end));
        if is_closed || before.ends_with(is_part) {
            return None;
        }
        let (_, rest) = source[at + begin.len()..].split_once(']')?;
        let field = rest.strip_prefix('.')?;
        let end = field.find(|letter: char| letter != '_' && !letter.is_alphanumeric());
        let field = &field[..end.unwrap_or(field.len())];
        Some(Variable { root: ONE_PASSAGE.to_owned(), field: Some(field.to_owned()) })
    })
}

fn invalid(source: &str, error: &minijinja::Error, place: Place, problems: &mut Problems) {
    let reason = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    let message = format!("`{}` is not a template that can be read: {reason}", shorten(source));
    let hint = "write `{{ slots.name }}` for a value, `{% if slots.name %} … {% endif %}` for a condition";
    problems.report(Code::InvalidTemplate, place, message, hint);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::evaluate::{Names, render};

    #[test]
    fn what_fails_whatever_the_slots_hold_is_told() {
        for (source, fails) in [
            ("{{ 1 / 0 }}", true),
            ("{{ 6 / 3 }}", false),
            ("{{ 1 / slots.n }}", false),
            ("{{ range(3) }}", false),
        ] {
            let mut problems = Problems::default();
            check(source, Place::default(), &mut problems);
            assert_eq!(!problems.into_sorted().is_empty(), fails, "{source}");
        }
    }

    #[test]
    fn what_no_turn_would_fill_in_is_refused_before() {
        for (letters, fits) in [(16_000, true), (17_000, false)] {
            let source = format!("{{{{ language }}}}{}", "a".repeat(letters));
            let mut problems = Problems::default();
            check(&source, Place::default(), &mut problems);
            assert_eq!(problems.into_sorted().is_empty(), fits, "{letters}");
            let names = Names::from([("language", serde_json::json!("en"))]);
            assert_eq!(render(&source, &names).is_ok(), fits, "{letters}");
        }
    }
}
