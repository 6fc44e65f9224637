-- {"all":[{"all":[]},{"any":[]},{"not":{"any":[{"trait":"vip","op":"isTrue"}]}}]}
(true AND false
  AND (NOT ((mapContains(p.boolean, {p0:String}) AND p.boolean[{p0:String}]))))
-- p0 = "vip"
