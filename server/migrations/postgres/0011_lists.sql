-- Static lists: people somebody put together. Who is on one is told by events of the program's own
-- and stands in the profiles, as a trait does; here is what a list is called and what was done to it.

CREATE TABLE list (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace integer NOT NULL REFERENCES workspace,
  public_id uuid NOT NULL,
  name_fr text NOT NULL,
  name_en text NOT NULL,
  description text NOT NULL DEFAULT '',
  -- Event time of its latest change: each has a later one than the change before, whatever the
  -- clock says, so that who is added and taken off at once is off.
  changed_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  archived_at timestamptz,
  UNIQUE (workspace, public_id)
);

-- One row an upload, or a call that adds or removes.
CREATE TABLE list_change (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL,
  list integer NOT NULL REFERENCES list,
  at timestamptz NOT NULL,
  author text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('added', 'removed')),
  -- Identifiers that went into the log, and lines that did not, by reason.
  taken integer NOT NULL,
  rejected jsonb NOT NULL
);
CREATE INDEX list_change_by_list ON list_change (list, at);

-- The source of what the program itself tells of lists: one a workspace, whose key opens nothing.
CREATE UNIQUE INDEX source_of_lists ON source (workspace) WHERE kind = 'list';
