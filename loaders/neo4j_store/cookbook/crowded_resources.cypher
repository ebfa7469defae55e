MATCH (h:Hospital {randzon_version: $version})-[o:OPERATES]->(s:Resource)
WHERE o.occupancy >= $occupancy AND ($hospital IS NULL OR h.id = $hospital)
RETURN h.id AS hospital, s.id AS resource, o.part_of_year AS part_of_year, o.capacity AS capacity,
  o.capacity_unit AS unit, o.occupancy AS occupancy, o.occupancy_low AS occupancy_low, o.occupancy_high AS occupancy_high,
  o.occupancy_grade AS grade, size(COLLECT {
    MATCH (h)-[p:PROVIDES]->(a:CareArea)-[:USES]->(s)
    WHERE p.role = 'holder' AND p.sub_permit IS NULL
      AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
    RETURN DISTINCT a.id
  }) AS area_count
ORDER BY occupancy DESC, hospital, resource, coalesce(part_of_year, '')
