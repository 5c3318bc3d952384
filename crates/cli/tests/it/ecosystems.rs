//! One gate for packages of several ecosystems.

use crate::project::{Project, Run};
use serde_json::Value;
use tenure_testkit::{Crate, CrateRelease};
use tenure_testkit::{FakeCargo, FakeNpm, FakeNuget, FakePypi, NugetPackage, PypiProject};

/// The registries of a project that has a lockfile of each kind.
struct Registries {
    npm: FakeNpm,
    cargo: FakeCargo,
    pypi: FakePypi,
    nuget: FakeNuget,
}

fn registries(project: &Project) -> Registries {
    let registries = Registries {
        npm: FakeNpm::start(),
        cargo: FakeCargo::start(),
        pypi: FakePypi::start(),
        nuget: FakeNuget::start(),
    };
    registries
        .npm
        .load(project.root().join("../facts"))
        .expect("readable facts");
    let release =
        |version: &str, at: &str, id, login: &str| CrateRelease::new(version).at(at).by(id, login);
    registries.cargo.put(
        Crate::new("river")
            .release(release("1.0.0", "2016-01-10T00:00:00Z", 1, "ada"))
            .release(release("1.1.0", "2016-06-10T00:00:00Z", 1, "ada"))
            .release(release("2.0.0", "2017-02-10T00:00:00Z", 1, "ada"))
            .release(release("2.0.1", "2018-02-10T00:00:00Z", 1, "ada"))
            .release(release("2.1.0", "2020-05-29T00:00:00Z", 2, "newcomer"))
            .owner(2, "newcomer"),
    );
    registries.pypi.put(
        &PypiProject::new("demo-lib")
            .release("1.0", "2019-01-01T00:00:00Z")
            .owners(&["ada"]),
    );
    registries.nuget.put(
        &NugetPackage::new("Stream.Core")
            .release("1.0.0", "2012-03-01T10:00:00Z", &["ada"])
            .release("1.1.0", "2013-06-14T10:00:00Z", &["ada"])
            .release("2.0.0", "2016-07-17T10:00:00Z", &["ada"])
            .release("2.1.0", "2020-05-29T10:00:00Z", &["newcomer"])
            .owners(&["newcomer"]),
    );
    registries.nuget.put(
        &NugetPackage::new("Two.Owners")
            .release("1.0.0", "2012-03-01T10:00:00Z", &["ada", "team"])
            .owners(&["ada", "team"]),
    );
    registries
}

const PACKAGES_LOCK: &str = r#"{
  "version": 1,
  "dependencies": {
    "net8.0": {
      "Stream.Core": {
        "type": "Direct",
        "requested": "[2.1.0, )",
        "resolved": "2.1.0",
        "contentHash": "aa=="
      }
    }
  }
}
"#;

const CARGO_LOCK: &str = "\
version = 4

[[package]]
name = \"demo\"
version = \"0.1.0\"

[[package]]
name = \"river\"
version = \"2.1.0\"
source = \"registry+https://code.example/index\"
checksum = \"0000000000000000000000000000000000000000000000000000000000000000\"
";

/// A project with all four, configured as each client is.
fn project() -> (Project, Registries) {
    let project = Project::new();
    let registries = registries(&project);
    project.write(".npmrc", &format!("registry={}\n", registries.npm.url()));
    let root = project.root();
    for folder in [".cargo", "python", "dotnet", "dotnet/old"] {
        std::fs::create_dir(root.join(folder)).expect("a writable folder");
    }
    project.write(
        ".cargo/config.toml",
        &format!(
            "[source.crates-io]\nreplace-with = 'near'\n[source.near]\nregistry = 'sparse+{}'\n",
            registries.cargo.url()
        ),
    );
    project.write(
        "uv.toml",
        &format!("index-url = '{}'\n", registries.pypi.url()),
    );
    project.write("Cargo.lock", CARGO_LOCK);
    project.write("python/requirements.txt", "Demo.Lib==1.0.0\nanything>=2\n");
    let sources = format!(
        "<configuration><packageSources>\n<add key='near' value='{}' />\n</packageSources></configuration>",
        registries.nuget.url()
    );
    project.write("NuGet.Config", &sources);
    project.write("dotnet/packages.lock.json", PACKAGES_LOCK);
    let app = "<Project><ItemGroup>\n<PackageReference Include='Stream.Core' Version='2.1.0' />\n</ItemGroup></Project>";
    project.write("dotnet/App.csproj", app);
    let old = "<packages>\n<package id='two.owners' version='1.0' />\n</packages>";
    project.write("dotnet/old/packages.config", old);
    (project, registries)
}

