use super::{Client, NPM, in_node_modules};

pub(crate) const YARN_1: Client = Client {
    ecosystem: NPM,
    id: "yarn-1",
    program: "yarn",
    settings: &[(".yarnrc", "registry \"REGISTRY\"\n")],
    add: &["add"],
    then: None,
    frozen: &["install", "--frozen-lockfile"],
    lockfile: "yarn.lock",
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
    let noise = line.starts_with("    at ")
        || line.starts_with('[')
        || line.starts_with("Done in")
        || line.starts_with("yarn ")
        || line.starts_with("info ");
    (!noise).then(|| line.to_owned())
}
