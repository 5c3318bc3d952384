//! Runs the built binary on facts written for these tests.

mod advisories;
mod check;
mod decisions;
mod ecosystems;
mod errors;
mod identity;
mod identity_openpgp;
mod import;
mod keyring;
mod keys;
mod network;
mod observe;
mod pages;
mod project;
mod projects;
mod reach;
mod serve;
mod serving;
mod vouch;
mod who;
