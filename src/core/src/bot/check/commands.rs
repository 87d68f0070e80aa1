//! Can the names of commands be typed after a slash?

use std::collections::BTreeMap;

use crate::bot::{
    Trigger,
    code::Code,
    command::command_name,
    problem::Problems,
    source::{FlowSource, Source},
    yaml::shorten,
};

pub fn check(source: &Source, problems: &mut Problems) {
    let mut first: BTreeMap<(&str, String), &str> = BTreeMap::new();
    for (name, flow) in source.flows.iter() {
        if let Some((language, _)) = flow.command.iter().next()
            && !may_have_keyword(flow)
        {
            let message = format!("the flow `{}` has no command that could have other names", name.value);
            problems.report(Code::UnfitCommand, language.place, message, "add `- keyword: …` to `when`");
        }
        for (language, words) in flow.command.iter() {
            let Some(command) = command_name(&words.value) else {
                let message =
                    format!("`{}` cannot be typed after a slash, and is left out", shorten(&words.value));
                let hint = "write 1 to 32 letters, digits and underscores";
                problems.report(Code::UnfitCommand, words.place, message, hint);
                continue;
            };
            let key = (language.value.as_str(), command);
            if let Some(other) = first.get(&key) {
                let message = format!(
                    "the command of the flow `{other}` is called `{}` already, and this is left out",
                    key.1
                );
                problems.report(Code::UnfitCommand, words.place, message, "write another name");
            } else {
                first.insert(key, &name.value);
            }
        }
    }
}

/// Also where a trigger cannot be read.
fn may_have_keyword(flow: &FlowSource) -> bool {
    let is_keyword = |trigger: &Trigger| matches!(trigger, Trigger::Keyword(_));
    flow.when.0.iter().any(|trigger| trigger.as_ref().is_none_or(|found| is_keyword(&found.trigger)))
}
