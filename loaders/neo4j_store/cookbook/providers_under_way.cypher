MATCH (a:CareArea {randzon_version: $version, status: $status})
WITH a, COLLECT {
  MATCH (h:Hospital)-[p:PROVIDES]->(a)
  WHERE p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  RETURN DISTINCT h.id ORDER BY h.id
} AS hospitals
RETURN a.id AS area, a.step AS step, a.volume AS patients, a.volume_low AS patients_low, a.volume_high AS patients_high,
  a.volume_grade AS grade, size(hospitals) AS hospital_count, hospitals
ORDER BY coalesce(step, 0) DESC, area
