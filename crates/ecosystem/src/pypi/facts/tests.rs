use super::*;
use crate::pypi::simple::read_json;
use tenure_domain::Time;

const PROJECT: &str = r#"{"info": {"name": "A.b", "version": "2.0"},
  "ownership": {"organization": "team", "roles": [{"role": "Owner", "user": "ada"},
    {"role": "Maintainer", "user": "bob"}, {"role": "Owner", "user": "no body"}]},
  "project-status": {"status": "active"},
  "releases": {"1.0": [{"filename": "A.b-1.0.tar.gz", "url": "https://files.example/A.b-1.0.tar.gz",
      "digests": {"sha256": "aa"}, "upload_time": "2020-01-01T00:00:00", "yanked": true, "yanked_reason": null}],
    "2.0": [{"filename": "a_b-2.0-py3-none-any.whl", "url": "https://files.example/a_b-2.0-py3-none-any.whl",
      "digests": {"sha256": "bb"}, "upload_time_iso_8601": "2021-01-01T00:00:00.5Z", "yanked": false}],
    "0.9": []}}"#;

#[test]
fn owners_are_known_as_of_now() {
    let project = read_project(PROJECT.as_bytes()).unwrap();
    let known = Known {
        project: Some(&project),
        publishers: None,
    };
    let history = history(&project.page, &known).unwrap();
    let owners: Vec<String> = history
        .owners_now()
        .unwrap()
        .iter()
        .map(|ix| history.party(*ix).to_string())
        .collect();
    assert_eq!(owners, ["pypi:ada", "pypi:bob", "pypi:organization/team"]);
    assert_eq!(history.package().to_string(), "pkg:pypi/a-b");
    assert_eq!(history.source().kind, DocumentKind::PypiApi);
    let told: Vec<_> = history
        .releases()
        .iter()
        .map(|r| {
            (
                &*r.version,
                r.published.map(Time::date),
                r.deprecated,
                r.owners,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("1.0", Some("2020-01-01".to_owned()), true, None),
            ("2.0", Some("2021-01-01".to_owned()), false, None),
            ("0.9", None, false, None)
        ]
    );
}

#[test]
fn a_registry_that_names_no_owners_is_believed() {
    let project = read_project(br#"{"info": {"name": "a"}, "urls": []}"#).unwrap();
    assert_eq!(project.owners(), None);
    let nobody = br#"{"info": {"name": "a"}, "ownership": {"organization": null, "roles": []}}"#;
    assert_eq!(read_project(nobody).unwrap().owners(), Some(Vec::new()));
}

fn provenance(publishers: &[&str]) -> Provenance {
    let bundles: Vec<String> = publishers
        .iter()
        .map(|publisher| format!(r#"{{"publisher": {publisher}, "attestations": []}}"#))
        .collect();
    let document = format!(
        r#"{{"version": 1, "attestation_bundles": [{}]}}"#,
        bundles.join(",")
    );
    read_provenance(document.as_bytes()).unwrap()
}

const GITHUB: &str = r#"{"kind": "GitHub", "repository": "Ada/B", "workflow": "Release.yml", "environment": "pypi"}"#;

#[test]
fn workflows_are_known_by_what_they_are_bound_to() {
    let gitlab =
        r#"{"kind": "GitLab", "repository": "g/s/p", "workflow_filepath": ".gitlab-ci.yml"}"#;
    let google = r#"{"kind": "Google", "email": "x@registry.example"}"#;
    for (said, party) in [
        (vec![GITHUB], Some("pypi:workflow/github/ada/b/Release.yml")),
        (
            vec![GITHUB, GITHUB],
            Some("pypi:workflow/github/ada/b/Release.yml"),
        ),
        (
            vec![gitlab],
            Some("pypi:workflow/gitlab/g/s/p/.gitlab-ci.yml"),
        ),
        (vec![google], Some("pypi:workflow/google/registry.example/")),
        (vec![GITHUB, gitlab], None),
        (vec![GITHUB, "null"], None),
        (
            vec![r#"{"kind": "GitHub", "repository": "a b/c", "workflow": "x"}"#],
            None,
        ),
        (vec![], None),
    ] {
        let told = provenance(&said).party().map(|party| party.to_string());
        let is_it = told
            .as_deref()
            .zip(party)
            .is_some_and(|(a, b)| a.starts_with(b));
        assert!(
            is_it || (told.is_none() && party.is_none()),
            "{said:?}: {told:?}"
        );
        if let Some(told) = told {
            assert_eq!(told.parse::<Party>().unwrap().to_string(), told);
        }
    }
    assert_eq!(
        provenance(&[GITHUB]).publishers[0]
            .as_ref()
            .unwrap()
            .environment
            .as_deref(),
        Some("pypi")
    );
}

#[test]
fn a_publisher_is_known_where_all_files_agree() {
    let page = br#"{"meta": {"api-version": "1.0"}, "name": "a", "files": [
        {"filename": "a-1.0.zip", "url": "1"}, {"filename": "a-1.0-py3-none-any.whl", "url": "2"},
        {"filename": "a-2.0.zip", "url": "3"}, {"filename": "a-2.0-py3-none-any.whl", "url": "4"}]}"#;
    let page = read_json(page, "a", &"https://registry.example/".parse().unwrap()).unwrap();
    let attested = ["a-1.0.zip", "a-1.0-py3-none-any.whl", "a-2.0.zip"];
    let publishers: HashMap<Box<str>, Party> = attested
        .into_iter()
        .map(|name| (name.into(), provenance(&[GITHUB]).party().unwrap()))
        .collect();
    let known = Known {
        project: None,
        publishers: Some(&publishers),
    };
    let history = history(&page, &known).unwrap();
    let told: Vec<Option<String>> = history
        .releases()
        .iter()
        .map(|release| history.publisher(release).map(ToString::to_string))
        .collect();
    assert_eq!(
        told,
        [
            Some("pypi:workflow/github/ada/b/Release.yml".to_owned()),
            None
        ]
    );
}

#[test]
fn says_why_bytes_are_no_facts() {
    let projects = ["{", "[]", "{}", r#"{"info": {"name": "a b"}}"#];
    let projects = projects.map(|text| read_project(text.as_bytes()).unwrap_err().to_string());
    let provenances = ["{", "[]", r#"{"version": 2}"#, r#"{"version": 1}"#];
    let provenances =
        provenances.map(|text| read_provenance(text.as_bytes()).unwrap_err().to_string());
    insta::assert_snapshot!([projects, provenances].concat().join("\n"));
}

/// The page of releases by version and year, the attested ones marked with `!`,
/// and who owns the project now.
fn looked(releases: &[&str], owner: &str) -> History {
    let mut page = Page {
        project: "a".to_owned(),
        ..Page::default()
    };
    let mut publishers = HashMap::new();
    for (year, release) in (2020..).zip(releases) {
        let version = release.trim_end_matches('!');
        let url = format!("https://files.example/a-{version}.zip");
        let mut file = File::new(&format!("a-{version}.zip"), url.parse().unwrap()).unwrap();
        file.uploaded = Some(format!("{year}-01-01T00:00:00Z").into());
        if version != *release {
            file.provenance = url.parse().ok();
            let party = provenance(&[GITHUB]).party().unwrap();
            publishers.insert(file.name.clone(), party);
        }
        page.files.push(file);
    }
    let page = page.settled("a").unwrap();
    let mut project = read_project(br#"{"info": {"name": "a"}, "urls": []}"#).unwrap();
    project.ownership = Some(Ownership {
        organization: None,
        roles: vec![(owner.into(), "Owner".into())],
    });
    let known = Known {
        project: Some(&project),
        publishers: Some(&publishers),
    };
    history(&page, &known).unwrap()
}

fn told(history: &History) -> Vec<String> {
    let releases = history.releases().iter();
    let told = releases.map(|release| {
        let by = history.publisher(release).is_some();
        format!("{} {by}", release.version)
    });
    told.collect()
}

#[test]
fn what_was_kept_is_told_of_the_page_as_it_is() {
    let kept = looked(&["1.0!", "2.0!"], "ada");
    // Since then a file without attestations was added to the first release.
    let page = looked(&["1.0", "2.0!", "3.0!"], "ada");
    let page = page.filtered(|_| true);
    let source = kept.source().clone();
    let page = page.build(kept.package().clone(), source.clone());
    let whole = merge_kept(&page, &kept, source);
    assert_eq!(told(&whole), ["1.0 false", "2.0 true", "3.0 true"]);
    assert_eq!(whole.owners_now().map(<[_]>::len), Some(1));
}
