MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT h, a
MATCH (r:Region {randzon_version: $version})
OPTIONAL MATCH (r)-[t:TRAVELS]->(h)
WITH r, a, min(t.hours_p50) AS hours, count(CASE WHEN t IS NULL THEN 1 END) AS unknown
WHERE unknown = 0
WITH r, a, hours ORDER BY hours DESC, a.id
WITH r, count(*) AS permits, count(CASE WHEN hours > $hours THEN 1 END) AS area_count,
  max(hours) AS farthest_hours, collect(a.id)[0] AS farthest_area
WHERE area_count > 0
RETURN r.id AS region, r.population AS population, area_count, permits AS areas_with_permit, farthest_hours,
  farthest_area
ORDER BY area_count DESC, region
