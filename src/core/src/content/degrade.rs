//! placeholder
use super::{Capabilities, Content};
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Degraded {
    pub messages: Vec<Content>,
    pub losses: Vec<Loss>,
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    Todo,
}
pub fn degrade(content: Content, _: &Capabilities) -> Degraded {
    Degraded { messages: vec![content], losses: vec![] }
}
