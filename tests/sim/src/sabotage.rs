//! Would the simulation notice? Ways to break the studio that it must find.

/// One thing that the simulated studio does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// A repeat is stored and run again.
    ForgetReceipt,
    /// A message is stored with the words of the one that came before it, whosever that was.
    MixWords,
    /// State and outbox are committed one after the other.
    SplitCommit,
    /// What was acknowledged last is gone after a crash.
    LoseAcknowledged,
    /// The bot is asked as if it had the conversation, whoever has it.
    TalkOver,
    /// What may have been delivered before comes again without saying so.
    ForgetMark,
    /// Everything says that it may have been delivered before.
    MarkAll,
    /// A committed turn does not say which event it was of.
    ForgetDone,
    /// A lane goes on from what it remembers, and a turn is committed whatever state it was computed from.
    ForgetVersion,
    /// What was put back comes after the others of its conversation.
    PutBackLast,
    /// A crash between deletion and firing loses a timer: they are two transactions.
    SplitFiring,
    /// After a commit of an unknown outcome nobody looks whether something was stored that no lane knows.
    NeverLookAgain,
    /// Of a turn whose commit's answer was lost, nobody tells the visitor's sockets.
    TellNobody,
    /// At the start the lanes run before the outbox of the run before is read.
    OutboxLast,
    /// What was to be erased when the process ended is not erased by the next.
    ForgetErasure,
    /// Whoever sleeps until a timer is due does not look at the clock meanwhile.
    TrustSleep,
    /// What the run before left in the outbox leaves in the order in which the events arrived.
    OutboxByArrival,
}

impl Sabotage {
    pub const ALL: [Self; 17] = [
        Self::ForgetReceipt,
        Self::MixWords,
        Self::SplitCommit,
        Self::LoseAcknowledged,
        Self::TalkOver,
        Self::ForgetMark,
        Self::MarkAll,
        Self::ForgetDone,
        Self::ForgetVersion,
        Self::PutBackLast,
        Self::SplitFiring,
        Self::NeverLookAgain,
        Self::TellNobody,
        Self::OutboxLast,
        Self::OutboxByArrival,
        Self::ForgetErasure,
        Self::TrustSleep,
    ];
}
