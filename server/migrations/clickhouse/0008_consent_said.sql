-- What was said of consent, by whom and when: a row for each purpose and channel that a counted event
-- or a call spoke of, repetitions too, since of two identifiers of one person the later word counts.
-- It may stand here twice, which says nothing new. `time` is when it was said.
CREATE TABLE IF NOT EXISTS consent_said (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  -- The identifier under which it was said.
  anchor UUID,
  purpose LowCardinality(String),
  -- `*` stands for all channels.
  channel LowCardinality(String),
  granted Bool,
  -- The source's number, or `api`.
  source LowCardinality(String),
  time DateTime64(3, 'UTC'),
  INDEX anchor_index anchor TYPE bloom_filter(0.01) GRANULARITY 1
) ENGINE = MergeTree
ORDER BY (workspace, purpose, channel, anchor, time)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;

-- What was said of consent, with the profile that it belongs to by today's identity.
CREATE VIEW IF NOT EXISTS consent_of_profile AS
SELECT
  e.*,
  if(w.anchor = toUUID('00000000-0000-0000-0000-000000000000'), e.anchor,
     w.profiles[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), w.starts)]) AS profile
FROM consent_said AS e
LEFT ANY JOIN (SELECT anchor, starts, profiles FROM whose FINAL) AS w ON w.anchor = e.anchor;
