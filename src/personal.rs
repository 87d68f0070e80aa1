//! What of a visitor's personal data is stored?
//!
//! What the bot masks goes at the door, before the inbox; what only its slots may have goes when the message is understood,
//! before the journal. Both are done by [`Mind`], so that a rehearsal does the same.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use studio_core::{
    content::Content,
    dialogue::{Body, Offer},
    models::ModelFailure,
    privacy::{Keeping, PersonalKind, masked},
    understanding::Understanding,
};

use crate::turn::Mind;

/// Whether the model for names answered.
pub type Heard = Result<(), ModelFailure>;

/// Of two askings: one that was in vain, or one that was not.
pub(crate) fn worse(first: Option<Heard>, second: Option<Heard>) -> Option<Heard> {
    if matches!(first, Some(Err(_))) { first } else { second.or(first) }
}

impl Mind {
    /// Masks what nobody may have, in what has just come; of a press also what it chose, unless the bot offered that last.
    /// Says whether the model for names answered, where it was asked: if it did not, only the names are masked that the words tell.
    pub fn mask_at_the_door(&self, body: &mut Body, offered: &[Offer], at: Timestamp) -> Option<Heard> {
        if !self.bot.privacy.masks_at_the_door() {
            return None;
        }
        let (content, language) = match body {
            Body::Submitted { fields, .. } => {
                return self.mask_all(fields.iter_mut().map(|field| &mut field.text), None, at);
            }
            Body::Message { content, language, .. } => (content, language.clone()),
            Body::Edited { content, .. } => (content, None),
            // What it says of itself was told by the page or the platform, and whoever speaks for one may choose any value.
            Body::Press { value, title } => {
                let is_offered = offered.iter().any(|offer| offer.value == *value);
                let value = Some(value).filter(|_| !is_offered);
                return self.mask_all(value.into_iter().chain([title]), None, at);
            }
            Body::Opened { .. }
            | Body::Introduced { .. }
            | Body::Deleted { .. }
            | Body::More { .. }
            | Body::Custom { .. }
            | Body::Timer { .. }
            | Body::Answer { .. }
            | Body::Found { .. }
            | Body::Act { .. }
            | Body::Wished { .. }
            | Body::Forget => return None,
        };
        self.mask_all(content.words_mut(), language.as_deref(), at)
    }

    /// As [`Self::mask_at_the_door`], of names of files.
    pub fn mask_names<'n>(
        &self,
        names: impl IntoIterator<Item = &'n mut String>,
        at: Timestamp,
    ) -> Option<Heard> {
        if self.bot.privacy.masks_at_the_door() { self.mask_all(names, None, at) } else { None }
    }

    /// Whether masking at the door waits for a model.
    pub fn waits_at_the_door(&self) -> bool {
        self.model.asks_for_names() && self.bot.privacy.of(PersonalKind::Person) == Keeping::Mask
    }

    /// As [`Self::mask_at_the_door`], of what only slots may have, in a message that somebody changed.
    pub fn mask_edited(&self, content: &mut Content, at: Timestamp) {
        for text in content.words_mut() {
            self.mask_text(text, self.spoken(None), &self.local(at), Keeping::Slots);
        }
    }

    /// What a text means, after what only slots may have was masked in it.
    pub(crate) fn understand_masked(&self, text: &mut String, language: &str, now: &Zoned) -> Understanding {
        let privacy = &self.bot.privacy;
        if privacy.keeps_all() {
            return self.model.understand(text, language, now);
        }
        let (readable, known) = without_masks(text);
        let mut understanding = self.model.understand(&readable, language, now);
        let slots = |kind| privacy.of(kind) == Keeping::Slots;
        let found = self.model.personal(&readable, language, now, &slots);
        if !found.is_empty() {
            // The masks of the door stand in the text, and are as long as what is read in their place.
            let (hidden, places) = masked(text, &found);
            understanding.hide(&found, &places, privacy);
            *text = hidden;
        }
        understanding.personal.extend(known.into_iter().chain(found.iter().map(|personal| personal.kind)));
        understanding.personal.sort_unstable();
        understanding.personal.dedup();
        understanding
    }

    /// Masks in all of these what nobody may have.
    fn mask_all<'t>(
        &self,
        texts: impl IntoIterator<Item = &'t mut String>,
        language: Option<&str>,
        at: Timestamp,
    ) -> Option<Heard> {
        let (language, now) = (self.spoken(language), self.local(at));
        let mut heard = None;
        for text in texts {
            heard = worse(heard, self.mask_text(text, language, &now, Keeping::Mask));
        }
        heard
    }

    /// Masks what is kept so, or less.
    fn mask_text(&self, text: &mut String, language: &str, now: &Zoned, least: Keeping) -> Option<Heard> {
        let wanted = |kind| self.bot.privacy.of(kind) >= least;
        let (found, heard) = self.model.personal_as_heard(text, language, now, &wanted);
        if !found.is_empty() {
            *text = masked(text, &found).0;
        }
        heard
    }

    pub(crate) fn spoken<'l>(&'l self, told: Option<&'l str>) -> &'l str {
        told.or_else(|| self.bot.languages.first().map(String::as_str)).unwrap_or("en")
    }

    pub(crate) fn local(&self, at: Timestamp) -> Zoned {
        at.to_zoned(TimeZone::get(&self.bot.session.time_zone).unwrap_or(TimeZone::UTC))
    }
}

