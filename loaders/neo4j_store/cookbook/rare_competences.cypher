MATCH (c:Competence {randzon_version: $version})
WITH c, COLLECT { MATCH (h:Hospital)-[:STAFFS]->(c) RETURN DISTINCT h.id ORDER BY h.id } AS hospitals
WHERE size(hospitals) <= $hospitals
WITH c, hospitals,
  COLLECT { MATCH (a:CareArea)-[r:REQUIRES]->(c) WHERE r.criticality >= $criticality
            RETURN DISTINCT a.id ORDER BY a.id } AS areas,
  COLLECT { MATCH (f:Function)-[r:REQUIRES]->(c) WHERE r.criticality >= $criticality
            RETURN DISTINCT f.id ORDER BY f.id } AS functions
WHERE size(areas) + size(functions) > 0
RETURN c.id AS competence, hospitals, areas, functions
ORDER BY size(hospitals), size(areas) DESC, competence
