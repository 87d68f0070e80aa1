//! Texts of which the transformer knows no word.

use studio_core::{embedding::Vector, understanding::Understander};

use super::{
    bad_input::{Bag, NUMBERS},
    *,
};

/// Makes vectors of words, and knows those of ASCII alone.
#[derive(Debug, Default)]
struct Latin(Bag);

impl Embedder for Latin {
    fn identity(&self) -> &'static str {
        "latin"
    }

    fn dimensions(&self) -> usize {
        self.0.dimensions()
    }

    fn embed(&self, texts: &[&str]) -> Result<Vec<Vector>, EmbedError> {
        texts.iter().map(|text| self.embed_now(text)).collect()
    }

    fn embed_now(&self, text: &str) -> Result<Vector, EmbedError> {
        if text.split_whitespace().any(str::is_ascii) {
            return self.0.embed_now(text);
        }
        Ok(vec![0.0; NUMBERS].into())
    }
}

#[test]
fn what_the_transformer_has_no_words_for_is_judged_by_words_alone() {
    let mut lessons = shop();
    lessons.phrases.insert("thanks".to_owned(), ["👍", "❤️", "🙏", "مرحبا"].map(str::to_owned).to_vec());
    let model = train(&lessons, Some(Arc::new(Latin::default()))).unwrap();
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    let read = read.with_embedder(Some(Arc::new(Latin::default())));
    for model in [&model, &read] {
        for text in ["სად არის ჩემი შეკვეთა", "我的订单在哪里", "ትዕዛዜ የት ነው"]
        {
            let understood = model.understand(text, "en", &now());
            assert_eq!(understood.intent(), None, "{text}");
            let by = understood.intents.iter().map(|scored| scored.by).collect::<Vec<_>>();
            assert!(by.iter().all(|by| *by == Understander::Linear), "{text}: {by:?}");
        }
        for text in ["👍", "🙏", "مرحبا"] {
            assert_eq!(intent(model, text).as_deref(), Some("thanks"), "{text}");
        }
        let known = model.understand("where exactly is my order", "en", &now());
        let best = &known.intents[0];
        assert_eq!((best.intent.as_str(), best.by), ("track_order", Understander::Semantic));
    }
}

#[test]
fn a_bot_of_which_the_transformer_knows_no_word_goes_by_words_alone() {
    let phrases = owned(&[
        ("q1", &["სად არის ჩემი შეკვეთა", "როდის მოვა ამანათი"]),
        ("q2", &["როდის ხართ ღია", "სამუშაო საათები"]),
        ("q3", &["მინდა დაბრუნება", "დამიბრუნეთ ფული"]),
    ]);
    let lessons = Lessons { phrases, ..Lessons::default() };
    let model = train(&lessons, Some(Arc::new(Latin::default()))).unwrap();
    assert_eq!(model.trained_on(), Some("latin"));
    let read = Model::from_bytes(&model.to_bytes()).unwrap();
    let read = read.with_embedder(Some(Arc::new(Latin::default())));
    for model in [&model, &read] {
        assert_eq!(model.threshold().to_bits(), model.classifier.calibration.threshold.to_bits());
        assert_eq!(intent(model, "სამუშაო საათები").as_deref(), Some("q2"));
        assert_eq!(intent(model, "where exactly is my order"), None);
        let best = model.understand("როდის მოვა ჩემი ამანათი", "en", &now()).intents.remove(0);
        assert_eq!((best.intent.as_str(), best.by), ("q1", Understander::Linear));
    }
}
