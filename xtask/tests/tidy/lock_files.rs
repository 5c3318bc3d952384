//! Lock files name no download addresses.

use crate::tracked::{File, assert_none, files};

const NAMES: [&str; 7] = [
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "uv.lock",
    "poetry.lock",
];

/// Names that no registry has (RFC 2606, RFC 6761), or this machine.
const HARMLESS: [&str; 6] = [
    "example",
    "test",
    "invalid",
    "localhost",
    "example.com",
    "example.org",
];

#[test]
fn no_lock_file_has_download_addresses() {
    let wrong: Vec<String> = files()
        .iter()
        .filter(|file| NAMES.iter().any(|name| file.name().ends_with(name)))
        .flat_map(|file| file.wrong_lines(address))
        .collect();
    assert_none(&wrong, "a lock file names where to download from");
}

#[test]
fn cargo_locks_name_only_the_standard_index() {
    let standard = "source = \"registry+https://github.com/rust-lang/";
    let foreign = |line: &str| {
        let is_foreign = line.starts_with("source = ") && !line.starts_with(standard);
        is_foreign.then(|| line.to_owned())
    };
    let wrong: Vec<String> = files()
        .iter()
        .filter(|file| file.name() == "Cargo.lock")
        .flat_map(|file: &File| file.wrong_lines(foreign))
        .collect();
    assert_none(&wrong, "Cargo.lock names an index of its own");
}

/// A web address on a line whose host is a real one.
fn address(line: &str) -> Option<String> {
    let addresses = line
        .match_indices("http")
        .filter_map(|(at, _)| line[at..].split_once("://"))
        .filter(|(scheme, _)| matches!(*scheme, "http" | "https"));
    let mut hosts = addresses.map(|(_, rest)| host(rest));
    hosts.find(|host| is_real(host)).map(str::to_owned)
}

/// The host at the beginning of what follows `https://`, without password and
/// port.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '"', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    host.split(':').next().unwrap_or_default()
}

fn is_real(host: &str) -> bool {
    let is_harmless = |name: &str| {
        let above = host.strip_suffix(name);
        above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
    };
    !host.starts_with("127.") && !HARMLESS.into_iter().any(is_harmless)
}

#[test]
fn tells_real_hosts_from_examples() {
    let line = |host: &str| format!("\"resolved\": \"https://{host}/x/-/x-1.0.0.tgz\"");
    assert_eq!(address(&line("registry.example")), None);
    assert_eq!(address(&line("ada:secret@127.0.0.1:4873")), None);
    assert_eq!(
        address(&line("packages.acme.io")).unwrap(),
        "packages.acme.io"
    );
}
