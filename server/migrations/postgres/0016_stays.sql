-- Stays that a segment asks for: [{ "after": {"days": 7}, "repeat": true }].
ALTER TABLE segment ADD COLUMN stays jsonb NOT NULL DEFAULT '[]';
