-- Segmentations: ordered classes of which each person is in exactly one. Each class is a segment
-- whose rule is composed: what was written, and nothing of the classes before it.
CREATE TABLE segmentation (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL,
  workspace integer NOT NULL,
  name_fr text NOT NULL,
  name_en text NOT NULL,
  description text NOT NULL DEFAULT '',
  version integer NOT NULL DEFAULT 1,
  archived_at timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (workspace, public_id)
);

-- The classes of a version as they were written, in their order.
CREATE TABLE segmentation_version (
  segmentation integer NOT NULL,
  version integer NOT NULL,
  classes jsonb NOT NULL,
  at timestamptz NOT NULL,
  author text NOT NULL,
  PRIMARY KEY (segmentation, version)
);

ALTER TABLE segment
  ADD COLUMN segmentation integer,
  -- From 0; null = a class that the version in force no longer has: it ends with the filling.
  ADD COLUMN class_order integer,
  -- The rule as somebody wrote it, where `rule`, which is asked, is composed of it and others.
  ADD COLUMN written jsonb;
CREATE INDEX segment_by_segmentation ON segment (segmentation) WHERE segmentation IS NOT NULL;
