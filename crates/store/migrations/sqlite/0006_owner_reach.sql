-- How much depends on what people own, by day (counted from 1970), for a year.
CREATE TABLE owner_reach (
    owner    TEXT    NOT NULL,
    day      INTEGER NOT NULL,
    packages INTEGER NOT NULL, -- how many they own
    reach    INTEGER NOT NULL, -- how many depend on any of these
    registry INTEGER NOT NULL, -- how many packages there were
    PRIMARY KEY (owner, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX owner_reach_by_day ON owner_reach (day);
