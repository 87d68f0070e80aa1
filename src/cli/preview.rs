//! How does a response look on each channel?

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::bail;
use serde_json::{Value, json};
use studio_adapters::preview::Preview;
use studio_core::{
    bot::{Bot, Response, Variant, load},
    content::{Action, Button, Capabilities, Card, Content, EVERYTHING, Source, degrade},
    counted::counted,
    dialogue::{fill_known, told_contact},
};

use super::{CHANNELS, Settings, check::find, plain, say};

/// Whom the previews talk to.
const PERSON: &str = "Ada";

/// Prints what would really be sent of a response on every channel, message by message, and what each gives up.
///
/// Words stand as they are sent, with the channel's own marks. `▏` begins a message, `▸` a further page that is sent when
/// the person asks for it; `[…]` is a button, `(…)` a key in place of the letters, `‹U+2060›`
/// a character that has no width, which keeps Slack from calling somebody. The bot's settings are filled in, and the
/// person is called Ada; what somebody reads who has told no name stands below it where it differs. Placeholders of what only
/// a conversation knows stay as written.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio preview shop welcome
  studio preview bots/mine offer --language de --channel whatsapp")]
pub struct Arguments {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT")]
    bot: PathBuf,
    /// Name of a response; without it they are listed
    #[arg(value_name = "RESPONSE")]
    response: Option<String>,
    /// Language, e.g. `de`; the bot's first where absent
    #[arg(long)]
    language: Option<String>,
    /// Only this channel
    #[arg(long)]
    channel: Option<String>,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let loaded = load(&find(settings, &arguments.bot)?.without_tests().files);
    let errors = loaded.errors();
    let Some(bot) = loaded.bot else { bail!("the bot has errors:\n{errors}") };
    if bot.responses.is_empty() {
        bail!("the bot {} has no responses: they stand in its responses/*.yaml", bot.name);
    }
    if let Some(language) = arguments.language.as_ref().filter(|language| !bot.languages.contains(language)) {
        bail!("the bot has no texts in {language:?}; it has {}", bot.languages.join(", "));
    }
    let Some(name) = &arguments.response else {
        bot.responses.keys().for_each(|name| say!("{}", plain(name)));
        return Ok(ExitCode::SUCCESS);
    };
    let Some(response) = bot.responses.get(name) else {
        bail!("the bot has no response {name:?}: `studio preview {}` lists them", arguments.bot.display());
    };
    let channels: Vec<&str> = match &arguments.channel {
        None => CHANNELS.to_vec(),
        Some(channel) if Capabilities::of(channel).is_some() => vec![channel],
        Some(channel) => bail!("there is no channel {channel:?}; there are {}", CHANNELS.join(", ")),
    };
    let language = arguments.language.as_deref();
    for (place, channel) in channels.into_iter().enumerate() {
        if place > 0 {
            say!("");
        }
        say!("{}", plain(&preview(&bot, response, language, channel)?));
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the channel, what is seen there, and what is not.
fn preview(bot: &Bot, response: &Response, language: Option<&str>, channel: &str) -> anyhow::Result<String> {
    let variants = variants(bot, response, language, channel);
    let ada = told_contact(&BTreeMap::from([("name".to_owned(), json!(PERSON))]));
    let stranger = told_contact(&BTreeMap::new());
    let filled = |variant: &Variant, contact: &Value| -> Vec<Content> {
        let known = BTreeMap::from([("settings", json!(bot.settings)), ("contact", contact.clone())]);
        variant.messages.iter().map(|content| fill_known(content, &known)).collect()
    };
    let spoken = language.or(bot.languages.first().map(String::as_str)).unwrap_or_default();
    let mut lines = vec![channel.to_owned()];
    for (number, variant) in variants.iter().enumerate() {
        if variants.len() > 1 {
            lines.push(format!("  variant {}", number + 1));
        }
        let (to_ada, to_stranger) = (filled(variant, &ada), filled(variant, &stranger));
        lines.extend(to_ada.iter().flat_map(|content| shown(channel, content, spoken)));
        if to_stranger != to_ada {
            lines.push("  to somebody without a name".to_owned());
            lines.extend(to_stranger.iter().flat_map(|content| shown(channel, content, spoken)));
        }
    }
    if variants.is_empty() {
        bail!("the response has no text");
    }
    Ok(lines.join("\n"))
}

/// What is sent of a content, and what is not.
fn shown(channel: &str, content: &Content, language: &str) -> Vec<String> {
    let drawn = studio_adapters::preview::preview(channel, content, language);
    let Preview { messages, pages, losses } = drawn.unwrap_or_else(|| as_written(channel, content));
    let mut lines = Vec::new();
    if messages.len() > 1 {
        lines.push(format!("  {} messages", messages.len()));
    }
    lines.extend(messages.iter().flat_map(|message| marked("▏", message)));
    lines.extend(pages.iter().flat_map(|page| marked("▸", page)));
    lines.extend(losses.iter().map(|loss| format!("  lost: {loss}")));
    lines
}

/// Lines of a message, the first of them marked.
fn marked(mark: &str, message: &[String]) -> Vec<String> {
    let lines = message.iter().flat_map(|text| text.lines());
    lines
        .enumerate()
        .map(|(place, line)| format!("  {} {line}", if place == 0 { mark } else { " " }))
        .collect()
}

/// Where the other end draws the content itself.
fn as_written(channel: &str, content: &Content) -> Preview {
    let capabilities = Capabilities::of(channel).unwrap_or(&EVERYTHING);
    let shown = degrade(content.clone(), capabilities);
    Preview { messages: shown.messages.iter().map(draw).collect(), pages: Vec::new(), losses: shown.losses }
}

/// As the dialogue chooses: the language counts more than the channel.
fn variants<'a>(bot: &Bot, response: &'a Response, language: Option<&str>, channel: &str) -> &'a [Variant] {
    let own = response.channels.get(channel);
    let default = bot.languages.first().map(String::as_str);
    [language, default]
        .into_iter()
        .flatten()
        .flat_map(|language| [own.and_then(|texts| texts.get(language)), response.texts.get(language)])
        .flatten()
        .chain(response.texts.values())
        .chain(own.into_iter().flat_map(|texts| texts.values()))
        .find(|variants| !variants.is_empty())
        .map_or(&[], Vec::as_slice)
}

