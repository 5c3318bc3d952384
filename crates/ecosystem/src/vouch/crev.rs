//! Proofs of cargo-crev in which people say how much they trust others
//! (`kind: trust`), as they lie in proof repositories:
//!
//! ```text
//! ----- BEGIN CREV PROOF -----
//! kind: trust
//! version: -1
//! date: "2026-11-23T10:00:00+00:00"
//! from: {id-type: crev, id: ..., url: ...}
//! ids: [{id-type: crev, id: ..., url: ...}]
//! trust: high
//! ----- SIGN CREV PROOF -----
//! ...
//! ----- END CREV PROOF -----
//! ```
//!
//! An id is an Ed25519 key in base64; what is signed are the lines between the
//! first two marks, each with a line feed. Earlier versions wrote the kind into
//! the marks (`-----BEGIN CREV TRUST-----`).

use super::key::Fingerprint;
use super::statement::{StatementError, Unread};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64URL_NOPAD;
use granit_parser::{Event, Parser};
use std::collections::{BTreeMap, HashSet};
use tenure_domain::{Against, Days, Given, Person, Purpose, Time};

/// cargo-crev writes no longer ones.
const MAX_BODY: usize = 32_000;
/// The most ids that one proof may be about.
const MAX_IDS: usize = 64;
/// The most values in a proof, and the deepest.
const MAX_VALUES: usize = 4_000;
const MAX_DEPTH: usize = 16;
/// How long a proof holds, which has no end of its own: a vouch holds for one
/// year at most.
const HOLDS: Days = Days(365.0);

const SIGNATURE: &str = "----- SIGN CREV PROOF -----";

/// How much somebody trusts somebody else, by cargo-crev's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Nothing of theirs is to be used.
    Distrust,
    /// Nothing is said any more.
    None,
    /// A little.
    Low,
    /// What the tool proposes.
    Medium,
    /// As oneself.
    High,
}

/// A proof with a signature by its author.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// Whose it is.
    pub by: Fingerprint,
    /// Whom it is about.
    pub about: Vec<Fingerprint>,
    /// What it says of them.
    pub level: Level,
    /// When it was made.
    pub at: Time,
    /// The line at which it begins, from 1.
    pub line: u32,
}

impl Level {
    /// What a vouch is for that says it. Only who trusts another as themselves
    /// says that what the other does can be taken; the level that the tool
    /// proposes, and those below it, say that this is a person one knows.
    fn purpose(self) -> Option<Purpose> {
        match self {
            Self::High => Some(Purpose::Competence),
            Self::Medium | Self::Low => Some(Purpose::Identity),
            Self::None | Self::Distrust => None,
        }
    }

    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "distrust" => Self::Distrust,
            "none" | "untrust" => Self::None,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            _ => return None,
        })
    }
}

/// Whether a text begins with a proof.
pub(super) fn is_one(text: &str) -> bool {
    text.lines()
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| begin(line).is_some())
}

/// How a proof begins.
enum Begin {
    /// Its text says of which kind it is.
    Plain,
    /// The mark does.
    Of(String),
}

fn begin(line: &str) -> Option<Begin> {
    let line = line.trim();
    if line == "----- BEGIN CREV PROOF -----" {
        return Some(Begin::Plain);
    }
    let kind = line.strip_prefix("-----BEGIN CREV ")?;
    let kind = kind.strip_suffix("-----")?.trim_end();
    Some(Begin::Of(kind.to_ascii_lowercase()))
}

/// Reads the proofs of trust in a text; those about other things are left out,
/// and those that do not count are told apart.
pub fn read(text: &str) -> (Vec<Proof>, Vec<Unread>) {
    let (mut proofs, mut unread) = (Vec::new(), Vec::new());
    let mut lines = (1..).zip(text.lines());
    while let Some((line, mark)) = lines.next() {
        if mark.trim().is_empty() {
            continue;
        }
        let mut refused = |why: String| {
            let why = StatementError::Foreign(why);
            unread.push(Unread { line, why });
        };
        let kind = match begin(mark) {
            Some(Begin::Plain) => None,
            Some(Begin::Of(kind)) => Some(kind),
            None => {
                // Where the next one begins is not known any more.
                refused("it does not begin as a proof of crev does".to_owned());
                break;
            }
        };
        match one(
            kind.as_deref(),
            &mut lines.by_ref().map(|(_, line)| line),
            line,
        ) {
            Ok(Some(proof)) => proofs.push(proof),
            Ok(None) => {}
            Err(why) => refused(why),
        }
    }
    (proofs, unread)
}

