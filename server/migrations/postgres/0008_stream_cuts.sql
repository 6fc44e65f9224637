-- A stream is filled from history up to where the flow was when it began to keep what the stream
-- needs today. That is the stream's own moment and not a segment's: a second segment that needs
-- more of the same stream moves it, and the first one's is then too early.

-- Vector of positions (lane:shard → position): from there on the flow keeps what is needed.
ALTER TABLE stream ADD COLUMN cut jsonb NOT NULL DEFAULT '{}';

-- What is being filled waits for all that is applied by now: later than needed, never too early.
UPDATE stream SET cut = (
  SELECT coalesce(jsonb_object_agg(lane || ':' || shard, position), '{}') FROM flow_cursor
  WHERE lane <> 'inner')
WHERE NOT complete;

ALTER TABLE segment DROP COLUMN cut;
