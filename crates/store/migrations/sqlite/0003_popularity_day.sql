-- How much packages were used, by day (counted from 1970), for a year.
CREATE TABLE popularity_day (
    package            TEXT    NOT NULL,
    day                INTEGER NOT NULL,
    downloads_per_week INTEGER,
    dependents         INTEGER, -- direct ones
    reach              INTEGER, -- all, also through others
    registry           INTEGER, -- how many packages there were
    PRIMARY KEY (package, day)
) STRICT;
CREATE INDEX popularity_by_day ON popularity_day (day);
