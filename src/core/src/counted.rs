//! How is it written how many there are?

use std::fmt::Display;

/// `1 error`, `2 errors`: of things whose name takes an s.
pub fn counted<N: Copy + Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    let ending = if count == N::from(1) { "" } else { "s" };
    format!("{count} {one}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alone_stands_in_the_singular() {
        let all = [0, 1, 2].map(|count: usize| counted(count, "phrase"));
        assert_eq!(all, ["0 phrases", "1 phrase", "2 phrases"]);
    }
}
