-- The state that is folded from the log: identity, profiles, segments, timers, effects.

-- Integer ids for names that recur in every document.
CREATE TABLE registry (
  workspace integer NOT NULL,
  kind text NOT NULL,
  id integer NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (workspace, kind, id),
  UNIQUE (workspace, kind, name)
);

-- The register of identifiers: a row is written once, at birth, and survives a rebuild.
CREATE TABLE identifier (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL,
  namespace text NOT NULL,
  value text NOT NULL,
  UNIQUE (workspace, namespace, value)
);

CREATE TABLE namespace (
  workspace integer NOT NULL,
  name text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('person', 'account', 'device', 'household')),
  -- How many of them one profile may hold.
  limit_per_profile integer NOT NULL CHECK (limit_per_profile > 0),
  -- 1 is the strongest.
  priority integer NOT NULL,
  blocked text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (workspace, name)
);

-- Only for identifiers whose profile is not named after them; a merge writes here and nowhere else.
CREATE TABLE profile_alias (
  identifier uuid PRIMARY KEY,
  profile uuid NOT NULL
);
CREATE INDEX profile_alias_profile ON profile_alias (profile);

-- One row for each pair and kind: the earliest item speaks for all later ones.
CREATE TABLE evidence (
  id uuid NOT NULL,
  workspace integer NOT NULL,
  a uuid NOT NULL,
  b uuid NOT NULL,
  kind smallint NOT NULL,
  priority smallint NOT NULL,
  at bigint NOT NULL,
  hash bigint NOT NULL,
  -- Of an alias: the identifier that is the older name.
  former uuid,
  source integer NOT NULL,
  message_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('accepted', 'refused', 'retracted', 'frozen')),
  reason text,
  PRIMARY KEY (a, b, kind),
  CHECK (a < b)
);
CREATE INDEX evidence_b ON evidence (b);
CREATE UNIQUE INDEX evidence_id ON evidence (id);

-- What people decided about a pair; the latest decision stands.
CREATE TABLE identity_decision (
  workspace integer NOT NULL,
  a uuid NOT NULL,
  b uuid NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('link', 'cannot_link', 'retract')),
  at bigint NOT NULL,
  hash bigint NOT NULL,
  author text NOT NULL,
  PRIMARY KEY (a, b),
  CHECK (a < b)
);
CREATE INDEX identity_decision_b ON identity_decision (b);

-- Who was logged in on a device from when on.
CREATE TABLE device (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL,
  logins bytea NOT NULL
);

-- The same, from the person's side: on which devices an identifier ever logged in.
CREATE TABLE device_owner (
  owner uuid NOT NULL,
  device uuid NOT NULL,
  PRIMARY KEY (owner, device)
);

CREATE TABLE profile (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL,
  version bigint NOT NULL,
  document bytea NOT NULL
) WITH (fillfactor = 70);
ALTER TABLE profile ALTER COLUMN document SET STORAGE MAIN;
CREATE INDEX profile_workspace ON profile (workspace, id);

-- When a profile's answers can next change without an event.
CREATE TABLE timer (
  profile uuid PRIMARY KEY,
  workspace integer NOT NULL,
  due timestamptz NOT NULL
);
CREATE INDEX timer_due ON timer (due);

CREATE TABLE segment (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  public_id uuid NOT NULL,
  workspace integer NOT NULL,
  name_fr text NOT NULL,
  name_en text NOT NULL,
  description text NOT NULL DEFAULT '',
  rule jsonb NOT NULL,
  version integer NOT NULL DEFAULT 1,
  state text NOT NULL CHECK (state IN ('backfilling', 'live', 'paused', 'archived')),
  -- While backfilling: how much is done, and whether the flow evaluates it already.
  progress real NOT NULL DEFAULT 0,
  evaluated boolean NOT NULL DEFAULT false,
  -- Vector of positions (lane:shard → position) from which on the flow keeps its streams.
  cut jsonb NOT NULL DEFAULT '{}',
  -- How far the profiles were evaluated, in id order.
  filled_to uuid,
  filled integer NOT NULL DEFAULT 0,
  reason text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by text NOT NULL,
  UNIQUE (workspace, public_id)
);

CREATE TABLE segment_version (
  segment integer NOT NULL,
  version integer NOT NULL,
  rule jsonb NOT NULL,
  at timestamptz NOT NULL,
  author text NOT NULL,
  PRIMARY KEY (segment, version)
);

-- A stream: which entries (time, value) of an event the documents keep.
CREATE TABLE stream (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace integer NOT NULL,
  definition text NOT NULL,
  keep_newest integer NOT NULL,
  -- The longest window asked for; null = ever.
  keep_ms bigint,
  -- True when the documents hold it also for the time before it was registered.
  complete boolean NOT NULL DEFAULT false,
  UNIQUE (workspace, definition)
);

-- Grows with every change of segments or streams: a flow transaction that sees another one reloads.
CREATE TABLE definition_version (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version bigint NOT NULL
);
INSERT INTO definition_version VALUES (true, 1);

CREATE TABLE membership (
  workspace integer NOT NULL,
  segment integer NOT NULL,
  profile uuid NOT NULL,
  entered_at timestamptz NOT NULL,
  PRIMARY KEY (segment, profile)
);
CREATE INDEX membership_profile ON membership (profile);

-- Effects wait here, written in the same transaction as the change that causes them.
CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace integer NOT NULL,
  kind text NOT NULL,
  key text NOT NULL UNIQUE,
  profile uuid NOT NULL,
  body jsonb NOT NULL,
  created_at timestamptz NOT NULL
);
