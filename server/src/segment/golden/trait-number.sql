-- {"all":[{"trait":"score","op":"greater","value":0.1},{"trait":"score","op":"greaterOrEqual","value":1e+21},{"trait":"score","op":"less","value":-2.5},{"trait":"score","op":"lessOrEqual","value":7},{"trait":"score","op":"between","value":[1,2]}]}
((p.number[{p0:String}] > toDecimal128({p1:String}, 6))
  AND (p.number[{p0:String}] >= toDecimal128({p2:String}, 6))
  AND (p.number[{p0:String}] < toDecimal128({p3:String}, 6))
  AND (mapContains(p.number, {p0:String}) AND p.number[{p0:String}] <= toDecimal128({p4:String}, 6))
  AND (mapContains(p.number, {p0:String}) AND p.number[{p0:String}] BETWEEN toDecimal128({p5:String}, 6) AND toDecimal128({p6:String}, 6)))
FROM profile_current AS p FINAL WHERE p.workspace = {p7:UInt32} AND p.kind = 'person'
-- p0 = "score"
-- p1 = "0.100000"
-- p2 = "1000000000000000000000.000000"
-- p3 = "-2.500000"
-- p4 = "7.000000"
-- p5 = "1.000000"
-- p6 = "2.000000"
-- p7 = 1
