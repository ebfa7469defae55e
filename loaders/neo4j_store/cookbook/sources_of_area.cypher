MATCH (a:CareArea {randzon_version: $version, id: $area})
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
UNWIND [k IN keys(row) WHERE k ENDS WITH '_grade' | row[replace(k, '_grade', '_source')]] AS cited
UNWIND split(cited, ';') AS id
WITH id, count(*) AS numbers
OPTIONAL MATCH (s:Source {randzon_version: $version, id: id})
OPTIONAL MATCH (b:Assumption {randzon_version: $version, id: id})
RETURN id AS source, CASE WHEN s IS NOT NULL THEN 'source' WHEN b IS NOT NULL THEN 'assumption' END AS kind,
  coalesce(s.title, b.statement) AS title, b.quality AS quality, numbers
ORDER BY numbers DESC, source
