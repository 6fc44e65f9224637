-- Computed traits that a query makes: when it was last asked, and why that failed.
ALTER TABLE computed_trait ADD COLUMN attempted_at timestamptz, ADD COLUMN failure jsonb;
