MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[p:PROVIDES]->(a:CareArea)
WHERE p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH h, a, max(p.patients) AS estimated
OPTIONAL MATCH (h)-[v:PROVIDES_VOLUME]->(a)
WHERE v.sub_permit IS NULL AND v.home_region IS NULL AND v.year <= $as_of.year
WITH h, a, estimated, v.year AS year, sum(v.patients) AS reported
ORDER BY year DESC
WITH h, a, estimated, collect(CASE WHEN year IS NOT NULL THEN reported END)[0] AS reported
WITH h, a, estimated, reported, size(COLLECT {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
  RETURN DISTINCT o.id
}) AS holders
WITH h, a, coalesce(reported, estimated, a.volume / holders) AS patients
MATCH (a)-[r:REQUIRES]->(c:Competence)
WITH h, c, a, patients * coalesce(r.head_cases, 0.0) AS cases ORDER BY a.id
WITH h, c, sum(CASE WHEN a.id = $area THEN cases END) AS caseload,
  sum(CASE WHEN a.id <> $area THEN cases END) AS other_caseload,
  collect(CASE WHEN a.id <> $area THEN a.id END) AS other_areas,
  max(CASE WHEN a.id = $area THEN 1 ELSE 0 END) AS needed
WHERE needed = 1
OPTIONAL MATCH (h)-[s:STAFFS]->(c)
WITH c, caseload, other_caseload, other_areas, s.outside_caseload AS outside, s.margin AS margin
RETURN c.id AS competence, caseload, other_caseload, outside AS outside_caseload,
  CASE WHEN caseload + other_caseload + outside > 0 THEN caseload / (caseload + other_caseload + outside) END AS share,
  size(other_areas) = 0 AS only_here, other_areas, margin
ORDER BY coalesce(share, 2) DESC, competence
