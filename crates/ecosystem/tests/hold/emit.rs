//! Random packuments, written in random ways: in any order, with any white
//! space, and with tricks that make one text mean two things.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

/// JSON whose objects have an order.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Leaf(Value),
    Map(Vec<(String, Self)>),
}

/// What is done to one member of one object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trick {
    /// Its key is written with an escape.
    Disguise,
    /// Another of the same key stands before it.
    Before,
    /// Another of the same key stands after it.
    After,
    /// Another stands after it, under the same key with an escape.
    DisguisedAfter,
}

/// How a document is written.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) spaces: Vec<&'static str>,
    pub(crate) trick: Option<(Index, Trick, Value)>,
}

pub(crate) const VERSIONS: [&str; 14] = [
    "0.1.0",
    "0.1.1",
    "0.2.0",
    "1.0.0",
    "1.0.1",
    "1.1.0-rc.1",
    "1.1.0",
    "2.0.0-beta.1",
    "2.0.0",
    "2.0.0+b",
    "1.0",
    "v1.0.0",
    "x/../y",
    "é",
];

pub(crate) const NAMES: [&str; 3] = ["pkg", "@s/pkg", "né"];

/// Fields of manifests, some of which matter.
const FIELDS: [&str; 16] = [
    "deprecated",
    "dependencies",
    "optionalDependencies",
    "bin",
    "engines",
    "os",
    "libc",
    "funding",
    "hasInstallScript",
    "gypfile",
    "readme",
    "_npmUser",
    "",
    "é\"\\",
    "dist ",
    "versions",
];

pub(crate) fn style() -> impl Strategy<Value = Style> {
    let spaces = vec(
        select(vec!["", "", " ", "\n", "\t", "\r\n  ", "            "]),
        1..9,
    );
    spaces.prop_map(|spaces| Style {
        spaces,
        trick: None,
    })
}

pub(crate) fn tricky_style() -> impl Strategy<Value = Style> {
    let kind = select(vec![
        Trick::Disguise,
        Trick::Before,
        Trick::After,
        Trick::DisguisedAfter,
    ]);
    let other = select(vec![
        json!(null),
        json!({}),
        json!("1.0.0"),
        json!("2.0.0"),
        json!("evil"),
        json!("other"),
        json!({ "tarball": "evil" }),
        json!({ "version": "1.0.0", "dist": { "tarball": "evil" } }),
        json!({ "1.0.0": { "version": "1.0.0", "dist": { "tarball": "evil" } } }),
        json!({ "latest": "2.0.0" }),
        json!({ "versions": { "9.0.0": { "version": "9.0.0" } } }),
        json!({ "install": "evil" }),
    ]);
    (style(), any::<Index>(), kind, other).prop_map(|(style, at, kind, other)| Style {
        trick: Some((at, kind, other)),
        ..style
    })
}

