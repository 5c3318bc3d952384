use super::{Client, Ecosystem};
use std::path::{Path, PathBuf};

/// Those of a Python index, each in a virtual environment of its own, and the
/// project in another one.
const PYTHON: Ecosystem = Ecosystem {
    name: "pypi",
    project: &[],
    program,
    run_by: None,
    prepared_by: Some(&["-m", "venv", "--without-pip", ".venv"]),
    variables: &[
        ("PIP_PYTHON", "PROJECT/.venv"),
        ("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        ("UV_PYTHON_DOWNLOADS", "never"),
        ("POETRY_VIRTUALENVS_IN_PROJECT", "true"),
        ("POETRY_KEYRING_ENABLED", "false"),
        // What is done at the same time is told in any order.
        ("POETRY_INSTALLER_PARALLEL", "false"),
    ],
    range: "river>=2",
    exact: "river==2.1.0",
    takes_exact: true,
};

fn program(client: &Client, tools: &Path) -> PathBuf {
    let folder = tools.join("clients").join(client.id);
    folder.join("bin").join(client.program)
}

pub(crate) const PIP: Client = Client {
    ecosystem: PYTHON,
    id: "pip",
    program: "pip",
    settings: &[(".venv/pip.conf", "[global]\nindex-url = REGISTRYsimple/\n")],
    add: &["install"],
    then: None,
    frozen: &["install", "-r", "requirements.txt"],
    lockfile: "requirements.txt",
    freeze: Some(&["freeze"]),
    written: None,
    add_to_locked: Some(&["install", "-r", "requirements.txt"]),
    then_locked: None,
    once_moved: None,
    installed,
    tidy,
    looks_again: false,
    wraps: false,
};

pub(crate) const UV: Client = Client {
    ecosystem: Ecosystem {
        project: &[(
            "pyproject.toml",
            "[project]\nname = \"project\"\nversion = \"1.0.0\"\nrequires-python = \">=3.9\"\n",
        )],
        ..PYTHON
    },
    id: "uv",
    program: "uv",
    settings: &[(
        "uv.toml",
        "[[index]]\nurl = \"REGISTRYsimple/\"\ndefault = true\n",
    )],
    add: &["add"],
    then: None,
    frozen: &["sync", "--locked"],
    lockfile: "uv.lock",
    freeze: None,
    written: None,
    add_to_locked: None,
    then_locked: None,
    once_moved: None,
    installed,
    tidy,
    looks_again: false,
    wraps: true,
};

pub(crate) const POETRY: Client = Client {
    ecosystem: Ecosystem {
        project: &[("pyproject.toml", "")],
        ..PYTHON
    },
    id: "poetry",
    program: "poetry",
    settings: &[(
        "pyproject.toml",
        "[project]\nname = \"project\"\nversion = \"1.0.0\"\nrequires-python = \">=3.9\"\n\n\
         [tool.poetry]\npackage-mode = false\n\n\
         [[tool.poetry.source]]\nname = \"tenure\"\nurl = \"REGISTRYsimple/\"\n\
         priority = \"primary\"\n",
    )],
    add: &["add"],
    then: None,
    frozen: &["install"],
    lockfile: "poetry.lock",
    freeze: None,
    written: None,
    add_to_locked: None,
    // Its lockfile has a digest of the project's sources in it.
    then_locked: None,
    once_moved: Some(&["lock"]),
    installed,
    tidy,
    looks_again: false,
    wraps: false,
};

/// What lies in the project's environment.
fn installed(project: &Path, package: &str) -> Option<String> {
    let pythons = std::fs::read_dir(project.join(".venv/lib")).ok()?.flatten();
    let folders =
        pythons.filter_map(|one| std::fs::read_dir(one.path().join("site-packages")).ok());
    let names = folders
        .flatten()
        .flatten()
        .filter_map(|one| one.file_name().into_string().ok());
    let mut versions = names.filter_map(|name| {
        let version = name.strip_prefix(package)?.strip_prefix('-')?;
        version.strip_suffix(".dist-info").map(str::to_owned)
    });
    versions.next()
}

fn tidy(line: &str) -> Option<String> {
    // poetry shows where in its own source the error was met.
    let words = line.trim_start();
    let is_source = words.starts_with("at /")
        || words
            .trim_start_matches("→ ")
            .starts_with(|c: char| c.is_ascii_digit())
            && words.contains('│');
    if is_source {
        return None;
    }
    // uv: `Resolved 2 packages in 12ms`
    let timed = ["Resolved ", "Prepared ", "Installed "];
    if timed.iter().any(|begin| line.starts_with(begin)) {
        return line.split_once(" in ").map(|(what, _)| what.to_owned());
    }
    Some(line.to_owned())
}
