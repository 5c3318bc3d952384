//! Each kind of change: when it speaks, and when it stays quiet.

use crate::common::{
    adas, at, by_workflow, last_changes, last_kinds, npm, owned_by, package, release,
};
use tenure_domain::{Contact, Days, Ecosystem, History, NewRelease, Party};
use tenure_trust::change::{Fact, Kind, WorkflowRepository};

fn adas_then(more: Vec<NewRelease>) -> History {
    package("x", adas().into_iter().chain(more).collect())
}

#[test]
fn nothing_changes_while_the_same_hands_publish() {
    assert_eq!(
        last_kinds(&adas_then(vec![release("1.1.1", "2020-04-01", "ada")])),
        []
    );
}

#[test]
fn a_young_package_has_no_hands_to_speak_of() {
    let young = package(
        "x",
        vec![
            release("1.0.0", "2020-01-01", "ada"),
            release("1.0.1", "2020-01-02", "bob"),
        ],
    );
    assert_eq!(last_kinds(&young), []);
}

#[test]
fn a_stranger_takes_over_from_a_sole_holder() {
    let history = adas_then(vec![owned_by(
        release("1.1.1", "2020-04-01", "eve"),
        &["ada", "eve"],
    )]);
    let changes = last_changes(&history);
    assert_eq!(changes[0].kind, Kind::Handover);
    assert_eq!(changes[0].from, [npm("ada")]);
    assert_eq!(changes[0].to, npm("eve"));
    assert_eq!(
        changes[0].facts,
        [
            Fact::NotListedBefore,
            Fact::SoleHolder {
                party: npm("ada"),
                releases: 3
            }
        ]
    );
    assert!(changes[0].standing.as_ref().unwrap().is_stranger());
    assert_eq!(changes[1].kind, Kind::OwnersChanged);
}

#[test]
fn a_handover_says_when_the_earlier_hands_are_gone_or_were_silent() {
    let gone = adas_then(vec![release("1.1.1", "2021-04-01", "eve")]);
    let facts = &last_changes(&gone)[0].facts;
    assert!(facts.contains(&Fact::EarlierHandsGone), "{facts:?}");
    assert!(
        facts.contains(&Fact::Silence { days: Days(396.0) }),
        "{facts:?}"
    );
}

#[test]
fn among_several_active_hands_a_newcomer_is_a_new_publisher() {
    let history = adas_then(vec![
        owned_by(release("1.1.1", "2020-03-02", "bob"), &["ada", "bob"]),
        owned_by(
            release("1.1.2", "2020-03-03", "eve"),
            &["ada", "bob", "eve"],
        ),
    ]);
    assert_eq!(
        last_kinds(&history),
        [Kind::NewPublisher, Kind::OwnersChanged]
    );
}

#[test]
fn an_owner_of_record_is_a_co_maintainer() {
    let history = adas_then(vec![
        owned_by(release("1.1.1", "2020-03-02", "ada"), &["ada", "bob"]),
        owned_by(release("1.1.2", "2020-03-03", "bob"), &["ada", "bob"]),
    ]);
    let changes = last_changes(&history);
    assert_eq!(changes[0].kind, Kind::CoMaintainer);
    assert_eq!(
        changes[0].facts,
        [Fact::ListedSince {
            since: at("2020-03-02")
        }]
    );
}

#[test]
fn an_old_hand_returns_after_two_years() {
    let history = adas_then(vec![release("1.1.1", "2022-04-01", "ada")]);
    let changes = last_changes(&history);
    assert_eq!(changes[0].kind, Kind::ReturningPublisher);
    assert!(
        changes[0]
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::UnseenFor { .. }))
    );
    assert_eq!(
        last_kinds(&adas_then(vec![release("1.1.1", "2021-04-01", "ada")])),
        []
    );
}

#[test]
fn automation_is_linked_by_provenance_and_an_unchanged_repository() {
    let relation = |release: NewRelease| {
        let changes = last_changes(&adas_then(vec![release]));
        assert_eq!(changes[0].kind, Kind::Automation);
        changes[0].facts[0].clone()
    };
    let linked = by_workflow("1.1.1", "2020-04-01", "oidc:1");
    let expected = |relation| Fact::Repository { relation };
    assert_eq!(
        relation(linked.clone()),
        expected(WorkflowRepository::Linked)
    );
    let another = NewRelease {
        repository: Some("github.com/eve/x".into()),
        ..linked.clone()
    };
    assert_eq!(relation(another), expected(WorkflowRepository::Another));
    let unattested = NewRelease {
        provenance: false,
        ..linked
    };
    assert_eq!(relation(unattested), expected(WorkflowRepository::NotKnown));
}

#[test]
fn another_workflow_under_the_same_shared_name_has_moved() {
    let history = adas_then(vec![
        by_workflow("1.1.1", "2020-04-01", "oidc:1"),
        by_workflow("1.1.2", "2020-05-01", "oidc:1"),
        by_workflow("1.1.3", "2020-06-01", "oidc:2"),
    ]);
    assert_eq!(last_kinds(&history), [Kind::AutomationMoved]);
}

