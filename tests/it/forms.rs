//! The shop takes down a call in one window, where the platform has such a thing.

use serde_json::{Value, json};
use studio_load::platforms::Way;

use crate::support::{
    eventually,
    http_client::runtime,
    platforms::{Simulator, shop},
};

/// What the person filled in, by field; the number is none.
const ANSWERS: [(&str, &str); 3] = [("phone", "12"), ("call_day", "2099-12-24"), ("call_time", "morning")];

/// The shop on a platform, and somebody who talks to it there.
struct Scene {
    way: Way,
    simulator: Simulator,
    person: std::sync::Arc<dyn studio_load::platforms::Person>,
}

impl Scene {
    fn says(&self, text: &str) {
        runtime().block_on(self.person.say(text)).expect("the simulator lets them");
    }

    /// How often the bot has said this.
    fn times(&self, words: &str) -> usize {
        let shown = runtime().block_on(self.person.shown()).expect("the simulator answers");
        shown.iter().filter(|shown| shown.words.iter().any(|text| text.contains(words))).count()
    }

    fn hears(&self, words: &str) {
        eventually(&format!("{words:?} is said"), || (self.times(words) > 0).then_some(()));
    }

    /// The form that is open, which the platform gives three seconds from the press.
    fn open(&self) -> Value {
        eventually("the form is open", || match self.way {
            Way::DiscordGateway => {
                let all = self.simulator.see("interactions");
                let opened = all.as_array()?.iter().find(|known| known["answer"] == 9)?.clone();
                assert!(opened["after_milliseconds"].as_u64().is_some_and(|after| after < 3_000), "{opened}");
                Some(opened["modal"].clone())
            }
            _ => {
                self.simulator.see("views").as_object()?.values().next().map(|opened| opened["view"].clone())
            }
        })
    }

    fn submit(&self, form: &Value) {
        if self.way == Way::DiscordGateway {
            let answers = ANSWERS.into_iter().collect::<std::collections::BTreeMap<_, _>>();
            self.simulator.act("submit", &json!({ "from": "person-7", "answers": answers }));
            return;
        }
        let values = json!({
            "phone": { "value": ANSWERS[0].1 },
            "call_day": { "selected_date": ANSWERS[1].1 },
            "call_time": { "selected_option": { "value": ANSWERS[2].1 } },
        });
        self.simulator.act("submit", &json!({ "view": form["id"], "values": values }));
    }
}

fn play(way: Way) {
    let (stand, _home, studio) = shop(way);
    let person = runtime().block_on(stand.person(7)).expect("somebody");
    let scene = Scene { way, simulator: Simulator { address: stand.simulator.address.clone() }, person };

    if way == Way::DiscordGateway {
        // What is said first in a direct channel while nobody listens is lost to every bot there.
        eventually("the gateway is open", || (scene.simulator.see("state")["open"] == 1).then_some(()));
    }
    // A button below the first question opens a window with all of them.
    scene.says("call me back");
    scene.hears("On which number may we call you?");
    runtime().block_on(scene.person.press("Order a call")).expect("the button is there");
    let form = scene.open();
    let told = form.to_string();
    for question in ["On which number may we call you?", "On which day does it suit you?", "Morning (9–12)"]
    {
        assert!(told.contains(question), "{question}: {told}");
    }
    scene.submit(&form);

    // What is wrong in it is asked again by itself, in the shop's own words; the rest is known.
    scene.hears("does not look like a telephone number");
    eventually("it is asked again", || (scene.times("On which number may we call you?") == 2).then_some(()));
    scene.says("+49 89 5550100");
    scene.hears("Noted: we'll call you on 24 December 2099.");
    scene.hears("Customer support has your request.");
    assert_eq!(scene.times("On which day does it suit you?"), 0, "what was filled in is not asked");
    assert_eq!(scene.times("And at what time?"), 0);
    assert!(studio.terminate().success());
}

#[test]
fn a_form_is_filled_in_on_discord() {
    play(Way::DiscordGateway);
}

#[test]
fn a_form_is_filled_in_on_slack_by_posted_events() {
    play(Way::SlackEvents);
}

#[test]
fn a_form_is_filled_in_on_slack_by_socket_mode() {
    play(Way::SlackSockets);
}
