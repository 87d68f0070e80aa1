//! What does a press, a form or a slash command mean?

use studio_core::{content::Content, dialogue::Body};

use super::{
    Commands, Threads, form,
    inbound::{Event, Heard, Manner},
    kinds,
    payload::{Action, Command, Interaction},
    place::{Place, is_id, is_time_stamp},
};
use crate::misread::named;

/// What the ids of our buttons and selects begin with that send a value back.
pub(super) const PRESS: &str = "press";
/// Of buttons that open a form.
pub(super) const FORM: &str = "form";
/// Of buttons that open an address: Slack tells of them as well, and nothing comes of it.
pub(super) const LINK: &str = "link";

/// What an interaction means.
pub(super) fn pressed(manner: &Manner, interaction: Interaction) -> Result<Heard, String> {
    if !is_id(&interaction.user.id) {
        return Err("the interaction lacks its user".to_owned());
    }
    match interaction.kind.as_str() {
        "block_actions" if interaction.view.is_none() => presses(manner, interaction),
        "view_submission" => filled_in(interaction).map(|event| Heard::Events(event.into_iter().collect())),
        kind if kinds::interaction(kind).is_some() => Ok(Heard::Events(Vec::new())),
        kind => Err(format!("interactions of the kind {} are not known", named(kind))),
    }
}

fn presses(manner: &Manner, interaction: Interaction) -> Result<Heard, String> {
    let Interaction { user, channel, container, message, actions, response_url, trigger_id, .. } =
        interaction;
    let container = container.unwrap_or_default();
    let channel = container.channel_id.clone().or(channel.map(|channel| channel.id));
    let channel = channel.filter(|id| is_id(id)).ok_or("the press lacks its channel")?;
    let on = container.message_ts.clone().or_else(|| message.as_ref().and_then(|message| message.ts.clone()));
    let on = on.filter(|ts| is_time_stamp(ts)).ok_or("the press lacks its message")?;
    let thread = message.and_then(|message| message.thread_ts).or(container.thread_ts);
    let place = if container.is_ephemeral && thread.is_none() && !channel.starts_with('D') {
        Place::only(&channel, &user.id)
    } else {
        match (manner.threads, thread.filter(|ts| is_time_stamp(ts))) {
            (Threads::Own, Some(thread)) => Place::thread(&channel, &thread),
            (Threads::Own | Threads::Shared, _) => Place::channel(&channel),
        }
    };
    if let Some(action) = actions.iter().find(|action| action.action_id.starts_with(FORM)) {
        let form = action.value.clone().ok_or("the press lacks its form")?;
        let trigger = trigger_id.ok_or("the press lacks its trigger_id")?;
        let at = action.action_ts.as_ref().unwrap_or(&trigger);
        let native = format!("press:{channel}:{on}:{}:{at}", user.id);
        let title = action.text.as_ref().map_or_else(|| form.clone(), |title| super::text::loud(&title.text));
        let words = Event::new(place.clone(), &user.id, native, Body::said(Content::text(title), None));
        return Ok(Heard::Form { place, form, trigger, words: Box::new(words) });
    }
    let mut events = Vec::new();
    for action in actions.into_iter().filter(|action| action.action_id.starts_with(PRESS)) {
        let at = action.action_ts.clone().or_else(|| trigger_id.clone()).ok_or("the press lacks its time")?;
        let (value, title) = chosen(action).ok_or("the press lacks its value")?;
        // Two people may press at the same time, and one person twice.
        let native = format!("press:{channel}:{on}:{}:{at}", user.id);
        let event = Event::new(place.clone(), &user.id, native, Body::Press { value, title });
        events.push(Event { response_url: response_url.clone().filter(|_| place.only.is_some()), ..event });
    }
    Ok(Heard::Events(events))
}

fn chosen(action: Action) -> Option<(String, String)> {
    let (value, title) = match (action.selected_option, action.value) {
        (Some(option), _) => (option.value, option.text),
        (None, value) => (value?, action.text),
    };
    let title = title.map_or_else(|| value.clone(), |title| super::text::loud(&title.text));
    Some((value, title))
}

/// A form says in its own words where it was opened; one that does not is none of ours.
fn filled_in(interaction: Interaction) -> Result<Option<Event>, String> {
    let view = interaction.view.ok_or("the form lacks its view")?;
    let Some(place) = Place::parse(&view.private_metadata) else { return Ok(None) };
    let Some((form, fields)) = form::read(&view.callback_id, &view.state) else { return Ok(None) };
    // Slack tells of every field, also where nothing was written.
    if fields.is_empty() {
        return Err("the form lacks its fields".to_owned());
    }
    let native = format!("form:{}:{}", view.id, view.hash);
    Ok(Some(Event::new(place, &interaction.user.id, native, Body::Submitted { form, fields })))
}

/// A slash command is what was typed: `/order 17`.
pub(super) fn command(manner: &Manner, command: Command) -> Result<Event, String> {
    let Command { command, text, user_id, channel_id, trigger_id, response_url, .. } = command;
    if !is_id(&user_id) || !is_id(&channel_id) || trigger_id.is_empty() || trigger_id.len() > 200 {
        return Err("the command lacks its user, channel or trigger_id".to_owned());
    }
    let place = match manner.commands {
        // What is typed in a channel is seen by nobody else; neither is the answer.
        Commands::Private if !channel_id.starts_with('D') => Place::only(&channel_id, &user_id),
        Commands::Private | Commands::Public => Place::channel(&channel_id),
    };
    let typed = format!("{command} {}", super::text::words(&text));
    let body = Body::said(Content::text(typed.trim()), None);
    let event = Event::new(place, &user_id, format!("command:{trigger_id}"), body);
    let response_url = response_url.filter(|_| event.place.only.is_some());
    Ok(Event { response_url, ..event })
}
