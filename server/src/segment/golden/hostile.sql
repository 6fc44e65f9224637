-- {"trait":"'; DROP TABLE event; --","op":"equals","value":"{p0:String}"}
(p.text[{p0:String}] = {p1:String})
FROM profile_current AS p FINAL WHERE p.workspace = {p2:UInt32} AND p.kind = 'person'
-- p0 = "'; DROP TABLE event; --"
-- p1 = "{p0:string}"
-- p2 = 1
