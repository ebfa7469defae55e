MATCH (h:Hospital {randzon_version: $version})-[p:PROVIDES]->(a:CareArea)
WHERE p.permit AND p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH DISTINCT h, a
WITH h, a, NOT EXISTS {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE o <> h AND q.permit AND q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
} AS alone
OPTIONAL MATCH (h)-[:LOCATED_IN]->(r:Region)
RETURN h.id AS hospital, r.id AS region, count(DISTINCT a) AS permits,
  count(DISTINCT CASE WHEN alone THEN a END) AS alone, count(DISTINCT a.cluster) AS cluster_count
ORDER BY permits DESC, hospital