/// A message in words, line by line.
fn draw(content: &Content) -> Vec<String> {
    match content {
        Content::Text { text, quick_replies } => {
            let mut lines = vec![text.clone()];
            lines.extend(row("(", quick_replies, ")"));
            lines
        }
        Content::Buttons { text, buttons } => {
            let mut lines = vec![text.clone()];
            lines.extend(row("[", buttons, "]"));
            lines
        }
        Content::List { text, button, sections } => {
            let mut lines = vec![text.clone(), format!("[{button} ▾]")];
            for section in sections {
                lines.extend(section.title.iter().map(|title| format!("  {title}")));
                lines.extend(section.rows.iter().map(|row| match &row.description {
                    Some(description) => format!("  • {} ({description})", row.title),
                    None => format!("  • {}", row.title),
                }));
            }
            lines
        }
        Content::Card(card) => draw_card(card),
        Content::Carousel { cards } => cards.iter().flat_map(draw_card).collect(),
        Content::Image { source, alt, caption } => {
            let mut lines = vec![format!("<picture {}: {alt}>", address(source))];
            lines.extend(caption.clone());
            lines
        }
        Content::File { source, name, .. } => vec![format!("<file {name} {}>", address(source))],
        Content::Location { .. } => vec![format!("<place {}>", content.plain())],
    }
}

fn draw_card(card: &Card) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(picture) = &card.image {
        lines.push(format!("<picture {}: {}>", address(&picture.source), picture.alt));
    }
    lines.push(card.title.clone());
    lines.extend(card.text.clone());
    lines.extend(row("[", &card.buttons, "]"));
    lines
}

