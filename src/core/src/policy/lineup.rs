//! Whose turn is next? What waits in a lane: each conversation's events in order, and the conversations in turn. Shared by the studio and
//! the simulation of it; time is an argument.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, VecDeque},
};

/// `C` names a conversation, `E` is an event, `T` a moment. Every operation is cheap however many events wait, and however many
/// of them are one conversation's.
#[derive(Debug)]
pub struct Lineup<C, E, T> {
    lines: BTreeMap<C, Line<E>>,
    /// Conversations whose first event may run; each stands here once at most.
    ready: VecDeque<C>,
    /// Until when a conversation rests whose first event cannot run yet.
    resting: BinaryHeap<Reverse<(T, C)>>,
    /// Conversations of the last batch.
    running: Vec<C>,
}

#[derive(Debug)]
struct Line<E> {
    events: VecDeque<E>,
    rests: bool,
}

impl<C, E, T> Default for Lineup<C, E, T>
where
    C: Ord,
    T: Ord,
{
    fn default() -> Self {
        Self {
            lines: BTreeMap::new(),
            ready: VecDeque::new(),
            resting: BinaryHeap::new(),
            running: Vec::new(),
        }
    }
}

impl<C: Copy + Ord, E, T: Copy + Ord> Lineup<C, E, T> {
    /// Behind all that waits in its conversation.
    pub fn push(&mut self, conversation: C, event: E) {
        let ready = &mut self.ready;
        let line = self.lines.entry(conversation).or_insert_with(|| {
            ready.push_back(conversation);
            Line { events: VecDeque::new(), rests: false }
        });
        line.events.push_back(event);
    }

    /// What waits in a conversation that is waiting or running.
    pub fn line(&self, conversation: C) -> Option<&VecDeque<E>> {
        self.lines.get(&conversation).map(|line| &line.events)
    }

    /// The same, to be changed.
    pub fn line_mut(&mut self, conversation: C) -> Option<&mut VecDeque<E>> {
        self.lines.get_mut(&conversation).map(|line| &mut line.events)
    }

    /// Whether no conversation waits, rests or runs.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Events that wait.
    pub fn count(&self) -> usize {
        self.lines.values().map(|line| line.events.len()).sum()
    }

    /// The first events of up to `most` conversations of one group, that of the first which is ready.
    pub fn take<G: PartialEq>(&mut self, most: usize, group: impl Fn(C) -> G) -> Vec<E> {
        let mut batch = Vec::new();
        let mut others = Vec::new();
        let wanted = self.ready.front().map(|first| group(*first));
        // One group's crowd must not make a lane look at all of it for another's few.
        while batch.len() < most && others.len() < most {
            let Some(conversation) = self.ready.pop_front() else { break };
            if Some(group(conversation)) != wanted {
                others.push(conversation);
                continue;
            }
            batch.extend(self.lines.get_mut(&conversation).and_then(|line| line.events.pop_front()));
            self.running.push(conversation);
        }
        for conversation in others.into_iter().rev() {
            self.ready.push_front(conversation);
        }
        batch
    }

    /// Puts an event of the last batch back before the others of its conversation.
    pub fn put_back(&mut self, conversation: C, event: E) {
        if let Some(events) = self.line_mut(conversation) {
            events.push_front(event);
        }
    }

    /// A conversation of the last batch waits until then.
    pub fn rest(&mut self, conversation: C, until: T) {
        if let Some(line) = self.lines.get_mut(&conversation) {
            line.rests = true;
            self.resting.push(Reverse((until, conversation)));
        }
    }

    /// A conversation rests no longer, because something came that need not wait. Looks at all that rest.
    pub fn rouse(&mut self, conversation: C) {
        let Some(line) = self.lines.get_mut(&conversation).filter(|line| line.rests) else { return };
        line.rests = false;
        self.resting.retain(|Reverse((_, resting))| *resting != conversation);
        if !self.running.contains(&conversation) {
            self.ready.push_back(conversation);
        }
    }

    /// Whether [`Self::take`] would return something.
    pub fn is_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// When the next conversation has rested.
    pub fn next_rested(&self) -> Option<T> {
        self.resting.peek().map(|Reverse((until, _))| *until)
    }

    /// Lets go of the last batch: what of it was not put back is done.
    pub fn release(&mut self) {
        for conversation in self.running.drain(..) {
            match self.lines.get(&conversation) {
                Some(line) if line.rests => {}
                Some(line) if line.events.is_empty() => {
                    self.lines.remove(&conversation);
                }
                Some(_) => self.ready.push_back(conversation),
                None => {}
            }
        }
    }

