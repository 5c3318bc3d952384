//! How much depends on what people own, as was counted.

use crate::db::{Connection, all, build, execute};
use crate::usage::{first_day, number};
use crate::{Day, Store, StoreError};
use tenure_domain::{Party, Reach, Time};

/// How many packages depend on what an owner holds, each counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerReach {
    /// The owner.
    pub owner: Party,
    /// How many packages it owns.
    pub packages: u64,
    /// How many depend on any of them, and of how many.
    pub reach: Reach,
}

/// Rows that are written together.
const AT_ONCE: usize = 1000;

const FORGET: &str = "DELETE FROM owner_reach WHERE day < $1";
const KEEP: [&str; 2] = [
    "INSERT INTO owner_reach (owner, day, packages, reach, registry) ",
    " ON CONFLICT (owner, day) DO UPDATE SET
        packages = excluded.packages, reach = excluded.reach, registry = excluded.registry",
];
const LAST: &str = "
    SELECT day, packages, reach, registry FROM owner_reach
    WHERE owner = $1 AND day >= $2 AND day <= $3 ORDER BY day DESC LIMIT 1";

impl Store {
    /// Keeps how much depends on what people own, as was counted at a moment:
    /// all of it, or nothing. What is older than a year is forgotten. No owner
    /// may be there twice.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_owner_reach(
        &self,
        at: Time,
        records: &[OwnerReach],
    ) -> Result<(), StoreError> {
        let failed = self.db().failed("kept the reach of owners");
        let mut writing = self.db().write().await.map_err(&failed)?;
        let forgotten = execute!(writing.on(), FORGET, first_day(at));
        forgotten.map_err(&failed)?;
        for records in records.chunks(AT_ONCE) {
            let added = insert(writing.on(), Day::of(at).number(), records).await;
            added.map_err(&failed)?;
        }
        writing.commit().await.map_err(&failed)
    }

    /// How much depends on what somebody owns, as was counted last within the
    /// year before a moment, and when.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owner_reach(
        &self,
        owner: &Party,
        now: Time,
    ) -> Result<Option<(Time, OwnerReach)>, StoreError> {
        let failed = self.db().failed("looked the reach of an owner up");
        let mut reader = self.db().read().await.map_err(&failed)?;
        let (key, first, last) = (owner.to_string(), first_day(now), Day::of(now).number());
        let rows = all!(reader.on(), (i64, i64, i64, i64), LAST, key, first, last);
        let rows = rows.map_err(&failed)?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(rows.first().map(|(day, packages, reach, of)| {
            let found = OwnerReach {
                owner: owner.clone(),
                packages: count(*packages),
                reach: Reach {
                    packages: count(*reach),
                    of: count(*of),
                },
            };
            (Day::from_number(*day).start(), found)
        }))
    }
}

async fn insert(on: Connection<'_>, day: i64, records: &[OwnerReach]) -> Result<(), sqlx::Error> {
    build!(on, KEEP[0], |query| {
        query.push_values(records, |mut row, record| {
            row.push_bind(record.owner.to_string())
                .push_bind(day)
                .push_bind(number(record.packages))
                .push_bind(number(record.reach.packages))
                .push_bind(number(record.reach.of));
        });
        query.push(KEEP[1]);
    })
}
