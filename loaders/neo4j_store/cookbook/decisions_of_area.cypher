MATCH (d:Decision {randzon_version: $version})-[:CONCERNS]->(:CareArea {id: $area})
WITH DISTINCT d
RETURN d.date AS date, d.kind AS kind, d.body AS body, d.step AS step, d.units AS units,
  d.applications AS applications, d.refusals AS refusals,
  COLLECT { MATCH (d)-[:GRANTS]->(h:Hospital) RETURN DISTINCT h.id ORDER BY h.id } AS granted,
  COLLECT { MATCH (d)-[:REFUSES]->(h:Hospital) RETURN DISTINCT h.id ORDER BY h.id } AS refused, d.id AS decision
ORDER BY coalesce(toString(date), '9999'), decision