/// A text as it is read: a mask says nothing of what is wanted, so dots stand in its place. With the kinds of the masks.
fn without_masks(text: &str) -> (String, Vec<PersonalKind>) {
    let mut readable = text.to_owned();
    let mut known = Vec::new();
    if text.contains('[') {
        for kind in PersonalKind::ALL {
            let mask = kind.mask();
            if readable.contains(&mask) {
                readable = readable.replace(&mask, &".".repeat(mask.len()));
                known.push(kind);
            }
        }
    }
    (readable, known)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use studio_core::{
        bot::Files,
        content::Source,
        dialogue::Filled,
        models::{Name, NameKind, Tagger},
    };

    use super::*;
    use crate::{bots::BotFolder, models::Models, rehearse::Stage};

    const BOT: &str = "name: shop\ntitle: Shop\nlanguages: [en]\nprivacy: { card: mask, person: mask }\n";
    const FLOW: &str = "hello:\n  when: [first contact]\n  steps:\n    - say: { en: Hello! }\n";

    fn mind() -> Mind {
        let files = [("bot.yaml", BOT), ("flows/hello.yaml", FLOW)];
        let files: BTreeMap<String, String> =
            files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let folder = BotFolder { name: "shop".to_owned(), path: None, files: Files(files) };
        Stage::build(&folder, &Models::none(), None).expect("a sound bot").mind
    }

    #[test]
    fn what_a_visitor_says_is_masked_at_the_door_in_whatever_form() {
        let mind = mind();
        let said = || "take 4111 1111 1111 1111".to_owned();
        let source = || Source::Url("https://files.example/1".to_owned());
        let edited = Content::Image { source: source(), alt: said(), caption: Some(said()) };
        let file =
            Content::File { source: source(), name: said(), media_type: "text/plain".to_owned(), size: 1 };
        let place =
            Content::Location { latitude_microdegrees: 0, longitude_microdegrees: 0, label: Some(said()) };
        for mut body in [
            Body::said(Content::text(said()), None),
            Body::said(edited.clone(), None),
            Body::said(file, Some("en".to_owned())),
            Body::said(place, None),
            Body::Edited { id: "1".to_owned(), content: edited },
            Body::Submitted { form: "order".to_owned(), fields: vec![Filled::new("card", said())] },
            Body::Press { value: "pay".to_owned(), title: said() },
            Body::Press { value: said(), title: said() },
        ] {
            assert_eq!(mind.mask_at_the_door(&mut body, &[], Timestamp::UNIX_EPOCH), None);
            let masked = format!("{body:?}");
            assert!(masked.contains("take [card]") && !masked.contains("4111"), "{masked}");
        }
    }

    /// Knows one person.
    #[derive(Debug)]
    struct Grace;

    impl Tagger for Grace {
        fn identity(&self) -> &'static str {
            "grace"
        }

        fn names_now(&self, text: &str, _: Option<&str>) -> Result<Option<Vec<Name>>, ModelFailure> {
            let names = text.match_indices("Grace Hopper").map(|(start, name)| Name {
                kind: NameKind::Person,
                start,
                end: start + name.len(),
                score: 0.9,
            });
            Ok(Some(names.collect()))
        }
    }

    #[test]
    fn whom_a_model_names_is_masked_at_the_door() {
        let mut mind = mind();
        let said = "ask Grace Hopper, not 4111 1111 1111 1111";
        let masked = |mind: &Mind| {
            let mut body = Body::said(Content::text(said), None);
            let heard = mind.mask_at_the_door(&mut body, &[], Timestamp::UNIX_EPOCH);
            assert_eq!(heard, mind.waits_at_the_door().then_some(Ok(())));
            let Body::Message { content: Content::Text { text, .. }, .. } = &body else { panic!("{body:?}") };
            text.clone()
        };
        assert!(!mind.waits_at_the_door());
        assert_eq!(masked(&mind), "ask Grace Hopper, not [card]");
        mind.model = Arc::new((*mind.model).clone().with_tagger(Some(Arc::new(Grace))));
        assert!(mind.waits_at_the_door());
        assert_eq!(masked(&mind), "ask [person], not [card]");
    }

    /// Has too much to do.
    #[derive(Debug)]
    struct Busy;

    impl Tagger for Busy {
        fn identity(&self) -> &'static str {
            "busy"
        }

        fn names_now(&self, _: &str, _: Option<&str>) -> Result<Option<Vec<Name>>, ModelFailure> {
            Err(ModelFailure::Busy)
        }
    }

    #[test]
    fn that_nobody_was_asked_for_names_is_told_and_the_rest_is_masked() {
        let mut mind = mind();
        mind.model = Arc::new((*mind.model).clone().with_tagger(Some(Arc::new(Busy))));
        let mut body = Body::said(Content::text("4111 1111 1111 1111, my name is Ada Lovelace"), None);
        let heard = mind.mask_at_the_door(&mut body, &[], Timestamp::UNIX_EPOCH);
        assert_eq!(heard, Some(Err(ModelFailure::Busy)));
        // What has no words tells nothing of the model.
        assert_eq!(mind.mask_at_the_door(&mut Body::Forget, &[], Timestamp::UNIX_EPOCH), None);
        assert_eq!(body, Body::said(Content::text("[card], my name is [person]"), None));
    }

    #[test]
    fn what_the_bot_offered_comes_back_as_it_was_and_nothing_else() {
        let mind = mind();
        let card = "4111 1111 1111 1111";
        let offer = Offer { value: card.to_owned(), title: "This card".to_owned(), number: 1 };
        let pressed = |offered: &[Offer]| {
            let mut body = Body::Press { value: card.to_owned(), title: card.to_owned() };
            assert_eq!(mind.mask_at_the_door(&mut body, offered, Timestamp::UNIX_EPOCH), None);
            body
        };
        let expected = |value: &str| Body::Press { value: value.to_owned(), title: "[card]".to_owned() };
        assert_eq!(pressed(&[offer]), expected(card));
        assert_eq!(pressed(&[]), expected("[card]"));
    }

    #[test]
    fn names_of_files_are_masked_as_texts_are() {
        let mut name = "4111 1111 1111 1111 front.pdf".to_owned();
        assert_eq!(mind().mask_names([&mut name], Timestamp::UNIX_EPOCH), None);
        assert_eq!(name, "[card] front.pdf");
    }

    #[test]
    fn a_mask_is_no_word() {
        let (readable, known) = without_masks("my [card] and [x] of [email]");
        assert_eq!(readable, "my ...... and [x] of .......");
        assert_eq!(known, [PersonalKind::Email, PersonalKind::Card]);
    }
}
