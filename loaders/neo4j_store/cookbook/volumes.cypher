MATCH (h:Hospital {randzon_version: $version})-[v:PROVIDES_VOLUME]->(a:CareArea)
WHERE v.sub_permit IS NULL AND v.home_region IS NULL
  AND ($hospital IS NULL OR h.id = $hospital) AND ($area IS NULL OR a.id = $area)
RETURN a.id AS area, h.id AS hospital, v.year AS year, v.patients AS patients, v.patients_low AS patients_low,
  v.patients_high AS patients_high, v.patients_grade AS grade
ORDER BY area, hospital, year, patients
