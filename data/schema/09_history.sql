ALTER TABLE reports ADD COLUMN replaces INTEGER REFERENCES reports(id)

ALTER TABLE reports ADD COLUMN moved_to INTEGER REFERENCES reports(id)

DROP INDEX reports_current_url

CREATE INDEX reports_current_url ON reports(url) WHERE current = 1

CREATE INDEX reports_replaces ON reports(replaces) WHERE replaces IS NOT NULL

CREATE INDEX reports_moved_to ON reports(moved_to) WHERE moved_to IS NOT NULL

ALTER TABLE findings ADD COLUMN capture INTEGER REFERENCES captures(id)

CREATE INDEX findings_capture ON findings(capture) WHERE capture IS NOT NULL
