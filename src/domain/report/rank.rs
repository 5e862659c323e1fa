//! How desks are compared: by shares, and only where there are enough of what they are shares of. A desk with one
//! ticket would be first or last by chance.

use super::definitions::RANK_FROM;

/// A share to be compared by; nothing of too few.
pub fn share(kept: i64, of: i64) -> Option<f64> {
    (of >= RANK_FROM).then(|| kept as f64 / of as f64)
}

/// The place of each by its share, the highest first. Equal shares have equal places, and the places behind them are
/// left out; who has no share has no place.
pub fn places(shares: &[Option<f64>]) -> Vec<Option<i64>> {
    let better = |than: f64| shares.iter().flatten().filter(|share| **share > than).count();
    shares.iter().map(|share| share.map(|share| better(share) as i64 + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_not_compared() {
        assert_eq!(share(RANK_FROM - 1, RANK_FROM - 1), None);
        assert_eq!(share(RANK_FROM, RANK_FROM), Some(1.0));
        assert_eq!(share(0, 0), None);
    }

    #[test]
    fn equal_shares_have_equal_places() {
        for (shares, expected) in [
            (vec![], vec![]),
            (vec![None], vec![None]),
            (vec![Some(0.5), None, Some(1.0)], vec![Some(2), None, Some(1)]),
            (vec![Some(0.9), Some(1.0), Some(0.9), Some(0.1)], vec![Some(2), Some(1), Some(2), Some(4)]),
        ] {
            assert_eq!(places(&shares), expected, "{shares:?}");
        }
    }
}
