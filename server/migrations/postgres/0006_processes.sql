-- Several processes of each role, and who of them works on which shard.

-- Who is there: each process says so every second. `id` stays the same for one data directory.
CREATE TABLE process (
  id uuid PRIMARY KEY,
  roles text[] NOT NULL,
  started_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL
);

-- The shard is the owner's for as long as its process is seen. The epoch, not the lease, keeps a
-- former owner from writing: it grows with every change of owner.
ALTER TABLE flow_cursor ADD COLUMN owner uuid;
