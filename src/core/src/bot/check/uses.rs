//! What names, texts and expressions does a bot use, and where?

use serde_json::Value;

use crate::bot::{
    Expression,
    compile::{condition, expression, flow_name},
    problem::Place,
    source::{
        AskStep, Body, ButtonSource, CardSource, HttpStep, InvalidSource, MessageSource, OptionSource, Press,
        RepairsSource, ResponseSource, RowSource, Saying, Source, Step, StepKind, Steps, Variants,
        WaitSource,
    },
    yaml::{At, Text},
};

/// Everything that refers to something else, in the order of the files.
#[derive(Default)]
pub struct Uses<'a> {
    /// Names of responses.
    pub responses: Vec<At<&'a str>>,
    /// Responses that questions without a text of their own use: `ask_<slot>`.
    pub asked: Vec<String>,
    /// All there is to say, named or in place.
    pub sayings: Vec<&'a ResponseSource>,
    pub messages: Vec<&'a MessageSource>,
    pub flows: Vec<At<&'a str>>,
    pub intents: Vec<At<&'a str>>,
    /// Labels to which flows jump.
    pub jumps: Vec<&'a Text>,
    pub teams: Vec<&'a Text>,
    pub labels: Vec<&'a Text>,
    /// Slots that steps fill.
    pub filled: Vec<&'a Text>,
    pub quick_replies: Vec<&'a ButtonSource>,
    pub buttons: Vec<&'a ButtonSource>,
    pub rows: Vec<&'a RowSource>,
    pub options: Vec<&'a [OptionSource]>,
    /// Addresses of pictures, files and services.
    pub addresses: Vec<&'a Text>,
    /// Moments of steps `wait`.
    pub moments: Vec<&'a Text>,
    pub links: Vec<&'a Text>,
    /// Patterns of answers.
    pub patterns: Vec<&'a Text>,
    pub templates: Vec<At<&'a str>>,
    /// Steps that do nothing, and why.
    pub idle: Vec<(Place, &'static str)>,
    /// CEL whose value is kept or passed on.
    pub values: Vec<At<String>>,
    /// CEL that decides between ways: it must be true or false.
    pub conditions: Vec<At<String>>,
}

impl<'a> Uses<'a> {
    pub fn of(source: &'a Source) -> Self {
        let mut uses = Self::default();
        if let Some(bot) = &source.bot {
            uses.saying(bot.handoff.as_ref().and_then(|handoff| handoff.say.as_ref()));
            for repair in bot.repairs.iter().flat_map(RepairsSource::written) {
                uses.saying(repair.say.as_ref());
                uses.flows.extend(repair.flow.as_ref().map(text));
                uses.intents.extend(repair.intent.as_ref().map(text));
            }
        }
        for (_, response) in source.responses.iter() {
            uses.response(response);
        }
        for (_, flow) in source.flows.iter() {
            for trigger in flow.triggers() {
                if let crate::bot::Trigger::Intent(name) = &trigger.trigger {
                    uses.intents.push(At { value: name, place: trigger.place });
                }
            }
            uses.steps(&flow.steps);
        }
        uses
    }

    fn steps(&mut self, steps: &'a Steps) {
        for step in &steps.items {
            self.labels.extend(&step.id);
            self.step(step);
        }
    }

    fn step(&mut self, step: &'a Step) {
        match &step.kind {
            StepKind::Say(say) => self.saying(Some(&say.what)),
            StepKind::Ask(ask) => self.ask(ask),
            StepKind::Choose(choose) => {
                for branch in choose.branches.iter().flatten() {
                    if let Some(written) = &branch.condition {
                        self.conditions.push(At { value: condition(&written.value), place: written.place });
                    }
                    self.steps(&branch.steps);
                }
            }
            StepKind::Set(set) => {
                if set.values.0.is_empty() {
                    self.idle.push((set.place, "`set` fills nothing"));
                }
                for (slot, value) in set.values.iter() {
                    self.filled.push(slot);
                    self.value(&value.value, value.place);
                }
            }
            StepKind::Call(call) => self.flows.push(text(&call.flow)),
            StepKind::Go(go) => match flow_name(&go.target.value) {
                Some(value) => self.flows.push(At { value, place: go.target.place }),
                None => self.jumps.push(&go.target),
            },
            StepKind::Search(search) => {
                if search.query.value.trim().is_empty() {
                    self.idle.push((search.place, "`search` asks nothing, so nothing is found"));
                }
                self.templates.push(text(&search.query));
                self.nested(search.nothing.as_ref());
            }
            StepKind::Http(http) => self.http(http),
            StepKind::Handoff(handoff) => {
                self.teams.extend(&handoff.team);
                self.templates.extend(handoff.reason.as_ref().map(text));
                self.saying(handoff.message.as_ref());
                self.nested(handoff.nobody.as_ref());
            }
            StepKind::Rate(rate) => {
                self.filled.push(&rate.slot);
                self.saying(rate.question.as_ref());
                self.saying(rate.thanks.as_ref());
                self.saying(rate.given_up.as_ref());
                self.complaints(rate.invalid.as_ref());
            }
            StepKind::Wait(wait) => match &wait.wait {
                WaitSource::For(_) => {}
                WaitSource::Until(moment) => {
                    self.moments.push(moment);
                    self.scalar(&Value::String(moment.value.clone()), moment.place, Some(&moment.value));
                }
            },
            StepKind::Tag(tag) => {
                if tag.tags.0.is_empty() {
                    self.idle.push((tag.place, "`tag` has no tags"));
                }
            }
            StepKind::End => {}
        }
    }

