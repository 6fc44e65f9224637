-- The answers about consent that are in force, by purpose and channel (`marketing email`, or
-- `marketing *` for what was said of all channels). Rows from before have none until the profile is
-- copied again.
ALTER TABLE profile_current
  ADD COLUMN IF NOT EXISTS consent Map(LowCardinality(String), Bool) AFTER reachable;
