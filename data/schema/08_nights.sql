ALTER TABLE runs ADD COLUMN bytes INTEGER

ALTER TABLE runs ADD COLUMN seconds REAL

ALTER TABLE captures ADD COLUMN substance TEXT

CREATE TABLE leases (
    site TEXT NOT NULL,
    portal TEXT NOT NULL,
    holder TEXT NOT NULL,
    lane INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (site, portal)
) WITHOUT ROWID

CREATE TABLE walked (
    portal TEXT NOT NULL REFERENCES portals(id),
    url TEXT NOT NULL,
    mark TEXT NOT NULL,
    found TEXT NOT NULL,
    further TEXT,
    PRIMARY KEY (portal, url)
)
