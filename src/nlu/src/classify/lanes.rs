//! How are rows of numbers multiplied, as quickly in the quick build as in the release?
//!
//! The quick build optimises this crate, but nothing across the units that it is parted into. An iterator over two slices at
//! once is made by a function that comes to lie in another unit, so that each of some numbers costs a call; a loop over one
//! slice that indexes the other is compiled where it stands.

/// So many sums run side by side.
const LANES: usize = 16;

/// The sum of products, as far as the shorter one goes.
pub(crate) fn product<T: Copy + Into<f32>>(one: &[T], other: &[f32]) -> f32 {
    let length = one.len().min(other.len());
    let (some, last) = one[..length].as_chunks::<LANES>();
    let (others, last_others) = other[..length].as_chunks::<LANES>();
    let mut sums = [0.0_f32; LANES];
    for (at, numbers) in some.iter().enumerate() {
        let others = &others[at];
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += numbers[lane].into() * others[lane];
        }
    }
    for (lane, number) in last.iter().enumerate() {
        sums[lane] += (*number).into() * last_others[lane];
    }
    sums.iter().sum()
}

/// Adds a row so many times to another one of its length.
pub(crate) fn add<T: Copy + Into<f32>>(to: &mut [f32], row: &[T], times: f32) {
    let row = &row[..to.len()];
    for (at, sum) in to.iter_mut().enumerate() {
        *sum += times * row[at].into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_reach_as_far_as_the_shorter_row() {
        let check = |one: usize, other: usize, expected: f32| {
            let row = |length: usize| (0_u8..).take(length).map(f32::from).collect::<Vec<f32>>();
            assert!((product(&row(one), &row(other)) - expected).abs() < f32::EPSILON, "{one}, {other}");
        };
        check(0, 3, 0.0);
        check(3, 3, 5.0);
        check(16, 16, 1240.0);
        check(18, 18, 1785.0);
        check(33, 18, 1785.0);
        assert!((product(&[-2_i8, 3], &[0.5, 2.0]) - 5.0).abs() < f32::EPSILON);
    }

    #[test]
    fn rows_are_added() {
        let mut to = vec![1.0, 2.0];
        add(&mut to, &[2_i8, -1], 0.5);
        assert_eq!(to, vec![2.0, 1.5]);
    }
}
