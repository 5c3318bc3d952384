use super::*;

fn said(sbom: &Sbom) -> Vec<String> {
    let packages = sbom.packages.iter();
    packages
        .map(|locked| format!("{}:{} {}", locked.line, locked.package, locked.version))
        .collect()
}

#[test]
fn reads_cyclonedx_with_components_within_components() {
    let text = br#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "components": [
    {"name": "a", "purl": "pkg:npm/%40babel/core@7.0.0?x=y"},
    {"name": "b", "purl": "pkg:cargo/serde@1.0.0%2Bmeta",
     "components": [
       {"purl": "pkg:pypi/Zope.Interface@7.0"},
       {"purl": "pkg:npm/%40babel/core@7.0.0?x=y"}
     ]},
    {"name": "none"},
    {"purl": "pkg:deb/debian/bash@5.2"},
    {"purl": "pkg:npm/chalk"}
  ]
}"#;
    let sbom = parse(text).unwrap();
    assert_eq!(sbom.format, Format::CycloneDx);
    let expected = [
        "5:pkg:npm/%40babel/core 7.0.0",
        "6:pkg:cargo/serde 1.0.0+meta",
        "8:pkg:pypi/zope-interface 7.0",
    ];
    assert_eq!(said(&sbom), expected);
    assert_eq!(sbom.without_purl, 1);
    let others: Vec<_> = sbom
        .others
        .iter()
        .map(|(line, purl)| (*line, &**purl))
        .collect();
    assert_eq!(
        others,
        [(12, "pkg:deb/debian/bash@5.2"), (13, "pkg:npm/chalk")]
    );
}

#[test]
fn reads_spdx() {
    let text = br#"{"spdxVersion": "SPDX-2.3", "packages": [
  {"name": "x", "externalRefs": [
    {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"},
    {"referenceType": "purl", "referenceLocator": "pkg:npm/chalk@5.0.0"}]},
  {"name": "root"}
]}"#;
    let sbom = parse(text).unwrap();
    assert_eq!(sbom.format, Format::Spdx);
    assert_eq!(said(&sbom), ["4:pkg:npm/chalk 5.0.0"]);
    assert_eq!(sbom.without_purl, 1);
}

#[test]
fn reads_spdx_3() {
    let text = br#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
  {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1"},
  {"type": "software_Package", "name": "chalk", "software_packageVersion": "5.0.0",
   "software_packageUrl": "pkg:npm/chalk@5.0.0"},
  {"type": "software_Package", "name": "serde", "externalIdentifier": [
    {"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a"},
    {"type": "ExternalIdentifier", "externalIdentifierType": "packageUrl",
     "identifier": "pkg:cargo/serde@1.0.0"}]},
  {"type": "software_File", "name": "a.txt"},
  {"type": "software_Package", "name": "own"}
]}"#;
    let sbom = parse(text).unwrap();
    assert_eq!(sbom.format, Format::Spdx);
    let expected = ["4:pkg:npm/chalk 5.0.0", "8:pkg:cargo/serde 1.0.0"];
    assert_eq!(said(&sbom), expected);
    assert_eq!(sbom.without_purl, 1);
}

#[test]
fn what_is_no_list_is_refused() {
    assert_eq!(parse(b"{}").unwrap_err(), SbomError::OtherForm);
    let broken = parse(b"{\n\"bomFormat\": ").unwrap_err();
    assert!(
        matches!(broken, SbomError::Malformed { line: 2, .. }),
        "{broken}"
    );
    let mut deep = String::from("{\"bomFormat\":\"CycloneDX\",\"components\":[");
    deep.push_str(&"{\"components\":[".repeat(100));
    deep.push_str(&"]}".repeat(100));
    deep.push_str("]}");
    assert!(parse(deep.as_bytes()).is_err());
}
