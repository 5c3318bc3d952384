//! The numbers in the clauses.

/// The numbers in the clauses of a transfer. By tier means from T0 to T4.
///
/// Measured on the hand-overs of a distribution: see `docs/transfers.md`.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferLimits {
    /// How many bindings are asked for, by tier.
    pub bindings: [usize; 5],
    /// For how many days a binding must have been there to count, by tier.
    pub binding_days: f64,
    /// How many times what the candidate has held the package's reach may be
    /// without endorsements, by tier.
    pub ratio: [u64; 5],
    /// How many independent endorsements do instead, by tier.
    pub endorsements: [usize; 5],
    /// For how many days an endorsement must have been there to count.
    pub endorsement_days: f64,
    /// The largest part of the package's reach that an endorser need not have
    /// held, where stewardship is asked for: one in so many.
    pub endorser_share: u64,
    /// Younger accounts and bindings are suspect, in days.
    pub young_days: f64,
    /// For how many days a recovered account is suspect.
    pub recovery_days: f64,
    /// How many days of notice there are, by tier.
    pub notice_days: [f64; 5],
    /// How many days releases count as those of new hands.
    pub new_hands_days: f64,
}

impl Default for TransferLimits {
    fn default() -> Self {
        Self {
            bindings: [0, 0, 1, 2, 2],
            binding_days: 180.0,
            ratio: [u64::MAX, u64::MAX, 100, 10, 10],
            endorsements: [0, 0, 1, 2, 2],
            endorsement_days: 90.0,
            endorser_share: 10,
            young_days: 90.0,
            recovery_days: 30.0,
            notice_days: [0.0, 0.0, 7.0, 14.0, 30.0],
            new_hands_days: 90.0,
        }
    }
}
