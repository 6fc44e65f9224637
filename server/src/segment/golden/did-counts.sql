-- {"all":[{"did":"A","times":{"op":"atLeast","count":0},"within":null},{"did":"A","times":{"op":"atMost","count":2},"within":{"minutes":90}},{"did":"A","times":{"op":"exactly","count":0},"within":null},{"did":"A","times":{"op":"exactly","count":3},"within":null}]}
(true
  AND (NOT b.t0)
  AND (NOT b.t1) AND b.t2)
FROM profile_current AS p FINAL LEFT ANY JOIN (WITH (e.event = {p0:String}) AS r0, (e.event = {p0:String} AND e.time >= fromUnixTimestamp64Milli({p1:Int64})) AS r1 SELECT profile, (countIf(r1) > 0 AND countIf(r1) > 2) AS t0, (countIf(r0) > 0 AND countIf(r0) > 0) AS t1, (countIf(r0) > 0 AND countIf(r0) = 3) AS t2
  FROM event_of_profile AS e WHERE e.workspace = {p2:UInt32} AND e.counted
  AND (r1 OR r0) GROUP BY profile) AS b ON b.profile = p.profile WHERE p.workspace = {p2:UInt32} AND p.kind = 'person'
-- p0 = "A"
-- p1 = 1795343400001
-- p2 = 1
