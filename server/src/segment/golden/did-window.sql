-- {"did":"Order Completed","where":[{"property":"total","op":"greaterOrEqual","value":50},{"property":"coupon","op":"notExists"}],"times":{"op":"atLeast","count":2},"within":{"days":30}}
(p.profile IN (SELECT profile FROM event_of_profile AS e WHERE e.workspace = {p5:UInt32} AND e.counted AND e.event = {p0:String}
  AND (mapContains(e.number, {p1:String}) AND e.number[{p1:String}] >= toDecimal128({p2:String}, 6))
  AND (NOT (mapContains(e.text, {p3:String}) OR mapContains(e.number, {p3:String}) OR mapContains(e.boolean, {p3:String}) OR mapContains(e.list, {p3:String}))) AND e.time >= fromUnixTimestamp64Milli({p4:Int64}) GROUP BY profile HAVING count() >= 2))
-- p0 = "Order Completed"
-- p1 = "total"
-- p2 = "50.000000"
-- p3 = "coupon"
-- p4 = 1792756800001
-- p5 = 1
