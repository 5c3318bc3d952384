//! Reach, against the straightforward way, on random graphs with cycles.

mod straight;

use proptest::prelude::*;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use tenure_trust::reach::{Condensed, Graph, GraphError, Owners, Plan, Registry, Way, exact};

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).expect("not zero")
}

/// So many packages, and dependencies among them: few or many, some of a
/// package on itself, some twice, with long ways, hubs and cycles.
fn registries() -> impl Strategy<Value = (u32, Vec<(u32, u32)>)> {
    (1..400_u32).prop_flat_map(|packages| {
        let any = || 0..packages;
        let hub = || (0..packages.div_ceil(20)).boxed();
        let near = any().prop_map(move |at| (at, (at + 1) % packages));
        let edge = prop_oneof![
            4 => (any(), any()),
            4 => (any(), hub()),
            2 => near,
            1 => (hub(), any()),
        ];
        let most = packages as usize * 2;
        (Just(packages), prop::collection::vec(edge, 0..most))
    })
}

fn graph(packages: u32, edges: &[(u32, u32)]) -> Graph {
    Graph::new(packages as usize, edges.to_vec()).expect("numbers of packages")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn reach_is_that_of_the_straightforward_way(
        (packages, edges) in registries(),
        count in 1..4_usize,
    ) {
        let expected = straight::reach(packages, &straight::graph(&edges));
        let reach = exact(&graph(packages, &edges), threads(count));
        prop_assert_eq!(reach.of, expected);
    }

    #[test]
    fn owners_reach_the_union_of_what_they_hold(
        (packages, edges) in registries(),
        holdings in prop::collection::vec((any::<prop::sample::Index>(), 0..40_u32), 0..300),
    ) {
        let holdings: Vec<(u32, u32)> = holdings
            .into_iter()
            .map(|(at, owner)| (at.index(packages as usize) as u32, owner))
            .collect();
        let (graph, edges) = (graph(packages, &edges), straight::graph(&edges));
        let owners = Owners::new(packages as usize, 40, &holdings).unwrap();
        let plan = Plan::new(&graph, Condensed::new(&graph));
        let (reach, _) = owners.reach(&graph, &plan, threads(2));
        let closures = straight::closures(packages, &edges);
        for owner in 0..40 {
            let held: BTreeSet<u32> = owners.held(owner).iter().copied().collect();
            let expected = straight::owner_reach(&closures, &held);
            prop_assert_eq!(reach[owner as usize], expected, "owner {}", owner);
        }
        let by_owners = owners.dependents(&graph);
        for package in 0..packages {
            let of = |package: u32| holdings.iter().filter(move |at| at.0 == package).map(|at| at.1);
            let own: BTreeSet<u32> = of(package).collect();
            let depends = |at: &u32| *at != package && edges.get(at).is_some_and(|of| of.contains(&package));
            let dependents = (0..packages).filter(depends);
            let others: BTreeSet<u32> = dependents.flat_map(of).filter(|at| !own.contains(at)).collect();
            prop_assert_eq!(by_owners[package as usize] as usize, others.len());
        }
    }

    #[test]
    fn a_change_gives_what_counting_again_gives(
        (packages, edges) in registries(),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(any::<prop::sample::Index>(), 0..6)),
            1..8,
        ),
    ) {
        let first = graph(packages, &edges);
        let mut now = straight::graph(&edges);
        let reach = exact(&first, threads(1));
        let mut registry = Registry::new(&first, reach);
        for (package, dependencies) in changes {
            let number = |at: prop::sample::Index| at.index(packages as usize) as u32;
            let (package, dependencies) = (number(package), dependencies.into_iter().map(number));
            let dependencies: Vec<u32> = dependencies.collect();
            registry.change(package, &dependencies, threads(1));
            now.insert(package, dependencies.into_iter().collect());
            prop_assert_eq!(registry.reach(), &straight::reach(packages, &now)[..]);
        }
    }
}

#[test]
fn packages_in_a_cycle_count_each_other_and_none_itself() {
    // 0 depends on 1, 1 and 2 on each other, 2 on 3; 4 on itself.
    let edges = [(0, 1), (1, 2), (2, 1), (2, 3), (4, 4), (0, 1)];
    let graph = graph(5, &edges);
    assert_eq!(graph.direct(), [0, 2, 1, 1, 0]);
    assert_eq!(exact(&graph, threads(1)).of, [0, 2, 2, 3, 0]);
    let plan = Plan::new(&graph, Condensed::new(&graph));
    let owners = Owners::new(5, 3, &[(1, 0), (1, 1), (2, 1), (1, 2), (3, 2)]).unwrap();
    let (reach, _) = owners.reach(&graph, &plan, threads(1));
    assert_eq!(reach, [2, 3, 3]);
}

#[test]
fn a_change_walks_where_few_depend_and_counts_again_where_many_do() {
    // 1000 packages on 0, which begins to depend on a long chain.
    let dependents = (1_001..2_001).map(|at| (at, 0));
    let chain = (1..1_000).map(|at| (at, at + 1));
    let graph = graph(2_001, &dependents.chain(chain).collect::<Vec<_>>());
    let mut registry = Registry::new(&graph, exact(&graph, threads(1)));
    assert!(matches!(
        registry.change(2_000, &[0, 999], threads(1)),
        Way::Walked { .. }
    ));
    assert_eq!(registry.reach()[1_000], 1_000);
    assert_eq!(registry.change(0, &[1], threads(1)), Way::Full);
    assert_eq!(registry.reach()[1_000], 2_000);
}

#[test]
fn estimates_are_near() {
    let packages = 20_000;
    let edges: Vec<(u32, u32)> = (1..packages)
        .flat_map(|at| [(at, at / 2), (at, at / 3)])
        .collect();
    let graph = graph(packages, &edges);
    let plan = Plan::new(&graph, Condensed::new(&graph));
    let (exact, about) = (plan.count(threads(1)), plan.approximate(&graph));
    for (exact, about) in exact.of.iter().zip(&about.of) {
        let (exact, about) = (f64::from(*exact), f64::from(*about));
        assert!(
            (exact - about).abs() <= 2.0 + 0.3 * exact,
            "{about} for {exact}"
        );
    }
}

#[test]
fn numbers_that_no_package_has_are_refused() {
    let said = Graph::new(2, vec![(0, 2)]).unwrap_err();
    assert_eq!(said, GraphError::NoSuchPackage(2));
    assert!(Owners::new(2, 1, &[(0, 1)]).is_err());
    let nothing = Graph::new(0, Vec::new()).unwrap();
    assert!(exact(&nothing, threads(1)).of.is_empty());
}
