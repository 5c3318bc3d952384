-- How much packages were used, by day (counted from 1970), for a year.
CREATE TABLE popularity_day (
    package            TEXT COLLATE "C" NOT NULL,
    day                BIGINT NOT NULL,
    downloads_per_week BIGINT,
    dependents         BIGINT, -- direct ones
    reach              BIGINT, -- all, also through others
    registry           BIGINT, -- how many packages there were
    PRIMARY KEY (package, day)
);
CREATE INDEX popularity_by_day ON popularity_day (day);
