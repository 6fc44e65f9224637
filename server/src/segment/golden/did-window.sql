-- {"did":"Order Completed","where":[{"property":"total","op":"greaterOrEqual","value":50},{"property":"coupon","op":"notExists"}],"times":{"op":"atLeast","count":2},"within":{"days":30}}
b.t0
FROM profile_current AS p FINAL LEFT ANY JOIN (WITH (e.event = {p0:String}
  AND (e.number[{p1:String}] >= toDecimal128({p2:String}, 6))
  AND (NOT (mapContains(e.text, {p3:String}) OR mapContains(e.number, {p3:String}) OR mapContains(e.boolean, {p3:String}) OR mapContains(e.list, {p3:String}))) AND e.time >= fromUnixTimestamp64Milli({p4:Int64})) AS r0 SELECT profile, (countIf(r0) > 0 AND countIf(r0) >= 2) AS t0
  FROM event_of_profile AS e WHERE e.workspace = {p5:UInt32} AND e.counted
  AND (r0) GROUP BY profile) AS b ON b.profile = p.profile WHERE p.workspace = {p5:UInt32} AND p.kind = 'person'
-- p0 = "Order Completed"
-- p1 = "total"
-- p2 = "50.000000"
-- p3 = "coupon"
-- p4 = 1792756800001
-- p5 = 1
