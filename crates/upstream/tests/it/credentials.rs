use crate::world::{World, fetch, left_pad};
use tenure_testkit::{FakeNpm, Fault, Packument, Release};
use tenure_upstream::{FetchError, Fetcher, FetcherOptions, Via};

/// `//host:port/path` of a registry, for `.npmrc`.
fn scope(npm: &FakeNpm) -> &str {
    npm.url().trim_start_matches("http:")
}

fn sent(npm: &FakeNpm) -> Vec<Option<String>> {
    let requests = npm.requests();
    let header = |r: &tenure_testkit::Request| r.header("authorization").map(str::to_owned);
    requests.iter().map(header).collect()
}

#[test]
fn a_token_is_shown_to_the_part_of_the_web_it_was_given_for() {
    let world = World::with(FakeNpm::start_below("team/a"));
    world.npm.lock("/", "Bearer s3cret");
    let npmrc = format!("{}:_authToken=${{NPM_TOKEN}}\n", scope(&world.npm));
    world.write(".npmrc", &npmrc);
    let options = world.options();
    let fetcher = Fetcher::new(FetcherOptions {
        env: world.env().with_variable("NPM_TOKEN", "s3cret"),
        ..options
    });
    assert_eq!(fetch(&fetcher, "left-pad").unwrap().via, Via::Network);
    assert_eq!(sent(&world.npm), [Some("Bearer s3cret".to_owned())]);
}

#[test]
fn a_token_for_another_path_or_host_stays_at_home() {
    let world = World::with(FakeNpm::start_below("team/a"));
    let port = world.npm.port();
    world.write(
        ".npmrc",
        &format!(
            "//127.0.0.1:{port}/team/b/:_authToken=b\n//127.0.0.1/:_authToken=no-port\n\
             //localhost:{port}/:_authToken=other-name\n_authToken=nowhere\n"
        ),
    );
    world.fetch("left-pad").unwrap();
    assert_eq!(sent(&world.npm), [None]);
}

#[test]
fn no_credential_follows_to_another_host() {
    let world = World::new();
    let elsewhere = FakeNpm::start();
    elsewhere.put(left_pad());
    // Both have one; the redirection must not make us show either.
    world.write(
        ".npmrc",
        &format!(
            "{}:_authToken=home\n{}:_authToken=away\n",
            scope(&world.npm),
            scope(&elsewhere)
        ),
    );
    let there = Fault::Redirect(format!("{}left-pad", elsewhere.url()));
    world.npm.fail_times("/left-pad", 1, there);
    world.fetch("left-pad").unwrap();
    assert_eq!(sent(&world.npm), [Some("Bearer home".to_owned())]);
    assert_eq!(sent(&elsewhere), [None]);
}

#[test]
fn nor_back_home_by_a_detour() {
    let world = World::new();
    world
        .npm
        .put(Packument::new("other").release(Release::new("1.0.0")));
    let detour = FakeNpm::start();
    world.write(
        ".npmrc",
        &format!("{}:_authToken=home\n", scope(&world.npm)),
    );
    let out = Fault::Redirect(format!("{}x", detour.url()));
    world.npm.fail_times("/left-pad", 1, out);
    detour.fail(
        "/x",
        Fault::Redirect(format!("{}left-pad", world.npm.url())),
    );
    world.fetch("left-pad").unwrap();
    assert_eq!(sent(&world.npm), [Some("Bearer home".to_owned()), None]);
}

#[test]
fn it_follows_within_the_host() {
    let world = World::new();
    world.write(
        ".npmrc",
        &format!("{}:_authToken=home\n", scope(&world.npm)),
    );
    let there = Fault::Redirect("/left-pad".into());
    world.npm.fail_times("/left-pad", 1, there);
    world.fetch("left-pad").unwrap();
    let home = Some("Bearer home".to_owned());
    assert_eq!(sent(&world.npm), [home.clone(), home]);
}

#[test]
fn a_scope_with_a_registry_of_its_own_keeps_to_it() {
    let world = World::new();
    let private = FakeNpm::start();
    private.put(Packument::new("@acme/tool").release(Release::new("1.0.0")));
    world.write(
        ".npmrc",
        &format!(
            "@acme:registry={}\n{}:username=ada\n{}:_password=bG92ZWxhY2U=\n",
            private.url(),
            scope(&private),
            scope(&private),
        ),
    );
    let fetcher = world.fetcher();
    assert_eq!(fetch(&fetcher, "@acme/tool").unwrap().via, Via::Network);
    fetch(&fetcher, "left-pad").unwrap();
    // ada:lovelace
    assert_eq!(sent(&private), [Some("Basic YWRhOmxvdmVsYWNl".to_owned())]);
    assert_eq!(sent(&world.npm), [None]);
    assert_eq!(world.npm.count("/@acme/tool"), 0);
}

