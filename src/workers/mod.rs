//! What happens by itself. Each worker is a `tick` that may run on any instance at any time.

pub mod clocks;
pub mod evaluations;
pub mod housekeeping;
pub mod inbound;
pub mod mail;
pub mod reports;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;

use crate::domain::chain::hex;
use crate::services::{Desk, Result};
use crate::store::settings;

/// What a worker does for an instance of this name.
type Tick = Box<dyn Fn(&Desk, &str) -> Result<()> + Send + Sync>;

/// A worker: what it is called in the logs, how often it looks whether there is something to do, and what it does.
type Worker = (&'static str, Duration, Tick);

fn workers(desk: &Desk) -> Result<Vec<Worker>> {
    let postman = mail::Postman::new(desk)?;
    Ok(vec![
        ("housekeeping", Duration::from_secs(60), Box::new(housekeeping::tick)),
        // Looking costs a search in an index; who waits for an alarm should not wait for the look.
        ("clocks", Duration::from_secs(2), Box::new(clocks::tick)),
        // Nobody waits for it.
        ("reports", Duration::from_secs(300), Box::new(reports::tick)),
        ("evaluations", Duration::from_secs(300), Box::new(evaluations::tick)),
        // Who has forgotten a password sits before the screen.
        ("mail", Duration::from_secs(1), Box::new(move |desk, _| postman.run(desk).map(drop))),
    ])
}

/// A name for this instance that no other has.
pub fn name() -> String {
    format!("{}-{}", std::process::id(), hex(&rand::random::<[u8; 4]>()))
}

/// Gives up what the workers of an instance hold, so that others need not wait until it runs out.
pub fn leave(desk: &Desk, holder: &str) -> Result<()> {
    desk.housekeep(|work| Ok(settings::leave(work.tx, holder)?))
}

/// Runs the workers of an instance until the task is dropped, side by side.
pub async fn run(desk: Arc<Desk>, holder: String) {
    match workers(&desk) {
        Ok(workers) => {
            let turns = workers.into_iter().map(|worker| turn(Arc::clone(&desk), holder.clone(), worker));
            let turns = futures_util::future::join_all(turns);
            futures_util::future::join(turns, inbound::run(Arc::clone(&desk), holder.clone())).await;
        }
        Err(error) => tracing::error!(%error, "nothing happens by itself: the workers could not begin"),
    }
}

/// Runs one worker for ever. A failure is logged and tried again at the next turn.
async fn turn(desk: Arc<Desk>, holder: String, (name, interval, tick): Worker) {
    let tick = Arc::new(tick);
    let mut turns = tokio::time::interval(interval);
    turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        turns.tick().await;
        let (desk, holder, tick) = (Arc::clone(&desk), holder.clone(), Arc::clone(&tick));
        let turn = actix_web::web::block(move || tick(&desk, &holder)).await;
        let outcome = turn.unwrap_or_else(|_| Err(crate::services::Error::Internal("panicked".to_owned())));
        if let Err(error) = outcome {
            tracing::error!(worker = name, %error, "a worker failed; it will try again");
        }
    }
}

/// Takes or keeps a lease for a worker; false if another instance has it.
fn lease(desk: &Desk, name: &str, holder: &str, seconds: i64) -> Result<bool> {
    desk.housekeep(|work| {
        let until = work.now + TimeDelta::seconds(seconds);
        Ok(settings::lease(work.tx, name, holder, work.now, until)?)
    })
}
