-- What counted events said of the objects that they named: contracts, cards, tickets. A row for
-- each event and object, with its attributes by dotted path, typed as in `event`. Events from
-- before have none.
CREATE TABLE IF NOT EXISTS object_said (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  anchor UUID,
  hash UInt64,
  time DateTime64(3, 'UTC'),
  type LowCardinality(String),
  id String,
  -- The person has it no more.
  removed Bool,
  text Map(LowCardinality(String), String),
  number Map(LowCardinality(String), Decimal(38, 6)),
  instant Map(LowCardinality(String), DateTime64(3, 'UTC')),
  boolean Map(LowCardinality(String), Bool),
  list Map(LowCardinality(String), Array(String)),
  semver Map(LowCardinality(String), String),
  item Map(LowCardinality(String), Array(Tuple(UInt8, String, Decimal(38, 6)))),
  gone Array(LowCardinality(String)),
  -- JSON of each attribute as received, for display.
  raw Map(LowCardinality(String), String)
) ENGINE = MergeTree
ORDER BY (workspace, type, anchor, id, time)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;

-- What was said of objects, with the profile that it belongs to by today's identity.
CREATE VIEW IF NOT EXISTS object_of_profile AS
SELECT
  e.*,
  if(w.anchor = toUUID('00000000-0000-0000-0000-000000000000'), e.anchor,
     w.profiles[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), w.starts)]) AS profile
FROM object_said AS e
LEFT ANY JOIN (SELECT anchor, starts, profiles FROM whose FINAL) AS w ON w.anchor = e.anchor;
