//! Limits per network address on what can be tried without being known: signing in.

use std::num::NonZeroU32;

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Problem;
use crate::services::Error;

/// Tries per minute and address.
pub struct SignInLimit(DefaultKeyedRateLimiter<String>);

impl SignInLimit {
    /// So many per minute, all of them at once if need be.
    pub fn per_minute(tries: u32) -> Self {
        let tries = NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN);
        Self(RateLimiter::keyed(Quota::per_minute(tries)))
    }

    /// Counts a try; refuses when there were too many.
    pub fn count(&self, peer: &str) -> Result<(), Problem> {
        self.0.check_key(&peer.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::Locked(wait.as_secs() + 1).into()
        })
    }

    /// Forgets addresses that have not tried for long.
    pub fn forget(&self) {
        self.0.retain_recent();
    }
}
