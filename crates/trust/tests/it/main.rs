//! Histories written by hand against the changes and verdicts they deserve.

mod card;
mod changes;
mod common;
mod identity;
mod owners;
mod reach;
mod standing;
mod transfer;
mod verdicts;
mod web;
