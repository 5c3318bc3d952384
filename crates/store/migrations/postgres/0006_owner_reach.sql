-- How much depends on what people own, by day (counted from 1970), for a year.
CREATE TABLE owner_reach (
    owner    TEXT COLLATE "C" NOT NULL,
    day      BIGINT NOT NULL,
    packages BIGINT NOT NULL, -- how many they own
    reach    BIGINT NOT NULL, -- how many depend on any of these
    registry BIGINT NOT NULL, -- how many packages there were
    PRIMARY KEY (owner, day)
);
CREATE INDEX owner_reach_by_day ON owner_reach (day);