    fn ask(&mut self, ask: &'a AskStep) {
        self.filled.push(&ask.slot);
        if ask.question.is_none() {
            self.asked.push(format!("ask_{}", ask.slot.value));
        }
        self.saying(ask.question.as_ref());
        self.saying(ask.form.as_ref());
        self.complaints(ask.invalid.as_ref());
        self.options.extend(ask.options.as_ref().map(|options| options.value.as_slice()));
        self.patterns.extend(&ask.pattern);
        self.nested(ask.otherwise.as_ref());
        self.nested(ask.unknown.as_ref());
    }

    fn complaints(&mut self, invalid: Option<&'a InvalidSource>) {
        for complaint in invalid.into_iter().flat_map(|invalid| &invalid.0) {
            self.saying(Some(&complaint.saying));
        }
    }

    fn http(&mut self, http: &'a HttpStep) {
        let call = &http.call;
        for url in [&call.get, &call.post, &call.put, &call.patch, &call.delete].into_iter().flatten() {
            self.addresses.push(url);
            self.templates.push(text(url));
        }
        self.templates.extend(call.headers.iter().map(|(_, value)| text(value)));
        if let Some(body) = &call.body {
            self.value(&body.value, body.place);
        }
        for (slot, cel) in http.save.iter() {
            self.filled.push(slot);
            self.values.push(At { value: condition(&cel.value), place: cel.place });
        }
        self.nested(http.error.as_ref());
    }

    fn nested(&mut self, steps: Option<&'a Steps>) {
        if let Some(steps) = steps {
            self.steps(steps);
        }
    }

    /// A value whose texts, however deep, are templates or CEL.
    fn value(&mut self, value: &'a Value, place: Place) {
        match value {
            Value::String(text) => self.scalar(value, place, Some(text)),
            Value::Array(items) => items.iter().for_each(|item| self.value(item, place)),
            Value::Object(entries) => entries.values().for_each(|item| self.value(item, place)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn scalar(&mut self, value: &Value, place: Place, text: Option<&'a str>) {
        match expression(value) {
            Expression::Literal(_) => {}
            Expression::Cel(cel) => self.values.push(At { value: cel, place }),
            Expression::Template(_) => self.templates.extend(text.map(|value| At { value, place })),
        }
    }

    fn saying(&mut self, saying: Option<&'a Saying>) {
        match saying {
            Some(Saying::Named(name)) => self.responses.push(text(name)),
            Some(Saying::Inline(response)) => self.response(response),
            None => {}
        }
    }

    fn response(&mut self, response: &'a ResponseSource) {
        self.sayings.push(response);
        self.variants(&response.texts);
        for (_, variants) in response.channels.iter() {
            self.variants(variants);
        }
    }

    fn variants(&mut self, variants: &'a Variants) {
        let all = variants.iter().flat_map(|(_, variants)| &variants.0);
        for message in all.flat_map(|variant| &variant.messages) {
            self.messages.push(message);
            self.message(message);
        }
    }

    fn message(&mut self, message: &'a MessageSource) {
        if let Some(approved) = &message.template {
            self.templates.extend(approved.header.as_ref().map(text));
            let gaps = approved.body.iter().chain(approved.buttons.iter());
            self.templates.extend(gaps.map(|(_, value)| text(value)));
        }
        match &message.body {
            Body::Text { text: words, quick_replies } => {
                self.templates.push(text(words));
                self.quick_replies.extend(quick_replies);
                for button in quick_replies {
                    self.button(button);
                }
            }
            Body::Buttons { text: words, buttons } => {
                self.templates.push(text(words));
                self.buttons.extend(buttons);
                for button in buttons {
                    self.button(button);
                }
            }
            Body::List { text: words, list } => {
                self.templates.extend([text(words), text(&list.button)]);
                for section in &list.sections {
                    self.templates.extend(section.title.as_ref().map(text));
                    self.rows.extend(&section.rows);
                    for row in &section.rows {
                        self.templates.extend([text(&row.title), text(&row.value)]);
                        self.templates.extend(row.description.as_ref().map(text));
                    }
                }
            }
            Body::Card(card) => self.card(card),
            Body::Carousel(cards) => cards.iter().for_each(|card| self.card(card)),
            Body::Image(image) => {
                self.addresses.push(&image.url);
                self.templates.extend([text(&image.url), text(&image.alt)]);
                self.templates.extend(image.caption.as_ref().map(text));
            }
            Body::File(file) => {
                self.addresses.push(&file.url);
                self.templates.extend([text(&file.url), text(&file.name)]);
            }
            Body::Location(location) => self.templates.extend(location.label.as_ref().map(text)),
        }
    }

    fn card(&mut self, card: &'a CardSource) {
        self.templates.push(text(&card.title));
        self.templates.extend(card.text.as_ref().map(text));
        if let Some(image) = &card.image {
            self.addresses.push(&image.url);
            self.templates.extend([text(&image.url), text(&image.alt)]);
        }
        self.buttons.extend(&card.buttons);
        card.buttons.iter().for_each(|button| self.button(button));
    }

    fn button(&mut self, button: &'a ButtonSource) {
        self.templates.push(text(&button.title));
        match &button.press {
            Press::Value(value) => self.templates.push(text(value)),
            Press::Link(link) => {
                self.links.push(link);
                self.templates.push(text(link));
            }
        }
    }
}

fn text(text: &Text) -> At<&str> {
    At { value: &text.value, place: text.place }
}
