use super::*;
use proptest::prelude::*;
use proptest::sample::subsequence;

fn line(name: &str, version: &str, rest: &str) -> String {
    let checksum = "0".repeat(64);
    format!(r#"{{"name":"{name}","vers":"{version}","deps":[],"cksum":"{checksum}"{rest}}}"#)
}

fn held(text: &str, versions: &[&str]) -> Rendered {
    let index = Index::read("demo", text.as_bytes()).unwrap();
    index.render(&|version| versions.contains(&version))
}

#[test]
fn reads_what_an_index_says() {
    let deps = r#","yanked":false,"pubtime":"2026-07-18T23:05:13Z""#;
    let one = line("Demo", "1.0.0", deps).replace(
        "\"deps\":[]",
        r#""deps":[{"name":"alias","package":"real","kind":"normal"},{"name":"cc","kind":"build"},{"name":"t","kind":"dev"}]"#,
    );
    let two = line("Demo", "1.1.0", r#","yanked":true"#);
    let three = line("Demo", "2.0.0-rc.1", "");
    let text = [one, two, three].join("\n");
    let index = Index::read("demo", text.as_bytes()).unwrap();
    let history = index.history();
    assert_eq!(history.package().name(), "Demo");
    assert_eq!(history.latest(), Some("1.0.0"));
    let [first, yanked, _] = history.releases() else {
        panic!("{history:?}")
    };
    assert_eq!(first.published, "2026-07-18T23:05:13Z".parse().ok());
    assert_eq!(first.publisher, None);
    let names = history.dependencies(first.dependencies);
    assert_eq!(names, ["cc".into(), "real".into()]);
    assert!(yanked.deprecated && !first.deprecated);
    assert_eq!(yanked.state, ReleaseState::Offered);
    assert_eq!(index.checksum("1.1.0"), Some(&*"0".repeat(64)));
    assert_eq!(index.checksum("9.9.9"), None);
}

#[test]
fn holds_without_touching_anything_else() {
    let text = [
        line("demo", "1.0.0", r#", "yanked" : false ,"v":2"#),
        line("demo", "1.0.1", ""),
        line("demo", "1.0.2", r#","yanked":null"#),
    ]
    .join("\r\n");
    let rendered = held(&text, &["1.0.0", "1.0.1", "1.0.2"]);
    let expected = text
        .replace("\"yanked\" : false", "\"yanked\" : true")
        .replace("\"yanked\":null", "\"yanked\":true")
        .replace(
            "{\"name\":\"demo\",\"vers\":\"1.0.1\"",
            "{\"yanked\":true,\"name\":\"demo\",\"vers\":\"1.0.1\"",
        );
    assert_eq!(String::from_utf8(rendered.bytes).unwrap(), expected);
    assert_eq!(rendered.held, ["1.0.0", "1.0.1", "1.0.2"]);
    assert_eq!(rendered.offered, 0);
}

#[test]
fn a_line_that_cannot_be_judged_is_not_handed_on() {
    let good = line("demo", "1.0.0", "");
    for bad in [
        "<html>".to_owned(),
        "[]".to_owned(),
        line("demo", "2.0.0", r#","yanked":false,"yanked":false"#),
        line("demo", "2.0.0", r#","vers":"3.0.0""#),
        line("demo", "2.0.0", r#","v\u0065rs":"3.0.0""#),
        line("demo", "2.0.0", r#","yanked":0"#),
        line("demo", "2.0", ""),
        line("demo", "2.0.\\u0030", ""),
        line("other", "2.0.0", ""),
        line("DEMO", "2.0.0", ""),
        line("demo", "2.0.0", "").replace("0000", "zz"),
        line("demo", "2.0.0", "") + "{}",
        format!("\u{feff}{}", line("demo", "2.0.0", "")),
    ] {
        let rendered = held(&format!("{good}\n{bad}\n"), &[]);
        let [unreadable] = &*rendered.unreadable else {
            panic!("{bad} was taken")
        };
        assert_eq!(unreadable.line, 2, "{bad}");
        let expected = format!("{good}\n{{\"held\":true}}\n");
        assert_eq!(String::from_utf8(rendered.bytes).unwrap(), expected);
    }
}

#[test]
fn a_version_that_is_listed_twice_is_not_handed_on() {
    let text = [
        line("demo", "1.0.0", ""),
        line("demo", "1.0.0", r#","yanked":true"#),
        line("demo", "1.0.1", ""),
    ]
    .join("\n");
    let rendered = held(&text, &[]);
    assert_eq!(rendered.unreadable.len(), 2);
    assert_eq!(rendered.offered, 1);
}

#[test]
fn says_why_bytes_are_no_index() {
    let said = |name, text: &str| {
        let read = Index::read(name, text.as_bytes());
        read.err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_eq!(
        said("demo", "<html>\n"),
        "the bytes are not the index file of `demo`: line 1 cannot be judged: it is no object"
            .replace(
                "it is no object",
                "it is no JSON: expected a value at line 1 column 1"
            )
    );
    assert_eq!(said("a/b", ""), "`a/b` is not the name of a crate");
    assert_eq!(said("demo", ""), "");
    assert!(said("demo", &"\n".repeat(MAX_LINES + 1)).contains("too large"));
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let rest = prop_oneof![
        Just(String::new()),
        Just(r#","yanked":false"#.to_owned()),
        Just(r#","yanked":true,"v":2"#.to_owned()),
        Just(r#" , "yanked" : false"#.to_owned()),
        "[a-z]{1,8}".prop_map(|key| format!(r#","x{key}":{{"yanked":false}}"#)),
    ];
    let lines = proptest::collection::vec(rest, 1..20);
    lines.prop_map(|rests| {
        let numbered = rests.iter().enumerate();
        numbered
            .map(|(at, rest)| line("demo", &format!("1.{at}.0"), rest))
            .collect()
    })
}

proptest! {
    #[test]
    fn holding_changes_the_named_lines_only(
        (lines, held) in lines().prop_flat_map(|lines| {
            let all: Vec<usize> = (0..lines.len()).collect();
            let count = lines.len();
            (Just(lines), subsequence(all, 0..=count))
        })
    ) {
        let text = lines.join("\n") + "\n";
        let names: Vec<String> = held.iter().map(|at| format!("1.{at}.0")).collect();
        let index = Index::read("demo", text.as_bytes()).unwrap();
        let rendered = index.render(&|version| names.iter().any(|name| name == version));
        prop_assert_eq!(&rendered.held, &names);
        let served = String::from_utf8(rendered.bytes.clone()).unwrap();
        prop_assert_eq!(served.lines().count(), lines.len());
        for (at, (before, after)) in lines.iter().zip(served.lines()).enumerate() {
            if !held.contains(&at) {
                prop_assert_eq!(before, after);
            }
        }
        let again = Index::read("demo", &rendered.bytes).unwrap();
        prop_assert!(again.checksums().eq(index.checksums()));
        let releases = again.history().releases().to_vec();
        for (at, (new, old)) in releases.iter().zip(index.history().releases()).enumerate() {
            prop_assert_eq!(new.deprecated, old.deprecated || held.contains(&at));
            prop_assert_eq!((&new.version, new.published), (&old.version, old.published));
        }
        let offered = releases.iter().filter(|release| !release.deprecated).count();
        prop_assert_eq!(rendered.offered, offered);
        // Served again, nothing changes.
        prop_assert_eq!(again.render(&|_| false).bytes, rendered.bytes);
    }

    #[test]
    fn whatever_comes_only_what_was_judged_is_offered(
        text in "(\\{\"name\":\"demo\"|,\"vers\":\"1\\.0\\.[0-3]\"|,\"yanked\":(true|false)|\\}|\n|x){0,30}"
    ) {
        if let Ok(index) = Index::read("demo", text.as_bytes()) {
            prop_assert_eq!(index.render(&|_| true).offered, 0);
        }
    }
}
