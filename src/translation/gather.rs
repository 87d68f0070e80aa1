//! Which texts does a turn want in other languages, and which of them are there?

use std::{cell::RefCell, collections::HashMap};

use studio_core::{
    bot::Bot,
    translation::{Protected, Told, Translations, Wanted, in_script, is_in_script, protect},
};

use super::Interpreter;

/// A text as a machine gets it, with what must stay taken out of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub from: String,
    pub to: String,
    pub text: String,
    /// Whether the bot's author wrote it; otherwise a visitor did.
    pub authored: bool,
}

/// What a machine made of texts, or why it did not.
pub type Answers = HashMap<Asked, Result<String, String>>;

/// The texts of one turn.
pub struct Gathering<'a> {
    interpreter: Option<&'a Interpreter>,
    bot: &'a Bot,
    /// What was answered for this very event: it is not asked again, whatever comes of it.
    heard: &'a Answers,
    /// Whether nothing is waited for any more.
    last: bool,
    missing: RefCell<Vec<Asked>>,
}

impl<'a> Gathering<'a> {
    pub fn new(interpreter: Option<&'a Interpreter>, bot: &'a Bot, heard: &'a Answers, last: bool) -> Self {
        Self { interpreter, bot, heard, last, missing: RefCell::default() }
    }

    pub fn interpreter(&self) -> Option<&'a Interpreter> {
        self.interpreter
    }

    /// What must be fetched before the turn can be taken; it is to be taken anew then.
    pub fn missing(&self) -> Vec<Asked> {
        self.missing.take()
    }

    /// A text of this kind in another language.
    pub(super) fn find_protected(
        &self,
        interpreter: &Interpreter,
        wanted: &Wanted,
        protected: &Protected,
        authored: bool,
    ) -> Told {
        let Wanted { from, to, .. } = wanted.clone();
        let engine = interpreter.translator.engine(&from, &to).to_owned();
        if !interpreter.translator.translates(&from, &to) {
            let why = format!("it does not translate from {from} to {to}");
            return Told::Failed { engine, why };
        }
        let asked = Asked { from, to, text: protected.text.clone(), authored };
        let known = || interpreter.known(&asked).map(Ok);
        match self.heard.get(&asked).cloned().or_else(known) {
            Some(Ok(made)) if !is_in_script(&asked.to, &made) => {
                let why = format!("it answered in other letters than {} is written in", asked.to);
                Told::Failed { engine, why }
            }
            Some(Ok(made)) => match protected.restore(&in_script(&asked.to, made)) {
                Ok(text) => Told::Text { engine, text },
                Err(lost) => Told::Failed { engine, why: lost.to_string() },
            },
            Some(Err(why)) => Told::Failed { engine, why },
            None if self.last => Told::Failed { engine, why: "it did not answer in time".to_owned() },
            None => {
                let mut missing = self.missing.borrow_mut();
                if !missing.contains(&asked) {
                    missing.push(asked);
                }
                Told::Later
            }
        }
    }
}

impl Translations for Gathering<'_> {
    fn find(&self, wanted: &Wanted) -> Told {
        let Some(interpreter) = self.interpreter else { return Told::Nothing };
        let glossary = self.bot.translation.glossary(&wanted.from, &wanted.to);
        let protected = protect(&wanted.text, &glossary, interpreter.translator.marking());
        if protected.is_bare() {
            return Told::AsItIs;
        }
        self.find_protected(interpreter, wanted, &protected, true)
    }
}
