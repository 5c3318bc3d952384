use super::*;

fn members(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut scanner = Scanner::new(text.as_bytes());
    let mut members = Vec::new();
    let mut walk = || -> Result<(), Damaged> {
        if scanner.enter()? {
            while let Some(key) = scanner.key()? {
                let value = String::from_utf8_lossy(scanner.value()?).into_owned();
                members.push((key.text().unwrap_or_default().into_owned(), value));
            }
        }
        scanner.finish()
    };
    walk().map_err(|Damaged| scanner.damage())?;
    Ok(members)
}

#[test]
fn splits_an_object_into_raw_values() {
    let text = r#" {"a": "x\"y", "b\n" : [1, {"c": "]"}], "d":-1.5e3,"e":{}} "#;
    let found = members(text).unwrap();
    let expected = [
        ("a", r#""x\"y""#),
        ("b\n", r#"[1, {"c": "]"}]"#),
        ("d", "-1.5e3"),
        ("e", "{}"),
    ];
    assert_eq!(
        found,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[test]
fn says_what_is_wrong_and_where() {
    let deep = format!("{{\"a\":{}", "[".repeat(200));
    let said: Vec<String> = [
        "",
        "{",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1",
        "{\"a\":1 \"b\":2}",
        "{,}",
        "{\"a\":1,}",
        "{\"a\":[}",
        "{} x",
        "{\"a\":\n\"open",
        "x",
        "{\"a\":[1,]}",
        "{\"a\":{\"b\" 1}}",
        "{\"a\":{1:2}}",
        "{\"a\":[1 2]}",
        "{\"a\":01}",
        "{\"a\":nul}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\u{1}\"}",
        &deep,
    ]
    .into_iter()
    .map(|text| members(text).unwrap_err())
    .collect();
    insta::assert_snapshot!(said.join("\n"));
}

proptest::proptest! {
    /// What `serde_json` reads is split at the same places.
    #[test]
    fn agrees_with_a_full_parser(value in json(), pretty in proptest::bool::ANY) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let found = members(&text).unwrap();
        let expected = value.as_object().cloned().unwrap_or_default();
        assert_eq!(found.len(), expected.len());
        for (key, raw) in found {
            assert_eq!(serde_json::from_str::<serde_json::Value>(&raw).unwrap(), expected[&key]);
        }
    }

    /// What `serde_json` takes for JSON is taken here, and nothing else.
    #[test]
    fn takes_what_a_full_parser_takes(text in "\\PC{0,20}|([\\[\\]{}\",:\\\\a1 \n\u{1}]|\"a\":|\"x\",?|null|-?[01.eE+-]{1,5}){0,24}") {
        let parsed = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        assert_eq!(members(&text).is_ok(), parsed.is_ok(), "{text:?}");
    }

    /// One byte of a document is another one.
    #[test]
    fn takes_what_a_full_parser_takes_of_nearly_json(value in json(), at: proptest::sample::Index, byte in "[\\[\\]{}\",:\\\\aun10.eE+ \n\u{1}-]") {
        let mut text = serde_json::to_string(&value).unwrap();
        let at = text.floor_char_boundary(at.index(text.len()));
        let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
        text.replace_range(at..next, &byte);
        let parsed = serde_json::from_str::<serde::de::IgnoredAny>(&text);
        assert_eq!(members(&text).is_ok(), parsed.is_ok(), "{text:?}");
    }
}

fn json() -> impl proptest::strategy::Strategy<Value = serde_json::Value> {
    use proptest::prelude::*;
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::hash_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}
