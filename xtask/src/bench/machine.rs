//! What this machine is, for readers of the numbers.

use crate::process;

/// Cores, processor, memory and kernel.
pub(super) fn line() -> String {
    let processors = read("/proc/cpuinfo");
    let cores = processors
        .lines()
        .filter(|line| line.starts_with("processor"))
        .count();
    let model = field(&processors, "model name").unwrap_or("unknown processor");
    let memory = read("/proc/meminfo");
    let memory = field(&memory, "MemTotal").and_then(|text| text.split(' ').next()?.parse().ok());
    let gigabytes = memory.unwrap_or(0.0) / 1024.0 / 1024.0;
    let kernel = read("/proc/sys/kernel/osrelease");
    let kernel = kernel.trim();
    format!("{cores} cores of {model}, {gigabytes:.0} GB, Linux {kernel}")
}

/// How much ran in the last minute beside this: 1, 5 and 15 minutes.
pub(super) fn load() -> String {
    let load = read("/proc/loadavg");
    load.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Today, in UTC.
pub(super) fn today() -> String {
    process::answer("date", &["-u", "+%F"]).unwrap_or_default()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// The first value of a key in a file of the kernel's.
fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(key))?;
    Some(line.split_once(':')?.1.trim())
}
