CREATE TABLE statistics (
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    form TEXT NOT NULL,
    code TEXT,
    label TEXT NOT NULL,
    scope TEXT NOT NULL,
    value NUMERIC,
    unit TEXT,
    raw TEXT NOT NULL,
    absence TEXT,
    table_id TEXT REFERENCES tables(id),
    row INTEGER,
    "column" INTEGER,
    PRIMARY KEY (report, position)
) WITHOUT ROWID

CREATE INDEX statistics_code ON statistics(code, scope)

CREATE TABLE statements (
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    code TEXT NOT NULL,
    value NUMERIC NOT NULL,
    unit TEXT,
    raw TEXT NOT NULL,
    sentence TEXT NOT NULL,
    section INTEGER NOT NULL,
    PRIMARY KEY (report, position)
) WITHOUT ROWID

CREATE INDEX statements_code ON statements(code)
