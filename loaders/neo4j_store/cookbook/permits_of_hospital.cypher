MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH h, a, min(p.valid_from) AS valid_from
WITH a, valid_from, COLLECT {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE o <> h AND q.permit AND q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
  RETURN DISTINCT o.id ORDER BY o.id
} AS other_hospitals
RETURN a.id AS area, a.cluster AS cluster, a.age AS age, valid_from, other_hospitals
ORDER BY area
