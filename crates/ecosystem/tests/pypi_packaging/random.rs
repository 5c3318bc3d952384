//! Random versions and specifiers, the same ones in every run.

use tenure_testkit::oracle;

/// A source of versions and specifiers.
pub(crate) struct Random(fastrand::Rng);

const NUMBERS: [&str; 9] = ["0", "0", "1", "1", "2", "3", "10", "01", "2024"];
const SEPARATORS: [&str; 5] = ["", "", ".", "-", "_"];
const PRE: [&str; 10] = [
    "a", "b", "rc", "c", "alpha", "beta", "pre", "preview", "RC", "A",
];
const POST: [&str; 4] = ["post", "rev", "r", "POST"];
const LOCAL: [&str; 7] = ["1", "2", "10", "abc", "a1", "ubuntu", "ABC"];
const OPERATORS: [&str; 8] = ["==", "==", "!=", ">=", "<=", ">", "<", "~="];
const SPACES: [&str; 4] = ["", "", " ", "  "];
/// What a slip of the hand puts in.
const LETTERS: [char; 18] = [
    '+', '0', '1', '9', '.', '.', '-', '_', '!', 'v', 'a', 'r', 'c', ' ', '*', '=', '<', 'é',
];

impl Random {
    /// The same seed makes the same texts.
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.0.usize(..of.len())]
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.0.usize(..times) == 0
    }

    fn release(&mut self) -> String {
        let epoch = if self.one_in(10) { "1!" } else { "" };
        let count = 1 + self.0.usize(..4);
        let numbers: Vec<&str> = (0..count).map(|_| self.word(&NUMBERS)).collect();
        format!("{epoch}{}", numbers.join("."))
    }

    fn tag(&mut self, names: &[&'static str]) -> String {
        let (before, name, after) = (
            self.word(&SEPARATORS),
            self.word(names),
            self.word(&SEPARATORS),
        );
        if self.one_in(3) {
            return format!("{before}{name}");
        }
        format!("{before}{name}{after}{}", self.word(&NUMBERS))
    }

    /// A version without a local label.
    fn public(&mut self) -> String {
        let mut text = self.release();
        if self.one_in(3) {
            text += &self.tag(&PRE);
        }
        if self.one_in(4) {
            let short = format!("-{}", self.word(&NUMBERS));
            let tag = self.tag(&POST);
            text += if self.one_in(4) { &short } else { &tag };
        }
        if self.one_in(5) {
            text += &self.tag(&["dev", "DEV"]);
        }
        text
    }

    /// A version, mostly a valid one.
    pub(crate) fn version(&mut self) -> String {
        let mut text = self.public();
        if self.one_in(6) {
            let count = 1 + self.0.usize(..3);
            let parts: Vec<&str> = (0..count).map(|_| self.word(&LOCAL)).collect();
            text = format!("{text}+{}", parts.join(self.word(&[".", "-", "_"])));
        }
        if self.one_in(12) {
            text.insert_str(0, self.word(&["v", " ", "V"]));
        }
        text
    }

    /// A set of specifiers, mostly a valid one.
    pub(crate) fn specifiers(&mut self) -> String {
        let count = 1 + self.0.usize(..5) / 3;
        let all: Vec<String> = (0..count).map(|_| self.specifier()).collect();
        all.join(self.word(&[",", ", ", " ,"]))
    }

    fn specifier(&mut self) -> String {
        let operator = self.word(&OPERATORS);
        let space = self.word(&SPACES);
        if self.one_in(3) && matches!(operator, "==" | "!=") {
            return format!("{operator}{space}{}.*", self.release());
        }
        let version = if self.one_in(4) && matches!(operator, "==" | "!=") {
            self.version()
        } else {
            self.public()
        };
        format!("{operator}{space}{version}")
    }

    /// A version near another: what is compared should often be close.
    pub(crate) fn near(&mut self, text: &str) -> String {
        let plain = text.trim_start_matches(['=', '!', '<', '>', '~', ' ']);
        let plain = plain.split([',', '*']).next().unwrap_or(plain);
        let mut text = plain.trim().trim_end_matches('.').to_owned();
        match self.0.u8(..6) {
            0 => text += ".0",
            1 => text += &self.tag(&POST),
            2 => text += &self.tag(&["dev"]),
            3 => text += "+local",
            4 => {
                text = text
                    .split(['a', 'r', '.'])
                    .next()
                    .unwrap_or_default()
                    .to_owned();
            }
            _ => {}
        }
        text
    }

    /// The text with a letter or two changed.
    pub(crate) fn mutated(&mut self, text: &str) -> String {
        oracle::mutated(&mut self.0, text, &LETTERS)
    }
}
