use super::{Client, NPM, in_node_modules};

pub(crate) const PNPM_10: Client = pnpm("pnpm-10");
pub(crate) const PNPM_11: Client = Client {
    looks_again: true,
    ..pnpm("pnpm-11")
};
pub(crate) const PNPM_12: Client = Client {
    wraps: true,
    ..pnpm("pnpm-12")
};

const fn pnpm(id: &'static str) -> Client {
    Client {
        ecosystem: NPM,
        id,
        program: "pnpm",
        settings: &[(".npmrc", "registry=REGISTRY\n")],
        add: &["add"],
        then: None,
        frozen: &["install", "--frozen-lockfile"],
        lockfile: "pnpm-lock.yaml",
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

/// Beginnings of lines about how things go, not what came of them.
const PROGRESS: [&str; 12] = [
    "Progress:",
    "Packages",
    "+",
    "Done in",
    "Content-addressable store",
    "Virtual store",
    "? Verifying",
    "✓ Lockfile passes",
    "Lockfile is up to date",
    // The settings that it found are named with addresses of their own.
    "No authorization header",
    "These authorization settings",
    "@jsr:",
];

fn tidy(line: &str) -> Option<String> {
    let text = line.trim();
    let is_version = |rest: &str| rest.contains(|c: char| c.is_ascii_digit());
    let noise = PROGRESS.iter().any(|start| match text.strip_prefix(start) {
        // `+ river 2.0.0` is what was added.
        Some(rest) if *start == "+" => !is_version(rest),
        other => other.is_some(),
    });
    // Where it fails it gives up what it is fetching meanwhile, and says so of
    // what was under way just then.
    let given_up = text.contains("was cancelled)") || text.starts_with("Will retry in");
    (!noise && !given_up).then(|| line.to_owned())
}
