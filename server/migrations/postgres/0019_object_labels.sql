-- Types of objects have display names too.
ALTER TABLE label DROP CONSTRAINT label_kind_check;
ALTER TABLE label ADD CONSTRAINT label_kind_check
  CHECK (kind IN ('event', 'trait', 'property', 'object'));