fn check(project: &Project, more: &[&str]) -> Run {
    project.tenure(&[&["check", "--as-of", "2020-06-01"], more].concat())
}

#[test]
fn one_run_judges_the_lockfiles_of_all() {
    let (project, registries) = project();
    let done = check(&project, &[]);
    assert_eq!(done.status, 1, "{}", done.shown());
    for expected in [
        format!("facts from {} (`.npmrc` line 1)", registries.npm.url()),
        format!(
            "facts from {} (`.cargo/config.toml` line 4)",
            registries.cargo.url()
        ),
        format!("facts from {} (`uv.toml` line 1)", registries.pypi.url()),
        format!(
            "facts from {} (`NuGet.Config` line 2)",
            registries.nuget.folder()
        ),
        "python/requirements.txt:2: `anything` is not pinned (>=2), so it is not judged".to_owned(),
    ] {
        assert!(done.err.contains(&expected), "{expected}\n{}", done.err);
    }
    assert!(done.said("river@2.1.0 cargo:ada"), "{}", done.out);
    assert!(done.said("tenure accept pkg:cargo/river"), "{}", done.out);
    let stream = "stream.core@2.1.0 nuget:ada → nuget:newcomer";
    assert!(done.said(stream), "{}", done.out);
    assert!(
        done.said("tenure accept pkg:nuget/stream.core"),
        "{}",
        done.out
    );
    let unknown = format!(
        "who published this release is not in the registry's document ({})",
        registries.pypi.url()
    );
    assert!(done.said(&unknown), "{}", done.out);
}

/// What cargo-vet keeps of whom a project trusts with a crate.
fn trusting(user: u64, start: &str, criteria: &str) -> String {
    format!(
        "[[trusted.river]]\ncriteria = '{criteria}'\nuser-id = {user}\nstart = '{start}'\nend = '2021-01-01'\n"
    )
}

#[test]
fn whom_cargo_vet_trusts_with_a_crate_may_take_it_over() {
    let (project, _registries) = project();
    let folder = project.root().join("supply-chain");
    std::fs::create_dir(folder).expect("a writable folder");
    for (trust, is_held) in [
        (trusting(2, "2020-01-01", "safe-to-deploy"), false),
        (trusting(1, "2020-01-01", "safe-to-deploy"), true),
        (trusting(2, "2020-06-01", "safe-to-deploy"), true),
        (trusting(2, "2020-01-01", "safe-to-run"), true),
    ] {
        project.write("supply-chain/audits.toml", &trust);
        let done = check(&project, &[]);
        let held = done.said("tenure accept pkg:cargo/river");
        assert_eq!(held, is_held, "{trust}\n{}", done.shown());
    }
    let imported = trusting(2, "2020-01-01", "safe-to-deploy");
    let imported = imported.replace("trusted.", "audits.them.trusted.");
    project.write("supply-chain/audits.toml", "");
    project.write("supply-chain/imports.lock", &imported);
    let done = check(&project, &[]);
    assert!(!done.said("tenure accept pkg:cargo"), "{}", done.shown());
    project.write("supply-chain/audits.toml", "trusted = 1");
    let done = check(&project, &[]);
    assert_eq!(done.status, 2, "{}", done.shown());
    assert!(
        done.err.contains("`supply-chain/audits.toml`"),
        "{}",
        done.err
    );
}