/// One proof, from the line after its first on; `None` if it is about something
/// else.
fn one<'a>(
    kind: Option<&str>,
    lines: &mut impl Iterator<Item = &'a str>,
    line: u32,
) -> Result<Option<Proof>, String> {
    let legacy = kind.map(|kind| {
        format!(
            "-----BEGIN CREV {} SIGNATURE-----",
            kind.to_ascii_uppercase()
        )
    });
    let mark = legacy.as_deref().unwrap_or(SIGNATURE);
    let (mut body, mut is_whole) = (String::new(), false);
    for line in lines.by_ref() {
        if line.trim() == mark {
            is_whole = true;
            break;
        }
        // The rest of one that is too long is passed over, too.
        if body.len() <= MAX_BODY {
            body.push_str(line);
            body.push('\n');
        }
    }
    let mut signature = String::new();
    for line in lines {
        let line = line.trim();
        if line.starts_with("-----END CREV ") || line == "----- END CREV PROOF -----" {
            break;
        }
        if signature.len() < 200 {
            signature.push_str(line);
        }
    }
    if !is_whole {
        return Err("the proof is cut short".to_owned());
    }
    if body.len() > MAX_BODY {
        return Err("the proof is too long".to_owned());
    }
    let values = values(&body)?;
    if kind.or(values.get("kind").map(|kind| &**kind)) != Some("trust") {
        return Ok(None);
    }
    let proof = proof(&values, line)?;
    check(&proof.by, &body, &signature)?;
    Ok(Some(proof))
}

fn proof(values: &BTreeMap<String, String>, line: u32) -> Result<Proof, String> {
    let text = |name: &str| values.get(name).map(String::as_str);
    let id = |place: &str| {
        let kind = text(&format!("{place}id-type"));
        let id = text(&format!("{place}id")).filter(|_| kind == Some("crev"))?;
        format!("crev:{id}").parse::<Fingerprint>().ok()
    };
    let by = id("from.").ok_or("its `from` names no id of crev")?;
    let mut about = Vec::new();
    while values.contains_key(&format!("ids.{}.id", about.len())) {
        let place = format!("ids.{}.", about.len());
        about.push(id(&place).ok_or("its `ids` name something else than ids of crev")?);
        if about.len() > MAX_IDS {
            return Err(format!("it is about more than {MAX_IDS} ids"));
        }
    }
    let at = text("date").and_then(|date| date.parse().ok());
    let level = text("trust").and_then(Level::of);
    Ok(Proof {
        by,
        about,
        level: level.ok_or("its `trust` is none of distrust, none, low, medium and high")?,
        at: at.ok_or("its `date` is no moment")?,
        line,
    })
}

fn check(by: &Fingerprint, body: &str, signature: &str) -> Result<(), String> {
    let key = by.as_str().trim_start_matches("crev:");
    let key = BASE64URL_NOPAD.decode(key.as_bytes());
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes());
    let (Ok(key), Ok(signature)) = (key, signature) else {
        return Err("its signature is no base64".to_owned());
    };
    let key = UnparsedPublicKey::new(&ED25519, key);
    key.verify(body.as_bytes(), &signature)
        .map_err(|_| format!("the signature is not one by {by} over this text"))
}

