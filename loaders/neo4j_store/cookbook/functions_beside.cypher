MATCH (a:CareArea {randzon_version: $version, id: $area})
MATCH (f:Function {randzon_version: $version})
WITH a, f, COLLECT {
  MATCH (a)-[r:REQUIRES]->(c:Competence)<-[q:REQUIRES]-(f)
  WHERE r.criticality >= $criticality AND q.criticality >= $criticality
  RETURN DISTINCT c.id ORDER BY c.id
} AS competences
OPTIONAL MATCH (f)-[d:DEPENDS_ON]->(a)
WITH f, competences, max(d.criticality) AS depends
WHERE size(competences) > 0 OR depends IS NOT NULL
RETURN f.id AS function, f.kind AS kind, depends, size(competences) AS shared, competences,
  size(COLLECT { MATCH (h:Hospital)-[:PERFORMS]->(f) RETURN DISTINCT h.id }) AS hospital_count
ORDER BY shared DESC, function
