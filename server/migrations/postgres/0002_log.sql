-- The event log: blocks of entries as received, and who has read how far.

CREATE TABLE log_head (
  lane text NOT NULL,
  shard smallint NOT NULL,
  -- The position the next event will get; the row's lock makes commit order = position order.
  next bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (lane, shard)
);

CREATE TABLE log_block (
  lane text NOT NULL,
  shard smallint NOT NULL,
  first bigint NOT NULL,
  count integer NOT NULL CHECK (count > 0),
  bytes bytea NOT NULL,
  written_at timestamptz NOT NULL,
  PRIMARY KEY (lane, shard, first)
);
-- The bytes are compressed already.
ALTER TABLE log_block ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Where blocks went that are no longer in log_block.
CREATE TABLE log_archive (
  lane text NOT NULL,
  shard smallint NOT NULL,
  first bigint NOT NULL,
  count integer NOT NULL,
  file text NOT NULL,
  archived_at timestamptz NOT NULL,
  PRIMARY KEY (lane, shard, first)
);

-- The fence: a flow transaction locks its row by (epoch, position); a stale worker finds none.
CREATE TABLE flow_cursor (
  lane text NOT NULL,
  shard smallint NOT NULL,
  epoch bigint NOT NULL DEFAULT 0,
  position bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (lane, shard)
);

-- What the flow did with each position of a range, and what changed by it: the sink follows this.
CREATE TABLE verdict (
  lane text NOT NULL,
  shard smallint NOT NULL,
  first bigint NOT NULL,
  count integer NOT NULL,
  -- One byte a position: 0 applied, 1 duplicate, 2 dead-lettered, 3 erased, 4 not counted (bot, staff).
  outcomes bytea NOT NULL,
  -- Compressed JSON: anchors, trait changes, membership changes, identity changes.
  facts bytea NOT NULL,
  committed_at timestamptz NOT NULL,
  PRIMARY KEY (lane, shard, first)
);
ALTER TABLE verdict ALTER COLUMN facts SET STORAGE EXTERNAL;

CREATE TABLE sink_cursor (
  lane text NOT NULL,
  shard smallint NOT NULL,
  position bigint NOT NULL DEFAULT 0,
  -- The range being written, committed before the insert: after a crash exactly this is repeated.
  pending_to bigint,
  attempt integer NOT NULL DEFAULT 0,
  PRIMARY KEY (lane, shard)
);

CREATE TABLE dead_letter (
  lane text NOT NULL,
  shard smallint NOT NULL,
  position bigint NOT NULL,
  workspace integer NOT NULL,
  source integer NOT NULL,
  reason text NOT NULL,
  raw bytea NOT NULL,
  at timestamptz NOT NULL,
  replayed_at timestamptz,
  PRIMARY KEY (lane, shard, position)
);

-- One row a message, so that a retry of the same message changes nothing. A key is 16 bytes.
-- Partitioned by the UTC day of the client's own timestamp: equal in a retry, one partition probed.
CREATE TABLE dedup (
  bucket date NOT NULL,
  key bytea NOT NULL,
  PRIMARY KEY (bucket, key)
) PARTITION BY LIST (bucket);

-- Messages without a usable timestamp of their own: by the Monday of the week of their arrival.
CREATE TABLE dedup_arrival (
  bucket date NOT NULL,
  key bytea NOT NULL,
  PRIMARY KEY (bucket, key)
) PARTITION BY LIST (bucket);
