use super::{Client, NPM, in_node_modules};

pub(crate) const NPM_10: Client = npm("npm-10");
pub(crate) const NPM_11: Client = npm("npm-11");

const fn npm(id: &'static str) -> Client {
    Client {
        ecosystem: NPM,
        id,
        program: "npm",
        settings: &[(".npmrc", "registry=REGISTRY\n")],
        add: &["install"],
        then: None,
        frozen: &["ci"],
        lockfile: "package-lock.json",
        freeze: None,
        written: None,
        add_to_locked: None,
        then_locked: None,
        once_moved: None,
        installed: in_node_modules,
        tidy,
        looks_again: false,
        wraps: false,
    }
}

fn tidy(line: &str) -> Option<String> {
    let noise = line.starts_with("npm error A complete log of this run");
    let timed = |line: &str| line.split_once(" in ").map(|(what, _)| what.to_owned());
    match line {
        _ if noise => None,
        _ if line.starts_with("added ") => timed(line),
        _ => Some(line.to_owned()),
    }
}
