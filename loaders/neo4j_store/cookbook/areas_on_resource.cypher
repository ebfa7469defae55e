MATCH (h:Hospital {randzon_version: $version, id: $hospital})-[p:PROVIDES]->(a:CareArea)
WHERE p.role = 'holder' AND p.sub_permit IS NULL
  AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
WITH h, a, max(p.patients) AS estimated
MATCH (a)-[u:USES]->(:Resource {id: $resource})
OPTIONAL MATCH (h)-[v:PROVIDES_VOLUME]->(a)
WHERE v.sub_permit IS NULL AND v.home_region IS NULL AND v.year <= $as_of.year
WITH a, u, estimated, v.year AS year, sum(v.patients) AS reported
ORDER BY year DESC
WITH a, u, estimated, collect(CASE WHEN year IS NOT NULL THEN reported END)[0] AS reported
WITH a, u, estimated, reported, size(COLLECT {
  MATCH (o:Hospital)-[q:PROVIDES]->(a)
  WHERE q.role = 'holder' AND q.sub_permit IS NULL
    AND coalesce(q.valid_from <= $as_of, true) AND coalesce(q.valid_to >= $as_of, true)
  RETURN DISTINCT o.id
}) AS holders
WITH a, u, coalesce(reported, estimated, a.volume / holders) AS patients,
  CASE WHEN reported IS NOT NULL THEN 'by_year' WHEN estimated IS NOT NULL THEN 'estimate' ELSE 'even_split' END AS basis
WITH collect({area: a.id, patients: patients, basis: basis, amount: u.amount, unit: u.amount_unit}) AS rows
WITH rows, reduce(total = 0.0, row IN rows | total + row.patients * row.amount) AS total
UNWIND rows AS row
RETURN row.area AS area, row.patients AS patients, row.basis AS basis, row.amount AS amount, row.unit AS unit,
  row.patients * row.amount AS load, CASE WHEN total > 0 THEN row.patients * row.amount / total END AS share
ORDER BY load DESC, area
