//! Why a target was missed: proposed by those who worked on the ticket, decided by supervision.

use super::super::ticket::word_enum;

word_enum! {
    /// What it lay in.
    Cause {
        /// the desk of the OPD
        Tier1 = "tier1",
        /// the team of the Dinas
        Tier2 = "tier2",
        /// a vendor or another institution
        Vendor = "vendor",
        /// the requester
        Requester = "requester",
        /// force majeure: power, network, disaster
        ForceMajeure = "force_majeure",
        /// anything else of the service's own
        Other = "other",
    }
}

impl Cause {
    /// Whether the service is not to blame: adjusted compliance leaves such a breach out.
    pub fn excuses(self) -> bool {
        match self {
            Self::Vendor | Self::Requester | Self::ForceMajeure => true,
            Self::Tier1 | Self::Tier2 | Self::Other => false,
        }
    }
}

word_enum! {
    /// What supervision says to it.
    Decision {
        Proposed = "proposed",
        Approved = "approved",
        Refused = "refused",
    }
}

/// How many targets were kept, in percent: as they are, and without the breaches that are excused.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compliance {
    /// Nothing if nothing ended.
    pub raw: Option<f64>,
    pub adjusted: Option<f64>,
}

impl Compliance {
    /// Of so many clocks that ended, so many breached, so many of these excused.
    pub fn of(ended: i64, breached: i64, excused: i64) -> Self {
        let percent = |kept: i64, of: i64| (of > 0).then(|| kept as f64 * 100.0 / of as f64);
        let kept = ended - breached;
        Self { raw: percent(kept, ended), adjusted: percent(kept, ended - excused) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_excused_counts_neither_for_nor_against() {
        for (ended, breached, excused, raw, adjusted) in [
            (0, 0, 0, None, None),
            (10, 0, 0, Some(100.0), Some(100.0)),
            (10, 5, 0, Some(50.0), Some(50.0)),
            (10, 5, 2, Some(50.0), Some(62.5)),
            (2, 2, 2, Some(0.0), None),
        ] {
            assert_eq!(Compliance::of(ended, breached, excused), Compliance { raw, adjusted });
        }
    }
}
