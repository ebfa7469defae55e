MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL AND p.valid_from IS NOT NULL
  AND ($hospital IS NULL OR h.id = $hospital)
RETURN p.valid_from.year AS year, count(*) AS permits, count(DISTINCT a) AS area_count, count(DISTINCT h) AS hospital_count
ORDER BY year
