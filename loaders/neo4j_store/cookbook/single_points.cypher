CALL {
  MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
  WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  WITH a, collect(DISTINCT h.id) AS hospitals WHERE size(hospitals) = 1
  RETURN a.id AS area, 'hospital' AS kind, hospitals[0] AS node, hospitals[0] AS hospital, null AS criticality
  UNION ALL
  MATCH (a:CareArea {randzon_version: $version, status: 'decided'})-[r:REQUIRES]->(c:Competence)
  WHERE r.criticality >= $criticality AND coalesce(r.family_rule <> 'any', true)
  MATCH (h:Hospital)-[:STAFFS]->(c)
  WITH a, c, r, collect(DISTINCT h.id) AS hospitals WHERE size(hospitals) = 1
  RETURN a.id AS area, 'competence' AS kind, c.id AS node, hospitals[0] AS hospital, r.criticality AS criticality
  UNION ALL
  MATCH (a:CareArea {randzon_version: $version, status: 'decided'})-[:USES]->(s:Resource)
  MATCH (h:Hospital)-[:OPERATES]->(s)
  WITH a, s, collect(DISTINCT h.id) AS hospitals WHERE size(hospitals) = 1
  RETURN a.id AS area, 'resource' AS kind, s.id AS node, hospitals[0] AS hospital, null AS criticality
  UNION ALL
  MATCH (a:CareArea {randzon_version: $version, status: 'decided'})-[r:DEPENDS_ON]->(b:CareArea)
  WHERE r.criticality >= $criticality
  MATCH (h:Hospital)-[p:PROVIDES]->(b)
  WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  WITH a, b, r, collect(DISTINCT h.id) AS hospitals WHERE size(hospitals) = 1
  RETURN a.id AS area, 'area' AS kind, b.id AS node, hospitals[0] AS hospital, r.criticality AS criticality
}
RETURN area, kind, node, hospital, criticality
ORDER BY area, kind, node
