//! The server of the studio.
//!
//! | module | the question it answers |
//! |---|---|
//! | [`auth`] | who is calling, and may they? |
//! | [`bots`] | which bots are there, and what runs a conversation? |
//! | [`breakpoint`] | where can a test stop the process dead? |
//! | [`cli`] | what can be asked of the program? |
//! | [`clock`] | what time is it, and what is the next id? |
//! | [`config`] | which settings hold? |
//! | [`demo`] | what does the sample bot call? |
//! | [`egress`] | which addresses may be called, and how? |
//! | [`evaluations`] | how well are the bots understood? |
//! | [`http`] | how do programs and pages reach the studio? |
//! | [`jobs`] | what is done now and then, beside conversations? |
//! | [`live`] | who is watching? |
//! | [`messages`] | which messages are found, and which must still be put into their index? |
//! | [`mind`] | how does a conversation's state read as a mind? |
//! | [`models`] | which large models does the studio run? |
//! | [`personal`] | what of a visitor's personal data is stored? |
//! | [`pipeline`] | what happens to an event, and what may never happen? |
//! | [`reached`] | how far has each message come that its visitor fetches? |
//! | [`rehearse`] | what would the bot say, without a server? |
//! | [`review`] | what is learned from what visitors say? |
//! | [`secret`] | what signs the visitors' tokens? |
//! | [`seldom`] | how is something told that happens a thousand times a second? |
//! | [`server`] | how does the server listen, and how does it stop? |
//! | [`studio`] | what belongs to a running server? |
//! | [`telemetry`] | where do log lines go? |
//! | [`texts`] | which texts did the operator write in place of the studio's own? |
//! | [`translation`] | who translates what the authors of bots have not written, and what is known of it already? |
//! | [`turn`] | what does one event cause? |
//! | [`vault`] | how are the credentials of connections kept? |

pub mod auth;
pub mod bots;
pub mod breakpoint;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod egress;
pub mod evaluations;
pub mod http;
pub mod jobs;
pub mod live;
pub mod messages;
pub mod mind;
pub mod models;
pub mod personal;
pub mod pipeline;
pub mod reached;
pub mod rehearse;
pub mod review;
pub mod secret;
pub mod seldom;
pub mod server;
pub mod studio;
pub mod telemetry;
pub mod texts;
pub mod translation;
pub mod turn;
pub mod vault;
