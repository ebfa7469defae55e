MATCH (r:Region {randzon_version: $version})
WITH r, COLLECT {
  MATCH (h:Hospital)-[p:PROVIDES]->(:CareArea {randzon_version: $version, id: $area})
  WHERE (p.permit OR NOT $permits) AND p.role = 'holder' AND p.sub_permit IS NULL
    AND coalesce(p.valid_from <= $as_of, true) AND coalesce(p.valid_to >= $as_of, true)
  MATCH (r)-[t:TRAVELS]->(h)
  WITH DISTINCT h, t
  RETURN {hospital: h.id, hours: t.hours_p50, low: t.hours_p50_low, high: t.hours_p50_high,
          grade: t.hours_p50_grade, km: t.km}
  ORDER BY t.hours_p50, h.id
}[0] AS nearest
RETURN r.id AS region, r.population AS population, nearest.hospital AS hospital, nearest.hours AS hours,
  nearest.low AS hours_low, nearest.high AS hours_high, nearest.grade AS grade, nearest.km AS km
ORDER BY coalesce(hours, 1000000) DESC, region
