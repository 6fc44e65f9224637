-- The shelf: where a segment stands, who answers for it, and what of it is not in force yet.
ALTER TABLE segment
  ADD COLUMN folder text NOT NULL DEFAULT '',
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
  -- A user of the workspace; null = nobody.
  ADD COLUMN owner uuid,
  -- A rule that somebody works on, as JSON. It may be incomplete: nothing evaluates it. Text, not
  -- jsonb, which refuses characters that a half-written rule may hold.
  ADD COLUMN draft text,
  -- When somebody last opened it, to the day; null = not since it was made.
  ADD COLUMN looked_at timestamptz,
  -- What it was before it was archived, so that it comes back as that.
  ADD COLUMN archived_from text,
  DROP CONSTRAINT segment_state_check,
  ADD CONSTRAINT segment_state_check
    CHECK (state IN ('draft', 'backfilling', 'live', 'paused', 'archived'));
