//! What did a channel cost a message?

use crate::counted::counted;

/// One thing that a channel could not show as it was written.
///
/// Its `Display` names every word that the visitor no longer sees, for the author's eyes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    #[error("text divided into {into} messages")]
    TextSplit { into: usize },
    #[error("text lost, the channel shows none: “{text}”")]
    TextLost { text: String },
    #[error("title cut to {limit} characters: “{title}”")]
    TitleCut { title: String, limit: usize },
    #[error("description cut to {limit} characters: “{description}”")]
    DescriptionCut { description: String, limit: usize },
    #[error("{} shown as quick replies, which vanish", counted(*count, "button"))]
    ButtonsAsQuickReplies { count: usize },
    #[error("{count} quick replies shown as buttons, which stay")]
    QuickRepliesAsButtons { count: usize },
    #[error("{} written as numbered lines", counted(*count, "button"))]
    ChoicesAsText { count: usize },
    #[error("{} shown as a list that opens at a press", counted(*count, "choice"))]
    ChoicesAsList { count: usize },
    #[error("list of {rows} rows shown in {pages} pages, one after the other")]
    ListPaged { rows: usize, pages: usize },
    #[error("link button “{title}” written into the text")]
    LinkAsText { title: String },
    #[error("link “{title}” opens nothing, the channel takes none of its kind")]
    LinkLost { title: String },
    #[error("code shown as plain words, it holds the channel's own mark of code: “{code}”")]
    CodeUnmarked { code: String },
    #[error("form “{title}” left out: its questions come one by one")]
    FormLeftOut { title: String },
    #[error("form “{title}” cut to {}", counted(*fields, "field"))]
    FormCut { title: String, fields: usize },
    #[error("list of {} written as numbered lines, without its button “{button}”", counted(*rows, "row"))]
    ListAsText { rows: usize, button: String },
    #[error("list of {} shown as buttons, without its button “{button}”", counted(*rows, "row"))]
    ListAsButtons { rows: usize, button: String },
    #[error("title of a list's button lost, its sections stand in its place: “{button}”")]
    ListButtonLost { button: String },
    #[error("section “{title}” left out, it has no rows")]
    SectionLeftOut { title: String },
    #[error("card “{title}” taken apart")]
    CardAsText { title: String },
    #[error("carousel shown as {cards} cards, one below the other")]
    CarouselAsCards { cards: usize },
    #[error("picture written as a link: “{alt}”")]
    ImageAsLink { alt: String },
    #[error("picture sent as a file, the channel shows none of its type: “{alt}”")]
    ImageAsFile { alt: String },
    #[error("picture lost, only its description is left: “{alt}”")]
    ImageLost { alt: String },
    #[error("description of a picture lost, the channel has no place for it: “{alt}”")]
    DescriptionLost { alt: String },
    #[error("caption sent as a message of its own")]
    CaptionApart,
    #[error("the picture or file that was sent stays, with the new words below it")]
    FileStays,
    #[error("file written as a link: “{name}”")]
    FileAsLink { name: String },
    #[error("file lost, only its name is left: “{name}”")]
    FileLost { name: String },
    #[error("name of a file lost, the channel shows none: “{name}”")]
    NameLost { name: String },
    #[error("place written as a link to a map")]
    LocationAsLink,
    #[error("sent again without knowing whether it had arrived: the person may have it twice")]
    SentAgain,
    #[error(
        "the approved template “{name}” in its place, for nothing else may be said a day after the person wrote"
    )]
    TemplateInstead { name: String },
    #[error("its own words in the place of the approved template “{name}”, which cannot be sent: {why}")]
    TemplateLeftOut { name: String, why: String },
}

impl Loss {
    /// Takes out that a description or a name is lost where it stands in the place of its picture or file after all.
    pub fn settle(losses: &mut Vec<Self>) {
        let instead = |loss: &Self| match loss {
            Self::ImageAsLink { alt } | Self::ImageLost { alt } => {
                Some(Self::DescriptionLost { alt: alt.clone() })
            }
            Self::FileAsLink { name } | Self::FileLost { name } => {
                Some(Self::NameLost { name: name.clone() })
            }
            _ => None,
        };
        let settled: Vec<Self> = losses.iter().filter_map(instead).collect();
        losses.retain(|loss| !settled.contains(loss));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_place_of_its_picture_is_not_lost() {
        let lost = |alt: &str| Loss::DescriptionLost { alt: alt.into() };
        let link = Loss::ImageAsLink { alt: "A tent".into() };
        let name = Loss::NameLost { name: "song.mp3".into() };
        let gone = Loss::FileLost { name: "song.mp3".into() };
        let mut losses = vec![lost("A tent"), lost("A lamp"), name, link.clone(), gone.clone()];
        Loss::settle(&mut losses);
        assert_eq!(losses, [lost("A lamp"), link, gone]);
    }
}
