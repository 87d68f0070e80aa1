//! How much does a word of a question say about what is asked?

use std::collections::HashSet;

use tantivy::tokenizer::{Language, StopWordFilter, TextAnalyzer, WhitespaceTokenizer};

use super::Word;

/// What a word of a question is worth to a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Grammar and courtesy: "how", "the", "please".
    None,
    /// Words that go with any topic: "take", "find", "long".
    Little,
    /// The topic.
    Full,
}

impl Weight {
    /// The share of its term's weight that counts.
    pub fn share(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Little => 0.35,
            Self::Full => 1.0,
        }
    }
}

/// What a word does in a question, whatever it weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Leaves open what is meant: "what", "which".
    What,
    /// Asks by itself, where nothing else does: "bring", "forbidden".
    Asks,
    /// Leads to whom or with what, and so away from what is asked about: "for", "without".
    Aside,
    Plain,
}

/// The words of one language that say little.
pub struct StopWords {
    listed: Option<TextAnalyzer>,
    more: HashSet<&'static str>,
    little: HashSet<&'static str>,
    what: HashSet<&'static str>,
    asks: HashSet<&'static str>,
    aside: HashSet<&'static str>,
}

impl StopWords {
    pub fn of(code: &str, language: Option<Language>) -> Self {
        let listed = language
            .and_then(StopWordFilter::new)
            .map(|filter| TextAnalyzer::builder(WhitespaceTokenizer::default()).filter(filter).build());
        let (more, little) = match code {
            "en" => (ENGLISH, ENGLISH_LITTLE),
            "de" => (GERMAN, GERMAN_LITTLE),
            "es" => (SPANISH, SPANISH_LITTLE),
            "fr" => (FRENCH, FRENCH_LITTLE),
            "it" => (ITALIAN, ITALIAN_LITTLE),
            "nl" => (DUTCH, DUTCH_LITTLE),
            "pt" => (PORTUGUESE, PORTUGUESE_LITTLE),
            _ => ("", ""),
        };
        let (what, asks) = match code {
            "en" => (ENGLISH_WHAT, ENGLISH_ASKS),
            "de" => (GERMAN_WHAT, GERMAN_ASKS),
            _ => ("", ""),
        };
        let set = |words: &'static str| words.split_whitespace().collect();
        Self {
            listed,
            more: set(more),
            little: set(little),
            what: set(what),
            asks: set(asks),
            aside: set(aside(code)),
        }
    }

    pub fn role(&self, word: &Word) -> Role {
        let text = word.text.as_str();
        if self.what.contains(text) {
            Role::What
        } else if self.asks.contains(text) {
            Role::Asks
        } else if self.aside.contains(text) {
            Role::Aside
        } else {
            Role::Plain
        }
    }

    pub fn weight(&mut self, word: &Word) -> Weight {
        let text = word.text.as_str();
        if word.gram {
            return if text.chars().all(says_nothing) { Weight::None } else { Weight::Full };
        }
        let letter = text.chars().nth(1).is_none() && text.chars().all(char::is_alphabetic);
        let listed = self.listed.as_mut().is_some_and(|listed| !listed.token_stream(text).advance());
        if letter || listed || self.more.contains(text) {
            Weight::None
        } else if self.little.contains(text) {
            Weight::Little
        } else {
            Weight::Full
        }
    }
}

/// "For", "with" and "without".
fn aside(code: &str) -> &'static str {
    match code {
        "da" => "for til med uden",
        "de" => "für fuer mit ohne",
        "en" => "for with without",
        "es" => "para con sin",
        "fr" => "pour avec sans",
        "it" => "per con senza",
        "nl" => "voor met zonder",
        "no" | "nb" | "nn" => "for til med uten",
        "pt" => "para com sem",
        "sv" => "för till med utan",
        _ => "",
    }
}

/// Hiragana carry Japanese grammar; the others are the commonest particles and question words of Chinese.
fn says_nothing(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{309f}')
        || "的了是吗呢我你您他她们请问什么怎样多少有在和要能可以会这那哪几吧啊".contains(c)
}

