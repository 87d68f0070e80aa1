//! What of a visitor's personal data is stored?
//!
//! What the bot masks goes at the door, before the inbox; what only its slots may have goes when the message is understood,
//! before the journal. Both are done by [`Mind`], so that a rehearsal does the same.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use studio_core::{
    content::Content,
    dialogue::{Body, Filled},
    privacy::{Keeping, Personal, PersonalKind, masked},
    understanding::Understanding,
};

use crate::turn::Mind;

impl Mind {
    /// Masks what nobody may have, in what has just come.
    pub fn mask_at_the_door(&self, body: &mut Body, at: Timestamp) {
        if !self.bot.privacy.masks_at_the_door() {
            return;
        }
        let (content, language) = match body {
            Body::Submitted { fields, .. } => return self.mask_fields(fields, at, Keeping::Mask),
            Body::Message { content, language, .. } => (content, language.clone()),
            Body::Edited { content, .. } => (content, None),
            Body::Opened { .. }
            | Body::Introduced { .. }
            | Body::Press { .. }
            | Body::Deleted { .. }
            | Body::More { .. }
            | Body::Custom { .. }
            | Body::Timer { .. }
            | Body::Answer { .. }
            | Body::Found { .. }
            | Body::Act { .. }
            | Body::Wished { .. }
            | Body::Forget => return,
        };
        self.mask(content, self.spoken(language.as_deref()), &self.local(at), Keeping::Mask);
    }

    /// As [`Self::mask_at_the_door`], of what only slots may have, in a message that somebody changed.
    pub fn mask_edited(&self, content: &mut Content, at: Timestamp) {
        self.mask(content, self.spoken(None), &self.local(at), Keeping::Slots);
    }

    /// Masks in what was filled into a form.
    fn mask_fields(&self, fields: &mut [Filled], at: Timestamp, least: Keeping) {
        for field in fields {
            self.mask_text(&mut field.text, self.spoken(None), &self.local(at), least);
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

    /// Masks in all words of a message what is kept so, or less.
    fn mask(&self, content: &mut Content, language: &str, now: &Zoned, least: Keeping) {
        for text in content.words_mut() {
            self.mask_text(text, language, now, least);
        }
    }

    fn mask_text(&self, text: &mut String, language: &str, now: &Zoned, least: Keeping) {
        let wanted = |kind| self.bot.privacy.of(kind) >= least;
        let found: Vec<Personal> = self.model.personal(text, language, now, &wanted);
        if !found.is_empty() {
            *text = masked(text, &found).0;
        }
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
    use super::*;

    #[test]
    fn a_mask_is_no_word() {
        let (readable, known) = without_masks("my [card] and [x] of [email]");
        assert_eq!(readable, "my ...... and [x] of .......");
        assert_eq!(known, [PersonalKind::Email, PersonalKind::Card]);
    }
}
