//! Who is a stranger to a package, and who is not.

use crate::common::{World, adas, cold_handover, npm, package, release, verdict};
use tenure_domain::{History, NewRelease};
use tenure_trust::verdict::Verdict;

#[test]
fn a_person_with_a_record_elsewhere_is_no_stranger() {
    let history = cold_handover(vec![]);
    let young = package("other", vec![release("1.0.0", "2022-03-01", "eve")]);
    let old = package("other", vec![release("1.0.0", "2021-06-01", "eve")]);
    assert_eq!(
        verdict(
            &World::of(&[&history, &young]),
            &history,
            "1.1.1",
            "2022-06-02"
        ),
        Verdict::Hold
    );
    assert_eq!(
        verdict(
            &World::of(&[&history, &old]),
            &history,
            "1.1.1",
            "2022-06-02"
        ),
        Verdict::Note
    );
    // Nothing from the future counts.
    let later = package("other", vec![release("1.0.0", "2022-07-01", "eve")]);
    assert_eq!(
        verdict(
            &World::of(&[&history, &later]),
            &history,
            "1.1.1",
            "2024-06-02"
        ),
        Verdict::Hold
    );
}

#[test]
fn sharing_a_package_with_an_earlier_publisher_makes_known_after_some_days() {
    let history = cold_handover(vec![]);
    let shared = |date| {
        package(
            "other",
            vec![
                release("1.0.0", "2019-01-01", "ada"),
                release("1.0.1", date, "eve"),
            ],
        )
    };
    let since_may = shared("2022-05-01");
    let same_day = shared("2022-06-01");
    assert_eq!(
        verdict(
            &World::of(&[&history, &since_may]),
            &history,
            "1.1.1",
            "2022-06-02"
        ),
        Verdict::Note
    );
    assert_eq!(
        verdict(
            &World::of(&[&history, &same_day]),
            &history,
            "1.1.1",
            "2022-06-02"
        ),
        Verdict::Hold
    );
}

#[test]
fn linked_ids_are_one_person() {
    let history = cold_handover(vec![]);
    let world = World {
        people: {
            let mut people =
                tenure_trust::people::People::with_links(&[vec![npm("ada"), npm("eve")]]);
            people.add(&history);
            people
        },
        ..World::default()
    };
    assert_eq!(
        world
            .open(&history, "2022-06-02")
            .judge("1.1.1")
            .findings
            .iter()
            .filter(|f| f.change.kind == tenure_trust::change::Kind::Handover)
            .count(),
        0
    );
}

#[test]
fn holding_a_dependency_makes_known_after_some_days() {
    let eves = |since| package("eves", vec![release("1.0.0", since, "eve")]);
    let depending = |on: &str, first: bool| {
        let needs = |release: NewRelease, needs: bool| NewRelease {
            dependencies: if needs { vec![on.into()] } else { Vec::new() },
            ..release
        };
        let mut releases: Vec<NewRelease> =
            adas().into_iter().map(|one| needs(one, first)).collect();
        releases.push(needs(release("1.1.1", "2022-06-01", "eve"), true));
        package("x", releases)
    };
    let verdict = |history: &History, other: &History| {
        verdict(
            &World::of(&[history, other]),
            history,
            "1.1.1",
            "2022-06-02",
        )
    };
    let old = eves("2022-04-01");
    assert_eq!(verdict(&depending("eves", true), &old), Verdict::Note);
    // Not one that came with them, or that they hold since yesterday.
    assert_eq!(verdict(&depending("eves", false), &old), Verdict::Hold);
    assert_eq!(
        verdict(&depending("eves", true), &eves("2022-05-20")),
        Verdict::Hold
    );
    assert_eq!(verdict(&depending("others", true), &old), Verdict::Hold);
}
