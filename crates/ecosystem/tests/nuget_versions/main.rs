//! What NuGet's documentation ("Package versioning") and the tests of its
//! client state of versions and ranges.

#[cfg(test)]
mod properties;
#[cfg(test)]
mod ranges;
#[cfg(test)]
mod versions;