    /// Lets go of the conversations that have rested by now, and names them; they come behind those that are ready, however
    /// often they look whether what they wait for is there.
    pub fn wake(&mut self, now: T) -> Vec<C> {
        let mut woken = Vec::new();
        while let Some(Reverse((until, conversation))) = self.resting.peek().copied() {
            if until > now {
                break;
            }
            self.resting.pop();
            if let Some(line) = self.lines.get_mut(&conversation) {
                line.rests = false;
                self.ready.push_back(conversation);
                woken.push(conversation);
            }
        }
        woken
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(lineup: &mut Lineup<u8, u32, u32>) -> Vec<u32> {
        lineup.release();
        lineup.take(10, |_| ())
    }

    #[test]
    fn conversations_take_turns_and_each_keeps_its_order() {
        let mut lineup = Lineup::default();
        for (conversation, event) in [(1, 10), (1, 11), (2, 20), (1, 12)] {
            lineup.push(conversation, event);
        }
        assert_eq!(all(&mut lineup), [10, 20]);
        lineup.push(2, 21);
        lineup.put_back(1, 10);
        assert_eq!(all(&mut lineup), [10, 21]);
        assert_eq!(all(&mut lineup), [11]);
        assert_eq!((all(&mut lineup), lineup.count()), (vec![12], 0));
        assert!(all(&mut lineup).is_empty());
    }

    #[test]
    fn who_rests_keeps_nobody_else_waiting() {
        let mut lineup = Lineup::default();
        lineup.push(1, 10);
        lineup.push(1, 11);
        lineup.push(2, 20);
        assert_eq!(all(&mut lineup), [10, 20]);
        lineup.put_back(1, 10);
        lineup.rest(1, 7);
        lineup.push(2, 21);
        assert_eq!(all(&mut lineup), [21]);
        assert_eq!((lineup.next_rested(), lineup.wake(6)), (Some(7), vec![]));
        assert_eq!(lineup.wake(7), [1]);
        assert_eq!(all(&mut lineup), [10]);
    }

    #[test]
    fn who_is_roused_is_ready_once() {
        let mut lineup = Lineup::default();
        lineup.push(1, 10);
        lineup.push(2, 20);
        assert_eq!(all(&mut lineup), [10, 20]);
        for (conversation, event) in [(1, 10), (2, 20)] {
            lineup.put_back(conversation, event);
            lineup.rest(conversation, 7);
        }
        // Of the last batch still, or of none any more: it is taken once.
        lineup.rouse(1);
        lineup.release();
        lineup.rouse(2);
        lineup.rouse(2);
        lineup.rouse(3);
        assert_eq!((lineup.next_rested(), lineup.wake(7)), (None, vec![]));
        assert_eq!(all(&mut lineup), [10, 20]);
        assert!(all(&mut lineup).is_empty());
    }

    #[test]
    fn a_batch_is_of_one_group() {
        let mut lineup: Lineup<u8, u32, u32> = Lineup::default();
        for conversation in [1, 2, 11, 3] {
            lineup.push(conversation, u32::from(conversation));
        }
        assert_eq!(lineup.take(10, |conversation| conversation > 9), [1, 2, 3]);
        assert_eq!(lineup.take(10, |conversation| conversation > 9), [11]);
    }

    proptest! {
        /// Whatever is put back, rests, is roused and comes meanwhile: each conversation's events run once and in their order.
        #[test]
        fn nothing_is_lost_and_nothing_overtakes(acts in prop::collection::vec((0_u8..4, 0_u8..4), 0..200)) {
            let mut lineup: Lineup<u8, u32, u32> = Lineup::default();
            let (mut pushed, mut done) = (BTreeMap::<u8, Vec<u32>>::new(), BTreeMap::<u8, Vec<u32>>::new());
            let run = |lineup: &mut Lineup<u8, u32, u32>, done: &mut BTreeMap<u8, Vec<u32>>, fate: u8, now: u32| {
                lineup.release();
                lineup.wake(now);
                for event in lineup.take(2, |_| ()) {
                    let conversation = u8::try_from(event / 1_000).expect("a small number");
                    match fate {
                        0 => lineup.put_back(conversation, event),
                        1 => {
                            lineup.put_back(conversation, event);
                            lineup.rest(conversation, now + 2);
                        }
                        _ => done.entry(conversation).or_default().push(event),
                    }
                }
            };
            for (now, (conversation, fate)) in (0..).zip(acts) {
                let events = pushed.entry(conversation).or_default();
                let event = u32::from(conversation) * 1_000 + u32::try_from(events.len()).expect("few");
                events.push(event);
                lineup.push(conversation, event);
                if fate == 3 {
                    lineup.rouse(conversation);
                }
                run(&mut lineup, &mut done, fate, now);
            }
            for now in 1_000..2_000 {
                run(&mut lineup, &mut done, 9, now);
            }
            prop_assert_eq!(done, pushed);
        }
    }
}
