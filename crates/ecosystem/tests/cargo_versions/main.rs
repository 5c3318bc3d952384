//! The same versions and requirements are given to the real cargo, through a
//! registry in a folder whose index files are written as a proxy serves them:
//! what it locks is what we say it takes, held versions left out.

#[cfg(test)]
mod decisions;
