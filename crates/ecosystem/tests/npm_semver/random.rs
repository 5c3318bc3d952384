//! Random versions and ranges, the same ones in every run.

use tenure_testkit::oracle;

/// A source of versions and ranges.
pub(crate) struct Random(fastrand::Rng);

const NUMBERS: [&str; 16] = [
    "0",
    "0",
    "0",
    "1",
    "1",
    "1",
    "2",
    "2",
    "3",
    "9",
    "10",
    "11",
    "100",
    "00",
    "01",
    "9007199254740991",
];
const IDENTIFIERS: [&str; 14] = [
    "0", "1", "2", "10", "alpha", "beta", "rc", "a", "Z", "-", "x", "0a", "01", "1-1",
];
const WILD: [&str; 3] = ["x", "X", "*"];
const OPERATORS: [&str; 14] = [
    "", "", "", "^", "^", "~", "~", ">", ">=", "<", "<=", "=", "~>", "^v",
];
const SPACES: [&str; 6] = ["", "", "", " ", "  ", "\t"];
/// What a slip of the hand puts in.
const LETTERS: [char; 23] = [
    '+', '0', '1', '2', '9', '.', '.', '-', 'x', 'X', '^', '~', '>', '<', '=', '|', ' ', '\t', 'v',
    'a', 'é', '\n', '_',
];

impl Random {
    /// The same seed makes the same texts.
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.0.usize(..of.len())]
    }

    fn word(&mut self, of: &[&'static str]) -> &'static str {
        of[self.0.usize(..of.len())]
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.0.usize(..times) == 0
    }

    /// A version, mostly a valid one.
    pub(crate) fn version(&mut self) -> String {
        let mut text = self.triple();
        if self.one_in(12) {
            text.insert_str(0, self.word(&["v", "=", " ", "v=", "= v", "\u{feff}"]));
        }
        text
    }

    /// A version that anybody would accept.
    pub(crate) fn plain_version(&mut self) -> String {
        let mut number = || self.0.u8(..4);
        let mut text = format!("{}.{}.{}", number(), number(), number());
        if self.one_in(3) {
            let tag = self.word(&["alpha", "rc"]);
            text = format!("{text}-{tag}.{}", self.0.u8(..3));
        }
        text
    }

    /// A range that anybody would accept.
    pub(crate) fn valid_range(&mut self) -> String {
        let operator = self.word(&["^", "~", ">=", "<", ""]);
        format!("{operator}{}", self.plain_version())
    }

    fn triple(&mut self) -> String {
        let mut text = format!("{}.{}.{}", self.number(), self.number(), self.number());
        self.tags(&mut text);
        text
    }

    fn number(&mut self) -> &'static str {
        self.word(&NUMBERS)
    }

    fn tags(&mut self, text: &mut String) {
        if self.one_in(3) {
            text.push('-');
            text.push_str(&self.identifiers());
        }
        if self.one_in(8) {
            text.push('+');
            text.push_str(&self.identifiers());
        }
    }

    fn identifiers(&mut self) -> String {
        let count = 1 + self.0.usize(..3);
        let all: Vec<&str> = (0..count).map(|_| self.word(&IDENTIFIERS)).collect();
        all.join(".")
    }

    /// A range, mostly a valid one.
    pub(crate) fn range(&mut self) -> String {
        let count = if self.one_in(4) { 2 } else { 1 };
        let sets: Vec<String> = (0..count).map(|_| self.set()).collect();
        let gap = self.word(&SPACES);
        sets.join(&format!("{gap}||{gap}"))
    }

    fn set(&mut self) -> String {
        if self.one_in(6) {
            return format!("{} - {}", self.partial(), self.partial());
        }
        let count = 1 + self.0.usize(..6) / 4;
        let all: Vec<String> = (0..count).map(|_| self.comparator()).collect();
        all.join(" ")
    }

    fn comparator(&mut self) -> String {
        let operator = self.word(&OPERATORS);
        format!("{operator}{}{}", self.word(&SPACES), self.partial())
    }

    /// A version of which parts may be missing or wild.
    fn partial(&mut self) -> String {
        let parts = 1 + self.0.usize(..3);
        let mut all = Vec::new();
        for _ in 0..parts {
            let wild = self.one_in(5);
            all.push(if wild {
                self.word(&WILD)
            } else {
                self.number()
            });
        }
        let mut text = all.join(".");
        if parts == 3 || self.one_in(10) {
            self.tags(&mut text);
        }
        text
    }

    /// The text with a letter or two changed.
    pub(crate) fn mutated(&mut self, text: &str) -> String {
        oracle::mutated(&mut self.0, text, &LETTERS)
    }
}
