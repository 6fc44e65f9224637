-- {"any":[{"trait":"city","op":"equals","value":"Saint-Étienne"},{"trait":"city","op":"notEquals","value":"LYON"},{"trait":"city","op":"oneOf","value":["Paris",75,75.5,true]},{"trait":"city","op":"contains","value":"é"},{"trait":"city","op":"startsWith","value":"l'"},{"trait":"city","op":"endsWith","value":"Bains"}]}
((mapContains(p.text, {p0:String}) AND p.text[{p0:String}] = {p1:String})
  OR ((mapContains(p.text, {p2:String}) OR mapContains(p.number, {p2:String}) OR mapContains(p.boolean, {p2:String}) OR mapContains(p.list, {p2:String})) AND NOT (mapContains(p.text, {p2:String}) AND p.text[{p2:String}] = {p3:String}))
  OR ((mapContains(p.boolean, {p4:String}) AND p.boolean[{p4:String}] = {p5:Bool})
  OR (mapContains(p.text, {p4:String}) AND p.text[{p4:String}] IN {p6:Array(String)})
  OR (mapContains(p.number, {p4:String}) AND has(arrayMap(x -> toDecimal128(x, 6), {p7:Array(String)}), p.number[{p4:String}])))
  OR (mapContains(p.text, {p8:String}) AND position(p.text[{p8:String}], {p9:String}) > 0)
  OR (mapContains(p.text, {p10:String}) AND startsWith(p.text[{p10:String}], {p11:String}))
  OR (mapContains(p.text, {p12:String}) AND endsWith(p.text[{p12:String}], {p13:String})))
-- p0 = "city"
-- p1 = "saint-etienne"
-- p2 = "city"
-- p3 = "lyon"
-- p4 = "city"
-- p5 = true
-- p6 = ["paris"]
-- p7 = ["75.000000","75.500000"]
-- p8 = "city"
-- p9 = "e"
-- p10 = "city"
-- p11 = "l'"
-- p12 = "city"
-- p13 = "bains"
