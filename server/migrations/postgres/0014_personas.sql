-- Segments with a face. What people wrote, so a rebuild leaves it alone.
CREATE TABLE persona (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL,
  workspace integer NOT NULL REFERENCES workspace,
  segment integer NOT NULL REFERENCES segment,
  name text NOT NULL,
  description text NOT NULL DEFAULT '',
  quote text NOT NULL DEFAULT '',
  -- Of the palette of charts.
  color smallint NOT NULL CHECK (color BETWEEN 1 AND 6),
  initials text NOT NULL DEFAULT '',
  -- Findings that are shown first: a list of {kind, key, value}.
  facts jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (workspace, public_id)
);
CREATE INDEX persona_by_segment ON persona (segment);
