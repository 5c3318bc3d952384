//! Runs the built binary on facts written for these tests.

mod check;
mod decisions;
mod ecosystems;
mod errors;
mod import;
mod network;
mod observe;
mod pages;
mod project;
mod projects;
mod serve;
mod serving;
