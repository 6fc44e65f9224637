-- Consent: what a person said yes or no to, and deliveries: what left the house, and what did not.

-- What data is used for. The built-in purposes live in code; a row here adds one or renames one.
CREATE TABLE purpose (
  workspace int NOT NULL,
  key text NOT NULL,
  name_fr text NOT NULL,
  name_en text NOT NULL,
  basis text NOT NULL CHECK (basis IN ('consent', 'legitimate_interest')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace, key)
);

-- The ledger: one row each time an answer was given or changed. It is evidence, so it only grows.
CREATE TABLE consent (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace int NOT NULL,
  -- namespace:value, normalised. Not the profile: profiles merge, the identifier stays.
  identifier text NOT NULL,
  purpose text NOT NULL,
  -- '*' stands for all channels.
  channel text NOT NULL,
  granted boolean NOT NULL,
  at timestamptz NOT NULL,
  source text NOT NULL,
  event text NOT NULL,
  proof text,
  recorded_at timestamptz NOT NULL
);
-- The same answer read twice, as a rebuild does, is one row.
CREATE UNIQUE INDEX consent_once
  ON consent (workspace, identifier, purpose, channel, at, granted);
CREATE INDEX consent_by_workspace ON consent (workspace, id);

CREATE FUNCTION refuse_consent_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The consent ledger is append-only: write a new row instead.';
END $$;
CREATE TRIGGER consent_append_only BEFORE UPDATE OR TRUNCATE ON consent
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_consent_change();

-- The answer in force for each identifier: the latest `at` wins, a tie is a refusal. SDKs repeat
-- the answer on every event; here a repetition moves `at`, in the ledger it leaves nothing.
CREATE TABLE consent_state (
  workspace int NOT NULL,
  identifier text NOT NULL,
  purpose text NOT NULL,
  channel text NOT NULL,
  granted boolean NOT NULL,
  at timestamptz NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (workspace, identifier, purpose, channel)
);

CREATE TABLE destination (
  id uuid PRIMARY KEY,
  workspace int NOT NULL,
  name text NOT NULL,
  kind text NOT NULL,
  -- What may be read by anybody who sees the destination.
  config jsonb NOT NULL,
  -- Signing secrets and secret settings, AES-256-GCM under CLIENTELE_SECRET.
  sealed bytea NOT NULL,
  purpose text NOT NULL,
  channel text,
  triggers jsonb NOT NULL,
  enabled boolean NOT NULL,
  -- Circuit breaker: failures in a row, and until when nothing is sent.
  failures int NOT NULL DEFAULT 0,
  paused_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  deleted_at timestamptz
);
CREATE INDEX destination_by_workspace ON destination (workspace) WHERE deleted_at IS NULL;

CREATE TABLE delivery (
  id uuid PRIMARY KEY,
  workspace int NOT NULL,
  destination uuid NOT NULL REFERENCES destination,
  -- The idempotency key of the transition: with it a delivery exists once.
  key text NOT NULL,
  profile uuid NOT NULL,
  -- Order of a profile's transitions: the outbox's id.
  sequence bigint NOT NULL,
  segment text NOT NULL,
  change text NOT NULL,
  transition jsonb NOT NULL,
  -- The body that is sent, made at the first attempt and the same for every later one.
  payload text,
  state text NOT NULL CHECK (state IN ('waiting', 'retrying', 'delivered', 'refused', 'dead')),
  reason text,
  attempts int NOT NULL DEFAULT 0,
  -- Attempts made before the last replay: the backoff starts again from there.
  attempts_before int NOT NULL DEFAULT 0,
  next_attempt_at timestamptz,
  -- An attempt is under way until then; later, whoever made it has died.
  lease_until timestamptz,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (destination, key)
);
CREATE INDEX delivery_due ON delivery (destination, next_attempt_at, sequence)
  WHERE state IN ('waiting', 'retrying');
CREATE INDEX delivery_order ON delivery (destination, profile, sequence)
  WHERE state IN ('waiting', 'retrying');
-- Ids are in the order of creation, so they also order the log.
CREATE INDEX delivery_log ON delivery (workspace, id);
CREATE INDEX delivery_by_profile ON delivery (workspace, profile, id);
CREATE INDEX delivery_by_outcome ON delivery (destination, state, updated_at);

CREATE TABLE delivery_attempt (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
  attempt int NOT NULL,
  at timestamptz NOT NULL,
  -- Secrets are redacted before they come here.
  request jsonb NOT NULL,
  response jsonb,
  error text,
  took_ms int NOT NULL
);
CREATE INDEX delivery_attempt_by_delivery ON delivery_attempt (delivery, id);
