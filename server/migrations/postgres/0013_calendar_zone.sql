-- The time zone by whose calendar the segments of a workspace were last filled. While it is another
-- one than the workspace's own, they wait to be filled again; null: nothing was filled by any yet.
ALTER TABLE workspace ADD COLUMN calendar_zone text;
UPDATE workspace SET calendar_zone = time_zone;
