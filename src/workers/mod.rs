//! What happens by itself. Each worker is a `tick` that may run on any instance at any time.

pub mod housekeeping;

use std::sync::Arc;
use std::time::Duration;

use crate::domain::chain::hex;
use crate::services::{Desk, Result};

/// How often workers look whether there is something to do.
const INTERVAL: Duration = Duration::from_secs(60);

/// Runs the workers until the task is dropped. A failure is logged and tried again at the next turn.
pub async fn run(desk: Arc<Desk>) {
    let holder = format!("{}-{}", std::process::id(), hex(&rand::random::<[u8; 4]>()));
    let mut turns = tokio::time::interval(INTERVAL);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let (desk, holder) = (Arc::clone(&desk), holder.clone());
        let turn = actix_web::web::block(move || housekeeping::tick(&desk, &holder)).await;
        report("housekeeping", turn.unwrap_or_else(|_| Err(crate::services::Error::Internal("panicked".to_owned()))));
    }
}

fn report(worker: &str, outcome: Result<()>) {
    if let Err(error) = outcome {
        tracing::error!(worker, %error, "a worker failed; it will try again");
    }
}
