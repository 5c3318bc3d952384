//! SARIF 2.1.0, as code-scanning services read it.

use super::json;
use crate::command::check::{Location, Release, Report};
use serde::Serialize;
use std::fmt::Write as _;
use tenure_trust::change::Kind;
use tenure_trust::verdict::Verdict;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// The rule of a release about which something is not known.
const UNKNOWN: &str = "unknown";
/// The rule of a release that a person blocked.
const BLOCKED: &str = "blocked";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [ResultLocation; 1],
    partial_fingerprints: Fingerprints,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultLocation {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
}

#[derive(Serialize)]
struct Fingerprints {
    /// The same finding in another line is the same finding.
    #[serde(rename = "tenure/v1")]
    tenure: String,
}

/// The answer of `tenure check`.
pub(crate) fn check(report: &Report) -> anyhow::Result<String> {
    let results = report.releases.iter().filter_map(|release| {
        let level = level(release.judgement.verdict)?;
        let at = |location| outcome(release, level, location, &report.prefix);
        Some(release.locations.iter().map(at))
    });
    json::pretty(&Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "tenure",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: rules(),
                },
            },
            column_kind: "utf16CodeUnits",
            invocations: [Invocation {
                execution_successful: true,
                exit_code: report.exit_status,
            }],
            results: results.flatten().collect(),
        }],
    })
}

fn rules() -> Vec<Rule> {
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.meta().id, kind.meta().line));
    let others = [
        (UNKNOWN, "A fact that the verdict needs is missing."),
        (BLOCKED, "Blocked by a decision in tenure.toml."),
    ];
    let rule = |(id, line): (_, &str)| Rule {
        id,
        short_description: Message {
            text: line.to_owned(),
        },
    };
    kinds.chain(others).map(rule).collect()
}

fn outcome(release: &Release, level: &'static str, location: &Location, prefix: &str) -> Outcome {
    let file = format!("{prefix}{}", location.file);
    let judgement = &release.judgement;
    let rule_id = match release.kind {
        Some(kind) if judgement.blocked.is_none() => kind,
        _ if judgement.blocked.is_some() => BLOCKED,
        _ => UNKNOWN,
    };
    let mut text = format!(
        "{}@{}: {}. {}",
        release.name, judgement.version, judgement.verdict, release.why
    );
    for command in &release.accept {
        text.push_str("\nTo accept: ");
        text.push_str(command);
    }
    Outcome {
        rule_id,
        rule_index: rules()
            .iter()
            .position(|rule| rule.id == rule_id)
            .unwrap_or_default(),
        level,
        message: Message { text },
        locations: [ResultLocation {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation {
                    uri: uri(&file),
                    uri_base_id: "%SRCROOT%",
                },
                region: Region {
                    start_line: location.line.max(1),
                },
            },
        }],
        partial_fingerprints: Fingerprints {
            tenure: format!(
                "{}@{}:{rule_id}:{}",
                judgement.package, judgement.version, file
            ),
        },
    }
}

fn level(verdict: Verdict) -> Option<&'static str> {
    match verdict {
        Verdict::Pass => None,
        Verdict::Note => Some("note"),
        Verdict::Unknown => Some("warning"),
        Verdict::Hold | Verdict::Block => Some("error"),
    }
}

/// A path as a reference: what has a meaning in one is escaped.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/@+!$&'()*,;=".contains(&byte);
        if plain {
            out.push(char::from(byte));
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("a b/yarn.lock"), "a%20b/yarn.lock");
        assert_eq!(uri("packages/x/bun.lock"), "packages/x/bun.lock");
    }

    #[test]
    fn every_rule_has_its_own_id_and_a_sentence() {
        let rules = rules();
        let mut ids: Vec<_> = rules.iter().map(|rule| rule.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rules.len());
        assert!(
            rules
                .iter()
                .all(|rule| !rule.short_description.text.is_empty())
        );
    }
}
