"""The tables of ``HOME/gongkai.db`` as ordered migrations, recorded in the database itself.

What each table and column means is said, in Chinese and English, in data/columns.yml. Rules that
hold throughout: times are ISO 8601 in UTC with "Z", except ``published_at`` as the page prints it;
``portal``, ``run``, ``capture``, ``report``, ``publisher``, ``division`` name the row they refer
to; every column that is faceted or joined has an index. Tables of short rows are clustered on their
key (WITHOUT ROWID), which spares one index on the largest of them.

A migration that has been released is never edited: the next change is the next function.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from pipelines.views import view_definitions

MIGRATIONS = Migrations("gongkai")


def migrate(conn: sqlite3.Connection) -> None:
    """Bring the database to this version's tables and views. Fast when nothing is to be done."""
    MIGRATIONS.apply(Database(conn))
    _renew_views(conn)


def _run(db: Database, statements: str) -> None:
    """Run statements that a blank line separates; ``executescript`` would commit in between."""
    for statement in statements.split("\n\n"):
        db.execute(statement)


def _renew_views(conn: sqlite3.Connection) -> None:
    """Views hold no data, so they follow the code and need no migrations."""
    wanted = view_definitions()
    found = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    if found == wanted:
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        for name in found:
            conn.execute(f"DROP VIEW {name}")
        for definition in wanted.values():
            conn.execute(definition)
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")


@MIGRATIONS()
def places_and_portals(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )


@MIGRATIONS()
def runs_and_captures(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )


@MIGRATIONS()
def reports_and_figures(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )


@MIGRATIONS()
def statistics_and_statements(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )


@MIGRATIONS()
def numbers_and_dates(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )


@MIGRATIONS()
def readings_of_tables(db: Database) -> None:
    db.execute("ALTER TABLE tables ADD COLUMN readings TEXT")


@MIGRATIONS()
def parts_of_pages(db: Database) -> None:
    _run(
        db,
        """
ALTER TABLE captures ADD COLUMN part_of INTEGER REFERENCES captures(id)

CREATE INDEX captures_part_of ON captures(part_of) WHERE part_of IS NOT NULL

ALTER TABLE tables ADD COLUMN capture INTEGER REFERENCES captures(id)

UPDATE tables SET capture = (SELECT capture FROM reports WHERE id = report)

CREATE INDEX tables_capture ON tables(capture)
""".strip(),
    )


@MIGRATIONS()
def nights(db: Database) -> None:
    _run(
        db,
        """
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
""".strip(),
    )
