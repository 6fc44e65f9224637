-- {"all":[{"all":[]},{"any":[]},{"not":{"any":[{"trait":"vip","op":"isTrue"}]}}]}
(true AND false
  AND (NOT ((p.boolean[{p0:String}]))))
FROM profile_current AS p FINAL WHERE p.workspace = {p1:UInt32} AND p.kind = 'person'
-- p0 = "vip"
-- p1 = 1
