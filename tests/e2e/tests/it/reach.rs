//! Reach on a real graph: the packages of the Debian suite that apt knows on
//! this machine, against a walk from each package.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::process::Command;
use tenure_e2e::program;

/// A package, and those that it depends on.
type Suite<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Fewer packages are no suite.
const LEAST: usize = 10_000;

#[test]
fn a_debian_suite_has_the_reach_that_walking_from_each_package_finds() {
    let available = Command::new("apt-cache").arg("dumpavail").output();
    let text = available.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let text = text.unwrap_or_default();
    let suite = suite(&text);
    if suite.len() < LEAST {
        tenure_testkit::skipped(
            "apt knows no suite on this machine (`apt-cache dumpavail` lists too little); \
             `apt-get update` fetches the list",
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (edges, out) = (
        folder.path().join("edges.tsv"),
        folder.path().join("reach.tsv"),
    );
    std::fs::write(&edges, lines(&suite)).unwrap();
    let mut command = Command::new(program());
    command
        .args(["reach", "--edges"])
        .arg(&edges)
        .arg("--out")
        .arg(&out);
    assert!(command.status().unwrap().success());
    let expected = walked(&suite);
    let table = std::fs::read_to_string(&out).unwrap();
    let mut compared = 0;
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let [package, direct, reach] = columns[..] else {
            panic!("`{line}`");
        };
        let (dependents, reaching) = expected[package];
        assert_eq!(direct.parse(), Ok(dependents), "{package}");
        assert_eq!(reach.parse(), Ok(reaching), "{package}");
        compared += 1;
    }
    // The others depend on nothing, and nothing on them.
    assert!(expected.values().filter(|at| at.0 > 0).count() <= compared);
    assert!(compared > LEAST, "{compared}");
}

/// Every package, with all alternatives of what it needs to run, and for what
/// several provide all of these.
fn suite(text: &str) -> Suite<'_> {
    let mut needs: Suite<'_> = BTreeMap::new();
    let mut providers: Suite<'_> = BTreeMap::new();
    let mut package = "";
    for line in text.lines() {
        let Some((field, value)) = line.split_once(": ") else {
            continue;
        };
        match field {
            "Package" => {
                package = value;
                needs.entry(package).or_default();
                providers.entry(package).or_default().insert(package);
            }
            "Depends" | "Pre-Depends" => needs.entry(package).or_default().extend(names(value)),
            "Provides" => {
                for name in names(value) {
                    providers.entry(name).or_default().insert(package);
                }
            }
            _ => {}
        }
    }
    let none = BTreeSet::new();
    let provided = |names: BTreeSet<&str>| -> BTreeSet<_> {
        let all = names
            .into_iter()
            .flat_map(|name| providers.get(name).unwrap_or(&none));
        all.copied().collect()
    };
    let needs = needs
        .into_iter()
        .map(|(package, names)| (package, provided(names)));
    needs.collect()
}

/// `a (>= 1) | b:any, c` without what says which version and which machine.
fn names(value: &str) -> impl Iterator<Item = &str> {
    let words = value.split([',', '|']).map(str::trim);
    words.filter_map(|word| word.split([' ', ':', '(']).next())
}

fn lines(suite: &Suite<'_>) -> String {
    let mut lines = String::new();
    for (package, needs) in suite {
        for needed in needs {
            writeln!(lines, "{package}\t{needed}").unwrap();
        }
    }
    lines
}

/// By package: how many others depend on it directly, and at all.
fn walked<'a>(suite: &Suite<'a>) -> BTreeMap<&'a str, (u32, u32)> {
    let numbers: BTreeMap<&str, usize> = suite.keys().copied().zip(0..).collect();
    let number = |needed: &BTreeSet<&str>| needed.iter().map(|name| numbers[name]).collect();
    let needs: Vec<Vec<usize>> = suite.values().map(number).collect();
    let mut found = vec![(0, 0); needs.len()];
    let mut met = vec![usize::MAX; needs.len()];
    let mut stack = Vec::new();
    for package in 0..needs.len() {
        met[package] = package;
        stack.push(package);
        while let Some(at) = stack.pop() {
            for needed in &needs[at] {
                found[*needed].0 += u32::from(at == package && *needed != package);
                if met[*needed] != package {
                    met[*needed] = package;
                    found[*needed].1 += 1;
                    stack.push(*needed);
                }
            }
        }
    }
    suite.keys().copied().zip(found).collect()
}
