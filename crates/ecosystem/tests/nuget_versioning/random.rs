//! Random versions and ranges, the same ones in every run.

use tenure_testkit::oracle;

/// A source of versions and ranges.
pub(crate) struct Random(fastrand::Rng);

const NUMBERS: [&str; 10] = ["0", "0", "1", "1", "2", "3", "10", "01", "007", "2024"];
const LABELS: [&str; 14] = [
    "a", "alpha", "ALPHA", "beta", "rc", "RC", "1", "2", "10", "01", "0", "x-y", "-", "beta1",
];
const METADATA: [&str; 5] = ["build", "1", "git.abc", "x-y", "001"];
const SPACES: [&str; 6] = ["", "", "", "", " ", "  "];
/// What a slip of the hand puts in.
const LETTERS: [char; 20] = [
    '+', '0', '1', '9', '.', '.', '-', '_', '!', 'v', 'a', 'R', ',', ' ', '*', '[', ')', '(', ']',
    'é',
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

    fn numbers(&mut self, most: usize) -> String {
        let count = 1 + self.0.usize(..most);
        let numbers: Vec<&str> = (0..count).map(|_| self.word(&NUMBERS)).collect();
        numbers.join(".")
    }

    fn labels(&mut self) -> String {
        let count = 1 + self.0.usize(..3);
        let labels: Vec<&str> = (0..count).map(|_| self.word(&LABELS)).collect();
        labels.join(".")
    }

    /// A version, mostly a valid one.
    pub(crate) fn version(&mut self) -> String {
        let most = if self.one_in(30) { 5 } else { 4 };
        let mut text = self.numbers(most);
        if self.one_in(3) {
            text = format!("{text}-{}", self.labels());
        }
        if self.one_in(8) {
            text = format!("{text}+{}", self.word(&METADATA));
        }
        if self.one_in(20) {
            text.insert_str(0, self.word(&["v", " "]));
        }
        text
    }

    /// What floats, as people write it and as nobody should.
    fn floating(&mut self) -> String {
        let numbers = self.numbers(3);
        match self.0.u8(..9) {
            0 => "*".to_owned(),
            1 => format!("{numbers}-*"),
            2 => format!("{numbers}-{}*", self.labels()),
            3 => format!("{numbers}-{}.*", self.labels()),
            4 => "*-*".to_owned(),
            5 => format!("{numbers}.*-*"),
            6 => format!("*-{}*", self.labels()),
            7 => format!("{numbers}.*-{}*", self.labels()),
            _ => format!("{numbers}.*"),
        }
    }

    fn bound(&mut self) -> String {
        let (before, after) = (self.word(&SPACES), self.word(&SPACES));
        if self.one_in(6) {
            return format!("{before}{after}");
        }
        let text = if self.one_in(8) {
            self.floating()
        } else {
            self.version()
        };
        format!("{before}{text}{after}")
    }

    /// A range, mostly a valid one.
    pub(crate) fn range(&mut self) -> String {
        match self.0.u8(..8) {
            0..3 => self.bound(),
            3 => self.floating(),
            4 => format!("[{}]", self.bound()),
            _ => {
                let (open, close) = (self.word(&["[", "("]), self.word(&["]", ")"]));
                let (low, high) = (self.bound(), self.bound());
                format!("{open}{low},{high}{close}")
            }
        }
    }

    /// A version near a text: what is compared should often be close.
    pub(crate) fn near(&mut self, text: &str) -> String {
        let parts: Vec<&str> = text
            .split(['[', ']', '(', ')', ',', '*'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        if parts.is_empty() {
            return self.version();
        }
        let part = parts[self.0.usize(..parts.len())];
        let mut text = part.trim_end_matches(['.', '-']).to_owned();
        match self.0.u8(..7) {
            0 => text += ".0",
            1 => text = format!("{text}-{}", self.labels()),
            2 => text = format!("{text}.{}", self.word(&NUMBERS)),
            3 => text += "+local",
            4 => text = text.to_uppercase(),
            5 => text = text.split(['-', '+']).next().unwrap_or_default().to_owned(),
            _ => {}
        }
        text
    }

    /// The text with a letter or two changed.
    pub(crate) fn mutated(&mut self, text: &str) -> String {
        oracle::mutated(&mut self.0, text, &LETTERS)
    }
}
