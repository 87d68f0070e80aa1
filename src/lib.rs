//! The studio's server. One line for each module:
//!
//! | module | the question it answers |
//! |---|---|
//! | [`egress`] | how is a URL that somebody else chose called safely? |

pub mod egress;
