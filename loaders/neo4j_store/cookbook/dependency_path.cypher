UNWIND [[$from, $to], [$to, $from]] AS ends
MATCH (a:CareArea {randzon_version: $version, id: ends[0]})
MATCH (b:CareArea {randzon_version: $version, id: ends[1]})
WHERE a <> b
MATCH path = allShortestPaths((a)-[:DEPENDS_ON*1..20]->(b))
RETURN [n IN nodes(path) | n.id] AS chain, length(path) AS steps,
  reduce(strength = 1.0, r IN relationships(path) | strength * r.criticality) AS strength
ORDER BY steps, strength DESC, chain
