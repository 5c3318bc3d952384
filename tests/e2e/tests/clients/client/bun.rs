use super::{Client, NPM, in_node_modules};

pub(crate) const BUN: Client = Client {
    ecosystem: NPM,
    id: "bun",
    program: "bun",
    settings: &[(".npmrc", "registry=REGISTRY\n")],
    add: &["add"],
    then: None,
    frozen: &["install", "--frozen-lockfile"],
    lockfile: "bun.lock",
    freeze: None,
    written: None,
    add_to_locked: None,
    then_locked: None,
    once_moved: None,
    installed: in_node_modules,
    tidy,
    looks_again: false,
    wraps: false,
};

fn tidy(line: &str) -> Option<String> {
    let noise = line.starts_with("bun ") || line.starts_with("Resol") || line.starts_with("Saved");
    // `1 package installed [12.00ms]`
    let untimed = line.split_once(" [").map_or(line, |(what, _)| what);
    (!noise).then(|| untimed.to_owned())
}
