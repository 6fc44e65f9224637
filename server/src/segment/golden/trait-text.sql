-- {"any":[{"trait":"city","op":"equals","value":"Saint-Étienne"},{"trait":"city","op":"notEquals","value":"LYON"},{"trait":"city","op":"oneOf","value":["Paris",75,75.5,true]},{"trait":"city","op":"contains","value":"é"},{"trait":"city","op":"startsWith","value":"l'"},{"trait":"city","op":"endsWith","value":"Bains"}]}
((p.text[{p0:String}] = {p1:String})
  OR ((mapContains(p.text, {p0:String}) OR mapContains(p.number, {p0:String}) OR mapContains(p.boolean, {p0:String}) OR mapContains(p.list, {p0:String})) AND NOT (p.text[{p0:String}] = {p2:String}))
  OR ((p.boolean[{p0:String}] = {p3:Bool})
  OR (p.text[{p0:String}] IN {p4:Array(String)})
  OR (has(arrayMap(x -> toDecimal128(x, 6), {p5:Array(String)}), p.number[{p0:String}])))
  OR (position(p.text[{p0:String}], {p6:String}) > 0)
  OR (startsWith(p.text[{p0:String}], {p7:String}))
  OR (endsWith(p.text[{p0:String}], {p8:String})))
FROM profile_current AS p FINAL WHERE p.workspace = {p9:UInt32} AND p.kind = 'person'
-- p0 = "city"
-- p1 = "saint-etienne"
-- p2 = "lyon"
-- p3 = true
-- p4 = ["paris"]
-- p5 = ["75.000000","75.500000"]
-- p6 = "e"
-- p7 = "l'"
-- p8 = "bains"
-- p9 = 1
