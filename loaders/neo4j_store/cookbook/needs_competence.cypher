MATCH (n)-[r:REQUIRES]->(c:Competence {randzon_version: $version, id: $competence})
WHERE r.criticality >= $criticality
RETURN n.id AS node, CASE WHEN n:CareArea THEN 'area' ELSE 'function' END AS kind,
  CASE WHEN n:CareArea THEN n.status END AS status, r.criticality AS criticality, r.criticality_low AS criticality_low,
  r.criticality_high AS criticality_high, r.criticality_grade AS grade, r.reach AS reach, size(COLLECT {
    MATCH (h:Hospital)-[p:PROVIDES|PERFORMS]->(n)
    WHERE p:PERFORMS OR (p.role = 'holder' AND p.sub_permit IS NULL
      AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true))
    RETURN DISTINCT h.id
  }) AS hospital_count
ORDER BY criticality DESC, node
