//! Which approved template is sent, and with what?

use studio_core::{
    api::{Accepted, ApprovedTemplate},
    content::has_templates,
    id::ConversationId,
};

use super::answer::failed;
use crate::{
    draft::Draft,
    error::ApiError,
    message::Command,
    model::{Doing, Filling, Model, Room, Screen},
    words::Text,
};

/// What the platform calls a template that can be sent.
const APPROVED: &str = "APPROVED";

/// Shows the templates, where the channel has any.
pub fn open(model: &mut Model) -> Vec<Command> {
    let channel =
        model.room.as_ref().and_then(|room| room.detail.as_ref()).map(|it| &it.conversation.channel);
    let Some(channel) = channel else {
        model.notify(model.say(Text::Loading));
        return Vec::new();
    };
    if !has_templates(channel) {
        model.notify(model.say(Text::NoTemplatesHere));
        return Vec::new();
    }
    model.screen = Screen::Templates;
    load(model)
}

pub fn load(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let Some(detail) = &room.detail else { return Vec::new() };
    room.templates.loading = true;
    let connection = detail.conversation.connection.clone();
    vec![Command::LoadTemplates { conversation: room.id, connection }]
}

pub fn read(
    model: &mut Model,
    conversation: ConversationId,
    result: Result<Vec<ApprovedTemplate>, ApiError>,
) {
    if let Some(room) = of(model, conversation) {
        room.templates.loading = false;
    }
    match result {
        Ok(known) => {
            if let Some(room) = of(model, conversation) {
                let approved = |template: &ApprovedTemplate| template.status.eq_ignore_ascii_case(APPROVED);
                room.templates.known = known.into_iter().filter(approved).collect();
                let most = room.templates.known.len().saturating_sub(1);
                room.templates.selected = room.templates.selected.min(most);
            }
        }
        Err(error) => failed(model, &error),
    }
}

/// Begins to fill the template that the operator stands on.
pub fn pick(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let Some(template) = room.templates.known.get(room.templates.selected) else {
        model.notify(model.say(Text::NoTemplates));
        return Vec::new();
    };
    if let Some(why) = template.unsendable.clone() {
        model.notify(why);
        return Vec::new();
    }
    let Some(filling) = Filling::of(template) else {
        model.notify(model.say(Text::TemplateByApi));
        return Vec::new();
    };
    room.templates.filling = Some(filling);
    room.doing = Doing::Filling;
    room.mind = false;
    room.scroll = 0;
    model.screen = Screen::Conversation;
    Vec::new()
}

/// Goes on to the next gap, or sends the template once all of them are filled.
pub fn go_on(model: &mut Model) -> Vec<Command> {
    let Some(room) = &mut model.room else { return Vec::new() };
    let Some(filling) = room.templates.filling.as_mut().filter(|filling| !filling.sent) else {
        return Vec::new();
    };
    if filling.draft().is_some_and(Draft::is_empty) {
        model.notify(model.say(Text::NothingWritten));
        return Vec::new();
    }
    if filling.go_on() {
        return Vec::new();
    }
    filling.sent = true;
    let template = Box::new(filling.filled());
    vec![Command::SendTemplate { conversation: room.id, template }]
}

/// Goes back to the gap before, or to the templates.
pub fn go_back(model: &mut Model) {
    let Some(room) = &mut model.room else { return };
    if !room.templates.filling.as_mut().is_some_and(Filling::go_back) {
        room.templates.filling = None;
        room.doing = Doing::Reading;
        model.screen = Screen::Templates;
    }
}

/// What was sent is shown once its turn comes; what was not stays as it was filled.
pub fn sent(model: &mut Model, conversation: ConversationId, result: Result<Accepted, ApiError>) {
    match result {
        Ok(_) => {
            if let Some(room) = of(model, conversation) {
                room.templates.filling = None;
                if room.doing == Doing::Filling {
                    room.doing = Doing::Reading;
                }
            }
            model.notify(model.say(Text::TemplateSent));
        }
        Err(error) => {
            if let Some(filling) = of(model, conversation).and_then(|room| room.templates.filling.as_mut()) {
                filling.sent = false;
            }
            model.warn(format!("{}: {error}", model.say(Text::NotDone)));
        }
    }
}

fn of(model: &mut Model, conversation: ConversationId) -> Option<&mut Room> {
    model.room.as_mut().filter(|room| room.id == conversation)
}
