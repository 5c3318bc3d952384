use super::*;
use crate::{
    Certificate, Contact, Ecosystem, History, HistoryBuilder, PackageId, ReleaseState, Source, Time,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

fn package() -> PackageId {
    PackageId::new(Ecosystem::Npm, "x").unwrap()
}

fn source(from: &str) -> Source {
    Source {
        from: from.to_owned(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    }
}

fn party() -> impl Strategy<Value = Party> {
    let account = select(vec!["ada", "bob", "@odd/login", "z\u{fc}"]);
    let account = account.prop_map(|login| Party::account(Ecosystem::Npm, login));
    let config = select(vec![None, Some("oidc:1"), Some("oidc:2")]);
    let workflow = config.prop_map(|id| Party::workflow(Ecosystem::Npm, "github", id));
    prop_oneof![3 => account, 1 => workflow]
}

fn owners() -> impl Strategy<Value = Option<Vec<Party>>> {
    prop::option::of(prop::collection::vec(party(), 0..4))
}

prop_compose! {
    fn some_joining()(
        owner in party(), by in prop::option::of(party()), at in moment(),
    ) -> Joining {
        Joining { owner, at: at.unwrap_or(Time::from_millis(7)), by }
    }
}

/// Few moments, so that many are equal, and one with a fraction.
fn moment() -> impl Strategy<Value = Option<Time>> {
    let moments = [0, 1000, 1_536_125_267_219, i64::MIN, i64::MAX];
    prop::option::of(select(moments.to_vec()).prop_map(Time::from_millis))
}

fn certificate(subject: &str) -> Certificate {
    Certificate {
        subject: subject.into(),
        sha256: "00".into(),
    }
}

prop_compose! {
    fn release(version: String)(
        (published, publisher, approver, owners) in
            (moment(), prop::option::of(party()), prop::option::of(party()), owners()),
        contact in prop::option::of((any::<u64>(), "[a-z]{1,3}\\.example")),
        dependencies in prop::collection::vec("[a-z\"\\\\]{1,4}".prop_map(Box::from), 0..3),
        repository in prop::option::of(".{0,9}".prop_map(Box::from)),
        signed_with in prop::option::of(select(vec!["CN=a", "CN=b"])),
        (provenance, install_script, deprecated, removed) in any::<(bool, bool, bool, bool)>(),
    ) -> NewRelease {
        NewRelease {
            version: version.as_str().into(),
            published,
            publisher,
            approver,
            contact: contact.map(|(digest, domain)| Contact { digest, domain: domain.into() }),
            owners,
            dependencies,
            repository,
            signed_with: signed_with.map(certificate),
            provenance,
            install_script,
            deprecated,
            state: if removed { ReleaseState::Removed } else { ReleaseState::Offered },
        }
    }
}

/// A history whose releases and tables stand in any order.
fn history() -> impl Strategy<Value = History> {
    let versions: Vec<String> = (0..7).map(|n| format!("1.{n}.\u{e9}\n")).collect();
    let releases = subsequence(versions, 0..=7)
        .prop_shuffle()
        .prop_flat_map(|versions| versions.into_iter().map(release).collect::<Vec<_>>());
    let rest = (
        owners(),
        prop::option::of(select(vec!["1.0.0", "2.0.0"])),
        select(vec!["https://registry.example/x", "file.json"]),
        party(),
        prop::collection::vec(some_joining(), 0..3),
    );
    (releases, rest).prop_map(|(releases, (owners, latest, from, unused, joined))| {
        let mut builder = HistoryBuilder::default();
        builder.party(unused);
        for release in releases {
            builder.push(release);
        }
        if let Some(owners) = owners {
            builder.set_owners_now(owners);
        }
        if let Some(latest) = latest {
            builder.set_latest(latest.into());
        }
        let mut history = builder.build(package(), source(from));
        history.add_joinings(joined);
        history
    })
}

/// All that a history says, whatever the order of its tables.
fn said(history: &History) -> impl PartialEq + std::fmt::Debug + use<> {
    let written = |release| {
        let mut release = NewRelease::from_history(history, release);
        if let Some(owners) = &mut release.owners {
            owners.sort();
        }
        release
    };
    let owners = history.owners_now().map(|owners| {
        let mut owners: Vec<Party> = owners.iter().map(|ix| history.party(*ix).clone()).collect();
        owners.sort();
        owners
    });
    let releases: Vec<NewRelease> = history.releases().iter().map(written).collect();
    let latest = history.latest().map(str::to_owned);
    (
        history.source().clone(),
        releases,
        owners,
        history.joinings(),
        latest,
    )
}

/// As the ledger does it: through bytes.
fn folded(facts: &[Fact], from: &str) -> History {
    let facts = read(&write(facts)).unwrap();
    fold(package(), source(from), facts)
}

proptest! {
    #[test]
    fn what_is_written_straight_away_is_what_differs_from_nothing(history in history()) {
        let compared = write(&diff(None, &history));
        prop_assert_eq!(first(&history), compared);
    }

    #[test]
    fn what_differs_from_nothing_adds_up_to_the_history(history in history()) {
        let facts = diff(None, &history);
        prop_assert_eq!(said(&folded(&facts, "")), said(&history));
    }

    #[test]
    fn observations_add_up_to_the_last(histories in prop::collection::vec(history(), 1..5)) {
        let mut facts = Vec::new();
        let mut last = None;
        for history in &histories {
            facts.extend(diff(last, history));
            prop_assert_eq!(said(&folded(&facts, "")), said(history));
            last = Some(history);
        }
    }

    #[test]
    fn nothing_differs_from_itself(history in history()) {
        prop_assert_eq!(diff(Some(&history), &history), []);
        let again = folded(&diff(None, &history), "");
        prop_assert_eq!(diff(Some(&again), &history), []);
    }

    #[test]
    fn there_is_one_way_to_write_a_fact(history in history()) {
        let facts = diff(None, &history);
        let bytes = write(&facts);
        let again = read(&bytes).unwrap();
        prop_assert_eq!(&again, &facts);
        prop_assert_eq!(write(&again), bytes);
        let rebuilt = folded(&facts, "");
        prop_assert_eq!(write(&diff(None, &rebuilt)), write(&facts));
    }
}

fn remembered(release: &NewRelease) -> NewRelease {
    NewRelease {
        state: ReleaseState::Removed,
        ..release.clone()
    }
}

/// The releases, each with its owners in one order.
fn written(history: &History) -> Vec<NewRelease> {
    let releases = history.releases().iter().map(|release| {
        let mut release = NewRelease::from_history(history, release);
        if let Some(owners) = &mut release.owners {
            owners.sort();
        }
        release
    });
    releases.collect()
}

proptest! {
    /// Whatever a registry says one after the other (`None`: no such package),
    /// of each release the fullest word is remembered, and the last one first.
    #[test]
    fn nothing_said_of_a_release_is_forgotten(
        documents in prop::collection::vec(prop::option::weighted(0.8, history()), 1..6),
        end in history(),
    ) {
        let mut memory = Memory::default();
        let mut before: Option<&History> = None;
        for now in documents.iter().map(Option::as_ref).chain([Some(&end)]) {
            memory = memory.after(before, now);
            prop_assert_eq!(&Memory::from_facts(memory.to_facts()), &memory);
            before = now;
        }
        let whole = memory.with(&end);
        prop_assert_eq!(whole.latest(), end.latest());
        let all = written(&whole);
        let listed = written(&end);
        let offered = |release: &&NewRelease| release.state == ReleaseState::Offered;
        for release in listed.iter().filter(offered) {
            prop_assert!(all.contains(release));
        }
        let is_offered = |version| listed.iter().filter(offered).any(|r| r.version == version);
        for (at, document) in documents.iter().enumerate() {
            let said = document.as_ref().map(written).unwrap_or_default();
            for release in said.iter().filter(|release| !is_offered(release.version.clone())) {
                let later = documents[at + 1..].iter().flatten().flat_map(written);
                let again = later.filter(|r| r.version == release.version && offered(&r)).count();
                let in_full = offered(&release) && again == 0;
                prop_assert!(!in_full || all.contains(&remembered(release)));
                prop_assert!(all.iter().any(|known| known.version == release.version));
            }
        }
        let versions: std::collections::HashSet<_> = all.iter().map(|r| &r.version).collect();
        prop_assert_eq!(versions.len(), all.len());
    }
}

#[test]
fn what_is_offered_again_needs_no_memory() {
    let both = built(vec![
        dated("1.0.0", "2020-01-01"),
        dated("1.0.1", "2020-01-02"),
    ]);
    let one = built(vec![dated("1.0.1", "2020-01-02")]);
    let memory = Memory::default().after(Some(&both), Some(&one));
    assert_eq!(memory.with(&one).releases().len(), 2);
    assert_eq!(memory.with(&one).releases()[0].state, ReleaseState::Removed);
    assert!(memory.after(Some(&one), Some(&both)).is_empty());
}

fn owned(seen: &str, logins: &[&str]) -> History {
    let mut builder = HistoryBuilder::default();
    let account = |login: &&str| Party::account(Ecosystem::Npm, login);
    builder.set_owners_now(logins.iter().map(account).collect());
    let source = Source {
        seen: Some(seen.parse().unwrap()),
        ..source("https://registry.example/x")
    };
    builder.build(package(), source)
}

#[test]
fn lists_of_owners_are_remembered_with_their_moments() {
    let looks = [
        owned("2026-01-01", &["ada"]),
        owned("2026-01-02", &["ada", "bob"]),
        owned("2026-01-03", &["bob", "ada"]),
        owned("2026-01-02", &["late"]),
    ];
    let mut memory = Memory::default().after(None, Some(&looks[0]));
    assert!(memory.is_empty(), "the document says all of it");
    memory = memory.confirmed(&looks[0], "2026-01-01T06:00:00Z".parse().unwrap());
    for pair in looks.windows(2) {
        memory = memory.after(Some(&pair[0]), Some(&pair[1]));
        assert_eq!(Memory::from_facts(memory.to_facts()), memory);
    }
    let lists = memory.with(&looks[2]).owner_lists();
    let told: Vec<_> = lists
        .iter()
        .map(|list| {
            (
                list.owners.len(),
                list.first.to_string(),
                list.last.to_string(),
            )
        })
        .collect();
    let moment = |text: &str| text.parse::<Time>().unwrap().to_string();
    let first = (1, moment("2026-01-01"), moment("2026-01-01T06:00:00Z"));
    let second = (2, moment("2026-01-02"), moment("2026-01-03"));
    assert_eq!(told, [first, second]);
}

fn joining(owner: &str, at: &str, by: Option<&str>) -> Joining {
    let account = |login| Party::account(Ecosystem::Npm, login);
    Joining {
        owner: account(owner),
        at: at.parse().unwrap(),
        by: by.map(account),
    }
}

#[test]
fn who_made_whom_an_owner_is_remembered() {
    let bob = joining("bob", "2021-01-01", Some("ada"));
    let eve = joining("eve", "2022-01-01", Some("bob"));
    let mut both = owned("2022-06-01", &["bob", "eve"]);
    both.add_joinings([eve.clone(), bob.clone(), eve.clone()]);
    assert_eq!(both.joinings(), [bob.clone(), eve.clone()]);
    // Eve left, and then a document that says none of it.
    let mut one = owned("2023-01-01", &["bob"]);
    one.add_joinings([bob.clone()]);
    let none = owned("2024-01-01", &["bob"]);
    let memory = Memory::default().after(None, Some(&both));
    let memory = memory.after(Some(&both), Some(&one));
    assert_eq!(Memory::from_facts(memory.to_facts()), memory);
    assert_eq!(memory.with(&one).joinings(), [bob.clone(), eve.clone()]);
    let memory = memory.after(Some(&one), Some(&none));
    assert_eq!(memory.with(&none).joinings(), [bob, eve]);
}

fn built(releases: Vec<NewRelease>) -> History {
    let mut builder = HistoryBuilder::default();
    for release in releases {
        builder.push(release);
    }
    builder.build(package(), source("https://registry.example/x"))
}

fn dated(version: &str, published: &str) -> NewRelease {
    NewRelease {
        published: Some(published.parse().unwrap()),
        ..NewRelease::new(version)
    }
}

/// When this fails, facts that were kept can no longer be compared with new
/// ones: the form may only grow, by fields that are left out where absent.
#[test]
fn the_canonical_form_has_not_changed() {
    let full = NewRelease {
        publisher: Some(Party::workflow(Ecosystem::Npm, "github", Some("oidc:1"))),
        approver: Some(Party::account(Ecosystem::Npm, "ada")),
        contact: Some(Contact {
            digest: 7,
            domain: "mail.example".into(),
        }),
        owners: Some(vec![
            Party::account(Ecosystem::Npm, "bob"),
            Party::account(Ecosystem::Npm, "ada"),
        ]),
        dependencies: vec!["left-pad".into(), "@a/b".into()],
        repository: Some("git+https://code.example/\u{e9}\"x".into()),
        signed_with: Some(certificate("CN=\u{e9}")),
        provenance: true,
        install_script: true,
        deprecated: true,
        ..dated("1.0.0", "2018-09-05T05:27:47.219Z")
    };
    let mut builder = HistoryBuilder::default();
    builder.push(full);
    builder.push(NewRelease {
        owners: Some(Vec::new()),
        state: ReleaseState::Removed,
        ..NewRelease::new("1.0.1")
    });
    builder.set_owners_now(vec![Party::account(Ecosystem::Npm, "bob")]);
    builder.set_latest("1.0.0".into());
    let mut history = builder.build(package(), source("https://registry.example/x"));
    history.add_joinings([
        joining("bob", "2021-01-01", Some("ada")),
        joining("bob", "2020-01-01", None),
    ]);
    let text = String::from_utf8(write(&diff(None, &history))).unwrap();
    let lines = [
        r#"{"fact":"document","kind":"full-packument","from":"https://registry.example/x"}"#,
        concat!(
            r#"{"fact":"release","version":"1.0.0","published":"2018-09-05T05:27:47.219Z","#,
            r#""publisher":"npm:workflow/github/oidc:1","approver":"npm:ada","#,
            r#""contact":{"domain":"mail.example","digest":"0000000000000007"},"#,
            r#""owners":["npm:ada","npm:bob"],"dependencies":["@a/b","left-pad"],"#,
            "\"repository\":\"git+https://code.example/\u{e9}\\\"x\",",
            "\"signed_with\":{\"subject\":\"CN=\u{e9}\",\"sha256\":\"00\"},",
            r#""provenance":true,"install_script":true,"deprecated":true}"#,
        ),
        r#"{"fact":"release","version":"1.0.1","owners":[],"removed":true}"#,
        r#"{"fact":"owners","owners":["npm:bob"]}"#,
        concat!(
            r#"{"fact":"joined","joined":[{"owner":"npm:bob","at":"2020-01-01T00:00:00Z"},"#,
            r#"{"owner":"npm:bob","at":"2021-01-01T00:00:00Z","by":"npm:ada"}]}"#,
        ),
        r#"{"fact":"latest","version":"1.0.0"}"#,
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn says_what_happened_to_a_version() {
    let old = built(vec![
        dated("1.0.0", "2020-01-01"),
        dated("1.0.1", "2020-01-02"),
        dated("1.0.2", "2020-01-03"),
    ]);
    let gone = NewRelease {
        state: ReleaseState::Removed,
        ..dated("1.0.1", "2020-01-02")
    };
    let deprecated = NewRelease {
        deprecated: true,
        ..dated("1.0.2", "2020-01-03")
    };
    let fresh = dated("1.0.3", "2020-01-04");
    let new = built(vec![gone.clone(), deprecated.clone(), fresh.clone()]);
    let vanished = Fact::Vanished {
        version: "1.0.0".into(),
    };
    assert_eq!(
        diff(Some(&old), &new),
        [
            vanished,
            Fact::Removed(gone),
            Fact::Changed(deprecated),
            Fact::Release(fresh)
        ]
    );
    let back = diff(Some(&new), &old);
    assert_eq!(back[1], Fact::Release(dated("1.0.0", "2020-01-01")));
    assert_eq!(back[2], Fact::Returned(dated("1.0.1", "2020-01-02")));
}

#[test]
fn after_a_package_is_gone_nothing_is_left() {
    let mut facts = diff(None, &built(vec![dated("1.0.0", "2020-01-01")]));
    facts.push(Fact::Gone {});
    assert_eq!(folded(&facts, "").releases(), []);
    assert_eq!(write(&facts[facts.len() - 1..]), b"{\"fact\":\"gone\"}\n");
}

#[test]
fn a_version_listed_twice_counts_once() {
    let twice = built(vec![
        dated("1.0.0", "2020-01-01"),
        dated("1.0.0", "2020-01-02"),
    ]);
    let facts = diff(None, &twice);
    assert_eq!(folded(&facts, "").releases().len(), 1);
    assert_eq!(diff(Some(&twice), &twice), []);
    assert_eq!(diff(Some(&folded(&facts, "")), &twice), []);
}

#[test]
fn what_is_no_fact_is_said_with_its_line() {
    for bad in [
        "{}",
        r#"{"fact":"rumour"}"#,
        r#"{"fact":"latest","versions":"1"}"#,
        r#"{"fact":"release"}"#,
        r#"{"fact":"release","version":"1","size":3}"#,
        "\u{0}",
    ] {
        let text = format!("{}\n{bad}\n", r#"{"fact":"gone"}"#);
        let error = read(text.as_bytes()).unwrap_err();
        assert_eq!(error.line, 2, "{bad}");
    }
}