/// A crate whose registry has an index alone, with what cargo-vet noted down.
#[test]
fn who_published_is_remembered_by_cargo_vet() {
    let (project, cargo) = (Project::new(), FakeCargo::start());
    let release = |version: &str, date: &str| CrateRelease::new(version).at(date).by(1, "ada");
    cargo.put(
        Crate::new("river")
            .release(release("1.0.0", "2019-01-10T00:00:00Z"))
            .release(release("1.1.0", "2020-01-10T00:00:00Z")),
    );
    cargo.set_config(serde_json::json!({ "dl": format!("{}/files", cargo.api()) }));
    std::fs::create_dir(project.root().join("supply-chain")).expect("a writable folder");
    let upstream = format!("cargo={}", cargo.url());
    let who = || project.tenure(&["who", "pkg:cargo/river", "--upstream", &upstream]);
    assert!(!who().said("ada"), "{}", who().out);
    let published = "[[publisher.river]]\nversion = '1.1.0'\nwhen = '2020-01-10'\nuser-id = 1\nuser-login = 'ada'\n";
    project.write("supply-chain/imports.lock", published);
    let known = who();
    assert!(known.said("ada"), "{}", known.shown());
}

#[test]
fn one_answer_for_programs_has_all() {
    let (project, _registries) = project();
    let done = check(&project, &["--format", "json"]);
    let document: Value = serde_json::from_str(&done.out).unwrap();
    let ecosystems: Vec<&str> = document["upstreams"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|upstream| upstream["ecosystem"].as_str())
        .collect();
    assert_eq!(ecosystems, ["npm", "cargo", "pypi", "nuget"]);
    assert_eq!(document["upstream"], document["upstreams"][0]);
    let of = |package: &str| -> Value {
        let releases = document["releases"].as_array().unwrap();
        let found = releases.iter().find(|r| r["package"] == package);
        found.cloned().unwrap_or_default()
    };
    let river = of("pkg:cargo/river");
    assert_eq!(river["verdict"], "hold");
    assert_eq!(river["locations"][0]["file"], "Cargo.lock");
    assert_eq!(river["locations"][0]["line"], 7);
    let demo = of("pkg:pypi/demo-lib");
    // As the index spells the version.
    assert_eq!(
        (&demo["version"], &demo["verdict"]),
        (&"1.0".into(), &"unknown".into())
    );
    let stream = of("pkg:nuget/stream.core");
    assert_eq!(stream["verdict"], "hold");
    // What the project beside the lockfile says is not told again.
    assert_eq!(stream["locations"].as_array().unwrap().len(), 1);
    assert_eq!(stream["locations"][0]["file"], "dotnet/packages.lock.json");
    assert_eq!(stream["locations"][0]["line"], 5);
    let two = of("pkg:nuget/two.owners");
    assert_eq!(
        (&two["version"], &two["verdict"]),
        (&"1.0.0".into(), &"unknown".into())
    );
    let done = check(&project, &["--format", "sarif"]);
    let sarif: Value = serde_json::from_str(&done.out).unwrap();
    let results = sarif["runs"][0]["results"].to_string();
    for file in [
        "package-lock.json",
        "Cargo.lock",
        "python/requirements.txt",
        "dotnet/packages.lock.json",
        "dotnet/old/packages.config",
    ] {
        assert!(results.contains(file), "{file}");
    }
}

