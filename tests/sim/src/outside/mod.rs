//! What do the others do? Visitors, agents, a remote service, and the network between all of them.

pub mod agent;
pub mod network;
pub mod receiver;
pub mod service;
pub mod visitor;

use crate::{
    studio::Phase,
    task::{Back, Outside},
    world::World,
};

impl World {
    /// Lets one thing happen outside of the studio.
    pub fn outside(&mut self, outside: Outside) {
        match outside {
            Outside::Speak { visitor } => self.speak(visitor),
            Outside::Say { visitor, number } => self.say(visitor, number),
            Outside::Act { agent } => self.act(agent),
            Outside::Ask { agent, number } => self.ask(agent, number),
            Outside::Post(request) => {
                let request = *request;
                if self.studio.phase == Phase::Open {
                    self.receive(request);
                }
            }
            Outside::Acknowledged(Back::Visitor { visitor, number }) => self.said(visitor, number),
            Outside::Acknowledged(Back::Agent { agent, number }) => self.acted(agent, number),
            // The deliverer is told within the process.
            Outside::Acknowledged(Back::Call { .. }) => {}
            Outside::Connect { visitor } => self.connect(visitor),
            Outside::Hello { visitor, connection, after } => {
                if self.studio.phase == Phase::Open {
                    self.hello(visitor, connection, after);
                } else {
                    self.disconnected(visitor, connection);
                }
            }
            Outside::Frame { visitor, connection, heard } => self.frame(visitor, connection, heard),
            Outside::Disconnected { visitor, connection } => self.disconnected(visitor, connection),
            Outside::Posted { run, queue, attempt, message } => self.posted(run, queue, attempt, message),
            Outside::Called { run, queue, attempt, key, call } => {
                self.called(run, queue, attempt, key, &call);
            }
        }
    }
}