/// The single values of a YAML text by their places, such as `from.id` and
/// `ids.0.id`. What could make it mean something else to others is refused.
fn values(body: &str) -> Result<BTreeMap<String, String>, String> {
    let options = granit_parser::options! {
        block_nesting_limit: MAX_DEPTH,
        flow_nesting_limit: MAX_DEPTH,
        emit_comments: false,
    };
    let mut tree = Tree::default();
    for next in Parser::new_from_str_with_options(body, options) {
        let (event, _) = next.map_err(|error| format!("it is not YAML: {}", error.info()))?;
        tree.event(event)?;
    }
    Ok(tree.values)
}

/// A list or map whose end has not come yet.
enum Open {
    List { next: usize },
    Map { key: Option<String> },
}

#[derive(Default)]
struct Tree {
    open: Vec<Open>,
    values: BTreeMap<String, String>,
    documents: usize,
    seen: usize,
}

impl Tree {
    fn event(&mut self, event: Event<'_>) -> Result<(), String> {
        self.seen += 1;
        if self.seen > MAX_VALUES {
            return Err("it has too many values".to_owned());
        }
        match event {
            Event::Scalar(_, _, _, Some(_))
            | Event::SequenceStart(_, _, Some(_))
            | Event::MappingStart(_, _, Some(_))
            | Event::Alias(_)
            | Event::UnresolvedAlias(_) => return Err("it has a YAML tag or alias".to_owned()),
            Event::Scalar(text, ..) => {
                if let Some(Open::Map { key: key @ None }) = self.open.last_mut() {
                    *key = Some(text.into_owned());
                } else {
                    let place = self.place();
                    if self.values.insert(place, text.into_owned()).is_some() {
                        return Err("it says something twice".to_owned());
                    }
                    self.next();
                }
            }
            Event::SequenceStart(..) => self.begin(Open::List { next: 0 })?,
            Event::MappingStart(..) => self.begin(Open::Map { key: None })?,
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
                self.next();
            }
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err("it has more than one YAML document".to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn begin(&mut self, open: Open) -> Result<(), String> {
        if matches!(self.open.last(), Some(Open::Map { key: None })) {
            return Err("a key is a list or a map".to_owned());
        }
        self.open.push(open);
        Ok(())
    }

    /// Where the next value stands.
    fn place(&self) -> String {
        let names = self.open.iter().map(|open| match open {
            Open::List { next } => next.to_string(),
            Open::Map { key } => key.clone().unwrap_or_default(),
        });
        names.collect::<Vec<_>>().join(".")
    }

    fn next(&mut self) {
        match self.open.last_mut() {
            Some(Open::List { next }) => *next += 1,
            Some(Open::Map { key }) => *key = None,
            None => {}
        }
    }
}

/// The vouches that proofs give, and who distrusts whom. Of each author's proofs
/// about an id the newest stands.
pub fn given(proofs: &[Proof]) -> (Vec<Given>, Vec<Against>) {
    let mut by_pair: BTreeMap<(&Fingerprint, &Fingerprint), Vec<&Proof>> = BTreeMap::new();
    for proof in proofs {
        let once: HashSet<&Fingerprint> = proof.about.iter().collect();
        for about in once {
            by_pair.entry((&proof.by, about)).or_default().push(proof);
        }
    }
    let (mut given, mut against) = (Vec::new(), Vec::new());
    for ((by, about), mut proofs) in by_pair {
        // Of two of one moment, the one that says less comes last.
        proofs.sort_by_key(|proof| (proof.at, std::cmp::Reverse(proof.level as u8)));
        let person = Person::Key(about.as_str().into());
        for (place, proof) in proofs.iter().enumerate() {
            let next = proofs.get(place + 1);
            if next.is_none() && proof.level == Level::Distrust {
                against.push(Against {
                    by: by.as_str().into(),
                    about: person.clone(),
                    since: proof.at,
                });
            }
            if let Some(purpose) = proof.level.purpose() {
                given.push(Given {
                    by: by.as_str().into(),
                    about: person.clone(),
                    only: None,
                    purpose,
                    from: proof.at,
                    until: proof.at + HOLDS,
                    revoked: next.map(|next| next.at),
                    renewed: false,
                });
            }
        }
    }
    (given, against)
}
