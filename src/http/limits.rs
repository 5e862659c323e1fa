//! Limits per network address on what can be tried without being known: signing in, asking for a new password.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::Clock as _;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::Problem;
use crate::services::Error;

/// Links to new passwords per minute and address.
pub struct LinkLimit(SignInLimit);

impl LinkLimit {
    /// So many per minute, all of them at once if need be.
    pub fn per_minute(links: u32) -> Self {
        Self(SignInLimit::per_minute(links))
    }

    /// Counts a wish; refuses when there were too many.
    pub fn count(&self, peer: &str) -> Result<(), Problem> {
        self.0.count(peer)
    }
}

/// Tries per minute and address.
pub struct SignInLimit {
    limiter: DefaultKeyedRateLimiter<String>,
    tries: AtomicU32,
}

impl SignInLimit {
    /// So many per minute, all of them at once if need be.
    pub fn per_minute(tries: u32) -> Self {
        let tries = NonZeroU32::new(tries).unwrap_or(NonZeroU32::MIN);
        Self { limiter: RateLimiter::keyed(Quota::per_minute(tries)), tries: AtomicU32::new(0) }
    }

    /// Counts a try; refuses when there were too many.
    pub fn count(&self, peer: &str) -> Result<(), Problem> {
        // Addresses that have not tried for long are forgotten now and then.
        if self.tries.fetch_add(1, Ordering::Relaxed) % 1024 == 1023 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&peer.to_owned()).map_err(|until| {
            let wait = until.wait_time_from(governor::clock::DefaultClock::default().now());
            Error::Locked(wait.as_secs() + 1).into()
        })
    }
}
