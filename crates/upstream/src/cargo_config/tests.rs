use super::*;
use crate::configured::Configured;
use crate::machine::Machine;

fn machine(files: &[(&str, &str)]) -> Machine {
    let files = [files, &[("work/project/Cargo.toml", "")]].concat();
    Machine::new(&files, "work/project", Configured::cargo)
}

const MIRROR: &str = "[source.crates-io]\nreplace-with = 'near'\n\n[source.near]\nregistry = 'sparse+https://near.example/index/'\n";

#[test]
fn the_chain_of_replacements_is_followed() {
    let machine = machine(&[(".cargo/config.toml", MIRROR)]);
    assert_eq!(
        machine.default(),
        "https://near.example/index/ from `~/.cargo/config.toml` line 5"
    );
    let nearer = "[source.near]\nreplace-with = 'mine'\n[registries]\nmine = { index = 'sparse+https://mine.example' }\n";
    let machine = self::machine(&[
        (".cargo/config.toml", MIRROR),
        ("work/.cargo/config.toml", nearer),
    ]);
    let said = machine.default();
    assert!(said.starts_with("https://mine.example/ from "), "{said}");
    assert!(said.ends_with("work/.cargo/config.toml` line 4"), "{said}");
}

#[test]
fn the_nearest_file_wins_and_variables_stand_above_all() {
    let index = |host: &str| format!("[registries.team-a]\nindex = 'sparse+https://{host}/'\n");
    let machine = machine(&[
        (".cargo/config.toml", &index("far.example")),
        ("work/project/.cargo/config.toml", &index("near.example")),
        // The older name is the one that cargo takes.
        ("work/project/.cargo/config", &index("old.example")),
    ]);
    let locked = "sparse+https://old.example/";
    assert_eq!(
        machine.of(locked),
        "https://old.example/ from `.cargo/config` line 2"
    );
    let machine = machine.with(
        "CARGO_REGISTRIES_TEAM_A_INDEX",
        "sparse+https://variable.example/",
    );
    assert_eq!(
        machine.of("sparse+https://variable.example"),
        "https://variable.example/ from the variable `CARGO_REGISTRIES_TEAM_A_INDEX`"
    );
}

#[test]
fn cargo_home_can_be_elsewhere() {
    let machine = machine(&[("other/config.toml", MIRROR)]);
    let home = machine.home().join("other");
    let machine = machine.with("CARGO_HOME", home.to_str().unwrap());
    assert_eq!(
        machine.default(),
        "https://near.example/index/ from `~/other/config.toml` line 5"
    );
}

#[test]
fn the_address_in_a_lockfile_is_compared_and_not_trusted() {
    let machine = machine(&[(".cargo/config.toml", MIRROR)]);
    // How lock files name the registry that cargo has built in.
    let built_in = "https://code.example/index";
    assert!(machine.of(built_in).starts_with("https://near.example/"));
    let said = machine.of("sparse+https://evil.example/");
    assert!(
        said.starts_with("the lockfile takes it from `sparse+https://evil.example/`"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_asked_is_said() {
    let git = "[source.crates-io]\nreplace-with = 'git'\n[source.git]\nregistry = 'https://ada:hunter2@code.example/index'\n";
    let said = machine(&[(".cargo/config.toml", git)]).default();
    assert!(said.contains("an index in a git repository"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let circle =
        "[source]\ncrates-io = { replace-with = 'a' }\na = { replace-with = 'crates-io' }\n";
    let said = machine(&[(".cargo/config.toml", circle)]).default();
    assert!(said.contains("in a circle"), "{said}");
    let nowhere = "[source.crates-io]\nreplace-with = 'gone'\n";
    let said = machine(&[(".cargo/config.toml", nowhere)]).default();
    assert!(said.contains("no `[source]` and no registry"), "{said}");
    let vendored = "[source.crates-io]\nreplace-with = 'v'\n[source.v]\ndirectory = 'vendor'\n";
    let said = machine(&[("work/project/.cargo/config.toml", vendored)]).default();
    assert!(
        said.starts_with("no cargo registry is configured: looked at"),
        "{said}"
    );
    assert!(said.contains("`.cargo/config.toml`"), "{said}");
}

#[test]
fn a_token_is_for_its_own_registry() {
    let machine = machine(&[
        (
            ".cargo/config.toml",
            "[registries.mine]\nindex = 'sparse+https://mine.example/index/'\n",
        ),
        (
            ".cargo/credentials.toml",
            "[registry]\ntoken = 'for publishing'\n[registries.mine]\ntoken = 'secret'\n[registries.other]\ntoken = 'lost'\n",
        ),
    ]);
    let credentials = machine.configured().credentials();
    let shown = |url: &str| {
        let credential = credentials.for_url(&url.parse().unwrap());
        credential.and_then(Credential::header)
    };
    assert_eq!(
        shown("https://mine.example/index/config.json").as_deref(),
        Some("secret")
    );
    assert_eq!(shown("https://mine.example/elsewhere"), None);
    assert_eq!(shown("https://other.example/"), None);
    let machine = machine.with("CARGO_REGISTRIES_MINE_TOKEN", "newer");
    let credentials = machine.configured().credentials();
    let url = "https://mine.example/index/x".parse().unwrap();
    let header = credentials.for_url(&url).and_then(Credential::header);
    assert_eq!(header.as_deref(), Some("newer"));
}

#[test]
fn a_project_does_not_get_the_users_token_by_another_address() {
    let index = |host: &str| format!("[registries.mine]\nindex = 'sparse+https://{host}/'\n");
    let machine = machine(&[
        (".cargo/config.toml", &index("mine.example")),
        ("work/project/.cargo/config.toml", &index("evil.example")),
        (
            ".cargo/credentials.toml",
            "[registries.mine]\ntoken = 'secret'\n",
        ),
    ]);
    let credentials = machine.configured().credentials();
    let shown = |url: &str| credentials.for_url(&url.parse().unwrap()).is_some();
    assert!(shown("https://mine.example/x"));
    assert!(!shown("https://evil.example/x"));
}

#[test]
fn reads_what_cargo_complains_about() {
    let complaint = "    Updating crates.io index\nerror: failed to query\n\nCaused by:\n  failed to download from `https://index.example/deep/config.json`\n\nCaused by:\n  [7] Could not connect";
    assert_eq!(
        index_in(complaint).as_deref(),
        Some("https://index.example/deep")
    );
    assert_eq!(index_in("error: no such command: `info`"), None);
}
