//! The machine on which figures were measured.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

fn first_line(path: &str, name: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.rsplit(':').next().unwrap_or_default().trim().to_owned()
}

/// Processor, cores, memory, kernel.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let memory = first_line("/proc/meminfo", "MemTotal");
    let memory: f64 = memory.split(' ').next().and_then(|kb| kb.parse().ok()).unwrap_or(0.0);
    format!(
        "{}, {cores} cores, {:.0} GB of memory, Linux {}",
        first_line("/proc/cpuinfo", "model name"),
        memory / 1024.0 / 1024.0,
        kernel.trim()
    )
}

/// The middle of 200 times that writing 4 KiB to disk for good takes in this folder, in milliseconds.
pub fn sync_time(folder: &Path) -> std::io::Result<f64> {
    let path = folder.join("sync-probe");
    let mut file = std::fs::File::create(&path)?;
    let mut times = Vec::with_capacity(200);
    for _ in 0..200 {
        file.write_all(&[0x6b; 4096])?;
        let begun = Instant::now();
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    std::fs::remove_file(path)?;
    times.sort_unstable();
    Ok(times[100].as_secs_f64() * 1000.0)
}
