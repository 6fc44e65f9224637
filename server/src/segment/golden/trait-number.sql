-- {"all":[{"trait":"score","op":"greater","value":0.1},{"trait":"score","op":"greaterOrEqual","value":1e+21},{"trait":"score","op":"less","value":-2.5},{"trait":"score","op":"lessOrEqual","value":7},{"trait":"score","op":"between","value":[1,2]}]}
((mapContains(p.number, {p0:String}) AND p.number[{p0:String}] > toDecimal128({p1:String}, 6))
  AND (mapContains(p.number, {p2:String}) AND p.number[{p2:String}] >= toDecimal128({p3:String}, 6))
  AND (mapContains(p.number, {p4:String}) AND p.number[{p4:String}] < toDecimal128({p5:String}, 6))
  AND (mapContains(p.number, {p6:String}) AND p.number[{p6:String}] <= toDecimal128({p7:String}, 6))
  AND (mapContains(p.number, {p8:String}) AND p.number[{p8:String}] BETWEEN toDecimal128({p9:String}, 6) AND toDecimal128({p10:String}, 6)))
-- p0 = "score"
-- p1 = "0.100000"
-- p2 = "score"
-- p3 = "1000000000000000000000.000000"
-- p4 = "score"
-- p5 = "-2.500000"
-- p6 = "score"
-- p7 = "7.000000"
-- p8 = "score"
-- p9 = "1.000000"
-- p10 = "2.000000"
