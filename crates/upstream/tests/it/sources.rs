use crate::world::World;
use std::collections::BTreeMap;
use std::path::Path;
use tenure_domain::Ecosystem;
use tenure_upstream::{Environment, Fetcher, FetcherOptions};

/// Where the registry is found, as it is said to people.
fn found(options: FetcherOptions) -> String {
    match Fetcher::new(options).default_upstream(Ecosystem::Npm) {
        Ok(upstream) => format!("{} from {}", upstream.url(), upstream.place()),
        Err(error) => error.to_string(),
    }
}

#[cfg(unix)]
fn install_fake_npm(bin: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::create_dir_all(bin).unwrap();
    let npm = bin.join("npm");
    std::fs::write(&npm, "#!/bin/sh\necho https://asked.example/\n").unwrap();
    std::fs::set_permissions(&npm, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Every source at once; each step takes the first one away.
#[cfg(unix)]
#[test]
fn the_most_explicit_place_wins() {
    let world = World::new();
    let home = world.home();
    let bin = home.join("bin");
    install_fake_npm(&bin);
    let global = home.join("global-npmrc");
    world.write(".npmrc", "; mine\nregistry=https://project.example\n");
    std::fs::write(home.join(".npmrc"), "registry = https://user.example/\n").unwrap();
    std::fs::write(&global, "registry=https://global.example/\n").unwrap();
    world.write(
        "pnpm-workspace.yaml",
        "registries:\n  default: https://pnpm.example/\n",
    );
    world.write(".yarnrc.yml", "npmRegistryServer: https://berry.example/\n");
    world.write(".yarnrc", "registry \"https://yarn.example/\"\n");
    world.write(
        "bunfig.toml",
        "[install]\nregistry = \"https://bun.example/\"\n",
    );
    let base = world
        .env()
        .with_variable("PATH", &bin)
        .with_variable("npm_config_globalconfig", &global);
    let mut options = FetcherOptions {
        env: base
            .clone()
            .with_variable("NPM_CONFIG_REGISTRY", "https://variable.example/"),
        upstreams: [(Ecosystem::Npm, "https://flag.example/".into())].into(),
        configured_upstreams: [(Ecosystem::Npm, "https://toml.example/".into())].into(),
        lockfile_origin: Some("https://lock.example/".into()),
        ..world.options()
    };
    let mut said = vec![found(options.clone())];
    options.upstreams.clear();
    said.push(found(options.clone()));
    options.configured_upstreams.clear();
    said.push(found(options.clone()));
    options.env = base.clone();
    said.push(found(options.clone()));
    for file in [
        world.project().join(".npmrc"),
        home.join(".npmrc"),
        global,
        world.project().join("pnpm-workspace.yaml"),
        world.project().join(".yarnrc.yml"),
        world.project().join(".yarnrc"),
        world.project().join("bunfig.toml"),
    ] {
        std::fs::remove_file(file).unwrap();
        said.push(found(options.clone()));
    }
    options.env = Environment::empty(world.project()).with_home(&home);
    said.push(found(options.clone()));
    let expected = [
        "https://flag.example/ from the flag `--upstream`",
        "https://toml.example/ from `tenure.toml`",
        "https://variable.example/ from the variable `NPM_CONFIG_REGISTRY`",
        "https://project.example/ from `.npmrc` line 2",
        "https://user.example/ from `~/.npmrc` line 1",
        "https://global.example/ from `~/global-npmrc` line 1",
        "https://pnpm.example/ from `pnpm-workspace.yaml`",
        "https://berry.example/ from `.yarnrc.yml`",
        "https://yarn.example/ from `.yarnrc` line 1",
        "https://bun.example/ from `bunfig.toml`",
        "https://asked.example/ from `npm config get registry`",
        "https://lock.example/ from the addresses in the lockfile",
    ];
    assert_eq!(said, expected);
}

#[test]
fn without_any_the_error_says_what_was_looked_at_and_what_to_do() {
    let world = World::new();
    let said = found(FetcherOptions {
        upstreams: BTreeMap::new(),
        ..world.options()
    });
    assert_eq!(
        said,
        "no npm registry is configured: looked at the flag `--upstream`, `tenure.toml`, \
         the variable `npm_config_registry`, `.npmrc` (absent), `~/.npmrc` (absent), \
         `pnpm-workspace.yaml` (absent), `.yarnrc.yml` (absent), `~/.yarnrc.yml` (absent), \
         `.yarnrc` (absent), `~/.yarnrc` (absent), `bunfig.toml` (absent), \
         `~/.bunfig.toml` (absent), the clients npm, pnpm and yarn (none gave an answer), \
         the addresses in the lockfile; pass `--upstream npm=URL` or write `registry=URL` \
         into `.npmrc`"
    );
}

#[test]
fn a_scope_needs_no_default() {
    let world = World::new();
    world.write(".npmrc", "@acme:registry=https://acme.example/npm\n");
    let fetcher = Fetcher::new(FetcherOptions {
        upstreams: BTreeMap::new(),
        ..world.options()
    });
    let of = |name| fetcher.upstream(&crate::world::package(name));
    assert_eq!(
        of("@acme/tool").unwrap().url().as_str(),
        "https://acme.example/npm/"
    );
    assert!(of("left-pad").is_err());
}

#[test]
fn an_address_that_is_none_is_told_with_its_place() {
    let world = World::new();
    world.write(".npmrc", "registry=registry.example\n");
    let said = found(FetcherOptions {
        upstreams: BTreeMap::new(),
        ..world.options()
    });
    assert!(
        said.starts_with(
            "`registry.example` from `.npmrc` line 1 is not the address of a registry"
        ),
        "{said}"
    );
}

#[test]
fn a_file_that_cannot_be_read_is_a_warning() {
    let world = World::new();
    world.write(".yarnrc.yml", "a: [");
    world.write("bunfig.toml", "= nothing");
    let fetcher = world.fetcher();
    fetcher.default_upstream(Ecosystem::Npm).unwrap();
    let warnings = fetcher.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(
        warnings[0].starts_with("`.yarnrc.yml` is skipped: "),
        "{warnings:?}"
    );
    assert!(
        warnings[1].starts_with("`bunfig.toml` is skipped: "),
        "{warnings:?}"
    );
}

#[test]
fn the_settings_of_the_project_apply_below_it() {
    let world = World::new();
    world.write(".npmrc", "registry=https://project.example/\n");
    let below = world.project().join("src/deep");
    std::fs::create_dir_all(&below).unwrap();
    let said = found(FetcherOptions {
        upstreams: BTreeMap::new(),
        project: below,
        ..world.options()
    });
    assert_eq!(said, "https://project.example/ from `.npmrc` line 1");
}
