-- {"all":[{"trait":"city","op":"equals","value":"Lyon","party":["first","second"]},{"trait":"city","op":"notExists","party":["third"]},{"trait":"tags[].name","op":"contains","value":"a","party":["third"]},{"did":"A","party":["second","third"],"times":{"op":"atLeast","count":1},"within":null}]}
((b.t0
  AND (b.t1.7 AND b.t1.1 = {p2:String}))
  AND (NOT b.t2
  OR (NOT b.t1.13))
  AND (b.t3 AND arrayExists(i -> ((i.1 = 0) AND position(i.2, {p5:String}) > 0), b.t4.14)) AND b.t5)
FROM profile_current AS p FINAL LEFT ANY JOIN (WITH (e.type = 'identify'
  AND ((mapContains(e.text, {p0:String}) OR mapContains(e.number, {p0:String}) OR mapContains(e.boolean, {p0:String}) OR mapContains(e.list, {p0:String})) OR has(e.gone, {p0:String}))) AS r0, (e.type = 'identify'
  AND ((mapContains(e.text, {p3:String}) OR mapContains(e.number, {p3:String}) OR mapContains(e.boolean, {p3:String}) OR mapContains(e.list, {p3:String})) OR has(e.gone, {p3:String}))) AS r1, (e.event = {p6:String} AND has({p7:Array(UInt32)}, e.source)) AS r2 SELECT profile, argMaxIf((NOT has({p1:Array(UInt32)}, e.source)), (e.time, e.hash), r0) AS t0, argMaxIf(tuple(e.text[{p0:String}], e.number[{p0:String}], e.instant[{p0:String}], e.boolean[{p0:String}], e.list[{p0:String}], e.semver[{p0:String}], mapContains(e.text, {p0:String}), mapContains(e.number, {p0:String}), mapContains(e.instant, {p0:String}), mapContains(e.boolean, {p0:String}), mapContains(e.list, {p0:String}), mapContains(e.semver, {p0:String}), (mapContains(e.text, {p0:String}) OR mapContains(e.number, {p0:String}) OR mapContains(e.boolean, {p0:String}) OR mapContains(e.list, {p0:String})), e.item[{p0:String}]), (e.time, e.hash), r0) AS t1, argMaxIf(has({p1:Array(UInt32)}, e.source), (e.time, e.hash), r0) AS t2, argMaxIf(has({p1:Array(UInt32)}, e.source), (e.time, e.hash), r1) AS t3, argMaxIf(tuple(e.text[{p4:String}], e.number[{p4:String}], e.instant[{p4:String}], e.boolean[{p4:String}], e.list[{p4:String}], e.semver[{p4:String}], mapContains(e.text, {p4:String}), mapContains(e.number, {p4:String}), mapContains(e.instant, {p4:String}), mapContains(e.boolean, {p4:String}), mapContains(e.list, {p4:String}), mapContains(e.semver, {p4:String}), (mapContains(e.text, {p4:String}) OR mapContains(e.number, {p4:String}) OR mapContains(e.boolean, {p4:String}) OR mapContains(e.list, {p4:String}) OR mapContains(e.item, {p4:String})), e.item[{p4:String}]), (e.time, e.hash), r1) AS t4, (countIf(r2) > 0 AND countIf(r2) >= 1) AS t5
  FROM event_of_profile AS e WHERE e.workspace = {p8:UInt32} AND e.counted
  AND (r0 OR r1 OR r2) GROUP BY profile) AS b ON b.profile = p.profile WHERE p.workspace = {p8:UInt32} AND p.kind = 'person'
-- p0 = "city"
-- p1 = [4]
-- p2 = "lyon"
-- p3 = "tags"
-- p4 = "tags[].name"
-- p5 = "a"
-- p6 = "A"
-- p7 = [2,4]
-- p8 = 1
