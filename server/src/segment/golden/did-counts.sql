-- {"all":[{"did":"A","times":{"op":"atLeast","count":0},"within":null},{"did":"A","times":{"op":"atMost","count":2},"within":{"minutes":90}},{"did":"A","times":{"op":"exactly","count":0},"within":null},{"did":"A","times":{"op":"exactly","count":3},"within":null}]}
(true
  AND (NOT (p.profile IN (SELECT profile FROM event_of_profile AS e WHERE e.workspace = {p3:UInt32} AND e.counted AND e.event = {p1:String} AND e.time >= fromUnixTimestamp64Milli({p2:Int64}) GROUP BY profile HAVING count() > 2)))
  AND (NOT (p.profile IN (SELECT profile FROM event_of_profile AS e WHERE e.workspace = {p5:UInt32} AND e.counted AND e.event = {p4:String} GROUP BY profile HAVING count() > 0)))
  AND (p.profile IN (SELECT profile FROM event_of_profile AS e WHERE e.workspace = {p7:UInt32} AND e.counted AND e.event = {p6:String} GROUP BY profile HAVING count() = 3)))
-- p0 = "A"
-- p1 = "A"
-- p2 = 1795343400001
-- p3 = 1
-- p4 = "A"
-- p5 = 1
-- p6 = "A"
-- p7 = 1