const ENGLISH: &str = "about again all also am any anybody anyone anything because been before being between both can \
    cannot could did do does doing don down each else ever every few from further get gets getting give go going got \
    had has have having he hello help here hers herself hey hi him himself his how however i isn its itself just know let \
    ll may me might mine more most much must my myself need nor now off ok okay once only other our ours ourselves out \
    one ones over own please possible re same shall she should so some someone something tell than thank thanks them themselves \
    those through too under until up us ve very want wants was we were what whats when where whether which while who \
    whom whose why within without won would yes yet you your yours yourself";

const ENGLISH_LITTLE: &str = "allow allowed ask available big bring bringing brings come day do evening expensive \
    explain far fast feel find forbidden good guy guys happen happens hate high kind large life like likes long \
    look looking love loves make man many mean meaning means men morning name new offer often people permitted person \
    persons possible prohibited provide put question quick say searching see show soon sort sure take takes taking thing \
    things time today tomorrow tonight try use using way welcome woman women work works world yesterday";

const ENGLISH_WHAT: &str = "anything what which";

const ENGLISH_ASKS: &str =
    "allow allowed available bring bringing brings forbidden offer permitted prohibited provide";

const GERMAN: &str = "ab aber ach bei beim bekomme bekommen besteht bitte brauche braucht danach danke darf dazu dafür dürfen \
    eigentlich etwa euch eure euer eurem euren eurer finde finden geht gern gerne gibt guten gut habt hallo hey hilfe hi \
    ich ihr ja kann kannst können könnt könnte könnten lange mal möchte möchten möglich moin muss müssen nein oft ok okay \
    sag sagen schon servus sie sollte sollten tag unser unsere unserem unseren unserer unseres viel viele vielen wann warum was welche welchen welcher welches wem \
    wen wer weshalb wie wieso wieviel wieviele wo wofür woher wohin wollen wurde würde würden";

const GERMAN_LITTLE: &str = "art dauert dauern eins erklären erlaubt frage fragen frau frauen funktioniert genau gestattet gestern groß hasse heute hoch interessiere interessieren lang leben leute liebe \
    lieben machen machst macht mann männer mensch menschen mitbringen mitnehmen morgen morgens name namen neu person personen sache sachen schnell sehen suche suchen teuer \
    tun verboten weit welt willkommen zeigen zeit";

const GERMAN_WHAT: &str = "was welche welchen welchem welcher welches";

const GERMAN_ASKS: &str = "erlaubt gestattet mitbringen mitnehmen verboten";

// What the lists of grammar leave out: question words and courtesy.

const SPANISH: &str = "cuál cuáles cuándo cuánta cuánto cuántos cómo debo dónde favor gracias hola puede puedo puedes qué \
    quiero quisiera";

const FRENCH: &str = "bonjour combien comment est merci où peut peux plaît pourquoi pouvez puis quand quel quelle quelles \
    quels veux voudrais";

const ITALIAN: &str =
    "buongiorno ciao cosa dove favore grazie posso può quale quali quando quanta quanto quanti vorrei";

const DUTCH: &str = "alstublieft bedankt dag graag hallo hoe hoeveel jullie kan kun kunt mag waar waarom wanneer welke wie wil";

const PORTUGUESE: &str =
    "bom dia favor obrigada obrigado olá onde posso pode quais qual quando quanta quanto quantos quero";

// Words that go with any topic.

const SPANISH_LITTLE: &str =
    "amo amor cosa cosas gente hombre mujer mundo nombre odio persona personas tiempo uno vida";

const FRENCH_LITTLE: &str =
    "aime amour chose choses déteste femme gens homme monde nom personne personnes temps un vie";

const ITALIAN_LITTLE: &str = "amo amore cose donna gente mondo nome odio persona persone tempo uno uomo vita";

const DUTCH_LITTLE: &str =
    "ding dingen haat houd hou leven liefde man mensen naam personen persoon tijd vrouw wereld";

const PORTUGUESE_LITTLE: &str =
    "amo amor coisa coisas gente homem mulher mundo nome odeio pessoa pessoas tempo um vida";
