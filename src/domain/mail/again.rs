//! When a mail that did not leave is tried again: soon at first, then less and less often, once an hour at last.

use chrono::Duration;

/// After the first try that failed, in seconds; twice as long after each further one.
const FIRST_SECONDS: i64 = 10;

/// The longest wait, in seconds.
const LONGEST_SECONDS: i64 = 3600;

/// How long to wait after a try, the first being 1.
fn wait(attempt: i64) -> i64 {
    let doubled = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    (FIRST_SECONDS << doubled).min(LONGEST_SECONDS)
}

/// How long to wait after a try that failed; nothing if that was the last within so many hours.
pub fn after(attempt: i64, hours: i64) -> Option<Duration> {
    let waited: i64 = (1..=attempt).map(wait).sum();
    (waited <= hours * 3600).then(|| Duration::seconds(wait(attempt)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_come_soon_at_first_and_hourly_at_last() {
        for (attempt, seconds) in [(1, 10), (2, 20), (3, 40), (7, 640), (9, 2560), (10, 3600), (50, 3600)] {
            assert_eq!(after(attempt, 96), Some(Duration::seconds(seconds)), "{attempt}");
        }
    }

    #[test]
    fn tries_end_when_the_time_is_over() {
        for hours in [1, 2, 96, 720] {
            let tries = (1..).take_while(|attempt| after(*attempt, hours).is_some()).count();
            let waited: i64 = (1..=tries as i64).map(wait).sum();
            assert!(waited <= hours * 3600, "{hours}: {tries} tries take {waited} s");
            assert!(waited + 2 * wait(tries as i64 + 1) > hours * 3600, "{hours}: the time is used");
        }
    }
}
