//! What is decided. Pure: no tokio, no input or output, no clock, no randomness.
//!
//! | module | the question it answers |
//! |---|---|
//! | [`id`] | which organisation, conversation, contact, bot? |
//! | [`content`] | what can a message hold, and what is left of it on a channel that can do less? |
//! | [`addresses`] | which addresses are known to be somebody's? |
//! | [`understanding`] | what did a model say about an utterance? |
//! | [`counted`] | how is it written how many there are? |
//! | [`bot`] | what did the bot's author write, and what is wrong with it? |
//! | [`dialogue`] | what happens next in a conversation? |
//! | [`digits`] | which number do digits of another script write? |
//! | [`drift`] | do visitors write otherwise than they did? |
//! | [`embedding`] | who turns texts into vectors whose nearness is nearness of meaning? |
//! | [`feeling`] | how does a visitor feel, and who says so? |
//! | [`models`] | what do models say of texts: names, answers, labels, summaries? |
//! | [`privacy`] | which personal data is recognised, and what becomes of it? |
//! | [`review`] | which messages should somebody look at? |
//! | [`plain`] | what is a caller told whose value does not fit? |
//! | [`policy`] | when is something tried again, how often may something be done, which addresses may be called? |
//! | [`translation`] | who says the author's texts in other languages, and what must survive it? |
//! | [`unseen`] | which characters does a reader not see as they stand? |
//! | [`texts`] | what does the studio itself say, in which languages? |
//! | [`api`] | what do the server and the console say to each other? |
//! | [`invariants`] | what must be true, whatever fails? |

pub mod addresses;
pub mod api;
pub mod bot;
pub mod content;
pub mod counted;
pub mod dialogue;
pub mod digits;
pub mod drift;
pub mod embedding;
pub mod feeling;
pub mod id;
pub mod invariants;
pub mod models;
pub mod plain;
pub mod policy;
pub mod privacy;
pub mod review;
pub mod texts;
pub mod translation;
pub mod understanding;
pub mod unseen;
