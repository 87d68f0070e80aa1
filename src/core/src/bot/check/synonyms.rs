//! Are the other words for a value words of their own?
//!
//! A synonym is found wherever it stands in a message. One that every other sentence has, such as "on", finds its value in
//! messages about something else.

use super::uses::Uses;
use crate::{
    bot::{code::Code, problem::Problems, source::Source, yaml::Text},
    dialogue::normalise,
    texts,
};

/// Articles, pronouns, prepositions, conjunctions and auxiliary verbs. Words that answer something by themselves ("no", "all",
/// "one") are left out.
const FUNCTION_WORDS: [(&str, &str); 9] = [
    (
        "en",
        "a an the i me my mine you your he him his she her it its we us our they them their this that these those is am are was \
         were be been being do does did have has had will would shall should can could may might must of in on at by for from \
         to with about into onto off out up down as than and or but if so then when where what which who how why just also \
         too very",
    ),
    (
        "de",
        "der die das den dem des ein eine einen einem einer eines ich du er sie es wir ihr mich dich sich uns euch mir dir ihm \
         ihn ihnen mein meine meinen meiner dein deine sein seine ihre ihren unser unsere und oder aber wenn weil dass so \
         auch nur noch schon doch mal ist sind bin bist war waren wird werden wurde kann können will soll muss darf hat habe \
         haben hast in im an am auf aus bei beim mit nach von vom zu zum zur für um über unter vor bis als wie was wer wo \
         wann da dann man",
    ),
    (
        "fr",
        "le la les l un une des du de d je tu il elle on nous vous ils elles me te se moi toi lui leur mon ma mes ton ta tes \
         son sa ses notre nos votre vos ce cet cette ces et ou mais si que qui quoi dont où quand comment est sont suis es \
         était être ai as a avons avez ont avoir fait peut dans en sur sous à au aux par pour avec chez vers y ne plus très",
    ),
    (
        "es",
        "el la los las lo un una unos unas yo tú él ella nosotros ellos me te se nos le les mi mis tu tus su sus este esta \
         esto ese esa eso y e o u pero si que quien cual cuando donde cómo como es son soy era ser está están estoy he ha han \
         hay tengo tiene puede de del en a al por para con sin sobre muy más ya",
    ),
    (
        "it",
        "il lo la i gli le un uno una io tu lui lei noi voi loro mi ti si ci vi me te mio mia tuo sua suo questo questa quello \
         quella e ed o ma se che chi cui quando dove come è sono sei era essere ho hai ha hanno può di del della in nel nella \
         a al alla da dal per con su sul tra fra molto più già anche",
    ),
    (
        "pt",
        "o a os as um uma eu tu ele ela nós eles me te se nos lhe meu minha teu sua seu este esta isto esse essa isso e ou mas \
         se que quem qual quando onde como é são sou era ser está estão estou tenho tem há pode de do da dos das em no na nos \
         nas ao à por para com sem sobre muito mais já também",
    ),
    (
        "nl",
        "de het een ik jij je u hij zij ze wij we jullie mij me hem haar ons hen mijn jouw uw zijn dit dat deze die en of maar \
         als dan dus ook nog al is ben bent was waren wordt worden kan kunnen wil zal moet mag heb hebt heeft hebben in op aan \
         uit bij met naar van voor om over onder tot te er wat wie waar wanneer hoe",
    ),
    (
        "pl",
        "ja ty on ona ono my wy oni mnie mi cię ci go mu jej ją nas nam was wam ich im się mój moja moje twój jego to ten ta te \
         i a oraz lub albo ale jeśli że czy co kto kiedy gdzie jak jest są jestem był była być mam ma może w we na z ze do od \
         po za przy przez dla o u pod nad bez już tak też",
    ),
    (
        "tr",
        "bir ben sen o biz siz onlar beni bana seni sana ona bize size benim senin onun bizim bu şu ve veya ya da de ama eğer \
         ki mi mı mu mü ne kim nerede nasıl için ile gibi kadar çok daha en var dir olan olarak ise",
    ),
];

pub fn check(source: &Source, uses: &Uses, problems: &mut Problems) {
    let languages: Vec<String> = (source.bot.iter())
        .flat_map(|bot| &bot.languages)
        .map(|language| texts::primary(&language.value))
        .collect();
    let lists = FUNCTION_WORDS.iter().filter(|(language, _)| languages.iter().any(|it| it == language));
    let words: Vec<(&str, &str)> = lists
        .flat_map(|(language, list)| list.split_whitespace().map(move |word| (word, *language)))
        .collect();
    let of_options = uses.options.iter().copied().flatten().flat_map(|option| &option.synonyms);
    let of_lists = (source.entities.iter())
        .flat_map(|(_, entity)| entity.list.iter().flat_map(|list| &list.0))
        .flat_map(|entry| entry.item.iter().flatten().flat_map(|synonyms| &synonyms.0));
    for synonym in of_options.chain(of_lists) {
        one(synonym, &words, problems);
    }
}

fn one(synonym: &Text, words: &[(&str, &str)], problems: &mut Problems) {
    let written = normalise(&synonym.value);
    if let Some((_, language)) = words.iter().find(|(word, _)| *word == written) {
        let message = format!(
            "`{}` stands in many sentences of `{language}`: this value would be found in messages about something else",
            synonym.value
        );
        let hint = "write more of what visitors say, such as two words, or remove it";
        problems.report(Code::FunctionWord, synonym.place, message, hint);
    }
}
