MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT h, a
RETURN h.id AS hospital, count(CASE WHEN a.age = 'child' THEN 1 END) AS child,
  count(CASE WHEN a.age = 'adult' THEN 1 END) AS adult, count(CASE WHEN a.age = 'both' THEN 1 END) AS both,
  count(*) AS permits
ORDER BY permits DESC, hospital
