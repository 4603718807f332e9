ALTER TABLE captures ADD COLUMN part_of INTEGER REFERENCES captures(id)

CREATE INDEX captures_part_of ON captures(part_of) WHERE part_of IS NOT NULL

ALTER TABLE tables ADD COLUMN capture INTEGER REFERENCES captures(id)

UPDATE tables SET capture = (SELECT capture FROM reports WHERE id = report)

CREATE INDEX tables_capture ON tables(capture)
