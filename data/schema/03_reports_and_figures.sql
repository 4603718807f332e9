CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    title TEXT,
    year INTEGER,
    form TEXT,
    division TEXT REFERENCES divisions(code),
    publisher TEXT REFERENCES publishers(id),
    published_at TEXT,
    source TEXT,
    signatory TEXT,
    signed_on TEXT,
    url TEXT NOT NULL,
    version INTEGER NOT NULL,
    current INTEGER NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    gone_at TEXT,
    portal TEXT NOT NULL REFERENCES portals(id),
    capture INTEGER NOT NULL REFERENCES captures(id),
    breadcrumb TEXT NOT NULL,
    synthetic INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    UNIQUE (url, version)
)

CREATE UNIQUE INDEX reports_current_url ON reports(url) WHERE current = 1

CREATE INDEX reports_current ON reports(current, year)

CREATE INDEX reports_division ON reports(division, year)

CREATE INDEX reports_publisher ON reports(publisher, year)

CREATE INDEX reports_year ON reports(year)

CREATE INDEX reports_form ON reports(form)

CREATE INDEX reports_portal ON reports(portal)

CREATE INDEX reports_capture ON reports(capture)

CREATE TABLE sections (
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    number INTEGER,
    heading TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (report, position)
)

CREATE TABLE tables (
    id TEXT PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES reports(id),
    number INTEGER NOT NULL,
    caption TEXT NOT NULL,
    rows INTEGER NOT NULL,
    columns INTEGER NOT NULL,
    cells TEXT NOT NULL
)

CREATE INDEX tables_report ON tables(report)

CREATE TABLE disclosure (
    report INTEGER NOT NULL REFERENCES reports(id),
    item TEXT NOT NULL,
    measure TEXT NOT NULL,
    value NUMERIC,
    unit TEXT NOT NULL,
    raw TEXT NOT NULL,
    absence TEXT,
    table_id TEXT REFERENCES tables(id),
    row INTEGER,
    "column" INTEGER,
    PRIMARY KEY (report, item, measure)
) WITHOUT ROWID

CREATE INDEX disclosure_item ON disclosure(item, measure)

CREATE TABLE applications (
    report INTEGER NOT NULL REFERENCES reports(id),
    outcome TEXT NOT NULL,
    position INTEGER NOT NULL,
    natural_person NUMERIC,
    business NUMERIC,
    research NUMERIC,
    public_interest NUMERIC,
    legal_service NUMERIC,
    other NUMERIC,
    total NUMERIC,
    table_id TEXT REFERENCES tables(id),
    cells TEXT NOT NULL,
    absences TEXT,
    PRIMARY KEY (report, outcome)
) WITHOUT ROWID

CREATE INDEX applications_outcome ON applications(outcome)

CREATE TABLE proceedings (
    report INTEGER NOT NULL REFERENCES reports(id),
    route TEXT NOT NULL,
    upheld NUMERIC,
    corrected NUMERIC,
    other NUMERIC,
    pending NUMERIC,
    total NUMERIC,
    table_id TEXT REFERENCES tables(id),
    cells TEXT NOT NULL,
    absences TEXT,
    PRIMARY KEY (report, route)
) WITHOUT ROWID

CREATE INDEX proceedings_route ON proceedings(route)

CREATE TABLE attachments (
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    url TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (report, position)
) WITHOUT ROWID

CREATE TABLE findings (
    id TEXT PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES reports(id),
    position INTEGER NOT NULL,
    "check" TEXT NOT NULL,
    severity TEXT NOT NULL,
    fault TEXT NOT NULL,
    "where" TEXT NOT NULL,
    expected,
    found,
    message_zh TEXT NOT NULL,
    message TEXT NOT NULL
)

CREATE INDEX findings_report ON findings(report)

CREATE INDEX findings_check ON findings("check")

CREATE INDEX findings_severity ON findings(severity)

CREATE INDEX findings_fault ON findings(fault)

CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES reports(id),
    previous INTEGER NOT NULL REFERENCES reports(id),
    part TEXT NOT NULL,
    field TEXT NOT NULL,
    before TEXT,
    after TEXT
)

CREATE INDEX changes_report ON changes(report)

CREATE INDEX changes_previous ON changes(previous)

CREATE INDEX changes_part ON changes(part)