#[test]
fn a_refusal_says_what_to_do() {
    let world = World::new();
    world.npm.lock("/", "Bearer right");
    let port = world.npm.port();
    let said = |npmrc: &str| {
        world.write(".npmrc", npmrc);
        let error = world.error();
        assert!(
            matches!(error, FetchError::Refused { status: 401, .. }),
            "{error}"
        );
        error.to_string()
    };
    let without = said("");
    assert!(
        without.contains("it says `authentication is needed to see this`")
            && without.ends_with(&format!(
                "write `//127.0.0.1:{port}/:_authToken=...` into `~/.npmrc`"
            )),
        "{without}"
    );
    let wrong = said(&format!("{}:_authToken=wrong", scope(&world.npm)));
    assert!(wrong.ends_with("was not accepted; log in anew"), "{wrong}");
    let unset = said(&format!("{}:_authToken=${{NPM_TOKEN}}", scope(&world.npm)));
    assert!(
        unset.ends_with(
            "the credential for it is `${NPM_TOKEN}`, which is not set in this environment"
        ),
        "{unset}"
    );
    assert_eq!(sent(&world.npm).last(), Some(&None));
    assert_eq!(world.npm.requests().len(), 3, "a refusal was retried");
}

#[test]
fn a_refusal_is_not_papered_over_with_old_facts() {
    let world = World::new();
    world.fetch("left-pad").unwrap();
    world.npm.fail("/left-pad", Fault::Status(403));
    world.wait_hours(7.0);
    assert!(matches!(
        world.error(),
        FetchError::Refused { status: 403, .. }
    ));
}

#[test]
fn a_password_in_the_address_is_used_and_not_shown() {
    let world = World::new();
    let url = world.npm.url().replace("//", "//ada:lovelace@");
    let fetcher = Fetcher::new(FetcherOptions {
        upstreams: [(tenure_domain::Ecosystem::Npm, url)].into(),
        ..world.options()
    });
    let found = fetch(&fetcher, "left-pad").unwrap();
    assert_eq!(
        sent(&world.npm),
        [Some("Basic YWRhOmxvdmVsYWNl".to_owned())]
    );
    assert!(!found.history.source().from.contains("lovelace"));
    let shown = format!(
        "{:?}",
        fetcher.default_upstream(tenure_domain::Ecosystem::Npm)
    );
    assert!(!shown.contains("lovelace"), "{shown}");
}

#[test]
fn a_proxy_is_used_but_for_its_exceptions() {
    let world = World::new();
    let proxy = FakeNpm::start();
    proxy.put(Packument::new("through").release(Release::new("1.0.0")));
    world.write(
        ".npmrc",
        &format!("proxy={}\nnoproxy=127.0.0.1\n", proxy.url()),
    );
    let fetcher = Fetcher::new(FetcherOptions {
        upstreams: [(
            tenure_domain::Ecosystem::Npm,
            "http://registry.example/".into(),
        )]
        .into(),
        ..world.options()
    });
    fetch(&fetcher, "through").unwrap();
    assert_eq!(
        proxy.requests()[0].target,
        "http://registry.example/through"
    );
    world.fetch("left-pad").unwrap();
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn no_secret_is_shown_by_accident() {
    let world = World::new();
    world.write(".yarnrc.yml", "npmAuthToken: [hunter2\n");
    world.write("bunfig.toml", "[install]\nregistry = [\"hunter2\n");
    world.write(
        ".npmrc",
        &format!("{}:_authToken=hunter2\n", scope(&world.npm)),
    );
    let url = world.npm.url().replace("//", "//ada:hunter2@");
    let options = FetcherOptions {
        env: world.env().with_variable("SECRET", "hunter2"),
        upstreams: [(tenure_domain::Ecosystem::Npm, url.clone())].into(),
        configured_upstreams: [(tenure_domain::Ecosystem::Npm, url.clone())].into(),
        lockfile_origin: Some(url),
        ..world.options()
    };
    let options_shown = format!("{options:?}");
    let fetcher = Fetcher::new(options);
    world.npm.fail("*", Fault::Status(403));
    let error = fetch(&fetcher, "left-pad").unwrap_err();
    let warnings = fetcher.warnings();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    for shown in [
        options_shown,
        format!("{error} {error:?}"),
        format!("{warnings:?}"),
    ] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
