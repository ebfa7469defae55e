MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT h, a
WITH h, a, COLLECT {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE o <> h AND q.permit AND q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
  MATCH (h)-[:LOCATED_IN]->(:Region)-[t:TRAVELS]->(o)
  WITH DISTINCT o.id AS other, t.hours_p50 AS hours
  RETURN {id: other, hours: hours} ORDER BY hours, other
}[0] AS next
WHERE next IS NULL OR next.hours > $hours
RETURN a.id AS area, h.id AS hospital, next.id AS next_hospital, next.hours AS hours
ORDER BY area, hospital
