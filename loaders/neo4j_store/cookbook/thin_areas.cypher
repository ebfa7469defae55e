MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[p:PROVIDES]->(a:CareArea)
WHERE p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT a
MATCH (a)-[r:REQUIRES]->(c:Competence) WHERE r.criticality >= $criticality
WITH a, c, r ORDER BY c.id
WITH a, count(DISTINCT coalesce('family ' + r.family, c.id)) AS needs, collect(c.id) AS competences
WHERE needs <= $most
RETURN a.id AS area, needs, competences
ORDER BY needs, area
