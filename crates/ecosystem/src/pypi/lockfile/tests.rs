use super::*;
use crate::lockfile::Origin;

fn told(file: &str, text: &str) -> String {
    let lockfile = match parse(file, text.as_bytes()) {
        Ok(lockfile) => lockfile,
        Err(error) => return error.to_string(),
    };
    let packages = lockfile.packages.iter().map(|locked| {
        let origin = match &locked.origin {
            Origin::Registry { resolved } => resolved.as_deref().unwrap_or("registry"),
            Origin::Elsewhere(place) => place,
        };
        let integrity = locked.integrity.as_deref().unwrap_or("-");
        format!(
            "{} {} {} from {origin} ({integrity})",
            locked.line, locked.package, locked.version
        )
    });
    let wants = lockfile
        .wants
        .iter()
        .map(|want| format!("{} wants {} {}", want.line, want.package, want.range));
    let includes = lockfile
        .includes
        .iter()
        .map(|i| format!("{} takes in {} {}", i.line, i.path, i.is_constraint));
    let unnamed = lockfile
        .unnamed
        .iter()
        .map(|unnamed| format!("{} from {}", unnamed.line, unnamed.place));
    packages
        .chain(wants)
        .chain(includes)
        .chain(unnamed)
        .collect::<Vec<_>>()
        .join("\n")
}

const REQUIREMENTS: &str = "# made by hand
-r base.txt
--constraint=c.txt
--index-url https://registry.example/simple
Foo.Bar[a,b]==1.0 ; python_version >= '3' \\
    --hash=sha256:aa \\
    --hash sha256:bb   # why
two>=1,<2  # comment
three @ https://me:secret@files.example/three.zip#egg=three ; os_name == 'nt'
four ( == 4.0 )
five==5.*
git+https://git.example/six
./seven-1.0-py3-none-any.whl
-e .
eight
";

const UV: &str = r#"version = 1
[[package]]
name = "app"
version = "0.1.0"
source = { virtual = "." }

[[package]]
name = "Requests"
version = "2.0"
source = { registry = "https://registry.example/simple" }
sdist = { url = "https://files.example/requests-2.0.tar.gz", hash = "sha256:aa" }
wheels = [{ url = "https://files.example/requests-2.0-py3-none-any.whl", hash = "sha256:bb" }]

[[package]]
name = "evil"
version = "1.0"
source = { registry = "https://registry.example/simple" }
sdist = { url = "https://files.example/other-1.0.tar.gz", hash = "sha256:cc" }

[[package]]
name = "g"
version = "1.0"
source = { git = "https://git.example/g?rev=1#2" }
"#;

const POETRY: &str = r#"[[package]]
name = "a"
version = "1.0"
files = [{file = "a-1.0.tar.gz", hash = "sha256:aa"}]

[[package]]
name = "b"
version = "2.0"
[package.source]
type = "legacy"
url = "https://mirror.example/simple"

[[package]]
name = "c"
version = "3.0"
[package.source]
type = "git"
url = "https://git.example/c"

[metadata]
lock-version = "1.1"
[metadata.files]
b = [{file = "b-2.0.zip", hash = "sha256:bb"}]
"#;

const PDM: &str = r#"[metadata]
lock_version = "4.5.0"
[[package]]
name = "a"
version = "1.0"
files = [{file = "a-1.0.tar.gz", hash = "sha256:aa"}]
[[package]]
name = "a"
version = "1.0"
extras = ["x"]
[[package]]
name = "b"
version = "1.0"
git = "https://git.example/b"
"#;

const PYLOCK: &str = r#"lock-version = "1.0"
[[packages]]
name = "a"
version = "1.0"
index = "https://registry.example/simple"
wheels = [{ name = "a-1.0-py3-none-any.whl", url = "https://files.example/a-1.0-py3-none-any.whl", hashes = { sha256 = "aa" } }]
[[packages]]
name = "b"
archive = { url = "https://files.example/b.zip", hashes = { sha256 = "bb" } }
[[packages]]
name = "c"
directory = { path = "." }
"#;

const PIPFILE: &str = r#"{
  "_meta": {"hash": {"sha256": "x"}},
  "default": {
    "a": {"hashes": ["sha256:aa", "sha256:bb"], "index": "main", "version": "==1.0"},
    "b": {"git": "https://git.example/b", "ref": "1"}
  },
  "develop": {
    "me": {"editable": true, "path": "."},
    "c": {"version": "==2.0", "markers": "os_name == 'nt'"}
  }
}"#;

#[test]
fn reads_every_format() {
    let all = [
        ("requirements-dev.txt", REQUIREMENTS),
        ("uv.lock", UV),
        ("sub/poetry.lock", POETRY),
        ("pdm.lock", PDM),
        ("pylock.dev.toml", PYLOCK),
        ("Pipfile.lock", PIPFILE),
    ];
    let all = all.map(|(file, text)| format!("{file}\n{}", told(file, text)));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn says_what_is_wrong_and_where() {
    let all = [
        ("Cargo.lock", ""),
        ("requirements.txt", "a==1.0\nb==one"),
        ("requirements.txt", "a[x==1.0"),
        ("requirements.txt", "\n!==1.0"),
        ("uv.lock", "version = 2"),
        ("uv.lock", "version = 1\n[[package]"),
        ("uv.lock", "version = 1\n\n[[package]]\nversion = '1.0'"),
        (
            "uv.lock",
            "version = 1\n[[package]]\nname = 'a'\nversion = 'x y'",
        ),
        ("poetry.lock", ""),
        ("Pipfile.lock", "{\"default\": {\n\"a\": }}"),
        ("Pipfile.lock", "[]"),
        ("Pipfile.lock", "{\"default\": {\n\"a b\": \"==1.0\"}}"),
    ];
    insta::assert_snapshot!(all.map(|(file, text)| told(file, text)).join("\n"));
}
