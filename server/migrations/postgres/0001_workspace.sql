-- Tenants, the people who work in them, what programs may do, where events come from, and who did what.

CREATE TABLE workspace (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  key text NOT NULL UNIQUE,
  name text NOT NULL,
  -- IANA name: the days of reports and of calendar conditions are days of this zone.
  time_zone text NOT NULL DEFAULT 'Europe/Paris',
  -- Secret of this workspace's keyed hashes (birth ids among them). Changing it changes them all.
  hash_key bytea NOT NULL CHECK (length(hash_key) = 32),
  demo boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL
);

CREATE TABLE source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace integer NOT NULL REFERENCES workspace,
  public_id uuid NOT NULL UNIQUE,
  name text NOT NULL,
  kind text NOT NULL,
  -- Readable, not hashed: a write key stands in every page of the site and can only add events.
  write_key text NOT NULL UNIQUE,
  -- The key before the last rotation, accepted until the overlap ends.
  previous_key text UNIQUE,
  previous_key_until timestamptz,
  -- True for the source whose key the environment fixes (CLIENTELE_WRITE_KEY).
  fixed boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  archived_at timestamptz,
  CHECK ((previous_key IS NULL) = (previous_key_until IS NULL))
);
CREATE INDEX source_by_workspace ON source (workspace, id);
CREATE UNIQUE INDEX source_fixed ON source (workspace) WHERE fixed;

CREATE TABLE user_account (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL REFERENCES workspace,
  -- Lower case. One person works in one workspace, so an address signs in without naming it.
  email text NOT NULL UNIQUE CHECK (email = lower(email)),
  name text NOT NULL,
  role text NOT NULL CHECK (role IN ('admin', 'reader')),
  language text NOT NULL CHECK (language IN ('fr', 'en')),
  -- argon2id; null until the person has chosen a password.
  password_hash text,
  disabled_at timestamptz,
  last_seen_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX user_account_by_workspace ON user_account (workspace, id);

-- One-time links; only a hash of the token is kept.
CREATE TABLE sign_in_link (
  token_hash bytea PRIMARY KEY,
  user_account uuid NOT NULL REFERENCES user_account ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  created_at timestamptz NOT NULL
);
CREATE INDEX sign_in_link_by_user ON sign_in_link (user_account);

CREATE TABLE session (
  id uuid PRIMARY KEY,
  user_account uuid NOT NULL REFERENCES user_account ON DELETE CASCADE,
  token_hash bytea NOT NULL UNIQUE,
  -- The token before the last rotation: requests already under way still carry it.
  previous_hash bytea UNIQUE,
  rotated_at timestamptz NOT NULL,
  csrf text NOT NULL,
  -- How the person came in: who came by a fresh link may choose a password without the old one.
  via text NOT NULL CHECK (via IN ('link', 'password')),
  created_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL
);
CREATE INDEX session_by_user ON session (user_account);

-- Attempts to sign in, written before the password is looked at. Subjects are keyed hashes of the
-- account and of the network address, never the values.
CREATE TABLE sign_in_attempt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject bytea NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX sign_in_attempt_by_subject ON sign_in_attempt (subject, at);
CREATE INDEX sign_in_attempt_by_time ON sign_in_attempt (at);

CREATE TABLE api_key (
  id uuid PRIMARY KEY,
  workspace integer NOT NULL REFERENCES workspace,
  name text NOT NULL,
  -- The first characters, so that people can tell keys apart.
  prefix text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  -- True for the key that the environment fixes (CLIENTELE_ADMIN_KEY).
  fixed boolean NOT NULL DEFAULT false,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
CREATE INDEX api_key_by_workspace ON api_key (workspace, id);
CREATE UNIQUE INDEX api_key_fixed ON api_key (workspace) WHERE fixed AND revoked_at IS NULL;

CREATE TABLE audit_entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'key', 'system')),
  actor_id text,
  actor_name text NOT NULL,
  -- room.verb, such as source.created
  action text NOT NULL,
  -- kind:id of what was touched
  subject text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entry_by_workspace ON audit_entry (workspace, id);

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: entries are never changed or removed.';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- Names that people gave to events, traits and properties.
CREATE TABLE label (
  workspace integer NOT NULL REFERENCES workspace,
  kind text NOT NULL CHECK (kind IN ('event', 'trait', 'property')),
  name text NOT NULL,
  fr text NOT NULL,
  en text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (workspace, kind, name)
);
