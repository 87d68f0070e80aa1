//! How does the bot say something, and how is it known later why?

use std::collections::BTreeMap;

use super::{
    FaultReason, Happening, Offer, RepairKind, Speaker, Why,
    evaluate::{Fault, Names},
    fill::{fill, fill_approved},
    translate,
    turn::Turn,
};
use crate::{
    bot::{Response, Saying, Variant},
    content::{Action, Button, Content, Template, has_templates},
    texts,
    translation::Translation,
};

/// What is said and why, before it is said.
#[derive(Default)]
pub struct Speech {
    pub contents: Vec<Content>,
    /// What goes in the place of some of them where nothing else may be said, by their places.
    pub templates: BTreeMap<usize, Box<Template>>,
    pub why: Why,
}

impl Turn<'_> {
    /// Says what the author wrote.
    pub fn say(&mut self, saying: &Saying, repair: Option<RepairKind>) -> Result<(), Fault> {
        let speech = self.prepare(saying, repair)?;
        self.speak(speech);
        Ok(())
    }

    /// Says a text of the studio's own.
    pub fn say_own(&mut self, key: &str, arguments: &[(&str, String)], repair: Option<RepairKind>) {
        let speech = self.prepare_own(key, arguments, repair);
        self.speak(speech);
    }

    /// What is repeated of this turn in place of what it said: that an answer does not fit, and the question that stays open.
    pub fn repeat_instead(&mut self, objection: Vec<Content>, question: Speech) {
        self.state.last_said = objection;
        self.state.last_said.extend(question.contents);
        if question.why.translation.is_some() {
            self.state.last_translation = question.why.translation;
        }
    }

    /// Says a text of the studio in a language of its own, beside what is said in that of the conversation: neither is it
    /// repeated, nor does it take the place of what was said before.
    pub fn remark(&mut self, language: &str, key: &str, arguments: &[(&str, String)]) {
        let speech = Speech {
            contents: vec![Content::text(texts::text(language, key, arguments))],
            why: self.why(None),
            ..Speech::default()
        };
        let offered = std::mem::take(&mut self.state.offered);
        let last_said = std::mem::take(&mut self.state.last_said);
        let last_translation = self.state.last_translation.take();
        let spoke = std::mem::replace(&mut self.spoke, true);
        self.speak(speech);
        self.spoke = spoke;
        self.state.offered = offered;
        self.state.last_said = last_said;
        self.state.last_translation = last_translation;
    }

    /// Chooses a variant and fills it in.
    pub fn prepare(&self, saying: &Saying, repair: Option<RepairKind>) -> Result<Speech, Fault> {
        let (response, name) = match saying {
            Saying::Named(name) => {
                let response = self.bot.responses.get(name);
                let missing = || Fault::of(FaultReason::NoResponse, format!("there is no response `{name}`"));
                (response.ok_or_else(missing)?, Some(name))
            }
            Saying::Inline(response) => (&**response, None),
        };
        let (language, variants) = self.variants(response);
        let Some(variant) = variants.get(self.choice(variants.len())) else {
            return Err(Fault::of(FaultReason::NoText, "the response has no text"));
        };
        let names = self.names();
        let filled = |messages: &[Content]| messages.iter().map(|content| fill(content, &names)).collect();
        let why = Why { response: name.cloned(), ..self.why(repair) };
        let (translated, translation) = translate::messages(self, language, &variant.messages);
        // A machine's template that cannot be filled in is no fault of the flow.
        let contents = translated.as_deref().map(filled).and_then(Result::ok);
        let templates = self.approved(variant, language, contents.is_some(), &names);
        let (contents, translation) = match (contents, translation) {
            (Some(contents), translation) => (contents, translation),
            (None, Some(made)) if translated.is_some() => {
                let failed = Some("the translation cannot be filled in".to_owned());
                (filled(&variant.messages)?, Some(Translation { failed, ..made }))
            }
            (None, translation) => (filled(&variant.messages)?, translation),
        };
        Ok(Speech { contents, templates, why: Why { translation: translation.map(Box::new), ..why } })
    }

    /// The approved templates that a variant in this language names, where the channel has any. Words that a machine made of it
    /// keep those that are in their language.
    fn approved(
        &self,
        variant: &Variant,
        language: &str,
        is_translated: bool,
        names: &Names,
    ) -> BTreeMap<usize, Box<Template>> {
        if !has_templates(self.context.channel) {
            return BTreeMap::new();
        }
        let spoken =
            Some(self.state.language.as_str()).filter(|spoken| !spoken.is_empty()).unwrap_or(language);
        let same = |named: &str| texts::primary(named) == texts::primary(spoken);
        let kept = variant
            .approved
            .iter()
            .filter(|approved| !is_translated || approved.language.as_deref().is_none_or(same));
        kept.map(|approved| (approved.message, Box::new(fill_approved(approved, spoken, names)))).collect()
    }

    pub fn prepare_own(&self, key: &str, arguments: &[(&str, String)], repair: Option<RepairKind>) -> Speech {
        let text = texts::text(&self.state.language, key, arguments);
        Speech { contents: vec![Content::text(text)], why: self.why(repair), ..Speech::default() }
    }

    /// Flow and node that are speaking.
    pub fn why(&self, repair: Option<RepairKind>) -> Why {
        let here = self.here();
        Why {
            flow: here.map(|(flow, _)| flow.name.clone()),
            node: here.map(|(_, node)| node.id.clone()),
            repair,
            ..Why::default()
        }
    }

    /// Says it: into the journal and into the outbox. Never while a person owns the conversation.
    pub fn speak(&mut self, speech: Speech) {
        if !self.bot_owns() {
            return;
        }
        let Speech { contents, mut templates, why } = speech;
        for (place, content) in contents.into_iter().enumerate() {
            if is_empty(&content) {
                continue;
            }
            if !self.spoke {
                self.spoke = true;
                self.state.offered.clear();
                self.state.last_said.clear();
                self.state.last_translation = None;
            }
            if why.translation.is_some() {
                self.state.last_translation.clone_from(&why.translation);
            }
            let offers = content.values().into_iter().zip(1..);
            self.state.offered.extend(offers.map(|((value, title), number)| Offer {
                value: value.to_owned(),
                title: title.to_owned(),
                number,
            }));
            self.state.last_said.push(content.clone());
            let said = Happening::Said {
                by: Speaker::Bot,
                content: content.clone(),
                why: Some(why.clone()),
                template: templates.remove(&place),
            };
            let sequence = self.record(said);
            self.send(sequence, content);
        }
    }

    /// The language counts more than the channel: nobody is helped by a text they cannot read.
    fn variants<'r>(&self, response: &'r Response) -> (&'r str, &'r [Variant]) {
        let own = response.channels.get(self.context.channel);
        let default = self.bot.languages.first();
        [Some(&self.state.language), default]
            .into_iter()
            .flatten()
            .flat_map(|language| {
                [own.and_then(|texts| texts.get_key_value(language)), response.texts.get_key_value(language)]
            })
            .flatten()
            .chain(&response.texts)
            .chain(own.into_iter().flatten())
            .find(|(_, variants)| !variants.is_empty())
            .map_or(("", &[]), |(language, variants)| (language.as_str(), variants.as_slice()))
    }

    /// Which of `count` variants: differs by event and node, and is the same in a replay.
    fn choice(&self, count: usize) -> usize {
        if count < 2 {
            return 0;
        }
        let node = self.here().map_or("", |(_, node)| node.id.as_str());
        let key = &self.event.key;
        let hash = hashed(&[&key.source, "/", &key.native, "/", node]);
        // Finished by a multiplication so that the low bits depend on all.
        let spread = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        usize::try_from(spread).unwrap_or_default() % count
    }
}

/// FNV-1a: the same everywhere and always.
pub fn hashed(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Adds quick replies to the last text, unless something to press is there already.
pub fn offer(contents: &mut [Content], replies: impl Iterator<Item = (String, String)>) {
    if contents.iter().any(|content| !content.values().is_empty()) {
        return;
    }
    if let Some(Content::Text { quick_replies, .. }) = contents.last_mut() {
        quick_replies.extend(replies.map(|(value, title)| Button { title, action: Action::Value(value) }));
    }
}

/// A text whose template came to nothing is not said.
fn is_empty(content: &Content) -> bool {
    matches!(content, Content::Text { text, quick_replies } if text.trim().is_empty() && quick_replies.is_empty())
}
