MATCH (a:CareArea {randzon_version: $version, id: $area})
MATCH path = (n)-[:DEPENDS_ON*1..4]->(a)
WHERE length(path) <= $depth AND n <> a
WITH n, [x IN nodes(path)[1..-1] | x.id] AS through, length(path) AS steps,
  reduce(strength = 1.0, r IN relationships(path) | strength * r.criticality) AS strength
WHERE strength >= $strength
WITH n, through, steps, strength ORDER BY strength DESC, steps, through
WITH n, min(steps) AS steps, max(strength) AS strength, collect(through)[0] AS through
RETURN n.id AS node, steps, strength, through
ORDER BY strength DESC, node
