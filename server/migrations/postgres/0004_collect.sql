-- What came in, counted by source and minute of acceptance. `accepted` and the rejections inside
-- accepted requests are written in the transaction that appends to the log, so they are exact;
-- `applied`, `duplicate`, `dead_lettered` and `flagged` are added by the flow's own transaction.
-- `writer`: each shard of the log has rows of its own, because a row that all of them update would
-- make their commits wait for each other; readers sum. Workspace 0, source 0: requests whose write
-- key nobody knows.
CREATE TABLE intake_minute (
  workspace int NOT NULL,
  source int NOT NULL,
  minute timestamptz NOT NULL,
  writer smallint NOT NULL DEFAULT 0,
  accepted int NOT NULL DEFAULT 0,
  rejected int NOT NULL DEFAULT 0,
  flagged int NOT NULL DEFAULT 0,
  duplicate int NOT NULL DEFAULT 0,
  applied int NOT NULL DEFAULT 0,
  dead_lettered int NOT NULL DEFAULT 0,
  PRIMARY KEY (workspace, source, minute, writer)
) WITH (fillfactor = 70);

-- Why something was rejected, with the last example as it came (at most 4 KB).
CREATE TABLE rejection_minute (
  workspace int NOT NULL,
  source int NOT NULL,
  minute timestamptz NOT NULL,
  reason text NOT NULL,
  n int NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  sample bytea,
  PRIMARY KEY (workspace, source, minute, reason)
) WITH (fillfactor = 70);
