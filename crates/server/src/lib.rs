//! The server: a registry proxy that shows each project only the releases
//! within the hands that it accepts, and pages for people.
//!
//! It decides nothing: `trust` judges, `ecosystem` rewrites documents, `store`
//! keeps, `upstream` fetches. Here is what happens when, and how it is said in
//! HTTP. Nothing in memory is the only copy of anything, so several of these
//! can run on one store.

mod access;
mod address;
mod answer;
mod app;
mod asked;
mod cargo;
mod circle;
mod document;
mod downloads;
mod file;
mod flight;
mod health;
mod leftover;
mod names;
mod negotiate;
mod npm;
mod nuget;
mod observe;
mod options;
mod pages;
mod projects;
mod proxy;
mod pypi;
mod range;
mod text;
mod view;

pub use app::{Following, Server, ServerError};
pub use options::{ProxyLimits, ServerOptions};
