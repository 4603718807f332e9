ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'crawl'

ALTER TABLE captures ADD COLUMN origin TEXT

ALTER TABLE captures ADD COLUMN dated_by TEXT

CREATE INDEX captures_origin ON captures(origin) WHERE origin IS NOT NULL

CREATE INDEX captures_unread ON captures(fetched_at) WHERE reading IS NULL
