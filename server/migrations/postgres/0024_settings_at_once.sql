-- Segments follow a setting that they ask in the transaction that changes it, so there is nothing to
-- keep of what was followed. What was not yet, is now: segments are filled again where the calendar
-- or the legal basis had moved; a source that was only just said to be of another party stays of the
-- one that rules took it for, and can be said to be of the other again.
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
SELECT w.id AS workspace FROM workspace AS w
LEFT JOIN purpose AS p ON p.workspace = w.id AND p.key = 'marketing'
WHERE w.calendar_zone <> w.time_zone OR w.marketing_basis <> coalesce(p.basis, 'consent');
UPDATE segment SET state = 'backfilling', fires = false, evaluated = false, progress = 0,
  filled_to = NULL, filled = 0
WHERE workspace IN (SELECT workspace FROM moved) AND state IN ('live', 'backfilling');
INSERT INTO copy_again (workspace) SELECT workspace FROM moved
ON CONFLICT (workspace) DO UPDATE SET after = NULL;
UPDATE source SET party = asked_party WHERE party <> asked_party;
ALTER TABLE workspace DROP COLUMN calendar_zone, DROP COLUMN marketing_basis;
ALTER TABLE source DROP COLUMN asked_party;
