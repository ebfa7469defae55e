MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT h, a
WITH h, a, COLLECT {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE o <> h AND q.permit AND q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
  WITH DISTINCT o
  OPTIONAL MATCH (h)-[:LOCATED_IN]->(:Region)-[t:TRAVELS]->(o)
  RETURN {id: o.id, hours: t.hours_p50} ORDER BY t.hours_p50, o.id
} AS others
WHERE all(o IN others WHERE o.hours IS NOT NULL AND o.hours > $hours)
RETURN a.id AS area, h.id AS hospital, others[0].id AS next_hospital, others[0].hours AS hours
ORDER BY area, hospital
