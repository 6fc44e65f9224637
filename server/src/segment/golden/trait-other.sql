-- {"all":[{"trait":"vip","op":"isTrue"},{"trait":"vip","op":"isFalse"},{"trait":"address.city","op":"exists"},{"trait":"address.city","op":"notExists"},{"trait":"tags","op":"listHas","value":"Fidèle"}]}
((mapContains(p.boolean, {p0:String}) AND p.boolean[{p0:String}])
  AND (mapContains(p.boolean, {p1:String}) AND NOT p.boolean[{p1:String}])
  AND (mapContains(p.text, {p2:String}) OR mapContains(p.number, {p2:String}) OR mapContains(p.boolean, {p2:String}) OR mapContains(p.list, {p2:String}))
  AND (NOT (mapContains(p.text, {p3:String}) OR mapContains(p.number, {p3:String}) OR mapContains(p.boolean, {p3:String}) OR mapContains(p.list, {p3:String})))
  AND (mapContains(p.list, {p4:String}) AND has(p.list[{p4:String}], {p5:String})))
-- p0 = "vip"
-- p1 = "vip"
-- p2 = "address.city"
-- p3 = "address.city"
-- p4 = "tags"
-- p5 = "fidele"
