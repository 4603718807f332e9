ALTER TABLE reports ADD COLUMN index_number TEXT

ALTER TABLE reports ADD COLUMN document_number TEXT

ALTER TABLE reports ADD COLUMN author TEXT

ALTER TABLE reports ADD COLUMN published_from TEXT

CREATE TABLE dates (
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    raw TEXT NOT NULL,
    value TEXT,
    PRIMARY KEY (report, position)
) WITHOUT ROWID

CREATE INDEX dates_kind ON dates(kind)
