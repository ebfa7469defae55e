MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[s:STAFFS]->(c:Competence)
WHERE s.margin <= $margin
RETURN c.id AS competence, s.margin AS margin, s.margin_low AS margin_low, s.margin_high AS margin_high, s.margin_grade AS grade,
  COLLECT {
    MATCH (h)-[p:PROVIDES]->(a:CareArea)-[:REQUIRES]->(c)
    WHERE p.role = 'holder' AND p.sub_permit IS NULL
      AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
    RETURN DISTINCT a.id ORDER BY a.id
  } AS areas,
  COLLECT { MATCH (h)-[:PERFORMS]->(f:Function)-[:REQUIRES]->(c) RETURN DISTINCT f.id ORDER BY f.id } AS functions
ORDER BY margin, competence
