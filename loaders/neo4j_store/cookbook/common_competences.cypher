MATCH (a:CareArea {randzon_version: $version})-[r:REQUIRES]->(c:Competence)
WHERE r.criticality >= $criticality AND a.status IN ['decided', 'in_process']
WITH c, count(DISTINCT a) AS area_count, count(DISTINCT CASE WHEN a.status = 'decided' THEN a END) AS decided
WHERE area_count >= $at_least
RETURN c.id AS competence, area_count, decided, area_count - decided AS in_process,
  size(COLLECT { MATCH (h:Hospital)-[:STAFFS]->(c) RETURN DISTINCT h.id }) AS hospital_count
ORDER BY area_count DESC, competence
