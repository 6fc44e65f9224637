-- What was said of consent under identifiers that history does not know yet: it is told when somebody
-- has them. So is what the ledger held before history kept consents.
CREATE TABLE consent_ahead (
  workspace int NOT NULL,
  identifier text NOT NULL,
  purpose text NOT NULL,
  channel text NOT NULL,
  granted boolean NOT NULL,
  at timestamptz NOT NULL,
  source text NOT NULL,
  PRIMARY KEY (workspace, identifier, purpose, channel, at, granted)
);
INSERT INTO consent_ahead
SELECT workspace, identifier, purpose, channel, granted, at, source FROM consent
UNION ALL
SELECT workspace, identifier, purpose, channel, granted, at, source FROM consent_state
ON CONFLICT DO NOTHING;

-- Workspaces whose people are copied to history anew, in the order of their ids, up to `after`.
CREATE TABLE copy_again (workspace int PRIMARY KEY, after uuid);

-- The legal basis of the purpose marketing by which the segments of the workspace were filled.
ALTER TABLE workspace ADD COLUMN marketing_basis text NOT NULL DEFAULT 'consent'
  CHECK (marketing_basis IN ('consent', 'legitimate_interest'));
