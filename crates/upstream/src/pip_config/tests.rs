use super::*;
use crate::configured::Configured;
use crate::machine::Machine;
use crate::npm_config::Credential;
use std::fs;

fn machine(files: &[(&str, &str)]) -> Machine {
    let files = [files, &[("project/.git/HEAD", "")]].concat();
    Machine::new(&files, "project", Configured::pypi)
}

/// Every place at once; each step takes the first one away.
#[cfg(not(windows))]
#[test]
fn the_most_explicit_place_wins() {
    let conf = |host: &str| format!("[global]\nindex-url = https://{host}/simple\n");
    let (site, user, old) = (
        conf("site.example"),
        conf("user.example"),
        conf("old.example"),
    );
    let machine = machine(&[
        (
            "project/uv.toml",
            "index-url = 'https://uv.example/simple'\n",
        ),
        (
            "project/pyproject.toml",
            "[tool.uv]\nname = 1\n[[tool.uv.index]]\nname = 'a'\nurl = 'https://a.example/simple'\n\n[[tool.uv.index]]\nurl = 'https://b.example/simple'\ndefault = true\n",
        ),
        ("venv/pip.conf", &site),
        (".config/pip/pip.conf", &user),
        (".pip/pip.conf", &old),
        (
            ".config/uv/uv.toml",
            "[pip]\nindex-url = 'https://mine.example/simple'\n",
        ),
    ]);
    let venv = machine.home().join("venv");
    let machine = machine.with("VIRTUAL_ENV", venv.to_str().unwrap());
    let mut said = Vec::new();
    for (variable, value) in [
        ("PIP_INDEX_URL", "https://pip.example/simple"),
        ("UV_INDEX_URL", "https://uvi.example/simple"),
        ("UV_DEFAULT_INDEX", "near=https://uvd.example/simple"),
    ] {
        said.push(machine.default_with(variable, value));
    }
    for file in [
        "project/uv.toml",
        "project/pyproject.toml",
        "venv/pip.conf",
        ".config/pip/pip.conf",
        ".pip/pip.conf",
        ".config/uv/uv.toml",
    ] {
        said.push(machine.default());
        fs::remove_file(machine.home().join(file)).unwrap();
    }
    let expected = [
        "https://pip.example/simple/ from the variable `PIP_INDEX_URL`",
        "https://uvi.example/simple/ from the variable `UV_INDEX_URL`",
        "https://uvd.example/simple/ from the variable `UV_DEFAULT_INDEX`",
        "https://uv.example/simple/ from `uv.toml` line 1",
        "https://b.example/simple/ from `pyproject.toml` line 8",
        "https://site.example/simple/ from `~/venv/pip.conf` line 2",
        "https://user.example/simple/ from `~/.config/pip/pip.conf` line 2",
        "https://old.example/simple/ from `~/.pip/pip.conf` line 2",
        "https://mine.example/simple/ from `~/.config/uv/uv.toml` line 2",
    ];
    assert_eq!(said, expected);
    let none = machine.default();
    assert!(
        none.starts_with("no pypi registry is configured: looked at"),
        "{none}"
    );
}

#[cfg(unix)]
#[test]
fn one_file_can_stand_above_the_others_or_for_none_of_them() {
    let machine = machine(&[
        (
            ".config/pip/pip.conf",
            "[global]\nindex-url = https://user.example/simple\n",
        ),
        (
            "mine",
            "[install]\nindex_url = https://mine.example/simple\n",
        ),
    ]);
    let mine = machine.home().join("mine");
    let machine = machine.with("PIP_CONFIG_FILE", mine.to_str().unwrap());
    assert_eq!(
        machine.default(),
        "https://mine.example/simple/ from `~/mine` line 2"
    );
    let machine = machine.with("PIP_CONFIG_FILE", "/dev/null");
    let said = machine.default();
    assert!(said.contains("which takes all files away"), "{said}");
}

#[test]
fn an_index_of_a_lockfile_must_be_known() {
    let machine = machine(&[(
        "project/uv.toml",
        "extra-index-url = ['https://private.example/simple']\n[[index]]\nurl = 'https://main.example/simple'\ndefault = true\n",
    )]);
    let configured = machine.configured();
    let of = |locked: &str| {
        configured
            .of(Some(locked))
            .map(|found| found.url().to_string())
    };
    assert_eq!(
        of("https://private.example/simple/").unwrap(),
        "https://private.example/simple/"
    );
    assert_eq!(
        of("https://main.example/simple").unwrap(),
        "https://main.example/simple/"
    );
    assert!(matches!(
        of("https://evil.example/simple"),
        Err(UpstreamError::Unnamed { .. })
    ));
}

#[test]
fn credentials_are_for_their_index() {
    let machine = machine(&[
        (
            "project/uv.toml",
            "index-url = 'https://ada:p%40ss@main.example/team/simple'\nextra-index-url = ['https://other.example/simple']\n",
        ),
        (
            ".netrc",
            "machine other.example login bob password two\ndefault login eve password x\n",
        ),
    ]);
    let credentials = machine.configured().credentials();
    let of = |url: &str| credentials.for_url(&url.parse().unwrap()).cloned();
    assert_eq!(
        of("https://main.example/team/simple/x/"),
        Some(Credential::user("ada", "p@ss"))
    );
    assert_eq!(of("https://main.example/elsewhere"), None);
    assert_eq!(
        of("https://other.example/pypi/x/json"),
        Some(Credential::user("bob", "two"))
    );
    assert_eq!(of("https://third.example/"), None);
    assert!(!machine.default().contains("p@ss"));
}

#[test]
fn reads_the_default_in_a_text_of_help() {
    let pip = "  -i, --index-url <url>  Base URL of the index (default\n";
    assert_eq!(index_in(pip), None);
    let pip = "  --default  nothing\n  -i, --index-url <url>  Base URL (default https://index.example/simple). This\n";
    assert_eq!(
        index_in(pip).as_deref(),
        Some("https://index.example/simple")
    );
    let uv = "The URL of the index (by default: <https://index.example/simple>)";
    assert_eq!(
        index_in(uv).as_deref(),
        Some("https://index.example/simple")
    );
}
