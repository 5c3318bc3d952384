//! Another organisation's `audits.toml` of cargo-vet: whom it trusts to publish
//! a crate.

use super::statement::{StatementError, Unread};
use crate::cargo::vet::{Basis, TrustStatement, read_audits};
use tenure_domain::{Days, Given, Only, Person, Purpose};

/// What a dependency of a build is vetted for, by default.
const CRITERIA: &str = "safe-to-deploy";
/// cargo-vet takes no entry that ends later.
const HOLDS: Days = Days(365.0);

/// Whether a text is such a file.
pub(super) fn is_one(text: &str) -> bool {
    const TABLES: [&str; 6] = [
        "[audits",
        "[[audits.",
        "[[trusted.",
        "[trusted",
        "[[wildcard-audits.",
        "[criteria.",
    ];
    let mut lines = text.lines().map(str::trim_start);
    lines.any(|line| TABLES.iter().any(|table| line.starts_with(table)))
}

/// The vouches that a file gives, as the word of `by`, and what was passed over.
///
/// cargo-vet's entries trust one publisher with one crate, from a day of
/// publication on, and end a year after they were written at the latest. They
/// vouch for no more than that.
pub fn read(bytes: &[u8], by: &str) -> (Vec<Given>, Vec<Unread>) {
    let vetted = match read_audits(bytes) {
        Ok(vetted) => vetted,
        Err(error) => {
            let why = StatementError::Foreign(error.to_string());
            return (Vec::new(), vec![Unread { line: 1, why }]);
        }
    };
    let counts = |statement: &&TrustStatement| {
        let mut criteria = statement.criteria.iter();
        statement.basis == Basis::Trusted && criteria.any(|criteria| &**criteria == CRITERIA)
    };
    let trusted = vetted.trusted.iter().filter(counts);
    let given = trusted.map(|statement| Given {
        by: by.into(),
        about: Person::Account(statement.party.clone()),
        only: Some(Only {
            package: statement.package.clone(),
            since: statement.start,
        }),
        purpose: Purpose::Competence,
        // When it was written is not said, but it was within a year of its end.
        from: (statement.end - HOLDS).max(statement.start),
        // The end is the first day on which it holds no more.
        until: statement.end - Days(1.0),
        revoked: None,
        renewed: false,
    });
    let unread = vetted.unread.into_iter().map(|unread| Unread {
        line: unread.line,
        why: StatementError::Foreign(unread.why),
    });
    (given.collect(), unread.collect())
}
