MATCH (a:CareArea {randzon_version: $version, id: $area})
MATCH (h:Hospital {randzon_version: $version})
WHERE h.kind <> 'unnamed' AND NOT EXISTS {
  MATCH (h)-[p:PROVIDES]->(a)
  WHERE p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
}
WITH a, h, COLLECT {
  MATCH (a)-[r:REQUIRES]->(c:Competence)
  WHERE r.criticality >= $criticality AND r.reach = 'same_site' AND NOT EXISTS { MATCH (h)-[:STAFFS]->(c) }
    AND NOT EXISTS {
      MATCH (a)-[q:REQUIRES]->(d:Competence)
      WHERE r.family_rule = 'any' AND q.family = r.family AND q.reach = 'same_site'
      MATCH (h)-[:STAFFS]->(d)
    }
  RETURN DISTINCT c.id ORDER BY c.id
} AS missing, COLLECT {
  MATCH (a)-[:USES]->(s:Resource) WHERE NOT EXISTS { MATCH (h)-[:OPERATES]->(s) }
  RETURN DISTINCT s.id ORDER BY s.id
} AS missing_resources
WHERE size(missing) <= $missing
OPTIONAL MATCH (h)-[:LOCATED_IN]->(region:Region)
RETURN h.id AS hospital, region.id AS region, missing, missing_resources
ORDER BY size(missing), size(missing_resources), hospital
