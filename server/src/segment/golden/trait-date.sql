-- {"all":[{"trait":"born","op":"before","value":"1990-01-01"},{"trait":"born","op":"after","value":"1980-01-01T00:00:00+01:00"},{"trait":"renewal","op":"withinLast","value":{"days":7}},{"trait":"renewal","op":"withinNext","value":{"hours":12}}]}
((mapContains(p.instant, {p0:String}) AND p.instant[{p0:String}] < fromUnixTimestamp64Milli({p1:Int64}))
  AND (mapContains(p.instant, {p0:String}) AND p.instant[{p0:String}] > fromUnixTimestamp64Milli({p2:Int64}))
  AND (mapContains(p.instant, {p3:String}) AND p.instant[{p3:String}] <= fromUnixTimestamp64Milli({p4:Int64}) AND p.instant[{p3:String}] > fromUnixTimestamp64Milli({p5:Int64}))
  AND (mapContains(p.instant, {p3:String}) AND p.instant[{p3:String}] > fromUnixTimestamp64Milli({p4:Int64}) AND p.instant[{p3:String}] <= fromUnixTimestamp64Milli({p6:Int64})))
FROM profile_current AS p FINAL WHERE p.workspace = {p7:UInt32} AND p.kind = 'person'
-- p0 = "born"
-- p1 = 631152000000
-- p2 = 315529200000
-- p3 = "renewal"
-- p4 = 1795348800000
-- p5 = 1794744000000
-- p6 = 1795392000000
-- p7 = 1
