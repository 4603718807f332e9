CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL REFERENCES portals(id),
    started TEXT NOT NULL,
    finished TEXT,
    requests INTEGER,
    new INTEGER,
    changed INTEGER,
    unchanged INTEGER,
    gone INTEGER,
    blocked INTEGER,
    errors INTEGER,
    reason TEXT
)

CREATE INDEX runs_portal ON runs(portal)

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    portal TEXT NOT NULL REFERENCES portals(id),
    run INTEGER NOT NULL REFERENCES runs(id),
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    mime TEXT,
    charset TEXT,
    size INTEGER,
    digest TEXT,
    warc_file TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    revisits INTEGER REFERENCES captures(id),
    outcome TEXT NOT NULL,
    evidence TEXT,
    etag TEXT,
    last_modified TEXT,
    reading TEXT,
    failure TEXT
)

CREATE INDEX captures_url ON captures(url)

CREATE INDEX captures_run ON captures(run, outcome)

CREATE INDEX captures_portal ON captures(portal)

CREATE INDEX captures_outcome ON captures(outcome)

CREATE INDEX captures_reading ON captures(reading)

CREATE INDEX captures_revisits ON captures(revisits) WHERE revisits IS NOT NULL

CREATE UNIQUE INDEX captures_record ON captures(warc_file, warc_offset)

CREATE TABLE frontier (
    portal TEXT NOT NULL REFERENCES portals(id),
    url TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent TEXT,
    state TEXT NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0,
    found_at TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    run INTEGER REFERENCES runs(id),
    PRIMARY KEY (portal, url)
) WITHOUT ROWID

CREATE INDEX frontier_state ON frontier(portal, state, priority)
