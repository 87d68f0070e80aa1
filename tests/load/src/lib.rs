//! Does the studio keep its promises under load, and when it is killed?
//!
//! | module | the question it answers |
//! |---|---|
//! | [`home`] | with which settings and which bot does the studio run? |
//! | [`process`] | how is it started and killed? |
//! | [`phase`] | how far had it come? |
//! | [`database`] | on which database does it run, and how is a server killed? |
//! | [`ledger`] | what did the visitors send and hear? |
//! | [`visitor`] | how do they behave? |
//! | [`forgotten`] | what did those say who want to be forgotten, and what of it is to be there? |
//! | `widget` | how does the widget open a session and a socket? |
//! | [`ask`] | how is the bot of a connection asked, and what did the model have to do with it? |
//! | [`editions`] | is what was published what is found? |
//! | [`agent`] | what do the bot's colleagues do meanwhile? |
//! | [`platforms`] | how do people talk to a bot on the messaging platforms? |
//! | [`patience`] | when is what is waited for given up? |
//! | [`people`] | do the three ledgers of their conversations agree? |
//! | [`receiver`] | who takes the replies and the calls? |
//! | [`stored`] | what does the store hold? |
//! | [`compare`] | do the three ledgers agree? |
//! | [`audit`] | does all that the store holds agree with itself? |
//! | [`finding`] | what is printed when a promise was broken? |
//! | [`faults`] | how do disk and clock fail? |
//! | [`bench`] | what does it take, and how fast is it? |
//! | [`aim`] | is an aim met? |
//! | [`table`] | how are figures written? |
//! | [`uptime`] | for how long was the studio up? |
//! | [`turns`] | how many turns a second, and how long is the wait? |
//! | `phrases` | which texts has a file of text and label? |
//! | [`usage`] | what does the studio take of the machine? |
//! | [`handover`] | what becomes of replies that wait when another studio takes over? |
//! | [`crash`] | is anything lost when it is killed again and again? |
//! | [`pressure`] | what happens when more comes than can be worked off? |
//! | [`trials`] | what happens when disk, clock or network fail? |

pub mod agent;
pub mod aim;
pub mod ask;
pub mod audit;
pub mod bench;
pub mod compare;
pub mod crash;
pub mod credentials;
pub mod database;
pub mod editions;
pub mod faults;
pub mod finding;
pub mod forgotten;
pub mod handover;
pub mod home;
pub mod ledger;
mod narrow;
pub mod patience;
pub mod people;
pub mod phase;
mod phrases;
pub mod platforms;
pub mod pressure;
pub mod process;
pub mod receiver;
pub mod sign;
pub mod stored;
pub mod table;
pub mod tally;
pub mod trials;
pub mod turns;
pub mod uptime;
pub mod usage;
pub mod visitor;
mod widget;
