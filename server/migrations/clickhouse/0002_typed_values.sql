-- Two more types of values. `semver`: what a version like 4.12.0 is sorted by. `item`: what the
-- objects of a list say under one key (path `products[].category`), as tuples (type, text, number);
-- type 0 is text, 1 number, 2 boolean. `gone`: paths whose value was taken back (null). Rows from
-- before have none of them.
ALTER TABLE event
  ADD COLUMN IF NOT EXISTS semver Map(LowCardinality(String), String) AFTER list,
  ADD COLUMN IF NOT EXISTS item Map(LowCardinality(String), Array(Tuple(UInt8, String, Decimal(38, 6)))) AFTER semver,
  ADD COLUMN IF NOT EXISTS gone Array(LowCardinality(String)) AFTER item;

ALTER TABLE profile_current
  ADD COLUMN IF NOT EXISTS semver Map(LowCardinality(String), String) AFTER list,
  ADD COLUMN IF NOT EXISTS item Map(LowCardinality(String), Array(Tuple(UInt8, String, Decimal(38, 6)))) AFTER semver;

-- A view keeps the columns that it was made with.
DROP VIEW IF EXISTS event_of_profile;

-- Events with the profile they belong to by today's identity.
CREATE VIEW IF NOT EXISTS event_of_profile AS
SELECT
  e.*,
  if(d.device = toUUID('00000000-0000-0000-0000-000000000000'), e.anchor,
     d.owners[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), d.starts)]) AS owner,
  if(a.identifier = toUUID('00000000-0000-0000-0000-000000000000'), owner, a.profile) AS profile
FROM event AS e
LEFT JOIN (SELECT device, starts, owners FROM device FINAL) AS d ON d.device = e.anchor
LEFT JOIN (SELECT identifier, profile FROM alias FINAL) AS a
  ON a.identifier = if(d.device = toUUID('00000000-0000-0000-0000-000000000000'), e.anchor,
     d.owners[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), d.starts)]);
