-- Computed traits: what is made of a profile's events whenever it is asked, and never kept in it.
CREATE TABLE computed_trait (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL,
  workspace integer NOT NULL,
  -- What rules call it, as they call the traits that are given.
  key text NOT NULL,
  name_fr text NOT NULL,
  name_en text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- What it is made of, as docs/traits.md says.
  spec jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  state text NOT NULL CHECK (state IN ('backfilling', 'live', 'archived')),
  -- While backfilling: how much of its streams is filled from history.
  progress real NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (workspace, public_id)
);
-- An archived one gives its key free.
CREATE UNIQUE INDEX computed_trait_key ON computed_trait (workspace, key) WHERE state <> 'archived';
