//! The documents of a NuGet feed: what is read, and what a proxy serves.

#[cfg(test)]
mod feed;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod recorded;
#[cfg(test)]
mod registration;
