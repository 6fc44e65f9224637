-- {"all":[{"trait":"born","op":"before","value":"1990-01-01"},{"trait":"born","op":"after","value":"1980-01-01T00:00:00+01:00"},{"trait":"renewal","op":"withinLast","value":{"days":7}},{"trait":"renewal","op":"withinNext","value":{"hours":12}}]}
((mapContains(p.instant, {p0:String}) AND p.instant[{p0:String}] < fromUnixTimestamp64Milli({p1:Int64}))
  AND (mapContains(p.instant, {p2:String}) AND p.instant[{p2:String}] > fromUnixTimestamp64Milli({p3:Int64}))
  AND (mapContains(p.instant, {p4:String}) AND p.instant[{p4:String}] <= fromUnixTimestamp64Milli({p5:Int64}) AND p.instant[{p4:String}] > fromUnixTimestamp64Milli({p6:Int64}))
  AND (mapContains(p.instant, {p7:String}) AND p.instant[{p7:String}] > fromUnixTimestamp64Milli({p8:Int64}) AND p.instant[{p7:String}] <= fromUnixTimestamp64Milli({p9:Int64})))
-- p0 = "born"
-- p1 = 631152000000
-- p2 = "born"
-- p3 = 315529200000
-- p4 = "renewal"
-- p5 = 1795348800000
-- p6 = 1794744000000
-- p7 = "renewal"
-- p8 = 1795348800000
-- p9 = 1795392000000
