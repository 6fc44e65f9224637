-- The ledger of stays: a member had been in a segment for a time that the segment asks for.
CREATE TABLE IF NOT EXISTS membership_stay (
  workspace UInt32,
  lane LowCardinality(String),
  shard UInt8,
  position UInt64,
  profile UUID,
  segment UInt32,
  segment_version UInt32,
  -- How long by then.
  stayed_ms UInt64,
  at DateTime64(3, 'UTC'),
  recorded_at DateTime64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (workspace, segment, at)
SETTINGS non_replicated_deduplication_window = 1000, replicated_deduplication_window = 1000;
