use crate::world::{World, fetch};
use std::time::Duration;
use tenure_testkit::{FakeNpm, Fault, Packument, Release};
use tenure_upstream::client::Limits;
use tenure_upstream::{FetchError, Fetcher, FetcherOptions, Via};

#[test]
fn a_registry_that_recovers_is_asked_again() {
    let world = World::new();
    world.npm.fail_times("/left-pad", 3, Fault::Status(500));
    assert_eq!(world.via(), Via::Network);
    assert_eq!(world.npm.count("/left-pad"), 4);
}

#[test]
fn a_registry_that_does_not_recover_is_left_alone() {
    let world = World::new();
    world.npm.fail("/left-pad", Fault::Status(503));
    let error = world.error();
    assert!(
        matches!(error, FetchError::Status { status: 503, .. }),
        "{error}"
    );
    assert_eq!(world.npm.count("/left-pad"), 4);
}

#[test]
fn retry_after_is_heeded() {
    let world = World::new();
    world
        .npm
        .fail_times("/left-pad", 1, Fault::RetryAfter(429, "1".into()));
    let started = std::time::Instant::now();
    assert_eq!(world.via(), Via::Network);
    assert!(started.elapsed() >= Duration::from_secs(1));
}

#[test]
fn nobody_waits_for_an_hour() {
    let world = World::new();
    world
        .npm
        .fail("/left-pad", Fault::RetryAfter(429, "3600".into()));
    let error = world.error().to_string();
    assert!(
        error.ends_with("answered with status 429 and asks to come back in 3600 s"),
        "{error}"
    );
    assert_eq!(world.npm.count("/left-pad"), 1);
}

#[test]
fn half_an_answer_is_none() {
    let world = World::new();
    world.npm.fail("/left-pad", Fault::Truncate);
    let error = world.error();
    assert!(matches!(error, FetchError::Truncated { .. }), "{error}");
    assert!(world.cached_files().is_empty());
    world.npm.heal();
    world.npm.fail_times("/left-pad", 1, Fault::Truncate);
    assert_eq!(world.via(), Via::Network);
}

#[test]
fn an_answer_shorter_than_it_should_be_is_none() {
    let world = World::new();
    world.npm.fail("/left-pad", Fault::WrongLength);
    let error = world.error();
    let damaged = matches!(
        error,
        FetchError::Truncated { .. } | FetchError::Unreadable { .. }
    );
    assert!(damaged, "{error}");
}

#[test]
fn silence_has_an_end() {
    for fault in [Fault::Silence, Fault::Stall] {
        let world = World::new();
        world.npm.fail("/left-pad", fault);
        let options = world.options();
        let fetcher = Fetcher::new(FetcherOptions {
            limits: Limits {
                read_timeout: Duration::from_millis(400),
                ..options.limits.clone()
            },
            ..options
        });
        let error = fetch(&fetcher, "left-pad").unwrap_err();
        assert!(matches!(error, FetchError::Stalled { .. }), "{error}");
        assert!(
            error.to_string().ends_with("sent nothing for 0.4 s"),
            "{error}"
        );
        assert_eq!(world.npm.count("/left-pad"), 1);
    }
}

#[test]
fn a_slow_answer_is_waited_for() {
    let world = World::new();
    world
        .npm
        .fail("/left-pad", Fault::Delay(Duration::from_millis(100)));
    assert_eq!(world.via(), Via::Network);
}

#[test]
fn an_endless_answer_is_cut_off() {
    let world = World::new();
    world.npm.fail("/left-pad", Fault::Huge(50_000_000));
    let options = world.options();
    let fetcher = Fetcher::new(FetcherOptions {
        limits: Limits {
            body: 1_000_000,
            ..options.limits.clone()
        },
        ..options
    });
    let error = fetch(&fetcher, "left-pad").unwrap_err();
    assert!(
        matches!(
            error,
            FetchError::TooLarge {
                limit: 1_000_000,
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn what_is_no_packument_is_not_believed() {
    let world = World::new();
    let other = Packument::new("right-pad").release(Release::new("1.0.0"));
    let bodies = [
        Fault::html(),
        Fault::Body {
            kind: "application/json".into(),
            bytes: b"{\"ok\":true}".to_vec(),
        },
        Fault::Body {
            kind: "application/json".into(),
            bytes: other.to_json().to_string().into_bytes(),
        },
    ];
    world.fetch("left-pad").unwrap();
    world.wait_hours(7.0);
    for body in bodies {
        world.npm.heal();
        world.npm.fail("/left-pad", body);
        let Via::Stale { why } = world.via() else {
            panic!("a wrong document was believed");
        };
        let wrong = matches!(
            why,
            FetchError::Unreadable { .. } | FetchError::WrongPackage { .. }
        );
        assert!(wrong, "{why}");
    }
    world.npm.heal();
    assert_eq!(world.via(), Via::Revalidated);
}

#[test]
fn a_confirmation_nobody_asked_for_is_an_error() {
    let world = World::new();
    world.npm.fail("/left-pad", Fault::Status(304));
    let error = world.error();
    assert!(
        matches!(error, FetchError::Status { status: 304, .. }),
        "{error}"
    );
}

#[test]
fn redirections_are_followed_within_reason() {
    let world = World::new();
    let mirror = FakeNpm::start();
    mirror.put(crate::world::left_pad());
    let there = Fault::Redirect(format!("{}left-pad", mirror.url()));
    world.npm.fail("/left-pad", there);
    let found = world.fetch("left-pad").unwrap();
    assert_eq!(
        found.history.source().from,
        format!("{}left-pad", world.npm.url())
    );
    assert_eq!(mirror.count("/left-pad"), 1);

    world.npm.fail("/round", Fault::Redirect("/round".into()));
    let error = world.fetch("round").unwrap_err();
    assert!(
        error.to_string().ends_with("redirects more than 5 times"),
        "{error}"
    );
    assert_eq!(world.npm.count("/round"), 6);

    world
        .npm
        .fail("/file", Fault::Redirect("file:///etc/passwd".into()));
    let error = world.fetch("file").unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("redirects to the scheme `file`"),
        "{error}"
    );
}

#[test]
fn a_registry_that_is_down_is_not_asked_a_thousand_times() {
    let world = World::new();
    world.npm.fail("*", Fault::Status(500));
    let names: Vec<_> = (0..300)
        .map(|n| crate::world::package(&format!("p{n}")))
        .collect();
    let all = world.fetcher().histories(&names, &|_| {});
    assert!(all.iter().all(|one| one.found.is_err()));
    // 24 in a row and those under way by then, four attempts each.
    let requests = world.npm.requests().len();
    assert!(requests <= (24 + 11) * 4, "{requests} requests");
}
