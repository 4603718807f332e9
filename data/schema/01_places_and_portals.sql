CREATE TABLE loaded (file TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID

CREATE TABLE divisions (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL,
    parent TEXT REFERENCES divisions(code),
    synthetic INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID

CREATE INDEX divisions_parent ON divisions(parent)

CREATE INDEX divisions_level ON divisions(level)

CREATE TABLE portals (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    family TEXT,
    division TEXT REFERENCES divisions(code),
    url TEXT NOT NULL,
    synthetic INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID

CREATE INDEX portals_division ON portals(division)

CREATE INDEX portals_family ON portals(family)

CREATE TABLE publishers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    division TEXT REFERENCES divisions(code),
    kind TEXT
) WITHOUT ROWID

CREATE INDEX publishers_division ON publishers(division)

CREATE INDEX publishers_kind ON publishers(kind)
