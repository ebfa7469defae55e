MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[b:PROVIDED_BEFORE]->(a:CareArea)
WHERE NOT EXISTS {
  MATCH (h)-[p:PROVIDES]->(a)
  WHERE p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
}
WITH a, max(b.share) AS share
RETURN a.id AS area, a.cluster AS cluster, a.status AS status, share, COLLECT {
  MATCH (o:Hospital)-[p:PROVIDES]->(a)
  WHERE p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  RETURN DISTINCT o.id ORDER BY o.id
} AS hospitals
ORDER BY area