/// A value that nobody reads.
fn value() -> impl Strategy<Value = Value> {
    let text = any::<String>().prop_map(Value::from);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text,
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-z\"\\\\]{0,3}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}

/// Some of these members, in any order.
fn members(all: Vec<(String, Node)>) -> impl Strategy<Value = Node> {
    Just(all).prop_shuffle().prop_map(Node::Map)
}

fn dist(version: &'static str) -> impl Strategy<Value = Node> {
    let fields = [
        (
            "tarball",
            json!(format!("https://registry.example/t-{version}")),
        ),
        ("integrity", json!("sha512-x==")),
        ("shasum", json!("aa")),
        ("signatures", json!([{ "sig": "\"tarball\":1" }])),
    ];
    proptest::sample::subsequence(fields.to_vec(), 0..=4).prop_flat_map(|fields| {
        let leaf = |(key, value): (&str, Value)| (key.to_owned(), Node::Leaf(value));
        members(fields.into_iter().map(leaf).collect())
    })
}

fn manifest(name: &'static str, version: &'static str, odd: bool) -> impl Strategy<Value = Node> {
    let others = btree_map(select(FIELDS.to_vec()), value(), 0..5);
    let scripts = proptest::option::of(select(vec!["test", "install", "postinstall"]));
    // Now and then it is somebody else's.
    let claimed = prop_oneof![9 => Just(version), u32::from(odd) => select(VERSIONS.to_vec())];
    (
        others,
        proptest::option::weighted(0.9, dist(version)),
        scripts,
        claimed,
        any::<bool>(),
    )
        .prop_flat_map(move |(others, dist, scripts, claimed, named)| {
            let mut all: Vec<(String, Node)> = others
                .into_iter()
                .map(|(key, value)| (key.to_owned(), Node::Leaf(value)))
                .collect();
            all.push(("version".to_owned(), Node::Leaf(json!(claimed))));
            all.extend(dist.map(|dist| ("dist".to_owned(), dist)));
            all.extend(scripts.map(|script| {
                let scripts = vec![(script.to_owned(), Node::Leaf(json!("x")))];
                ("scripts".to_owned(), Node::Map(scripts))
            }));
            all.extend(named.then(|| ("name".to_owned(), Node::Leaf(json!(name)))));
            members(all)
        })
}

fn manifests(name: &'static str, odd: bool, most: usize) -> impl Strategy<Value = Node> {
    let versions = if odd {
        &VERSIONS[..]
    } else {
        &VERSIONS[..SOUND]
    };
    btree_set(select(versions), 0..most).prop_flat_map(move |versions| {
        let one = |version: &'static str| (Just(version.to_owned()), manifest(name, version, odd));
        let all: Vec<_> = versions.into_iter().map(one).collect();
        all.prop_shuffle().prop_map(Node::Map)
    })
}

/// How many of [`VERSIONS`] are what a registry takes.
const SOUND: usize = 11;

/// A packument of a package of one of [`NAMES`]. If it is not `odd`, all of it
/// is served.
pub(crate) fn packument(odd: bool) -> impl Strategy<Value = Node> {
    select(NAMES.to_vec()).prop_flat_map(move |name| {
        let versions = || select(VERSIONS.to_vec());
        let target = prop_oneof![8 => versions().prop_map(Value::from), 1 => Just(json!(1))];
        let tag = select(vec!["latest", "next", "b\"c", "été", "x"]);
        let tags = btree_map(tag, target, if odd { 0..5 } else { 0..2 });
        let time = btree_map(
            prop_oneof![versions(), Just("modified")],
            "[0-9TZ:-]{0,9}",
            0..9,
        );
        let theirs = proptest::option::weighted(0.2, manifests(name, odd, 3));
        let parts = (
            manifests(name, odd, 9),
            tags,
            time,
            value(),
            theirs,
            any::<bool>(),
        );
        parts.prop_flat_map(move |(versions, tags, time, other, theirs, staged)| {
            let leaf = |key: &str, value: Value| (key.to_owned(), Node::Leaf(value));
            let object = |map: Vec<(&'static str, Value)>| {
                Node::Map(
                    map.into_iter()
                        .map(|(key, value)| leaf(key, value))
                        .collect(),
                )
            };
            let time = time.into_iter().map(|(key, date)| (key, json!(date)));
            let mut all = vec![
                leaf("name", json!(name)),
                ("versions".to_owned(), versions),
                ("dist-tags".to_owned(), object(tags.into_iter().collect())),
                ("time".to_owned(), object(time.collect())),
                leaf("readme\u{1f}", other),
            ];
            all.extend(theirs.filter(|_| odd).map(|versions| {
                let restrictions = vec![
                    leaf("message", json!("theirs")),
                    ("versions".to_owned(), versions),
                ];
                ("policyRestrictions".to_owned(), Node::Map(restrictions))
            }));
            if odd && staged {
                let versions = json!({ "versions": { "9.0.0": { "version": "9.0.0" } } });
                all.push(leaf("stagedVersions", versions));
            }
            members(all)
        })
    })
}

/// Writes a document.
pub(crate) fn emit(document: &Node, style: &Style) -> String {
    let mut count = Emitter::new(style, None);
    count.node(document);
    let at = style.trick.as_ref().map(|(at, ..)| at.index(count.keys));
    let mut emitter = Emitter::new(style, at);
    emitter.node(document);
    emitter.space();
    emitter.text
}

struct Emitter<'a> {
    style: &'a Style,
    /// Which key is played a trick on.
    trick_at: Option<usize>,
    text: String,
    keys: usize,
    spaces: usize,
}

impl<'a> Emitter<'a> {
    fn new(style: &'a Style, trick_at: Option<usize>) -> Self {
        Self {
            style,
            trick_at,
            text: String::new(),
            keys: 0,
            spaces: 0,
        }
    }

    fn space(&mut self) {
        let spaces = &self.style.spaces;
        self.text.push_str(spaces[self.spaces % spaces.len()]);
        self.spaces += 1;
    }

    fn token(&mut self, token: &str) {
        self.space();
        self.text.push_str(token);
    }

    fn node(&mut self, node: &Node) {
        match node {
            Node::Leaf(value) => self.token(&value.to_string()),
            Node::Map(members) => {
                self.token("{");
                for (at, (key, value)) in members.iter().enumerate() {
                    if at > 0 {
                        self.token(",");
                    }
                    self.member(key, value);
                }
                self.token("}");
            }
        }
    }

    fn member(&mut self, key: &str, value: &Node) {
        let here = self.trick_at == Some(self.keys);
        self.keys += 1;
        let plain = Value::from(key).to_string();
        let Some((_, trick, other)) = self.style.trick.as_ref().filter(|_| here) else {
            return self.pair(&plain, value);
        };
        let other = Node::Leaf(other.clone());
        match trick {
            Trick::Disguise => self.pair(&disguised(key), value),
            Trick::Before => {
                self.pair(&plain, &other);
                self.token(",");
                self.pair(&plain, value);
            }
            Trick::After | Trick::DisguisedAfter => {
                self.pair(&plain, value);
                self.token(",");
                let again = matches!(trick, Trick::DisguisedAfter).then(|| disguised(key));
                self.pair(&again.unwrap_or(plain), &other);
            }
        }
    }

    fn pair(&mut self, key: &str, value: &Node) {
        self.token(key);
        self.token(":");
        self.node(value);
    }
}

/// The key, with escapes for all of it.
fn disguised(key: &str) -> String {
    let units = key.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}