#[test]
fn a_baseline_holds_the_hands_of_all() {
    let (project, registries) = project();
    let done = project.tenure(&["init", "--as-of", "2020-06-01"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let baseline = project.read("tenure.lock");
    assert!(baseline.contains("pkg:cargo/river"), "{baseline}");
    assert!(baseline.contains("cargo:newcomer#2"), "{baseline}");
    assert!(baseline.contains("pkg:pypi/demo-lib"), "{baseline}");
    assert!(baseline.contains("pkg:nuget/stream.core"), "{baseline}");
    assert!(baseline.contains("nuget:newcomer"), "{baseline}");
    let done = check(&project, &["Cargo.lock"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    // A second run asks nobody again.
    let asked = registries.pypi.asked().len();
    check(&project, &["python/requirements.txt"]);
    assert_eq!(registries.pypi.asked().len(), asked);
}

#[test]
fn the_present_owners_of_a_python_project_are_shown_and_the_past_is_unknown() {
    let (project, _registries) = project();
    let done = project.tenure(&["who", "pkg:pypi/Demo_Lib"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(done.said("hands not known"), "{}", done.out);
    assert!(done.said("owned now by pypi:ada"), "{}", done.out);
    assert!(done.said("who published 1 of 1 releases"), "{}", done.out);
}

#[test]
fn a_list_of_components_says_who_holds_them_and_is_judged_like_the_lockfiles() {
    let (project, _registries) = project();
    let done = project.tenure(&["sbom", "--as-of", "2020-06-01"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let document: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(document["bomFormat"], "CycloneDX");
    let components = document["components"].as_array().unwrap();
    let river = components
        .iter()
        .find(|c| c["purl"] == "pkg:cargo/river@2.1.0")
        .unwrap();
    let property = |name: &str| -> Vec<&str> {
        let all = river["properties"].as_array().unwrap().iter();
        all.filter(|p| p["name"] == name)
            .filter_map(|p| p["value"].as_str())
            .collect()
    };
    assert_eq!(property("tenure:verdict"), ["hold"]);
    assert_eq!(property("tenure:publisher"), ["cargo:newcomer#2"]);
    assert_eq!(property("tenure:holder"), ["cargo:newcomer#2"]);
    assert_eq!(property("tenure:since"), ["2020-05-29"]);
    assert_eq!(property("tenure:locked-at"), ["Cargo.lock:7"]);
    project.write("bom.json", &done.out);
    let counts = |run: &Run| -> Value {
        let document: Value = serde_json::from_str(&run.out).unwrap();
        document["counts"]["hold"].clone()
    };
    let from_list = check(&project, &["--sbom", "bom.json", "--format", "json"]);
    assert_eq!(from_list.status, 1, "{}", from_list.shown());
    let from_lockfiles = check(&project, &["--format", "json"]);
    assert_eq!(counts(&from_list), counts(&from_lockfiles));
}

#[test]
fn a_nuget_package_is_named_in_any_case_and_its_owners_are_shown() {
    let (project, registries) = project();
    let done = project.tenure(&["who", "pkg:nuget/Stream.Core"]);
    assert_eq!(done.status, 0, "{}", done.shown());
    let tenures = [
        "1 nuget:ada 2012-03-01 to 2020-05-29",
        "2 nuget:newcomer 2020-05-29 to now",
    ];
    for tenure in tenures {
        assert!(done.said(tenure), "{}", done.out);
    }
    let done = project.tenure(&["explain", "pkg:nuget/Stream.Core@2.1"]);
    assert!(done.said("handover"), "{}", done.shown());
    let flag = format!("nuget={}", registries.nuget.url());
    let accept = ["accept", "pkg:nuget/stream.core", "--to", "nuget:newcomer"];
    let why = [
        "--reason",
        "looked",
        "--by",
        "ada@mail.example",
        "--upstream",
    ];
    let done = project.tenure(&[&accept[..], &why, &[&*flag]].concat());
    assert_eq!(done.status, 0, "{}", done.shown());
    let done = check(&project, &["dotnet/packages.lock.json"]);
    assert_eq!(done.status, 0, "{}", done.shown());
}

#[test]
fn owners_of_a_nuget_package_are_observed() {
    let (project, registries) = project();
    let observe = ["observe", "pkg:nuget/two.owners", "--data", "ledger"];
    let done = project.tenure(&observe);
    assert_eq!(done.status, 0, "{}", done.shown());
    registries.nuget.put(
        &NugetPackage::new("Two.Owners")
            .release("1.0.0", "2012-03-01T10:00:00Z", &["ada", "team"])
            .owners(&["team", "newcomer"]),
    );
    let done = project.tenure(&observe);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(done.said("nuget:newcomer"), "{}", done.out);
    let who = ["who", "pkg:nuget/two.owners", "--data", "ledger"];
    let done = project.tenure(&who);
    assert_eq!(done.status, 0, "{}", done.shown());
    assert!(done.said("nuget:newcomer"), "{}", done.out);
}
