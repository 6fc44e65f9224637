-- History for questions. The sink writes it, following the flow's verdicts; nothing waits for it.
-- Both deduplication windows are set: by default the engine ignores insert_deduplication_token.

-- One row an applied event. `anchor` is a function of the event alone; whose it is, is looked up.
CREATE TABLE IF NOT EXISTS event (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  anchor UUID,
  hash UInt64,
  time DateTime64(3, 'UTC'),
  received_at DateTime64(3, 'UTC'),
  source UInt32,
  type LowCardinality(String),
  event LowCardinality(String),
  message_id String,
  -- False for bots, staff and anonymous mode: kept, never counted in segments.
  counted Bool,
  flags Array(LowCardinality(String)),
  -- The event's properties (for identify and group: its traits) by dotted path, typed once.
  text Map(LowCardinality(String), String),
  number Map(LowCardinality(String), Decimal(38, 6)),
  instant Map(LowCardinality(String), DateTime64(3, 'UTC')),
  boolean Map(LowCardinality(String), Bool),
  list Map(LowCardinality(String), Array(String)),
  -- JSON {properties, traits, context}, for display.
  body String CODEC(ZSTD(3)),
  INDEX anchor_index anchor TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX time_index time TYPE minmax GRANULARITY 1
) ENGINE = MergeTree
PARTITION BY toYYYYMM(time)
ORDER BY (workspace, event, time, hash)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000, max_partitions_per_insert_block = 0;

CREATE TABLE IF NOT EXISTS trait_change (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  -- The identifier whose fragment changed.
  owner UUID,
  trait LowCardinality(String),
  -- JSON; `null` = taken back.
  value String,
  at DateTime64(3, 'UTC'),
  source UInt32,
  event LowCardinality(String),
  message_id String,
  recorded_at DateTime64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (workspace, owner, trait, at)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;

-- The ledger of entries and exits.
CREATE TABLE IF NOT EXISTS membership_change (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  profile UUID,
  segment UInt32,
  segment_version UInt32,
  change Enum8('entered' = 1, 'left' = 2),
  -- event, timer, backfill, merge
  cause LowCardinality(String),
  at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (workspace, segment, at)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;

-- Exceptions only: identifiers whose profile is not named after them.
CREATE TABLE IF NOT EXISTS alias (
  identifier UUID,
  profile UUID,
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY identifier;

-- Devices that somebody logged in on: the owner of each stretch of time. `starts` are epoch ms,
-- ascending; owners are identifiers, the device itself where nobody is.
CREATE TABLE IF NOT EXISTS device (
  device UUID,
  starts Array(Int64),
  owners Array(UUID),
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY device;

-- Merges of profiles over time, for the history of a person.
CREATE TABLE IF NOT EXISTS identity_change (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  identifier UUID,
  from_profile UUID,
  to_profile UUID,
  recorded_at DateTime64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (workspace, to_profile, recorded_at)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;

-- The newest version of each document, at most one a second and profile.
CREATE TABLE IF NOT EXISTS profile_current (
  workspace UInt32,
  profile UUID,
  version UInt64,
  deleted UInt8,
  kind LowCardinality(String),
  -- A person identifier is known.
  known Bool,
  name String,
  identifiers Array(String),
  first_seen DateTime64(3, 'UTC'),
  last_seen DateTime64(3, 'UTC'),
  events UInt64,
  segments Array(UInt32),
  -- Channels in which the purpose marketing may reach the person now.
  reachable Array(LowCardinality(String)),
  text Map(LowCardinality(String), String),
  number Map(LowCardinality(String), Decimal(38, 6)),
  instant Map(LowCardinality(String), DateTime64(3, 'UTC')),
  boolean Map(LowCardinality(String), Bool),
  list Map(LowCardinality(String), Array(String)),
  -- JSON of each trait as received, for display.
  raw Map(LowCardinality(String), String)
) ENGINE = ReplacingMergeTree(version, deleted)
ORDER BY (workspace, profile);

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
