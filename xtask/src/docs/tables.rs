//! The tables of docs/calibration.md and of the README.

use super::replay::{Crates, Replay, Replays, number, shown, text, weakest};
use serde_json::Value;
use std::fmt::Write as _;

/// Lines of a table that are read the same way from every run: a label, a
/// JSON pointer, decimals and a unit.
const MEASURES: [(&str, &str, usize, &str); 12] = [
    ("packages", "/packages", 0, ""),
    ("package-years", "/package_years", 0, ""),
    ("releases", "/releases", 0, ""),
    ("**asks**", "/asks", 0, ""),
    (
        "asks per 1,000 package-years",
        "/asks_per_1000_package_years",
        1,
        "",
    ),
    (
        "packages ever asked about",
        "/packages_ever_asked_percent",
        1,
        " %",
    ),
    ("**waits**", "/waits", 0, ""),
    (
        "waits per 1,000 package-years",
        "/waits_per_1000_package_years",
        1,
        "",
    ),
    (
        "packages that ever waited",
        "/packages_ever_waited_percent",
        1,
        " %",
    ),
    ("releases that waited", "/releases_that_waited", 0, ""),
    ("days a release waited, median", "/wait_days/median", 0, ""),
    (
        "days a release waited, at most",
        "/wait_days/longest",
        0,
        "",
    ),
];

/// The measures and the recall, over all histories.
pub(super) fn headline(replay: &Replay) -> anyhow::Result<String> {
    let mut table = "| | |\n|---|---:|\n".to_owned();
    measures(&mut table, &[replay])?;
    table.push_str(
        "\n| attack | tried at T2 and above | held | | of those, waiting for a person |\n",
    );
    table.push_str("|---|---:|---:|---:|---:|\n");
    for model in replay.models()? {
        let at = |key: &str| replay.number(&format!("/injected/{model}/tier_t2_up/{key}"));
        writeln!(
            table,
            "| `{model}` | {} | {} | {} % | {} |",
            shown(at("tried")?, 0),
            shown(at("held")?, 0),
            shown(at("held_percent")?, 1),
            shown(at("asked")?, 0)
        )?;
    }
    Ok(table)
}

/// The same, the two halves beside the whole.
pub(super) fn halves(replays: &Replays) -> anyhow::Result<String> {
    let all = replays.all();
    let mut table = "| | all | one half | the other |\n|---|---:|---:|---:|\n".to_owned();
    measures(&mut table, &all)?;
    for model in replays.whole.models()? {
        write!(table, "| `{model}` held at T2 and above |")?;
        for replay in all {
            let held = replay.number(&format!("/injected/{model}/tier_t2_up/held_percent"))?;
            write!(table, " {} % |", shown(held, 1))?;
        }
        table.push('\n');
    }
    Ok(table)
}

/// The measures of crates, and which changes were found.
pub(super) fn crates(crates: &Crates) -> anyhow::Result<String> {
    let both = [&crates.linked, &crates.unlinked];
    let mut table = "| | with declared repositories | as recorded |\n|---|---:|---:|\n".to_owned();
    measures(&mut table, &both)?;
    for (kind, count) in crates.linked.counts("changes")? {
        writeln!(
            table,
            "| `{kind}` | {count} | {} |",
            crates.unlinked.counts("changes")?[&kind]
        )?;
    }
    for rule in ["automation-linked", "automation"] {
        let of = |replay: &Replay| replay.counts("rules").map(|rules| rules.get(rule).copied());
        let [linked, unlinked] = [of(both[0])?, of(both[1])?].map(Option::unwrap_or_default);
        writeln!(
            table,
            "| judged by the rule `{rule}` | {linked} | {unlinked} |"
        )?;
    }
    Ok(table)
}

fn measures(table: &mut String, replays: &[&Replay]) -> anyhow::Result<()> {
    for (label, pointer, decimals, unit) in MEASURES {
        write!(table, "| {label} |")?;
        for replay in replays {
            write!(
                table,
                " {}{unit} |",
                shown(replay.number(pointer)?, decimals)
            )?;
        }
        table.push('\n');
    }
    Ok(())
}

/// Tenure beside the naive rules.
pub(super) fn compare(replay: &Replay) -> anyhow::Result<String> {
    let models = replay.models()?;
    let mut table =
        "| rule | per 1,000 releases | per 1,000 package-years | packages ever |".to_owned();
    for model in &models {
        write!(table, " `{model}` |")?;
    }
    writeln!(table, "\n|---|{}", "---:|".repeat(models.len() + 3))?;
    for row in replay.list("compare")? {
        let keys = [
            "per_1000_releases",
            "per_1000_package_years",
            "packages_percent",
        ];
        let [releases, years, packages] = keys.map(|key| number(row, &format!("/{key}")));
        let figures = [releases?, years?, packages?];
        compared(&mut table, text(row, "rule"), figures, &models, |pointer| {
            number(row, pointer)
        })?;
    }
    for (kind, what) in [("asks", "asked"), ("waits", "waited")] {
        let releases = replay.number(&format!("/{kind}"))? * 1000.0 / replay.number("/releases")?;
        let years = replay.number(&format!("/{kind}_per_1000_package_years"))?;
        let packages = replay.number(&format!("/packages_ever_{what}_percent"))?;
        let rule = format!("**Tenure, {kind}** (held: asks and waits together)");
        let figures = [releases, years, packages];
        compared(&mut table, &rule, figures, &models, |pointer| {
            replay.number(pointer)
        })?;
    }
    Ok(table)
}

