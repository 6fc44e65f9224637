-- Whose data a source brings: the company's own, a partner's own, or bought and aggregated.
-- `asked_party` is the one that rules ask by: while it is another one than `party`, the segments
-- that ask for parties wait to be filled again.
ALTER TABLE source ADD COLUMN party text NOT NULL DEFAULT 'first'
  CHECK (party IN ('first', 'second', 'third'));
ALTER TABLE source ADD COLUMN asked_party text NOT NULL DEFAULT 'first'
  CHECK (asked_party IN ('first', 'second', 'third'));
