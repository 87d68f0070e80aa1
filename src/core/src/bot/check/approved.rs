//! Do approved templates have a name and a language as their platform writes them, and do they stand where there are any?

use super::uses::Uses;
use crate::{
    bot::{
        code::Code,
        problem::Problems,
        source::{ApprovedSource, Variants},
        yaml::{Entries, Text, shorten},
    },
    content::{TABLE, has_templates},
};

/// Letters of a name (Meta's page on templates).
const LONGEST_NAME: usize = 512;

pub fn check(uses: &Uses, problems: &mut Problems) {
    for response in &uses.sayings {
        for template in named(&response.texts) {
            check_one(template, problems);
        }
        for (channel, texts) in response.channels.iter() {
            let has_none = is_channel(&channel.value) && !has_templates(&channel.value);
            for template in named(texts) {
                check_one(template, problems);
                if has_none {
                    let message = format!("{} approves no templates: this one is never sent", channel.value);
                    problems.report(Code::NoEffect, template.place, message, "remove it");
                }
            }
        }
    }
}

fn is_channel(name: &str) -> bool {
    TABLE.iter().any(|(known, _)| *known == name)
}

fn named(variants: &Variants) -> impl Iterator<Item = &ApprovedSource> {
    let all = variants.iter().flat_map(|(_, variants)| &variants.0);
    all.flat_map(|variant| &variant.messages).filter_map(|message| message.template.as_ref())
}

fn check_one(template: &ApprovedSource, problems: &mut Problems) {
    let name = &template.name.value;
    let fits = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(fits) {
        let message = format!("`{}` is no name of an approved template", shorten(name));
        let hint = "write it as the WhatsApp Manager shows it: small letters, digits and `_`";
        problems.report(Code::InvalidName, template.name.place, message, hint);
    }
    if let Some(language) = &template.language
        && !is_language(&language.value)
    {
        let message = format!("`{}` is no language of an approved template", shorten(&language.value));
        let hint = "write it as the WhatsApp Manager does, such as `en_US` or `de`";
        problems.report(Code::InvalidLanguage, language.place, message, hint);
    }
    gaps(&template.body, "what stands between the braces of the template: `1` or a name", is_gap, problems);
    let is_place = |name: &str| name.parse::<usize>().is_ok_and(|place| place.to_string() == name);
    gaps(&template.buttons, "the place of the button, from 0", is_place, problems);
}

fn gaps(entries: &Entries<Text>, wanted: &str, fits: fn(&str) -> bool, problems: &mut Problems) {
    for (name, _) in entries.iter().filter(|(name, _)| !fits(&name.value)) {
        let message = format!("`{}` is no gap of an approved template", shorten(&name.value));
        problems.report(Code::InvalidName, name.place, message, format!("write {wanted}"));
    }
}

fn is_gap(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `de`, `fil`, `en_US`, `zh_HK`.
fn is_language(text: &str) -> bool {
    let (base, region) = text.split_once('_').map_or((text, None), |(base, region)| (base, Some(region)));
    let is_base = (2..=3).contains(&base.len()) && base.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_region = |region: &str| {
        (2..=3).contains(&region.len()) && region.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    is_base && region.is_none_or(is_region)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::bot::tests::load_files;

    /// What is said of a response that names this template, on this channel or on all of them.
    fn said(channel: Option<&str>, template: &str) -> Vec<String> {
        let variant = format!("{{ text: Hello, template: {template} }}");
        let greet = match channel {
            None => format!("greet: {{ en: {variant} }}\n"),
            Some(channel) => {
                format!("greet: {{ en: Hello, channels: {{ {channel}: {{ en: {variant} }} }} }}\n")
            }
        };
        let files = [
            (
                "bot.yaml",
                "name: all\ntitle: All\nlanguages: [en]\nslots: { order: { kind: any } }\n".to_owned(),
            ),
            (
                "flows/all.yaml",
                "main:\n  when: [ first contact ]\n  steps: [ set: { order: '17' }, say: greet ]\n"
                    .to_owned(),
            ),
            ("responses/all.yaml", greet),
        ];
        let files: BTreeMap<_, _> = files.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        let problems = load_files(files).problems;
        let here = problems.iter().filter(|problem| problem.file == "responses/all.yaml");
        here.map(ToString::to_string).collect()
    }

    #[test]
    fn a_template_is_named_as_its_platform_does_and_stands_where_there_are_any() {
        let sound = "{ name: order_sent, language: en_US, header: A, body: { 1: '{{ slots.order }}', name: Ada }, \
                     buttons: { 0: t/17 } }";
        assert_eq!(said(None, sound), [""; 0]);
        assert_eq!(said(Some("whatsapp"), "{ name: order_sent, always: true }"), [""; 0]);
        let check = |channel: Option<&str>, template: &str, expected: &str| {
            let said = said(channel, template);
            assert!(said.iter().any(|said| said.contains(expected)), "{template}: {said:#?}");
        };
        check(Some("telegram"), "{ name: order_sent }", "telegram approves no templates");
        check(None, "{ name: Order sent }", "`Order sent` is no name of an approved template");
        check(None, "{ name: '' }", "is no name of an approved template");
        check(None, "{ name: a, language: english }", "`english` is no language of an approved template");
        check(None, "{ name: a, body: { '{{1}}': x } }", "`{{1}}` is no gap");
        check(None, "{ name: a, buttons: { first: x } }", "the place of the button, from 0");
        check(None, "{ name: a, body: { 1: '{{ slots.number }}' } }", "number");
        check(None, "{ name: a, footer: x }", "footer");
        check(None, "{ language: en }", "name");
    }
}
