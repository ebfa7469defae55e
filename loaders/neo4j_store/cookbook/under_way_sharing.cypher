MATCH (c:Competence {randzon_version: $version})
WITH c, size(COLLECT { MATCH (h:Hospital)-[:STAFFS]->(c) RETURN DISTINCT h.id }) AS hospitals
WHERE hospitals <= $hospitals
MATCH (a:CareArea {status: $status})-[r:REQUIRES]->(c)<-[q:REQUIRES]-(b:CareArea {status: $status})
WHERE a.id < b.id AND r.criticality >= $criticality AND q.criticality >= $criticality
WITH a, b, c ORDER BY c.id
RETURN a.id AS area, b.id AS other_area, count(DISTINCT c) AS shared, collect(DISTINCT c.id) AS competences
ORDER BY shared DESC, area, other_area
