-- Who is staff, or a test: e-mail domains and parts of addresses, a trait that is true, a list.
-- Segments leave them out unless they say otherwise.
ALTER TABLE workspace ADD COLUMN staff jsonb NOT NULL
  DEFAULT '{"domains": [], "emails": [], "trait": null, "list": null}';
ALTER TABLE segment ADD COLUMN includes_staff boolean NOT NULL DEFAULT false;
ALTER TABLE segmentation ADD COLUMN includes_staff boolean NOT NULL DEFAULT false;
