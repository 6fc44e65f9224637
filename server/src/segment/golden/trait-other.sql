-- {"all":[{"trait":"vip","op":"isTrue"},{"trait":"vip","op":"isFalse"},{"trait":"address.city","op":"exists"},{"trait":"address.city","op":"notExists"},{"trait":"tags","op":"listHas","value":"Fidèle"}]}
((p.boolean[{p0:String}])
  AND (mapContains(p.boolean, {p0:String}) AND NOT p.boolean[{p0:String}])
  AND (mapContains(p.text, {p1:String}) OR mapContains(p.number, {p1:String}) OR mapContains(p.boolean, {p1:String}) OR mapContains(p.list, {p1:String}))
  AND (NOT (mapContains(p.text, {p1:String}) OR mapContains(p.number, {p1:String}) OR mapContains(p.boolean, {p1:String}) OR mapContains(p.list, {p1:String})))
  AND (mapContains(p.list, {p2:String}) AND has(p.list[{p2:String}], {p3:String})))
FROM profile_current AS p FINAL WHERE p.workspace = {p4:UInt32} AND p.kind = 'person'
-- p0 = "vip"
-- p1 = "address.city"
-- p2 = "tags"
-- p3 = "fidele"
-- p4 = 1
