MATCH (a:CareArea {randzon_version: $version, status: $status})
CALL {
  WITH a
  RETURN properties(a) AS row
  UNION ALL
  WITH a
  MATCH (a)-[r:REQUIRES|USES|DEPENDS_ON]->()
  RETURN properties(r) AS row
  UNION ALL
  WITH a
  MATCH (a)<-[r:PROVIDES|PROVIDES_VOLUME|PROVIDED_BEFORE]-()
  RETURN properties(r) AS row
}
UNWIND [k IN keys(row) WHERE k ENDS WITH '_grade' | row[k]] AS grade
WITH a, count(*) AS numbers, count(CASE WHEN grade = 'reported' THEN 1 END) AS reported,
  count(CASE WHEN grade = 'derived' THEN 1 END) AS derived, count(CASE WHEN grade = 'assumed' THEN 1 END) AS assumed
WITH a, numbers, reported, derived, assumed, toFloat(assumed) / numbers AS share_assumed
WHERE share_assumed >= $share
RETURN a.id AS area, numbers, reported, derived, assumed, share_assumed
ORDER BY share_assumed DESC, numbers DESC, area