fn compared(
    table: &mut String,
    rule: &str,
    [releases, years, packages]: [f64; 3],
    models: &[&str],
    number: impl Fn(&str) -> anyhow::Result<f64>,
) -> anyhow::Result<()> {
    let [releases, years, packages] = [releases, years, packages].map(|figure| shown(figure, 1));
    write!(table, "| {rule} | {releases} | {years} | {packages} % |")?;
    for model in models {
        let held = number(&format!("/injected/{model}/tier_t2_up/held_percent"))?;
        write!(table, " {} % |", shown(held, 1))?;
    }
    table.push('\n');
    Ok(())
}

/// What came of every incident that can be replayed, and why the others cannot.
pub(super) fn incidents(replay: &Replay) -> anyhow::Result<String> {
    let mut table = "| incident | package | verdict | at | before the payload | rules that spoke |\n|---|---|---|---|---|---|\n".to_owned();
    let mut others = "\n| cannot be replayed | why |\n|---|---|\n".to_owned();
    for outcome in replay.list("incident")? {
        let (id, package) = (text(outcome, "id"), text(outcome, "package"));
        if let Some(why) = outcome["not_replayable"].as_str() {
            let separator = if package.is_empty() { "" } else { ", " };
            writeln!(others, "| {id}{separator}{package} | {why} |")?;
            continue;
        }
        let control = if outcome["control"] == true {
            " (a control)"
        } else {
            ""
        };
        writeln!(
            table,
            "| {id}{control} | {package} | {} | {} | {} | {} |",
            text(outcome, "verdict"),
            text(outcome, "release"),
            before_payload(outcome)?,
            rules(outcome)
        )?;
    }
    Ok(table + &others)
}

fn before_payload(outcome: &Value) -> anyhow::Result<String> {
    if outcome["releases_before_payload"]
        .as_f64()
        .is_none_or(|count| count <= 0.0)
    {
        return Ok("is the payload".to_owned());
    }
    Ok(format!(
        "{} releases, {} days",
        shown(number(outcome, "/releases_before_payload")?, 0),
        shown(number(outcome, "/days_before_payload")?, 1)
    ))
}

fn rules(outcome: &Value) -> String {
    let rules = outcome["rules"].as_array().into_iter().flatten();
    let rules: Vec<String> = rules
        .filter_map(Value::as_str)
        .map(|rule| format!("`{rule}`"))
        .collect();
    if rules.is_empty() {
        "none".to_owned()
    } else {
        rules.join(", ")
    }
}

/// Every threshold at every value.
pub(super) fn sweep(replay: &Replay) -> anyhow::Result<String> {
    let mut table = "| threshold | value | asks per 1,000 package-years | packages ever asked about | waits per 1,000 package-years | weakest attack held at T2 and above |\n|---|---:|---:|---:|---:|---:|\n".to_owned();
    for point in replay.list("sweep")? {
        let value = shown(number(point, "/value")?, 0);
        let value = if point["default"] == true {
            format!("**{value}**")
        } else {
            value
        };
        writeln!(
            table,
            "| `{}` | {value} | {} | {} % | {} | {} % |",
            text(point, "threshold"),
            shown(number(point, "/asks_per_1000_package_years")?, 1),
            shown(number(point, "/packages_ever_asked_percent")?, 1),
            shown(number(point, "/waits_per_1000_package_years")?, 1),
            shown(weakest(point)?, 1)
        )?;
    }
    Ok(table)
}

/// The few numbers for the README.
pub(super) fn numbers(replay: &Replay) -> anyhow::Result<String> {
    let naive = replay.list("compare")?.iter();
    let mut naive = naive.filter(|row| text(row, "rule") == "publisher new to the package");
    let naive = naive.next().unwrap_or(&Value::Null);
    let of =
        |pointer: &str, decimals| Ok::<_, anyhow::Error>(shown(replay.number(pointer)?, decimals));
    let mut table = format!(
        "On {} real npm packages, {} releases in {} package-years, each judged with only what was known before it:\n\n",
        of("/packages", 0)?,
        of("/releases", 0)?,
        of("/package_years", 0)?
    );
    writeln!(
        table,
        "| | Tenure | every new publisher flagged |\n|---|---:|---:|"
    )?;
    writeln!(
        table,
        "| asks a person, per 1,000 package-years | **{}** | {} |",
        of("/asks_per_1000_package_years", 1)?,
        shown(number(naive, "/per_1000_package_years")?, 0)
    )?;
    writeln!(
        table,
        "| packages it ever asks about | **{} %** | {} % |",
        of("/packages_ever_asked_percent", 1)?,
        shown(number(naive, "/packages_percent")?, 0)
    )?;
    writeln!(
        table,
        "| makes a release wait ({} days), per 1,000 package-years | {} | - |",
        of("/wait_days/median", 0)?,
        of("/waits_per_1000_package_years", 0)?
    )?;
    table.push_str(
        "\n| attack put into those histories, packages of tier T2 and above | held |\n|---|---:|\n",
    );
    for model in replay.models()? {
        let held = of(&format!("/injected/{model}/tier_t2_up/held_percent"), 1)?;
        writeln!(table, "| `{model}` | {held} % |")?;
    }
    Ok(table)
}
