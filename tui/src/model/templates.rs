//! Which approved templates are there for the open conversation, and what fills the gaps of one?

use std::collections::BTreeMap;

use studio_core::{
    api::ApprovedTemplate,
    content::{Header, Parameters, Template},
};

use crate::draft::Draft;

/// Those that the platform of the open conversation has approved.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    pub known: Vec<ApprovedTemplate>,
    pub loading: bool,
    /// Which of them the operator stands on.
    pub selected: usize,
    pub filling: Option<Filling>,
}

/// A gap of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    Head,
    /// By what stands between its braces.
    Body(String),
    /// By the place of its button, from 0.
    Button(usize),
}

/// A template whose gaps are filled, one after the other.
#[derive(Clone, Debug)]
pub struct Filling {
    template: ApprovedTemplate,
    gaps: Vec<Gap>,
    /// One for each gap.
    values: Vec<Draft>,
    at: usize,
    /// Whether it is on its way to the server.
    pub sent: bool,
}

impl Filling {
    /// `None` where its head is a file or a place, which nobody can type.
    pub fn of(template: &ApprovedTemplate) -> Option<Self> {
        if template.header.as_ref().is_some_and(|header| header != "text") {
            return None;
        }
        let head = template.header.iter().map(|_| Gap::Head);
        let body = template.body.iter().cloned().map(Gap::Body);
        let buttons = template.buttons.iter().copied().map(Gap::Button);
        let gaps = head.chain(body).chain(buttons).collect::<Vec<_>>();
        let values = vec![Draft::default(); gaps.len()];
        Some(Self { template: template.clone(), gaps, values, at: 0, sent: false })
    }

    pub fn name(&self) -> &str {
        &self.template.name
    }

    /// The gap that is being filled, its number from 1, and how many there are; `None` where there is none.
    pub fn gap(&self) -> Option<(&Gap, usize, usize)> {
        Some((self.gaps.get(self.at)?, self.at + 1, self.gaps.len()))
    }

    pub fn draft(&self) -> Option<&Draft> {
        self.values.get(self.at)
    }

    pub fn draft_mut(&mut self) -> Option<&mut Draft> {
        self.values.get_mut(self.at)
    }

    /// Goes on to the next gap; `false` where there is none.
    pub fn go_on(&mut self) -> bool {
        let is_another = self.at + 1 < self.gaps.len();
        self.at += usize::from(is_another);
        is_another
    }

    /// Goes back to the gap before; `false` where there is none.
    pub fn go_back(&mut self) -> bool {
        let is_another = self.at > 0;
        self.at -= usize::from(is_another);
        is_another
    }

    /// The template with what fills its gaps.
    pub fn filled(&self) -> Template {
        let mut parameters = Parameters::default();
        for (gap, value) in self.gaps.iter().zip(&self.values) {
            let value = value.text().trim().to_owned();
            match gap {
                Gap::Head => parameters.header = Some(Header::Text(value)),
                Gap::Body(name) => _ = parameters.body.insert(name.clone(), value),
                Gap::Button(place) => _ = parameters.buttons.insert(*place, value),
            }
        }
        let ApprovedTemplate { name, language, .. } = &self.template;
        Template { name: name.clone(), language: language.clone(), parameters, when: None }
    }

    /// How it reads so far; a gap that nothing fills stays as it is.
    pub fn reads(&self) -> String {
        let shown = |draft: &Draft| {
            let (before, after) = draft.shown();
            before + &after
        };
        let filled = self.gaps.iter().zip(&self.values).filter(|(_, value)| !value.is_empty());
        let (mut head_value, mut values) = (None, BTreeMap::new());
        for (gap, value) in filled {
            match gap {
                Gap::Head => head_value = Some(shown(value)),
                Gap::Body(name) => _ = values.insert(name.as_str(), shown(value)),
                Gap::Button(_) => {}
            }
        }
        let text = self.template.text.as_str();
        // A head with a gap stands first, and its gap may be called as one of the body's.
        let (head, body) = match text.split_once("\n\n") {
            Some((head, body)) if self.template.header.is_some() => (Some(head), body),
            Some(_) | None => (None, text),
        };
        let body = replaced(body, |gap| values.get(gap).cloned());
        match head {
            Some(head) => format!("{}\n\n{body}", replaced(head, |_| head_value.clone())),
            None => body,
        }
    }
}

/// A text with what stands between double braces replaced, where there is something for it.
fn replaced(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let (mut whole, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("{{")
        && let Some((gap, behind)) = after.split_once("}}")
    {
        whole.push_str(before);
        match value(gap) {
            Some(value) => whole.push_str(&value),
            None => whole.extend(["{{", gap, "}}"]),
        }
        rest = behind;
    }
    whole + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn write(filling: &mut Filling, text: &str) {
        assert!(filling.draft_mut().expect("there is a gap").insert(text, false));
    }

    #[test]
    fn gaps_are_filled_one_after_the_other() {
        let template = ApprovedTemplate {
            text: "Order {{1}}\n\nHello {{1}}, see {{2}}".to_owned(),
            header: Some("text".to_owned()),
            body: vec!["1".to_owned(), "2".to_owned()],
            buttons: vec![1],
            ..samples::templates()[0].clone()
        };
        let mut filling = Filling::of(&template).expect("it can be typed");
        assert_eq!(filling.gap(), Some((&Gap::Head, 1, 4)));
        assert!(!filling.go_back());
        write(&mut filling, "17");
        assert_eq!(filling.reads(), "Order 17\n\nHello {{1}}, see {{2}}");
        assert!(filling.go_on());
        write(&mut filling, "{{2}} Ada ");
        for (gap, text) in [(Gap::Body("2".to_owned()), "you"), (Gap::Button(1), "t/17")] {
            assert!(filling.go_on());
            assert_eq!(filling.gap().map(|(gap, ..)| gap), Some(&gap));
            write(&mut filling, text);
        }
        assert!(!filling.go_on());
        assert_eq!(
            filling.reads(),
            "Order 17\n\nHello {{2}} Ada , see you",
            "what a value says is nobody's gap"
        );
        let filled = filling.filled();
        assert_eq!((filled.name, filled.language, filled.when), (template.name, template.language, None));
        assert_eq!(filled.parameters.header, Some(Header::Text("17".to_owned())));
        assert_eq!(filled.parameters.body["1"], "{{2}} Ada");
        assert_eq!(filled.parameters.buttons[&1], "t/17");
        let picture =
            ApprovedTemplate { header: Some("image".to_owned()), ..samples::templates()[0].clone() };
        assert!(Filling::of(&picture).is_none());
    }
}