#[test]
fn evidence_falls_only_within_a_line_that_had_it() {
    let attested = |n: u32| {
        by_workflow(
            &format!("2.0.{n}"),
            &format!("2020-04-0{}", n + 1),
            "oidc:1",
        )
    };
    let run = [attested(0), attested(1), attested(2)];
    let by_hand = |version| release(version, "2020-05-01", "ada");
    let same_line = adas_then(run.iter().cloned().chain([by_hand("2.0.3")]).collect());
    assert_eq!(last_kinds(&same_line), [Kind::EvidenceFell]);
    let back_port = adas_then(run.iter().cloned().chain([by_hand("1.1.1")]).collect());
    assert_eq!(last_kinds(&back_port), []);
    let short_run = adas_then(run[..2].iter().cloned().chain([by_hand("2.0.3")]).collect());
    assert_eq!(last_kinds(&short_run), []);
}

#[test]
fn a_new_mail_domain_is_news_unless_a_colleague_has_it() {
    let contact = |domain: &str| {
        Some(Contact {
            digest: 1,
            domain: domain.into(),
        })
    };
    let moved = |domain| NewRelease {
        contact: contact(domain),
        ..release("1.1.2", "2020-05-01", "ada")
    };
    let bobs = |domain| {
        let release = owned_by(release("1.1.1", "2020-04-01", "bob"), &["ada", "bob"]);
        NewRelease {
            contact: contact(domain),
            ..release
        }
    };
    assert!(last_kinds(&adas_then(vec![moved("proton.me")])).contains(&Kind::ContactChanged));
    let colleague = adas_then(vec![bobs("work.example"), moved("work.example")]);
    assert!(!last_kinds(&colleague).contains(&Kind::ContactChanged));
    let anybody = adas_then(vec![bobs("gmail.com"), moved("gmail.com")]);
    assert!(last_kinds(&anybody).contains(&Kind::ContactChanged));
}

#[test]
fn a_repository_with_another_holder_has_moved() {
    let moved = |repository: &str| NewRelease {
        repository: Some(repository.into()),
        ..release("1.1.1", "2020-04-01", "ada")
    };
    assert_eq!(
        last_kinds(&adas_then(vec![moved("github.com/eve/x")])),
        [Kind::RepositoryMoved]
    );
    assert_eq!(
        last_kinds(&adas_then(vec![moved("github.com/ada/renamed")])),
        []
    );
}

#[test]
fn what_came_with_a_change_is_told() {
    let before = NewRelease {
        dependencies: vec!["a".into()],
        ..release("1.1.1", "2020-04-01", "ada")
    };
    let after = NewRelease {
        dependencies: vec!["a".into(), "flatmap".into()],
        install_script: true,
        ..release("1.1.2", "2020-05-01", "eve")
    };
    let said: Vec<String> = last_changes(&adas_then(vec![before, after]))[0]
        .came_with
        .iter()
        .map(tenure_trust::came_with::CameWith::sentence)
        .collect();
    assert_eq!(
        said,
        [
            "a new install script",
            "a new dependency, flatmap, whose history is not at hand"
        ]
    );
}

#[test]
fn releases_without_publisher_or_date_change_nothing() {
    let anonymous = NewRelease {
        publisher: None,
        ..release("1.1.1", "2020-04-01", "eve")
    };
    let undated = NewRelease {
        published: None,
        ..release("1.1.1", "2020-04-01", "eve")
    };
    assert_eq!(last_kinds(&adas_then(vec![anonymous])), []);
    assert_eq!(last_kinds(&adas_then(vec![undated])), []);
}

#[test]
fn every_kind_explains_itself_once() {
    let mut ids: Vec<&str> = Kind::ALL.iter().map(|kind| kind.meta().id).collect();
    assert!(
        Kind::ALL
            .iter()
            .all(|kind| kind.meta().kind == *kind && !kind.meta().line.is_empty())
    );
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Kind::ALL.len());
}

#[test]
fn a_workflow_with_a_named_repository_is_compared_with_the_declared_one() {
    let relation = |config: &str, declared: Option<&str>| {
        let crate_of = |version: &str, date: &str, by: Party| NewRelease {
            publisher: Some(by),
            owners: None,
            repository: declared.map(Into::into),
            ..release(version, date, "ada")
        };
        let ada = || Party::account_with_id(Ecosystem::Cargo, "ada", "1");
        let workflow = Party::workflow(Ecosystem::Cargo, "github", Some(config));
        let history = package(
            "x",
            vec![
                crate_of("1.0.0", "2020-01-01", ada()),
                crate_of("1.0.1", "2020-02-01", ada()),
                crate_of("1.1.0", "2020-03-01", ada()),
                crate_of("1.1.1", "2020-04-01", workflow),
            ],
        );
        let changes = last_changes(&history);
        assert_eq!(changes[0].kind, Kind::Automation);
        match changes[0].facts[0] {
            Fact::Repository { relation } => relation,
            ref other => panic!("{other:?}"),
        }
    };
    let declared = Some("github.com/ada/x");
    assert_eq!(relation("ada/x", declared), WorkflowRepository::Linked);
    assert_eq!(relation("eve/x", declared), WorkflowRepository::Elsewhere);
    assert_eq!(relation("ada/x", None), WorkflowRepository::NotKnown);
    let elsewhere = Some("git.example/ada/x");
    assert_eq!(relation("ada/x", elsewhere), WorkflowRepository::Elsewhere);
}
