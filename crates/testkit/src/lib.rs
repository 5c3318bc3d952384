//! Fake registries that speak the real protocols, for tests.
