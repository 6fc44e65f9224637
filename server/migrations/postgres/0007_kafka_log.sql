-- The event log on Kafka: where in a partition a position is, and what was erased of it.

-- A record's first position is 1 + the counts of all records before it: a function of the partition
-- alone. These are some of its values, so that nobody has to count from the beginning. The first row
-- of a shard is where its partition begins, or where the archive ends.
CREATE TABLE log_checkpoint (
  lane text NOT NULL,
  shard smallint NOT NULL,
  first bigint NOT NULL,
  record_offset bigint NOT NULL,
  written_at timestamptz NOT NULL,
  -- False: only there to say how old what waits is; deleted when flow and sink have passed it.
  lasting boolean NOT NULL,
  PRIMARY KEY (lane, shard, first)
);
CREATE INDEX log_checkpoint_offset ON log_checkpoint (lane, shard, record_offset);

-- The topics that the checkpoints are about, by the ids that Kafka gave them: a topic that was made
-- again, or that of another cluster, is another topic.
CREATE TABLE log_topic (
  name text PRIMARY KEY,
  id text NOT NULL
);

-- Positions whose bytes nobody may see any more, though Kafka or an archive file still holds them.
CREATE TABLE log_erased (
  lane text NOT NULL,
  shard smallint NOT NULL,
  position bigint NOT NULL,
  PRIMARY KEY (lane, shard, position)
);

-- When what is in the log was written, whichever log it is: the last row at or before a position.
CREATE VIEW log_written AS
  SELECT lane, shard, first, written_at FROM log_block
  UNION ALL
  SELECT lane, shard, first, written_at FROM log_checkpoint;
