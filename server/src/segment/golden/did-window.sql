-- {"did":"Order Completed","where":[{"property":"total","op":"greaterOrEqual","value":50},{"property":"coupon","op":"notExists"}],"times":{"op":"atLeast","count":2},"within":{"days":30}}
(p.profile IN (SELECT profile FROM event_of_profile AS e WHERE e.workspace = {p0:UInt32} AND e.event = {p1:String} AND e.counted AND e.time > fromUnixTimestamp64Milli({p2:Int64})
  AND (mapContains(e.number, {p3:String}) AND e.number[{p3:String}] >= toDecimal128({p4:String}, 6))
  AND (NOT (mapContains(e.text, {p5:String}) OR mapContains(e.number, {p5:String}) OR mapContains(e.boolean, {p5:String}) OR mapContains(e.list, {p5:String}))) GROUP BY profile HAVING count() >= 2))
-- p0 = 1
-- p1 = "Order Completed"
-- p2 = 1792756800000
-- p3 = "total"
-- p4 = "50.000000"
-- p5 = "coupon"
