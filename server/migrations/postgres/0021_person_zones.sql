-- The time zones that people told: rules that ask by the calendar of each person know these.
ALTER TABLE workspace ADD COLUMN person_zones text[] NOT NULL DEFAULT '{}';
