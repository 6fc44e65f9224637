-- Whose the events of an anchor are, by today's identity: one look-up instead of two, of a device and
-- then of its owner's other name. Exceptions only, as before: an anchor without a row is a profile
-- itself. Of a device the profile of each stretch of time; `starts` are epoch ms, ascending. Where the
-- profile of an owner changes, the rows of its devices are written anew.
CREATE TABLE IF NOT EXISTS whose (
  anchor UUID,
  starts Array(Int64),
  profiles Array(UUID),
  version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY anchor;

INSERT INTO whose (anchor, starts, profiles, version)
SELECT identifier, [-62135596800000], [profile], version FROM alias FINAL
WHERE identifier NOT IN (SELECT device FROM device);

INSERT INTO whose (anchor, starts, profiles, version)
SELECT device, starts, arrayMap(one -> one.2, arraySort(groupArray((turn, profile)))) AS profiles, max(version) AS version FROM (
  SELECT d.device AS device, d.starts AS starts, d.turn AS turn,
    if(a.identifier = toUUID('00000000-0000-0000-0000-000000000000'), d.owner, a.profile) AS profile,
    greatest(d.version, a.version) AS version
  FROM (
    SELECT device, starts, version, turn, owner FROM device FINAL
    ARRAY JOIN owners AS owner, arrayEnumerate(owners) AS turn
  ) AS d
  LEFT ANY JOIN (SELECT identifier, profile, version FROM alias FINAL) AS a ON a.identifier = d.owner
)
GROUP BY device, starts;

DROP VIEW IF EXISTS event_of_profile;

-- Events with the profile they belong to by today's identity.
CREATE VIEW IF NOT EXISTS event_of_profile AS
SELECT
  e.*,
  if(w.anchor = toUUID('00000000-0000-0000-0000-000000000000'), e.anchor,
     w.profiles[arrayLastIndex(start -> start <= toUnixTimestamp64Milli(e.time), w.starts)]) AS profile
FROM event AS e
LEFT ANY JOIN (SELECT anchor, starts, profiles FROM whose FINAL) AS w ON w.anchor = e.anchor;
