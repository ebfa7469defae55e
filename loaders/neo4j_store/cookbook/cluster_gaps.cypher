MATCH (h:Hospital {randzon_version: $version, kind: $kind})
WITH h, COLLECT {
  MATCH (h)-[p:PROVIDES]->(a:CareArea)
  WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  RETURN DISTINCT a
} AS held
WHERE none(a IN held WHERE coalesce(a.cluster = $cluster, false))
OPTIONAL MATCH (h)-[:LOCATED_IN]->(r:Region)
RETURN h.id AS hospital, r.id AS region, size(held) AS permits, COLLECT {
  MATCH (h)-[:PROVIDED_BEFORE]->(b:CareArea {cluster: $cluster}) RETURN DISTINCT b.id ORDER BY b.id
} AS areas_before
ORDER BY hospital
