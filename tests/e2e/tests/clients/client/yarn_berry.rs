use super::{Client, NPM};
use std::path::Path;

pub(crate) const YARN_4: Client = Client {
    ecosystem: NPM,
    id: "yarn-4",
    program: "yarn",
    settings: &[(
        ".yarnrc.yml",
        "npmRegistryServer: \"REGISTRY\"\nunsafeHttpWhitelist: [\"127.0.0.1\"]\n",
    )],
    add: &["add"],
    then: None,
    frozen: &["install", "--immutable"],
    lockfile: "yarn.lock",
    freeze: None,
    written: None,
    add_to_locked: None,
    then_locked: None,
    once_moved: None,
    installed,
    tidy,
    looks_again: false,
    wraps: false,
};

/// Its default is no `node_modules`, but a file that says where in its cache
/// each package is, such as `.../river-npm-2.0.0-1234abcd-5678.zip/...`.
fn installed(project: &Path, package: &str) -> Option<String> {
    let places = std::fs::read_to_string(project.join(".pnp.cjs")).ok()?;
    let (_, rest) = places.split_once(&format!("/cache/{package}-npm-"))?;
    Some(rest.split_once('-')?.0.to_owned())
}

fn tidy(line: &str) -> Option<String> {
    // Those without another code are about how things go.
    (!line.starts_with("➤ YN0000")).then(|| line.to_owned())
}
