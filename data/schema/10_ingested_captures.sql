ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'crawl'

CREATE INDEX runs_uncounted ON runs(portal) WHERE requests IS NULL

ALTER TABLE captures ADD COLUMN origin TEXT

ALTER TABLE captures ADD COLUMN dated_by TEXT

CREATE INDEX captures_origin ON captures(origin) WHERE origin IS NOT NULL

CREATE INDEX captures_unread ON captures(fetched_at) WHERE reading IS NULL

DROP INDEX captures_url

CREATE INDEX captures_url ON captures(url, fetched_at)