fn row(open: &str, buttons: &[Button], close: &str) -> Option<String> {
    let titles = buttons.iter().map(|button| match &button.action {
        Action::Value(_) => format!("{open}{}{close}", button.title),
        Action::Link(address) => format!("{open}{} → {address}{close}", button.title),
        Action::Form(form) => {
            format!("{open}{} → {}{close}", button.title, counted(form.fields.len(), "field"))
        }
    });
    (!buttons.is_empty()).then(|| titles.collect::<Vec<_>>().join(" "))
}

fn address(source: &Source) -> String {
    match source {
        Source::Url(address) => address.clone(),
        Source::Media(id) => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_shows_what_it_can() {
        let bot = load(&crate::bots::sample("shop").expect("the sample").files).bot.expect("no errors");
        for (name, response) in &bot.responses {
            for channel in CHANNELS {
                for language in [None, Some("de")] {
                    let text = preview(&bot, response, language, channel).expect("it can be shown");
                    assert!(
                        text.starts_with(channel) && text.lines().count() > 1,
                        "{name} on {channel}: {text}"
                    );
                }
            }
        }
        let advice = &bot.responses["advice_hiking"];
        for channel in CHANNELS {
            let text = preview(&bot, advice, None, channel).expect("it can be shown");
            assert!(text.contains("/pictures/boots.svg") && !text.contains("settings"), "{text}");
            let is_whole = !text.contains("taken apart") && !text.contains("as a link");
            assert!(is_whole || channel != "slack", "{text}");
            let is_linked = text.contains("picture written as a link") && !text.contains("taken apart");
            assert!(is_linked || channel != "discord", "an embed shows no SVG: {text}");
        }
        let camping =
            preview(&bot, &bot.responses["advice_camping"], None, "whatsapp").expect("it can be shown");
        assert!(camping.contains("/pictures/tent.svg") && !camping.contains("<picture"), "{camping}");
        assert!(camping.contains("lost: picture written as a link: “A tent”"), "{camping}");
        let button =
            |title: &str| Button { title: title.to_owned(), action: Action::Value(title.to_owned()) };
        let buttons = ["One", "Two", "Three", "Four"].map(button).to_vec();
        let content = Content::Buttons { text: "Which?".to_owned(), buttons };
        let variant = Variant::from(vec![content]);
        let words = |text: &str| Variant::from(vec![Content::text(text)]);
        let of_http = [("en".to_owned(), vec![words("For programs.")])].into();
        let texts = [("en".to_owned(), vec![variant])].into();
        let response = Response { texts, channels: [("http".to_owned(), of_http)].into() };
        let shown = |channel| preview(&bot, &response, None, channel).expect("it can be shown");
        assert_eq!(shown("http"), "http\n  ▏ For programs.");
        assert_eq!(shown("web"), "web\n  ▏ Which?\n    [One] [Two] [Three] [Four]");
        assert_eq!(shown("telegram"), "telegram\n  ▏ Which?\n    [One] [Two] [Three]\n    [Four]");
        let whatsapp = shown("whatsapp");
        assert!(whatsapp.contains("lost: ") && whatsapp.contains("[Choose ▾]"), "{whatsapp}");
        assert!(["One", "Two", "Three", "Four"].iter().all(|title| whatsapp.contains(title)), "{whatsapp}");
    }

    #[test]
    fn who_has_told_no_name_is_shown_as_well() {
        let bot = load(&crate::bots::sample("shop").expect("the sample").files).bot.expect("no errors");
        let shown = |text: &str| {
            let variants = vec![Variant::from(vec![Content::text(text)])];
            let response =
                Response { texts: [("en".to_owned(), variants)].into(), channels: BTreeMap::new() };
            preview(&bot, &response, None, "http").expect("it can be shown")
        };
        let both = "http\n  ▏ Hello Ada!\n  to somebody without a name\n  ▏ Hello !";
        assert_eq!(shown("Hello {{ contact.name }}!"), both);
        assert_eq!(shown("Hello {{ slots.name }}!"), "http\n  ▏ Hello {{ slots.name }}!");
    }
}
