//! Is a template well formed, and what does it read?

use std::cell::RefCell;

use minijinja::{Environment, ErrorKind, UndefinedBehavior};

use super::expressions::Variable;
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
    if let Err(Fault(message)) = is_short_template(source) {
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
        if let Err(error) = template.render(()) {
            match error.kind() {
                // These do not depend on what the variables hold.
                ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction => {
                    invalid(source, &error, place, problems);
                }
                _ => {}
            }
        }
        let globals: Vec<&str> = environment.globals().map(|(name, _)| name).collect();
        let mut names: Vec<String> = template.undeclared_variables(true).into_iter().collect();
        names.sort_unstable();
        names
            .into_iter()
            .filter(|name| !globals.contains(&name.as_str()))
            .map(|name| {
                let mut parts = name.split('.');
                let root = parts.next().unwrap_or_default().to_owned();
                Variable { root, field: parts.next().map(str::to_owned) }
            })
            .collect()
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
