//! What is known of late? A map that forgets what was put in first.

use std::{
    borrow::Borrow,
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// At most so many entries.
#[derive(Debug)]
pub struct Recent<K, V> {
    most: usize,
    values: HashMap<K, V>,
    /// Every key once, the oldest first.
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    pub fn new(most: usize) -> Self {
        Self { most, values: HashMap::new(), order: VecDeque::new() }
    }

    /// Returns what stood there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let before = self.values.insert(key.clone(), value);
        if before.is_none() {
            self.order.push_back(key);
            if self.order.len() > self.most
                && let Some(oldest) = self.order.pop_front()
            {
                self.values.remove(&oldest);
            }
        }
        before
    }

    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.values.get(key)
    }

    pub fn remove<Q: Eq + Hash + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let removed = self.values.remove(key)?;
        self.order.retain(|known| known.borrow() != key);
        Some(removed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let mut recent = Recent::new(2);
        assert_eq!(recent.insert("a", 1), None);
        assert_eq!(recent.insert("b", 2), None);
        assert_eq!(recent.insert("a", 3), Some(1));
        assert_eq!(recent.insert("c", 4), None);
        assert_eq!((recent.get("a"), recent.get("b"), recent.get("c")), (None, Some(&2), Some(&4)));
        assert_eq!(recent.remove("b"), Some(2));
        assert_eq!(recent.remove("b"), None);
        assert_eq!(recent.insert("d", 5), None);
        assert_eq!((recent.get("c"), recent.get("d")), (Some(&4), Some(&5)));
    }
}
