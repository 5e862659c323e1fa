//! Eight clients at once, each sending its next request when it has the answer to the one before.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::client::{Client, Request};
use super::server::Cpu;

/// How many clients.
pub const CLIENTS: usize = 8;
/// A measure ends after so long, however few requests were answered.
const MOST: Duration = Duration::from_secs(60);

/// What came out.
#[derive(Clone, Debug)]
pub struct Measure {
    pub per_second: f64,
    /// Milliseconds.
    pub p50: f64,
    pub p99: f64,
    /// Milliseconds of processor time a request.
    pub server: f64,
    pub database: f64,
    /// Bytes of an answer on its way, on average.
    pub bytes: f64,
}

/// Sends `count` requests, after a tenth of them as warm-up. `request` gives the `n`th of a client.
pub fn measure(
    clients: &mut [Client],
    count: usize,
    cpu: impl Fn() -> Cpu,
    request: impl Fn(usize, usize) -> Request + Sync,
) -> anyhow::Result<Measure> {
    spread(clients, count / 10, &|client, n| request(client, n + count))?;
    let before = cpu();
    let begun = Instant::now();
    let (mut taken, bytes) = spread(clients, count, &request)?;
    let elapsed = begun.elapsed();
    let after = cpu();
    taken.sort_unstable();
    let requests = taken.len();
    let each = |milliseconds: f64| milliseconds / requests as f64;
    Ok(Measure {
        per_second: requests as f64 / elapsed.as_secs_f64(),
        p50: quantile(&taken, 0.50),
        p99: quantile(&taken, 0.99),
        server: each(after.server - before.server),
        database: each(after.database - before.database),
        bytes: each(bytes as f64),
    })
}

/// Milliseconds below which that share of the sorted times lies.
fn quantile(sorted: &[Duration], share: f64) -> f64 {
    let index = ((sorted.len() as f64 * share).ceil() as usize).clamp(1, sorted.len()) - 1;
    sorted[index].as_secs_f64() * 1000.0
}

fn spread(
    clients: &mut [Client],
    count: usize,
    request: &(impl Fn(usize, usize) -> Request + Sync),
) -> anyhow::Result<(Vec<Duration>, usize)> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let next = &next;
    std::thread::scope(|scope| {
        let running: Vec<_> = clients
            .iter_mut()
            .enumerate()
            .map(|(index, client)| {
                scope.spawn(move || {
                    let mut taken = Vec::with_capacity(count);
                    let mut bytes = 0;
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= count || begun.elapsed() > MOST {
                            return anyhow::Ok((taken, bytes));
                        }
                        let request = request(index, n);
                        let sent = Instant::now();
                        let answer = client.send(&request)?;
                        taken.push(sent.elapsed());
                        bytes += answer.body.len();
                        if !(200..300).contains(&answer.status) {
                            let text = String::from_utf8_lossy(&answer.body);
                            anyhow::bail!("{} {}: {} {text}", request.method, request.path, answer.status);
                        }
                    }
                })
            })
            .collect();
        let mut all = (Vec::with_capacity(count), 0);
        for thread in running {
            let (taken, bytes) = thread.join().expect("a client panicked")?;
            all.0.extend(taken);
            all.1 += bytes;
        }
        Ok(all)
    })
}
