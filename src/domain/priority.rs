//! Priority = impact × urgency, by a table that is data (product rule; the table is editable).

use super::ticket::word_enum;

word_enum! {
    /// How many are hit, or how soon it must be solved.
    Level {
        /// rendah
        Low = "low",
        /// sedang
        Medium = "medium",
        /// tinggi
        High = "high",
    }
}

word_enum! {
    /// How important a ticket is; `p1` before all others.
    Priority {
        /// kritis
        P1 = "p1",
        /// tinggi
        P2 = "p2",
        /// sedang
        P3 = "p3",
        /// rendah
        P4 = "p4",
    }
}

/// The priority for each of the nine pairs of impact and urgency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorityTable(Vec<(Level, Level, Priority)>);

impl PriorityTable {
    /// Makes a table of rows (impact, urgency, priority). Each of the nine pairs must stand in it once.
    pub fn new(mut rows: Vec<(Level, Level, Priority)>) -> Result<Self, &'static str> {
        rows.sort_by_key(|(impact, urgency, _)| (*impact, *urgency));
        let pairs: Vec<_> = rows.iter().map(|(impact, urgency, _)| (*impact, *urgency)).collect();
        let all: Vec<_> = Level::ALL.iter().flat_map(|i| Level::ALL.iter().map(move |u| (*i, *u))).collect();
        if pairs == all { Ok(Self(rows)) } else { Err("each pair of impact and urgency once") }
    }

    /// The table that the product ships with.
    pub fn standard() -> Self {
        use Level::{High, Low, Medium};
        use Priority::{P1, P2, P3, P4};
        let rows = vec![
            (High, High, P1),
            (High, Medium, P2),
            (Medium, High, P2),
            (Medium, Medium, P3),
            (High, Low, P3),
            (Low, High, P3),
            (Medium, Low, P4),
            (Low, Medium, P4),
            (Low, Low, P4),
        ];
        Self::new(rows).expect("the nine pairs are listed above")
    }

    /// The rows, ordered by impact and urgency.
    pub fn rows(&self) -> &[(Level, Level, Priority)] {
        &self.0
    }

    /// The priority of a pair.
    pub fn of(&self, impact: Level, urgency: Level) -> Priority {
        self.0
            .iter()
            .find(|(i, u, _)| (*i, *u) == (impact, urgency))
            .map(|(_, _, priority)| *priority)
            .expect("new() refuses a table in which a pair is missing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_table_is_the_one_of_the_product() {
        let table = PriorityTable::standard();
        let drawn: String = Level::ALL
            .iter()
            .rev()
            .map(|impact| {
                let row: Vec<_> = Level::ALL.iter().rev().map(|u| table.of(*impact, *u).as_str()).collect();
                row.join(" ") + "\n"
            })
            .collect();
        assert_eq!(drawn, "p1 p2 p3\np2 p3 p4\np3 p4 p4\n");
    }

    #[test]
    fn a_table_with_a_missing_or_double_pair_is_refused() {
        let mut rows = PriorityTable::standard().rows().to_vec();
        let double = rows[0];
        rows[1] = double;
        assert!(PriorityTable::new(rows.clone()).is_err());
        rows.pop();
        assert!(PriorityTable::new(rows).is_err());
    }
}
