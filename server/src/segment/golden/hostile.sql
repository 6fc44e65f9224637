-- {"trait":"'; DROP TABLE event; --","op":"equals","value":"{p0:String}"}
(mapContains(p.text, {p0:String}) AND p.text[{p0:String}] = {p1:String})
-- p0 = "'; DROP TABLE event; --"
-- p1 = "{p0:string}"
