//! The `.npmrc` files and the `npm_config_*` variables.

use super::layers::Setting;
use super::{Place, ini};
use crate::Environment;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// More than any configuration file has.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a configuration file; `None` when there is none.
pub(crate) fn read(path: &Path) -> io::Result<Option<String>> {
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_file() && meta.len() <= MAX_BYTES => {}
        // A device such as /dev/null is how people say "none".
        Ok(meta) if !meta.is_file() => return Ok(None),
        Ok(_) => return Err(io::Error::other("it is larger than 4 MiB")),
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    }
    let bytes = std::fs::read(path)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// The settings of an `.npmrc`, each with its line.
pub(super) fn npmrc(text: &str, env: &Environment, place: &dyn Fn(u32) -> Place) -> Vec<Setting> {
    let variable = |name: &str| {
        let value = env.variables().find(|(n, _)| *n == OsStr::new(name));
        value.map(|(_, value)| value.to_string_lossy().into_owned())
    };
    ini::parse(text, &variable)
        .into_iter()
        .map(|a| Setting {
            list: a.list,
            ..Setting::new(a.key, a.value, place(a.line))
        })
        .collect()
}

const PREFIX: &str = "npm_config_";

/// The settings in `npm_config_*` variables. Case does not matter, and an
/// underscore stands for a hyphen, except in keys that begin with `//`.
pub(super) fn variables(env: &Environment) -> Vec<Setting> {
    env.variables()
        .filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?)))
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, value)| {
            let head = name.get(..PREFIX.len())?;
            let key = &name[PREFIX.len()..];
            head.eq_ignore_ascii_case(PREFIX)
                .then(|| Setting::new(normal_key(key), value, Place::Variable(name.to_owned())))
        })
        .collect()
}

fn normal_key(key: &str) -> String {
    if key.starts_with("//") {
        return key.to_owned();
    }
    // A leading underscore belongs to the name, as in `_auth`.
    let (first, rest) = key.split_at(key.chars().next().map_or(0, char::len_utf8));
    (first.to_owned() + &rest.replace('_', "-")).to_lowercase()
}

/// Where npm looks for the user's settings.
pub(super) fn user_file(
    env: &Environment,
    get: &dyn Fn(&str) -> Option<String>,
) -> Option<PathBuf> {
    match get("userconfig") {
        Some(path) => Some(resolve(env, &path)),
        None => env.home().map(|home| home.join(".npmrc")),
    }
}

/// Where npm looks for the settings of the machine: `etc/npmrc` below its
/// prefix, which is where `node` is installed unless somebody said otherwise.
pub(super) fn global_file(
    env: &Environment,
    get: &dyn Fn(&str) -> Option<String>,
) -> Option<PathBuf> {
    if let Some(path) = get("globalconfig") {
        return Some(resolve(env, &path));
    }
    let prefix = get("prefix").map(|path| resolve(env, &path));
    let prefix = prefix.or_else(|| env.path("PREFIX")).or_else(|| {
        let node = env.find_program("node")?.canonicalize().ok()?;
        Some(node.parent()?.parent()?.to_owned())
    });
    Some(prefix?.join("etc/npmrc"))
}

/// A path of a setting: `~/` is the home folder, the rest is relative to the
/// current folder.
pub(crate) fn resolve(env: &Environment, path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), env.home()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => env.current_dir().join(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_read_in_any_case() {
        let env = Environment::empty("/")
            .with_variable("NPM_CONFIG_REGISTRY", "https://registry.example/")
            .with_variable("npm_config_strict_ssl", "false")
            .with_variable("npm_config_//registry.example/:_authToken", "x")
            .with_variable("npm_config__auth", "y")
            .with_variable("npm_config_empty", "")
            .with_variable("other", "z");
        let mut keys: Vec<String> = variables(&env).into_iter().map(|s| s.key).collect();
        keys.sort();
        assert_eq!(
            keys,
            [
                "//registry.example/:_authToken",
                "_auth",
                "registry",
                "strict-ssl"
            ]
        );
    }

    #[test]
    fn user_and_global_files_can_be_moved() {
        let env = Environment::empty("/work").with_home("/home/ada");
        let none = |_: &str| None;
        assert_eq!(user_file(&env, &none), Some("/home/ada/.npmrc".into()));
        let moved = |key: &str| (key == "userconfig").then(|| "~/other".to_owned());
        assert_eq!(user_file(&env, &moved), Some("/home/ada/other".into()));
        let prefix = |key: &str| (key == "prefix").then(|| "/opt/node".to_owned());
        assert_eq!(
            global_file(&env, &prefix),
            Some("/opt/node/etc/npmrc".into())
        );
        assert_eq!(global_file(&env, &none), None);
    }

    #[test]
    fn a_device_is_no_configuration() {
        assert!(read(Path::new("/dev/null")).unwrap().is_none());
        assert!(read(Path::new("/no/such/file")).unwrap().is_none());
    }
}
